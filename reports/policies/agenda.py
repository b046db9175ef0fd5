"""Rights to put a yearly report on an agenda: who makes reports, and may bring matters to the meeting."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from common.policies import allowed, policy
from liaisons.models import Meeting
from reports.models import AnnualReport
from reports.models.agenda import ReportMatter
from reports.policies.annual import may_make_reports, reports_anyone_may_read


@policy("reports.annual.place")
def reports_to_place(user: Any, now: datetime) -> QuerySet[AnnualReport]:
    """The coordinator puts a published report on an agenda."""
    return reports_anyone_may_read(user, now) if may_make_reports(user, now) else AnnualReport.objects.none()


@policy("reports.annual.place_in")
def meetings_to_place_in(user: Any, now: datetime) -> QuerySet[Meeting]:
    """The coming meetings to which the coordinator may bring matters."""
    if not may_make_reports(user, now):
        return Meeting.objects.none()
    return allowed("liaisons.agenda.add", user, now=now).filter(state="planned", starts_at__gt=now, body__draft=False)


@policy("reports.matter.manage")
def matters_managed(user: Any, now: datetime) -> QuerySet[ReportMatter]:
    """The coordinator takes a report off the agenda of a meeting to which they may bring matters."""
    if not may_make_reports(user, now):
        return ReportMatter.objects.none()
    return ReportMatter.objects.filter(meeting__in=allowed("liaisons.agenda.add", user, now=now).values("pk"))
