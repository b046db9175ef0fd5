"""Routes of the officers' desk of use reports, and their arguments: like ``routes.py`` and ``objects.py``."""

from collections.abc import Callable
from typing import Any

from tests.grants.factories_money import make_decision, make_use_report
from tests.security.expect import Expect, only
from tests.security.world import World

Kwargs = Callable[[World], dict[str, Any]]

USE_REPORT_ROUTES: dict[str, Expect] = {
    "grants:use_reports_remind": only("coordinator", "payments_clerk", method="post"),
    "grants:use_report_enter": only("coordinator", "registrar"),
}


def a_report(world: World) -> Any:
    """Return a use report that waits for the world's organisation."""
    fields = {"organisation": world.organisation, "by": world.people["ngo_admin"]}
    return world.thing("open_use_report", lambda: make_use_report(decision=make_decision(**fields)))


USE_REPORT_KWARGS: dict[str, Kwargs] = {
    "grants:use_report_enter": lambda world: {"report_id": a_report(world).pk},
}
