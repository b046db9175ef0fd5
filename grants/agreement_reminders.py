"""Reminders of agreements that end in half a year, so that they are evaluated and renewed in time."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import StaffRoleKind
from common.policies import may
from common.seams import Reminder
from common.times import format_date, local_date
from grants.models import Agreement
from grants.policies import EDITORS
from grants.workflow.agreement_news import own_path
from organisations.models import Membership
from organisations.workflow.guards import staff

#: Days before the last day; one reminder for each, and when the beat was away only while it is not stale.
DAYS_BEFORE = 183
STALE_AFTER = 60


def agreement_reminders(now: datetime) -> Iterator[Reminder]:
    """Yield the reminders that are due: to the coordinators and to those who fill in for the parties.

    Not of an agreement that has a follower already, nor of one that was made shorter than half a year.
    """
    today = local_date(now)
    first, last = (today + timedelta(days=DAYS_BEFORE - days) for days in (STALE_AFTER, 0))
    rows = Agreement.objects.filter(state="in_force", ends_on__range=(first, last), reference="")
    rows = rows.exclude(successors__relation="renewal", successors__state__in=["draft", "negotiating", "signing"])
    due = [row for row in rows.prefetch_related("parties").order_by("pk") if _is_long(row)]
    if not due:
        return
    coordinators = staff(now, StaffRoleKind.COORDINATOR)
    people: dict[int, list[Any]] = {}
    organisations = {party.organisation_id for row in due for party in row.parties.all()}
    memberships = Membership.objects.in_force(now).filter(
        organisation__in=organisations, role__in=EDITORS, user__is_active=True
    )
    for membership in memberships.select_related("user").order_by("organisation", "user"):
        people.setdefault(membership.organisation_id, []).append(membership.user)
    for row in due:
        for person in coordinators:
            if may("grants.agreement.work", person, row, now=now):
                yield _reminder(row, person, f"/hallinta/sopimukset/{row.pk}/")
        for party in row.parties.all():
            for person in people.get(party.organisation_id, []):
                yield _reminder(row, person, own_path(row, party.organisation_id))


def _is_long(agreement: Agreement) -> bool:
    starts, ends = agreement.starts_on, agreement.ends_on
    return starts is not None and ends is not None and (ends - starts).days > DAYS_BEFORE


def _reminder(agreement: Agreement, to: Any, path: str) -> Reminder:
    with translation.override(to.language):
        day = format_date(agreement.ends_on) if agreement.ends_on else ""
        subject = _("Sopimus päättyy %(day)s: %(title)s") % {"day": day, "title": agreement.title}
    return Reminder(
        kind="grants.agreement_reminder",
        to=to,
        subject=subject,
        template="emails/grants/agreement",
        context={"agreement": agreement, "step": "ends", "path": path},
        dedup_key=f"grants.agreement_reminder:{agreement.pk}:{agreement.ends_on}:{to.pk}",
    )
