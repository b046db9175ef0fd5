"""Reminders of use reports: 30, 7 and 1 days before the due day, 1, 7 and 30 days after it."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.utils import translation
from django.utils.translation import gettext as _

from common.seams import Reminder
from common.times import format_date, local_date
from grants.models import UseReport
from grants.policies import EDITORS
from grants.workflow.use_reports import link_of
from organisations.models import Membership

#: Days from the due day to the reminder; each is sent once.
STEPS = (-30, -7, -1, 1, 7, 30)
#: Once a step is this old it is not sent any more: the next one is nearer.
STALE_AFTER = 5


def use_report_reminders(now: datetime) -> Iterator[Reminder]:
    """Yield the reminders that are due: to everybody who may fill in reports for the organisation."""
    today = local_date(now)
    reports = (
        UseReport.objects.waiting_for_applicant()
        .filter(due_on__lte=today - timedelta(days=min(STEPS)))
        .filter(due_on__gte=today - timedelta(days=max(STEPS) + STALE_AFTER))
        .select_related("decision__application__organisation", "decision__application__call")
        .order_by("pk")
    )
    due = [(report, step) for report in reports if (step := reached_step((today - report.due_on).days)) is not None]
    people: dict[int, list[Membership]] = {}
    memberships = Membership.objects.in_force(now).filter(
        organisation__in={report.decision.application.organisation_id for report, _days in due},
        role__in=EDITORS,
        user__is_active=True,
    )
    for membership in memberships.select_related("user").order_by("organisation", "user"):
        people.setdefault(membership.organisation_id, []).append(membership)
    for report, step in due:
        for membership in people.get(report.decision.application.organisation_id, []):
            yield _reminder(report, step, membership)


def reached_step(days_after: int) -> int | None:
    """Return the latest step that has been reached, unless it has grown stale."""
    reached = [step for step in STEPS if step <= days_after]
    return reached[-1] if reached and days_after - reached[-1] < STALE_AFTER else None


def _reminder(report: UseReport, step: int, membership: Membership) -> Reminder:
    user = membership.user
    with translation.override(user.language):
        late = _("Käyttöselvitys on myöhässä, määräpäivä oli %(when)s")
        waits = _("Käyttöselvitys on lähettämättä, määräpäivä %(when)s")
        subject = (late if step > 0 else waits) % {"when": format_date(report.due_on)}
    return Reminder(
        kind="grants.use_report_reminder",
        to=user,
        subject=subject,
        template="emails/grants/use_report_reminder",
        context={
            "report": report,
            "application": report.decision.application,
            "path": link_of(report),
            "late": step > 0,
        },
        dedup_key=f"grants.use_report_reminder:{report.pk}:{report.due_on}:{step}:{user.pk}",
        required=step > 0,
    )
