"""Routes of office-holders' decisions, and their arguments: like ``routes.py`` and ``objects.py``."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from common import clock
from grants.models import DecidingOfficial
from grants.workflow.conflicts import declare_no_conflicts
from grants.workflow.handling import open_handling
from grants.workflow.officials import lay_call
from grants.workflow.proposals import propose
from tests.grants.factories import make_call, make_kind, make_submitted
from tests.grants.factories_officials import POST
from tests.security.expect import Expect, only
from tests.security.world import OFFICIAL, World

Kwargs = Callable[[World], dict[str, Any]]

OFFICIAL_ROUTES: dict[str, Expect] = {
    "grants:call_lay": only("coordinator"),
    "grants:call_take_back_laid": only("coordinator", method="post"),
    "grants:official": only(OFFICIAL),
    "grants:official_call": only(OFFICIAL),
    # Staff may read the case, but on pages of their own.
    "grants:official_case": only(OFFICIAL),
    "grants:officials": only("administrator", "coordinator", "auditor"),
    "grants:official_end": only("administrator"),
}


def a_laid_case(world: World) -> Any:
    """Return a case of the world's organisation, laid before the world's office-holder."""

    def make() -> Any:
        now, coordinator = clock.now(), world.people["coordinator"]
        kind = make_kind(decided_by=None, decision_maker="office_holder", decided_by_post_fi=POST, claims_to=world.body)
        call = make_call(kind=kind, opens_at=now - timedelta(days=30), closes_at=now - timedelta(days=1))
        sender = world.people["ngo_admin"]
        case = make_submitted(call=call, organisation=world.organisation, by=sender, now=now - timedelta(days=10))
        open_handling(call, by=coordinator, now=now)
        propose(case, sum=Decimal(3000), reasons="Vaikuttavaa.", by=coordinator, now=now)
        lay_call(call, by=coordinator, now=now)
        assert declare_no_conflicts([case.pk], by=world.people[OFFICIAL], now=now) == 1
        return case

    return world.thing("laid_case", make)


def _call(world: World) -> dict[str, Any]:
    return {"call_id": a_laid_case(world).call_id}


def _case(world: World) -> dict[str, Any]:
    return {"application_id": a_laid_case(world).pk}


def _official(world: World) -> dict[str, Any]:
    return {"official_id": DecidingOfficial.objects.get(user=world.people[OFFICIAL]).pk}


def _none(world: World) -> dict[str, Any]:
    a_laid_case(world)
    return {}


OFFICIAL_KWARGS: dict[str, Kwargs] = {
    **dict.fromkeys(("grants:call_lay", "grants:call_take_back_laid", "grants:official_call"), _call),
    "grants:official_case": _case,
    "grants:official_end": _official,
    **dict.fromkeys(("grants:official", "grants:officials"), _none),
}
