"""Rights to development goals: everybody reads, the coordinator sets them up, who answers for one follows it."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from accounts.roles import has_any_staff_role
from common.policies import policy
from reports.models import DevelopmentGoal, GoalIndicator


def may_list_goals(user: Any, now: datetime) -> bool:
    """Tell whether the person has the desk's list of goals."""
    return has_any_staff_role(user, now, "coordinator", "auditor")


@policy("reports.goal.read")
def goals_read(user: Any, now: datetime) -> QuerySet[DevelopmentGoal]:
    """Anyone reads the goals: a decided document of the county is public (621/1999)."""
    return DevelopmentGoal.objects.all()


@policy("reports.goal.manage")
def goals_managed(user: Any, now: datetime) -> QuerySet[DevelopmentGoal]:
    """The coordinator names who answers for a goal, and its indicators."""
    if has_any_staff_role(user, now, "coordinator"):
        return DevelopmentGoal.objects.all()
    return DevelopmentGoal.objects.none()


@policy("reports.goal.follow")
def goals_followed(user: Any, now: datetime) -> QuerySet[DevelopmentGoal]:
    """The coordinator, and who answers for the goal, write how it goes and enter values."""
    if has_any_staff_role(user, now, "coordinator"):
        return DevelopmentGoal.objects.all()
    if not user.is_authenticated:
        return DevelopmentGoal.objects.none()
    return DevelopmentGoal.objects.filter(responsible=user)


@policy("reports.indicator.manage")
def indicators_managed(user: Any, now: datetime) -> QuerySet[GoalIndicator]:
    """Indicators of the goals that the person manages."""
    return GoalIndicator.objects.filter(goal__in=goals_managed(user, now).values("pk"))


@policy("reports.indicator.follow")
def indicators_followed(user: Any, now: datetime) -> QuerySet[GoalIndicator]:
    """Indicators of the goals that the person follows."""
    return GoalIndicator.objects.filter(goal__in=goals_followed(user, now).values("pk"))
