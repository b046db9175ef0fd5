"""Routes of changes after award, and their arguments: like ``routes.py`` and ``objects.py``."""

from collections.abc import Callable
from typing import Any

from common import clock
from grants.award_terms import terms_of
from grants.models import ChangeRequest
from tests.accounts.factories import UserFactory
from tests.security.decisions import a_letter
from tests.security.expect import Expect, only
from tests.security.objects_handling import a_served_decision
from tests.security.world import NGO, OFFICIAL, World

Kwargs = Callable[[World], dict[str, Any]]
_STAFF = ("coordinator", "registrar", "auditor", "payments_clerk")
_READERS = (*_STAFF, "secretary")
_EDITORS = ("ngo_admin", "ngo_editor", "ngo_signatory")

CHANGE_ROUTES: dict[str, Expect] = {
    # The office-holder's list is empty until a grant decided in the post is to change.
    "grants:changes": only(*_READERS, OFFICIAL),
    "grants:change_powers": only("coordinator"),
    "grants:change_limits": only("coordinator"),
    "grants:change": only(*_READERS),
    "grants:change_return": only("coordinator"),
    "grants:change_lay": only("coordinator"),
    "grants:change_decide": only("coordinator"),
    "grants:change_record": only("registrar", "secretary"),
    "grants:change_letter": only(*NGO, *_READERS),
    "grants:own_changes": only(*NGO),
    "grants:own_change_new": only(*_EDITORS),
    "grants:own_change": only(*NGO),
    "grants:own_change_edit": only(*_EDITORS),
    "grants:own_change_preview": only(*_EDITORS),
    "grants:own_change_withdraw": only("ngo_admin", "ngo_signatory"),
}


def _make(world: World, **fields: Any) -> ChangeRequest:
    decision, now, by = a_served_decision(world), clock.now(), UserFactory()
    terms = terms_of(decision).as_json()
    return ChangeRequest.objects.create(
        decision=decision,
        before=terms,
        asked=terms,
        why="Retki siirtyi.",
        created_by=by,
        created_at=now,
        sent_by=by,
        sent_at=now,
        proposal="Hyväksytään.",
        laid_by=by,
        laid_at=now,
        **fields,
    )


def a_change(world: World) -> ChangeRequest:
    """Return a change of the world's grant that has been laid before its body."""
    return world.thing("change", lambda: _make(world, case_number="MU/1", state="laid"))  # type: ignore[no-any-return]


def a_decided_change(world: World) -> ChangeRequest:
    """Return a change that the body has not approved."""
    now = clock.now()

    def make() -> ChangeRequest:
        return _make(
            world,
            case_number="MU/2",
            state="rejected",
            decider="Koelautakunta",
            decided_on=now.date(),
            section_number=3,
            decided_by=UserFactory(),
            decided_at=now,
            letter=a_letter(),
            revision_ends_on=now.date(),
            reasons="Ei vastaa tarkoitusta.",
            legal_basis="Hakuohje.",
        )

    return world.thing("decided_change", make)  # type: ignore[no-any-return]


def _one(world: World) -> dict[str, Any]:
    return {"change_id": a_change(world).pk}


def _own(world: World) -> dict[str, Any]:
    a_change(world)
    return {"organisation_id": world.organisation.pk}


def _none(world: World) -> dict[str, Any]:
    a_change(world)
    return {}


CHANGE_KWARGS: dict[str, Kwargs] = {
    **dict.fromkeys((f"grants:change{name}" for name in ("", "_return", "_lay", "_decide", "_record")), _one),
    **dict.fromkeys(
        (f"grants:own_change{name}" for name in ("", "_edit", "_preview", "_withdraw")),
        lambda world: {**_own(world), **_one(world)},
    ),
    **dict.fromkeys(("grants:changes", "grants:change_powers"), _none),
    "grants:change_limits": lambda world: {"kind_id": a_change(world).decision.application.call.kind_id},
    "grants:change_letter": lambda world: {"change_id": a_decided_change(world).pk},
    "grants:own_changes": _own,
    "grants:own_change_new": lambda world: {**_own(world), "decision_id": a_change(world).decision_id},
}
