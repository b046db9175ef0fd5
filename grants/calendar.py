"""What calls put on the annual wheel: opening, closing, the expected decision and the day of use reports."""

from collections.abc import Iterator
from datetime import date

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from common.seams import CalendarEntry
from common.times import add_days, day_start, local_date
from grants.models import GrantCall


def call_calendar(start: date, end: date) -> Iterator[CalendarEntry]:
    """Provider of the ``calendar`` seam: days from ``start`` to ``end``, both included, of published calls."""
    instants = (day_start(start), day_start(add_days(end, 1)))
    near = (
        Q(opens_at__gte=instants[0], opens_at__lt=instants[1])
        | Q(closes_at__gte=instants[0], closes_at__lt=instants[1])
        | Q(decision_expected_on__range=(start, end))
        | Q(use_report_due_on__range=(start, end))
    )
    for call in GrantCall.objects.public().exclude(state="cancelled").filter(near).order_by("opens_at", "pk"):
        url = reverse("grants:call", args=[call.pk])
        for on, text, kind in _days(call):
            if on and start <= on <= end:
                yield CalendarEntry(title=text % {"title": call.title}, on=on, url=url, kind=kind)


def _days(call: GrantCall) -> tuple[tuple[date | None, str, str], ...]:
    return (
        (local_date(call.opens_at), _("Haku alkaa: %(title)s"), "grants.call_opens"),
        (local_date(call.closes_at), _("Haku päättyy: %(title)s"), "grants.call_closes"),
        (call.decision_expected_on, _("Päätös odotettavissa: %(title)s"), "grants.decision_expected"),
        (call.use_report_due_on, _("Käyttöselvitykset viimeistään: %(title)s"), "grants.use_report_due"),
    )
