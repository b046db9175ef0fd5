"""Reminders of negotiations that have waited two weeks and of answers about continuity; a liaison person's panel."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import StaffRoleKind, User
from common.policies import allowed
from common.seams import Reminder
from common.times import add_days, local_date
from grants.models import Application, ConflictDeclaration, Continuity, Side
from grants.models.negotiations import TURN_WAITS_DAYS
from grants.policies import EDITORS
from grants.todos_negotiations import PREPARED
from grants.workflow.case_events import path_of
from grants.workflow.negotiation_news import own_path
from liaisons.own_desk import OwnPostsDesk
from organisations.models import Membership
from organisations.workflow.guards import staff

#: The organisation is reminded of continuity this many days before the due day, and once it is late.
CONTINUITY_BEFORE = 14


@dataclass(frozen=True)
class NegotiationPanel:
    """In how many negotiations the liaison person takes part, for ``template``."""

    count: int
    template: str = "grants/negotiations/panel.html"


def negotiation_panel(user: Any, thing: Any, now: datetime) -> Iterator[NegotiationPanel]:
    """Provider of the ``panels`` seam: on a liaison person's own page, where they take part; one query."""
    if not isinstance(thing, OwnPostsDesk):
        return
    count = allowed("grants.negotiation.listed", user, now=now).filter(negotiation__isnull=False).count()
    if count:
        yield NegotiationPanel(count)


def negotiation_reminders(now: datetime) -> Iterator[Reminder]:
    """Yield a reminder to the side whose turn has waited two weeks, and again each two weeks.

    A fixed number of queries.
    """
    late = now - timedelta(days=TURN_WAITS_DAYS)
    rows = Application.objects.filter(PREPARED, negotiation__state="open", negotiation__turn_since__lte=late)
    due = list(rows.select_related("negotiation", "call", "organisation").order_by("pk"))
    if not due:
        return
    people = _people([case.organisation_id for case in due if case.negotiation.turn == Side.ORGANISATION], now)
    officers = _officers([case for case in due if case.negotiation.turn == Side.COUNTY], now)
    for case in due:
        row = case.negotiation
        waited = (local_date(now) - local_date(row.turn_since)).days // TURN_WAITS_DAYS
        is_own = row.turn == Side.ORGANISATION
        path = own_path(case) if is_own else path_of("negotiation", case.pk)
        for person in people.get(case.organisation_id, []) if is_own else officers[case.pk]:
            with translation.override(person.language):
                subject = _("Neuvottelu odottaa teitä: %(number)s") % {"number": case.case_number}
            yield Reminder(
                kind="grants.negotiation_reminder",
                to=person,
                subject=subject,
                template="emails/grants/negotiation",
                context={**_case(case), "step": "waits", "waits_since": row.turn_since, "path": path},
                dedup_key=f"grants.negotiation_reminder:{row.pk}:{row.turn_since:%Y%m%d%H%M}:{waited}:{person.pk}",
            )


def _case(case: Application) -> dict[str, Any]:
    return {"application": case, "call": case.call, "organisation": case.organisation}


def _people(organisations: list[int], now: datetime) -> dict[int, list[User]]:
    found: dict[int, list[User]] = {}
    rows = Membership.objects.in_force(now).filter(
        organisation__in=organisations, role__in=EDITORS, user__is_active=True
    )
    for row in rows.select_related("user").order_by("organisation", "user"):
        found.setdefault(row.organisation_id, []).append(row.user)
    return found


def _officers(cases: list[Any], now: datetime) -> dict[int, list[User]]:
    """Return the handler of each case, else the coordinators; nobody with a conflict or who acts for the applicant."""
    if not cases:
        return {}
    coordinators = list(staff(now, StaffRoleKind.COORDINATOR))
    barred = set(
        ConflictDeclaration.objects.filter(application__in=[case.pk for case in cases], has_conflict=True).values_list(
            "application", "user"
        )
    )
    own = set(
        Membership.objects.in_force(now)
        .filter(organisation__in=[case.organisation_id for case in cases])
        .values_list("organisation", "user")
    )
    found = {}
    for case in cases:
        able = [
            person
            for person in coordinators
            if (case.pk, person.pk) not in barred and (case.organisation_id, person.pk) not in own
        ]
        found[case.pk] = [person for person in able if person.pk == case.handler_id] or able
    return found


def continuity_reminders(now: datetime) -> Iterator[Reminder]:
    """Yield reminders of the question of continuity: two weeks before the due day, and once it is late."""
    today = local_date(now)
    rows = Continuity.objects.filter(state="asked", due_on__lte=add_days(today, CONTINUITY_BEFORE))
    rows = rows.filter(Q(project__ends_on__gte=today) | Q(due_on__gte=today))
    related = ("project__application__call", "project__application__organisation")
    due = list(rows.select_related(*related).order_by("pk"))
    people = _people([row.project.application.organisation_id for row in due], now) if due else {}
    for row in due:
        phase = _phase(row, today)
        case = row.project.application
        for person in people.get(case.organisation_id, []) if phase else []:
            with translation.override(person.language):
                subject = _("Kertokaa, miten toiminta jatkuu: %(name)s") % {"name": row.project.name}
            yield Reminder(
                kind="grants.continuity_reminder",
                to=person,
                subject=subject,
                template="emails/grants/continuity",
                context={
                    **_case(case),
                    "project": row.project,
                    "continuity": row,
                    "step": "reminder",
                    "path": own_path(case, "own_continuity"),
                },
                dedup_key=f"grants.continuity_reminder:{row.pk}:{row.due_on:%Y%m%d}:{phase}:{person.pk}",
            )


def _phase(row: Continuity, today: date) -> str:
    """Return which reminder is due; none on the day of asking."""
    if row.is_late(today):
        return "late"
    return "soon" if local_date(row.asked_at) < add_days(row.due_on, -CONTINUITY_BEFORE) else ""
