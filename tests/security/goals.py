"""Routes of development goals, and their arguments: like ``routes.py`` and ``objects.py``."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from reports.models import DevelopmentGoal, GoalIndicator
from tests.security.expect import PUBLIC, Expect, only
from tests.security.world import World

_MANAGES = "coordinator"

GOAL_ROUTES: dict[str, Expect] = {
    **{f"reports:{name}": PUBLIC for name in ("goals", "goals_csv", "goal")},
    "reports:goals_desk": only(_MANAGES, "auditor"),
    **{
        f"reports:{name}": only(_MANAGES)
        for name in (
            "goal_desk",
            "goal_follow",
            "goal_responsible",
            "indicator_new",
            "indicator_edit",
            "indicator_value",
        )
    },
    "reports:indicator_remove": only(_MANAGES, method="post"),
}


def _goal(world: World) -> DevelopmentGoal:
    row = DevelopmentGoal.objects.filter(text_fi="Tavoite").first()
    return row or DevelopmentGoal.objects.create(text_fi="Tavoite", first_year=2025, last_year=2028)


def _indicator(world: World) -> GoalIndicator:
    goal = _goal(world)
    row = goal.indicators.first()
    return row or GoalIndicator.objects.create(goal=goal, label="Mittari", target=Decimal(5))


GOAL_KWARGS: dict[str, Callable[[World], dict[str, Any]]] = {
    **{
        f"reports:{name}": lambda world: {"pk": _goal(world).pk}
        for name in ("goal", "goal_desk", "goal_follow", "goal_responsible", "indicator_new")
    },
    **{
        f"reports:{name}": lambda world: {"pk": _indicator(world).pk}
        for name in ("indicator_edit", "indicator_remove", "indicator_value")
    },
}
