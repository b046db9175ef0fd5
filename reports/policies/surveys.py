"""Rights to surveys: the coordinator makes them, everybody reads what has been published; answering asks no account."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from common.policies import policy
from common.times import local_date
from reports.models import ExternalResult, OpenAnswerGroup, Survey, SurveyQuestion, SurveyTable
from reports.policies.annual import may_make_reports


@policy("reports.survey.read")
def surveys_read(user: Any, now: datetime) -> QuerySet[Survey]:
    """Anyone reads published results."""
    return Survey.objects.filter(state="published")


@policy("reports.survey.answer")
def surveys_answered(user: Any, now: datetime) -> QuerySet[Survey]:
    """Anyone answers an open survey on its days by its open link."""
    today = local_date(now)
    return Survey.objects.filter(state="open", has_open_link=True, opens_on__lte=today, closes_on__gte=today)


@policy("reports.survey.manage")
def surveys_managed(user: Any, now: datetime) -> QuerySet[Survey]:
    """The coordinator makes surveys, invites, groups open answers and publishes."""
    return Survey.objects.all() if may_make_reports(user, now) else Survey.objects.none()


@policy("reports.survey_question.manage")
def questions_managed(user: Any, now: datetime) -> QuerySet[SurveyQuestion]:
    """Questions of the surveys that the person makes."""
    return SurveyQuestion.objects.filter(survey__in=surveys_managed(user, now).values("pk"))


@policy("reports.survey_table.manage")
def tables_managed(user: Any, now: datetime) -> QuerySet[SurveyTable]:
    """Tables of the surveys that the person makes."""
    return SurveyTable.objects.filter(survey__in=surveys_managed(user, now).values("pk"))


@policy("reports.open_group.manage")
def groups_managed(user: Any, now: datetime) -> QuerySet[OpenAnswerGroup]:
    """Groups of open answers of the surveys that the person makes."""
    return OpenAnswerGroup.objects.filter(question__survey__in=surveys_managed(user, now).values("pk"))


@policy("reports.external_result.read")
def external_results_read(user: Any, now: datetime) -> QuerySet[ExternalResult]:
    """Anyone reads the results of others: they have been published by their makers."""
    return ExternalResult.objects.all()


@policy("reports.external_result.manage")
def external_results_managed(user: Any, now: datetime) -> QuerySet[ExternalResult]:
    """The coordinator enters results of others."""
    return ExternalResult.objects.all() if may_make_reports(user, now) else ExternalResult.objects.none()
