"""Routes of sharing a call's cases among its assessors, and their arguments."""

from collections.abc import Callable
from typing import Any

from tests.security.expect import Expect, only
from tests.security.objects_handling import a_case
from tests.security.world import World

ASSIGNMENT_ROUTES: dict[str, Expect] = {
    "grants:distribution": only("coordinator"),
    "grants:distribution_even": only("coordinator"),
}


def _call(world: World) -> dict[str, Any]:
    return {"call_id": a_case(world).call_id}


ASSIGNMENT_KWARGS: dict[str, Callable[[World], dict[str, Any]]] = dict.fromkeys(ASSIGNMENT_ROUTES, _call)
