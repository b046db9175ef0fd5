"""Rights to the talk about reports: who asks, who reads questions, who answers."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from common.policies import policy
from reports.audiences import COMMITTEE
from reports.models import AnnualReport, SectionQuestion
from reports.policies.annual import may_make_reports, reports_anyone_may_read, reports_to_mark


@policy("reports.annual.ask")
def reports_to_ask_about(user: Any, now: datetime) -> QuerySet[AnnualReport]:
    """Who sits in or serves a body that reads the report asks about it, and so does the coordinator."""
    if may_make_reports(user, now):
        return reports_anyone_may_read(user, now).filter(audience=COMMITTEE)
    return reports_to_mark(user, now)


@policy("reports.question.read")
def questions_read(user: Any, now: datetime) -> QuerySet[SectionQuestion]:
    """Anyone reads what has been answered; who may ask reads what waits for an answer too."""
    answered = SectionQuestion.objects.answered().filter(report__in=reports_anyone_may_read(user, now).values("pk"))
    if not user.is_authenticated:
        return answered
    asking = SectionQuestion.objects.filter(report__in=reports_to_ask_about(user, now).values("pk"))
    return asking | answered


@policy("reports.question.answer")
def questions_answered(user: Any, now: datetime) -> QuerySet[SectionQuestion]:
    """The coordinator answers."""
    return SectionQuestion.objects.all() if may_make_reports(user, now) else SectionQuestion.objects.none()
