"""Routes of who takes part in a meeting's matter instead of those who have withdrawn, and their arguments."""

from collections.abc import Callable
from typing import Any

from tests.security.bodies import RUNS, a_conflict, an_item
from tests.security.expect import Expect, only
from tests.security.world import World

MATTER_ROUTES: dict[str, Expect] = {
    "liaisons:item_chair": only(*RUNS, method="post"),
    "liaisons:item_deputy": only(*RUNS, method="post"),
}

MATTER_KWARGS: dict[str, Callable[[World], dict[str, Any]]] = {
    "liaisons:item_chair": lambda world: {"pk": an_item(world).pk},
    "liaisons:item_deputy": lambda world: {"pk": a_conflict(world).pk},
}
