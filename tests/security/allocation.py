"""Routes of sharing the appropriation and of frozen proposals, and their arguments."""

from collections.abc import Callable
from typing import Any

from tests.security.expect import Expect, only
from tests.security.objects_handling import a_case, a_presented_case
from tests.security.world import BODY, World

# While the call is in handling its proposals are drafts: of the body's people only the presenter sees them.
_PREPARING = ("coordinator", "registrar", "auditor", "presenter")
_READING = ("coordinator", "registrar", "auditor", *BODY)

ALLOCATION_ROUTES: dict[str, Expect] = {
    "grants:allocation": only(*_PREPARING),
    "grants:allocation_xlsx": only(*_PREPARING),
    "grants:allocation_models": only(*_PREPARING),
    "grants:allocation_adopt": only("coordinator", method="post"),
    "grants:proposal_freeze": only("coordinator", "presenter", method="post"),
    "grants:proposal_set": only(*_READING),
    "grants:proposal_set_xlsx": only(*_READING),
    "grants:proposal_set_pdf": only(*_READING),
}


def _call(world: World) -> dict[str, Any]:
    return {"call_id": a_case(world).call_id}


def _presented(world: World) -> dict[str, Any]:
    return {"call_id": a_presented_case(world).call_id, "number": 1}


ALLOCATION_KWARGS: dict[str, Callable[[World], dict[str, Any]]] = {
    name: _presented if name.startswith("grants:proposal_set") else _call for name in ALLOCATION_ROUTES
}
