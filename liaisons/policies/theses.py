"""Rights to the yearly self-assessment: the coordinator runs it, an organisation answers, all read the result."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from accounts.roles import has_any_staff_role
from common.policies import allowed, policy
from liaisons.models import NgoAssessment, SelfAssessment


def may_manage_assessments(user: Any, now: datetime) -> bool:
    """Tell whether the person may begin a year; the same people as ``liaisons.assessment.manage``."""
    return has_any_staff_role(user, now, "coordinator")


@policy("liaisons.assessment.public")
def assessment_public(user: Any, now: datetime) -> QuerySet[SelfAssessment]:
    """Everybody reads what has been published."""
    return SelfAssessment.objects.filter(state="published")


@policy("liaisons.assessment.manage")
def assessment_manage(user: Any, now: datetime) -> QuerySet[SelfAssessment]:
    """The coordinator scores for the county, opens, closes and publishes."""
    return SelfAssessment.objects.all() if may_manage_assessments(user, now) else SelfAssessment.objects.none()


@policy("liaisons.assessment.desk")
def assessment_desk(user: Any, now: datetime) -> QuerySet[SelfAssessment]:
    """The coordinator and the auditor see the years; of organisations' answers they too see sums only."""
    reads = has_any_staff_role(user, now, "coordinator", "auditor")
    return SelfAssessment.objects.all() if reads else SelfAssessment.objects.none()


@policy("liaisons.assessment.answer")
def assessment_answer(user: Any, now: datetime) -> QuerySet[SelfAssessment]:
    """An organisation's people see the years that have been opened."""
    acts = user.is_authenticated and allowed("organisations.represent", user, now=now).exists()
    opened = SelfAssessment.objects.exclude(state="planned")
    return opened if acts else opened.none()


@policy("liaisons.ngoassessment.own")
def ngo_assessment_own(user: Any, now: datetime) -> QuerySet[NgoAssessment]:
    """Only an organisation's own people read its answer; officers never do."""
    acting = allowed("organisations.represent", user, now=now).values("pk")
    return NgoAssessment.objects.filter(organisation__in=acting)
