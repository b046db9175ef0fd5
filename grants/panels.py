"""What grants show on pages of lower rooms: on an organisation's own page and on a meeting's page."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from common.policies import allowed
from grants.models import Application, ChangeRequest, GrantCall, RevisionClaim
from grants.policies.base import of_organisations
from liaisons.models import Meeting
from organisations.county_panels import CountyFile
from organisations.models import Organisation


@dataclass(frozen=True)
class GrantsPanel:
    """Counts of one organisation for ``template``."""

    organisation: Organisation
    applications: int
    payments: int
    use_reports: int
    partnerships: int
    template: str = "grants/own_panel.html"


@dataclass(frozen=True)
class MeetingPanel:
    """The calls on a meeting's agenda for ``template``: title, what the person does there, and the page."""

    rows: tuple[dict[str, str], ...]
    template: str = "grants/meeting_panel.html"


def own_panel(user: Any, organisation: Any, now: datetime) -> Iterator[GrantsPanel]:
    """Yield an organisation's panel for a person who acts for it; four queries. Nothing for other things."""
    if not isinstance(organisation, Organisation):
        return
    applications = allowed("grants.application.view_own", user, now=now)
    payments = allowed("grants.payment.view_own", user, now=now)
    reports = allowed("grants.use_report.view_own", user, now=now)
    yield GrantsPanel(
        organisation,
        applications.filter(organisation=organisation).count(),
        payments.filter(decision__application__organisation=organisation).count(),
        reports.filter(decision__application__organisation=organisation).count(),
        allowed("grants.partner.view", user, now=now).filter(organisation=organisation).count(),
    )


@dataclass(frozen=True)
class CountyGrantsPanel:
    """The newest cases and changes of one organisation for ``template``, as the officer may read them."""

    cases: tuple[Application, ...]
    count: int
    organisation: Organisation
    changes: tuple[ChangeRequest, ...] = ()
    template: str = "grants/county_panel.html"


def county_panel(user: Any, thing: Any, now: datetime) -> Iterator[CountyGrantsPanel]:
    """Yield the grants panel of the county's page of an organisation; three queries. Nothing for other things.

    Also the cases in which it is a partner of another applicant.

    The same permission as the case's own page decides what is listed, so that a conflict of interest hides it here.
    """
    if not isinstance(thing, CountyFile):
        return
    rows = allowed("grants.application.view", user, now=now).filter(of_organisations([thing.organisation.pk]))
    newest = rows.select_related("call", "organisation").order_by("-received_at", "-pk")[:5]
    changes = allowed("grants.change.view", user, now=now).filter(
        decision__application__organisation=thing.organisation.pk
    )
    changed = changes.select_related("decision__application__call").order_by("-sent_at", "-pk")[:5]
    yield CountyGrantsPanel(tuple(newest), rows.count(), thing.organisation, tuple(changed))


def meeting_panel(user: Any, meeting: Any, now: datetime) -> Iterator[MeetingPanel]:
    """Yield links to the calls on a meeting's agenda that the person may open; nothing for other things.

    The body's people go to the list as the body reads it, staff to the officers' pages, and whoever
    records decisions of a held meeting straight to recording them. Changes after award and claims for revision on the
    agenda stand after the calls. At most nine queries.
    """
    if not isinstance(meeting, Meeting):
        return
    rows = (*_calls_of(user, meeting, now), *_changes(meeting, user, now), *_claims_of(user, meeting, now))
    if rows:
        yield MeetingPanel(rows)


def _calls_of(user: Any, meeting: Meeting, now: datetime) -> Iterator[dict[str, str]]:
    calls = list(GrantCall.objects.filter(agenda_item__meeting=meeting).order_by("agenda_item", "pk"))
    if not calls:
        return
    before_body, on_desk = (_keys(name, user, calls, now) for name in ("grants.call.committee", "grants.call.desk"))
    to_record = _keys("grants.call.decide", user, calls, now) if meeting.state != "planned" else set()
    for call in calls:
        if call.pk in before_body | on_desk:
            yield _row(call, call.pk in before_body, call.pk in to_record and call.state == "presented")


def _claims_of(user: Any, meeting: Meeting, now: datetime) -> Iterator[dict[str, str]]:
    """Yield the claims that the person reads or must declare a possible conflict of interest in first."""
    claims = RevisionClaim.objects.filter(agenda_item__meeting=meeting).select_related(
        "decision__application__organisation"
    )
    rows = list(claims.order_by("agenda_item__order"))
    if not rows:
        return
    read = allowed("grants.claim.view", user, now=now)
    declares = allowed("grants.application.declare", user, now=now).exclude(
        conflict_declarations__user=user.pk, conflict_declarations__has_conflict=True
    )
    told = Q(pk__in=read.values("pk")) | Q(decision__application__in=declares.values("pk"))
    seen = set(claims.filter(told).values_list("pk", flat=True))
    records = allowed("grants.claim.decide", user, now=now).filter(pk__in=seen, state="presented")
    to_record = set(records.values_list("pk", flat=True)) if meeting.state != "planned" else set()
    for claim in rows:
        if claim.pk in seen:
            yield {
                "title": _("Oikaisuvaatimus %(number)s") % {"number": claim.case_number},
                "url": claim.get_absolute_url(),
                "detail": claim.decision.application.organisation.name,
                "record_url": reverse("grants:claim_decide", args=[claim.pk]) if claim.pk in to_record else "",
            }


def _changes(meeting: Meeting, user: Any, now: datetime) -> tuple[dict[str, str], ...]:
    """Return the changes after award on the agenda that the person may open, with recording where it is theirs."""
    found = list(
        allowed("grants.change.view", user, now=now)
        .filter(agenda_item__meeting=meeting)
        .select_related("decision__application__organisation")
        .order_by("agenda_item", "pk")
    )
    recorded: set[int] = set()
    if found and meeting.state != "planned":
        rows = allowed("grants.change.record", user, now=now).filter(pk__in=[row.pk for row in found], state="laid")
        recorded = set(rows.values_list("pk", flat=True))
    return tuple(
        {
            "title": row.decision.application.organisation.name,
            "url": row.get_absolute_url(),
            "detail": _("Muutoshakemus %(number)s") % {"number": row.case_number},
            "record_url": reverse("grants:change_record", args=[row.pk]) if row.pk in recorded else "",
        }
        for row in found
    )


def _keys(name: str, user: Any, calls: list[GrantCall], now: datetime) -> set[int]:
    found = allowed(name, user, now=now).filter(pk__in=[call.pk for call in calls])
    return set(found.values_list("pk", flat=True))


def _row(call: GrantCall, is_before_body: bool, is_to_record: bool) -> dict[str, str]:
    """Return the title, the page, what is there, and the button for recording the decisions."""
    name, detail = ("committee_call", _("Esitykset ja hakemukset")) if is_before_body else ("decisions", _("Päätökset"))
    return {
        "title": call.title,
        "url": reverse(f"grants:{name}", args=[call.pk]),
        "detail": detail,
        "record_url": reverse("grants:decisions_record", args=[call.pk]) if is_to_record else "",
    }
