"""What calls and agreements put on the annual wheel: opening, closing, the expected decision, days of reports, ends."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.seams import CalendarEntry
from common.times import add_days, day_start, local_date
from grants.agreement_reporting import periods
from grants.models import Agreement, GrantCall, PlannedRound

#: Kinds of day that many calls share -> what is said of them together.
_MANY: dict[str, Any] = {
    "grants.interim_report_due": gettext_lazy("Väliselvitykset viimeistään: %(count)s hakua"),
    "grants.use_report_due": gettext_lazy("Käyttöselvitykset viimeistään: %(count)s hakua"),
}
#: A call that opens this near to a planned round is that round.
SAME_ROUND = timedelta(days=45)


def call_calendar(start: date, end: date) -> Iterator[CalendarEntry]:
    """Provider of the ``calendar`` seam: days from ``start`` to ``end``, both included, of published calls."""
    instants = (day_start(start), day_start(add_days(end, 1)))
    near = (
        Q(opens_at__gte=instants[0], opens_at__lt=instants[1])
        | Q(closes_at__gte=instants[0], closes_at__lt=instants[1])
        | Q(decision_expected_on__range=(start, end))
        | Q(use_report_due_on__range=(start, end))
        | Q(interim_report_due_on__range=(start, end))
    )
    reports: dict[tuple[date, str], list[CalendarEntry]] = {}
    for call in GrantCall.objects.public().to_all().exclude(state="cancelled").filter(near).order_by("opens_at", "pk"):
        url = reverse("grants:call", args=[call.pk])
        for on, text, kind in _days(call):
            if not on or not start <= on <= end:
                continue
            entry = CalendarEntry(title=text % {"title": call.title}, on=on, url=url, kind=kind)
            if kind in _MANY:
                reports.setdefault((on, kind), []).append(entry)
            else:
                yield entry
    for (on, kind), entries in reports.items():
        yield _together(on, kind, _MANY[kind], entries, reverse("grants:call_calendar"))


def _together(on: date, kind: str, text: Any, entries: list[CalendarEntry], url: str) -> CalendarEntry:
    """Return the one entry of the day, or one that tells how many there are."""
    if len(entries) == 1:
        return entries[0]
    return CalendarEntry(title=str(text) % {"count": len(entries)}, on=on, url=url, kind=kind)


def _days(call: GrantCall) -> tuple[tuple[date | None, str, str], ...]:
    return (
        (local_date(call.opens_at), _("Haku alkaa: %(title)s"), "grants.call_opens"),
        (local_date(call.closes_at), _("Haku päättyy: %(title)s"), "grants.call_closes"),
        (call.decision_expected_on, _("Päätös odotettavissa: %(title)s"), "grants.decision_expected"),
        (call.interim_report_due_on, _("Väliselvitykset viimeistään: %(title)s"), "grants.interim_report_due"),
        (call.use_report_due_on, _("Käyttöselvitykset viimeistään: %(title)s"), "grants.use_report_due"),
    )


def agreement_calendar(start: date, end: date) -> Iterator[CalendarEntry]:
    """Provider of the ``calendar`` seam: report days and last days of public agreements in force; one query."""
    rows = Agreement.objects.lasting(start).filter(starts_on__lte=end).order_by("starts_on", "pk")
    found: dict[tuple[date, str], list[CalendarEntry]] = {}
    for row in rows:
        url = reverse("grants:public_agreement", args=[row.pk])
        for on, text, kind in _agreement_days(row, end):
            if start <= on <= end:
                entry = CalendarEntry(title=text % {"title": row.title}, on=on, url=url, kind=kind)
                found.setdefault((on, kind), []).append(entry)
    for (on, kind), entries in found.items():
        yield _together(on, kind, _MANY_AGREEMENTS[kind], entries, reverse("grants:public_agreements"))


_MANY_AGREEMENTS: dict[str, Any] = {
    "grants.agreement_report_due": gettext_lazy("Sopimusraportit viimeistään: %(count)s sopimusta"),
    "grants.agreement_ends": gettext_lazy("Päättyviä sopimuksia: %(count)s"),
}


def _agreement_days(agreement: Agreement, until: date) -> Iterator[tuple[date, str, str]]:
    for span in periods(agreement, until):
        yield span.due_on, _("Sopimusraportti viimeistään: %(title)s"), "grants.agreement_report_due"
    if agreement.lasts_until is not None:
        yield agreement.lasts_until, _("Sopimus päättyy: %(title)s"), "grants.agreement_ends"


def planned_calendar(start: date, end: date) -> Iterator[CalendarEntry]:
    """Provider of the ``calendar`` seam: the days of rounds that are planned and have no call yet."""
    address = reverse("grants:call_calendar")
    for row in planned_rounds(start, end):
        for on, text, kind in (
            (row.opens_on, _("Suunniteltu haku alkaa: %(title)s"), "grants.planned_opens"),
            (row.closes_on, _("Suunniteltu haku päättyy: %(title)s"), "grants.planned_closes"),
        ):
            if start <= on <= end:
                yield CalendarEntry(title=text % {"title": row.kind.name}, on=on, url=address, kind=kind)


def planned_rounds(start: date, end: date) -> list[PlannedRound]:
    """Return planned rounds that touch the days from ``start`` to ``end``, without those that a call has fulfilled.

    A published call of the kind that opens within ``SAME_ROUND`` of the plan is that round. Two queries.
    """
    rows = PlannedRound.objects.filter(opens_on__lte=end, closes_on__gte=start).select_related("kind")
    plans = list(rows.order_by("opens_on", "pk"))
    real = list(
        GrantCall.objects.public()
        .filter(kind__in={row.kind_id for row in plans})
        .exclude(state="cancelled")
        .values_list("kind_id", "opens_at")
    )
    return [
        row
        for row in plans
        if not any(kind == row.kind_id and abs(local_date(at) - row.opens_on) <= SAME_ROUND for kind, at in real)
    ]


def register_call_news() -> None:
    """Register planned rounds, followed kinds and invitations at the seams."""
    from common import seams
    from grants.workflow.call_news import opening_reminders
    from notifications.kinds import register_kind

    seams.calendar.register("grants.planned", planned_calendar)
    seams.reminders.register("grants.openings", opening_reminders)
    register_kind("grants.kind_followed", gettext_lazy("Seuraamasi avustuksen haku julkaistaan, aukeaa tai jatkuu"))
    register_kind("grants.call_invited", gettext_lazy("Järjestösi on kutsuttu hakemaan"), required=True)
    register_kind(
        "grants.call_check",
        gettext_lazy("Haku odottaa tarkastusta tai palautettiin"),
        roles=("coordinator", "registrar"),
    )
