"""Routes of recoveries, and their arguments: like ``routes.py`` and ``objects.py``."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from common import clock
from grants.models import Payment, RecoveryCase
from tests.accounts.factories import UserFactory
from tests.security.decisions import a_letter
from tests.security.expect import Expect, only
from tests.security.objects_handling import a_served_decision
from tests.security.world import NGO, World

Kwargs = Callable[[World], dict[str, Any]]
_READERS = ("coordinator", "registrar", "auditor", "payments_clerk", "secretary")

RECOVERY_ROUTES: dict[str, Expect] = {
    "grants:recoveries": only(*_READERS),
    "grants:recoveries_csv": only(*_READERS),
    "grants:recovery_new": only("coordinator"),
    "grants:recovery": only(*_READERS),
    "grants:recovery_hear": only("coordinator"),
    "grants:recovery_decide": only("registrar", "secretary"),
    # Of what has been decided the payments clerk takes the rest off the books.
    "grants:recovery_end": only("payments_clerk"),
    "grants:recovery_repay": only("payments_clerk"),
    "grants:recovery_parts": only("payments_clerk"),
    "grants:recovery_enforce": only("payments_clerk", method="post"),
    "grants:recovery_letter": only(*NGO, *_READERS),
    "grants:own_recoveries": only(*NGO),
    "grants:own_recovery": only(*NGO),
}


def a_recovery(world: World) -> RecoveryCase:
    """Return a decided recovery of the world's grant, of which nothing has been paid back."""

    def make() -> RecoveryCase:
        decision, now, by = a_served_decision(world), clock.now(), UserFactory()
        day = now.date()
        Payment.objects.create(
            decision=decision,
            number=1,
            sum=Decimal("100.00"),
            state="paid",
            planned_by=by,
            planned_at=now,
            released_by=UserFactory(),
            released_at=now,
            iban="FI2112345600000785",
            holder="Järjestö",
            paid_on=day,
        )
        return RecoveryCase.objects.create(
            decision=decision,
            case_number="TP/1",
            state="decided",
            ground="unused",
            facts="Rahaa jäi.",
            sum=Decimal("50.00"),
            opened_by=by,
            opened_at=now,
            unheard_why="Järjestö ilmoitti itse.",
            reasons="Rahaa jäi.",
            legal_basis="Hakuohje.",
            decided_on=day,
            section_number=1,
            due_on=day + timedelta(days=30),
            interest_rate=Decimal("9.50"),
            reference="700011",
            letter=a_letter(),
            recorded_by=by,
            recorded_at=now,
            revision_ends_on=day + timedelta(days=17),
        )

    return world.thing("recovery", make)  # type: ignore[no-any-return]


def _one(world: World) -> dict[str, Any]:
    return {"recovery_id": a_recovery(world).pk}


def _own(world: World) -> dict[str, Any]:
    a_recovery(world)
    return {"organisation_id": world.organisation.pk}


def _none(world: World) -> dict[str, Any]:
    a_recovery(world)
    return {}


def _decision(world: World) -> dict[str, Any]:
    return {"decision_id": a_recovery(world).decision_id}


RECOVERY_KWARGS: dict[str, Kwargs] = {
    **dict.fromkeys(
        (
            f"grants:recovery{name}"
            for name in ("", "_hear", "_decide", "_end", "_repay", "_parts", "_enforce", "_letter")
        ),
        _one,
    ),
    **dict.fromkeys(("grants:recoveries", "grants:recoveries_csv"), _none),
    "grants:recovery_new": _decision,
    "grants:own_recoveries": _own,
    "grants:own_recovery": lambda world: {**_own(world), **_one(world)},
}
