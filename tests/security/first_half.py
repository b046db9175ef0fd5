"""Routes of an organisation's own copy and of the practice example of a call, and their arguments."""

from collections.abc import Callable
from typing import Any

from common import clock
from grants.models import CalibrationExample
from grants.workflow.assessment import Scored
from grants.workflow.calibration import save_example, show_example
from tests.security.expect import Expect, only
from tests.security.objects_handling import a_case
from tests.security.world import NGO, World

Kwargs = Callable[[World], dict[str, Any]]

FIRST_HALF_ROUTES: dict[str, Expect] = {
    "grants:own_copy": only(*NGO),
    "grants:calibration": only("coordinator"),
    "grants:calibration_show": only("coordinator", method="post"),
    "grants:calibration_remove": only("coordinator", method="post"),
    "grants:practise": only("assessor"),
}


def _example(world: World) -> dict[str, Any]:
    """Return the call of a shown example; written anew when somebody has removed it."""
    call, now = a_case(world).call, clock.now()
    if not CalibrationExample.objects.filter(call=call).exists():
        by = world.people["coordinator"]
        scores = [Scored(row.pk, 1, "Malli.") for row in call.criteria.all()]
        example = save_example(call, title="Esimerkki", text="Keksitty.", scores=scores, by=by, now=now)
        show_example(example, by=by, now=now)
    return {"call_id": call.pk}


def _sent(world: World) -> dict[str, Any]:
    case = a_case(world)
    return {"organisation_id": case.organisation_id, "application_id": case.pk}


FIRST_HALF_KWARGS: dict[str, Kwargs] = {
    **dict.fromkeys(
        ("grants:calibration", "grants:calibration_show", "grants:calibration_remove", "grants:practise"), _example
    ),
    "grants:own_copy": _sent,
}
