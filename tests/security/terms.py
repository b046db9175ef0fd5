"""Routes of a call's terms, its check, the calendar and planned rounds, and their arguments."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from common import clock
from county.models import Theme
from grants.models import AppropriationReserve, CallInvitation, PlannedRound, Procedure
from tests.grants.factories import make_call, make_kind
from tests.security.expect import PUBLIC, SIGNED_IN, Expect, only
from tests.security.world import World

_SETUP = ("call_reserves", "call_reserve_new", "call_reserve", "call_budget", "call_invitations")
_PRESS = ("call_reserve_remove", "call_invitation_remove", "call_ask_publishing", "call_take_back_request")

TERMS_ROUTES: dict[str, Expect] = {
    "grants:call_calendar": PUBLIC,
    "grants:call_calendar_file": PUBLIC,
    "grants:follows": SIGNED_IN,
    **{f"grants:{name}": only("coordinator") for name in ("plan", "plan_new", "plan_edit")},
    "grants:plan_remove": only("coordinator", method="post"),
    # The world's call was asked by a coordinator of another name, so both who may check see it.
    "grants:call_check": only("coordinator", "registrar"),
    **{f"grants:{name}": only("coordinator") for name in _SETUP},
    **{f"grants:{name}": only("coordinator", method="post") for name in _PRESS},
}


def _times() -> dict[str, Any]:
    now = clock.now()
    return {"opens_at": now - timedelta(days=5), "closes_at": now + timedelta(days=20)}


def a_reserve(world: World) -> AppropriationReserve:
    """Return a reserve of a draft."""

    def make() -> AppropriationReserve:
        call = make_call(state="draft", kind=make_kind(decided_by=world.body), **_times())
        theme = Theme.objects.create(name_fi="Arjen tuki")
        return AppropriationReserve.objects.create(call=call, name_fi="Arjen tuki", sum=Decimal(1000), theme=theme)

    return world.thing("reserve", make)  # type: ignore[no-any-return]


def an_invitation_to_apply(world: World) -> CallInvitation:
    """Return an invitation of the world's organisation to a negotiated draft."""

    def make() -> CallInvitation:
        call = make_call(
            state="draft", kind=make_kind(decided_by=world.body), procedure=Procedure.NEGOTIATED, **_times()
        )
        return CallInvitation.objects.create(
            call=call,
            organisation=world.organisation,
            invited_by=world.people["coordinator"],
            invited_at=clock.now(),
        )

    return world.thing("call_invitation", make)  # type: ignore[no-any-return]


def an_asked_call(world: World) -> Any:
    """Return a draft whose publishing another coordinator has asked."""

    def make() -> Any:
        call = make_call(state="draft", kind=make_kind(decided_by=world.body, four_eyes=True), **_times())
        call.asked_by, call.asked_at, call.four_eyes = call.created_by, clock.now(), True
        call.save()
        return call

    return world.thing("asked_call", make)


def a_plan(world: World) -> PlannedRound:
    """Return a planned round."""
    days = {"opens_on": date(2031, 1, 10), "closes_on": date(2031, 2, 10)}
    by = world.people["coordinator"]
    return world.thing(  # type: ignore[no-any-return]
        "planned_grant_round", lambda: PlannedRound.objects.create(kind=make_kind(), planned_by=by, **days)
    )


def _call(world: World) -> dict[str, Any]:
    return {"call_id": a_reserve(world).call_id}


def _reserve(world: World) -> dict[str, Any]:
    return {**_call(world), "reserve_id": a_reserve(world).pk}


TERMS_KWARGS: dict[str, Callable[[World], dict[str, Any]]] = {
    **dict.fromkeys(
        (
            f"grants:{name}"
            for name in (
                "call_reserves",
                "call_reserve_new",
                "call_budget",
                "call_ask_publishing",
                "call_take_back_request",
            )
        ),
        _call,
    ),
    **dict.fromkeys(("grants:call_reserve", "grants:call_reserve_remove"), _reserve),
    "grants:call_check": lambda world: {"call_id": an_asked_call(world).pk},
    "grants:call_invitations": lambda world: {"call_id": an_invitation_to_apply(world).call_id},
    "grants:call_invitation_remove": lambda world: {
        "call_id": an_invitation_to_apply(world).call_id,
        "invitation_id": an_invitation_to_apply(world).pk,
    },
    **dict.fromkeys(("grants:plan_edit", "grants:plan_remove"), lambda world: {"round_id": a_plan(world).pk}),
}
