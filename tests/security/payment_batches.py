"""Routes of payment batches, and their arguments: like ``routes.py`` and ``objects.py``."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from common import clock
from common.times import local_date
from grants.models import Payment, PaymentBatch, PaymentLine
from tests.accounts.factories import UserFactory
from tests.security.expect import Expect, only
from tests.security.objects_handling import a_served_decision
from tests.security.world import World

Kwargs = Callable[[World], dict[str, Any]]
_READERS = ("coordinator", "payments_clerk", "auditor")
_HANDLERS = ("coordinator", "payments_clerk")
IBAN = "FI2112345600000785"

BATCH_ROUTES: dict[str, Expect] = {
    "grants:payment_batches": only(*_READERS),
    "grants:payment_batch": only(*_READERS),
    "grants:payment_batch_export": only(*_READERS),
    "grants:payment_reconciliation": only(*_READERS),
    "grants:payment_batch_approve": only(*_HANDLERS, method="post"),
    "grants:payment_batch_return": only(*_HANDLERS),
    "grants:payment_batch_new": only("payments_clerk"),
    "grants:payment_batch_sent": only("payments_clerk", method="post"),
    "grants:payment_batch_states": only("payments_clerk"),
    "grants:payment_batch_came_back": only("payments_clerk"),
    "grants:payment_batch_xml": only("payments_clerk"),
    "grants:payment_return_file": only("payments_clerk"),
}


def a_batch(world: World) -> PaymentBatch:
    """Return an approved batch of one instalment of the world's grant."""

    def make() -> PaymentBatch:
        decision, now, by = a_served_decision(world), clock.now(), UserFactory()
        payment = Payment.objects.create(
            decision=decision,
            number=7,
            sum=Decimal("10.00"),
            state="released",
            planned_by=by,
            planned_at=now,
            released_by=UserFactory(),
            released_at=now,
            iban=IBAN,
            holder="Järjestö",
        )
        day = local_date(now) + timedelta(days=1)
        batch = PaymentBatch.objects.create(
            pay_on=day, pay_from=IBAN, count=1, sum=payment.sum, made_by=by, made_at=now
        )
        PaymentLine.objects.create(
            batch=batch, payment=payment, number=1, reference="YP1-1", sum=payment.sum, iban=IBAN, holder="Järjestö"
        )
        batch.state, batch.approved_by, batch.approved_at = "approved", UserFactory(), now
        batch.save()
        return batch

    return world.thing("payment_batch", make)  # type: ignore[no-any-return]


def _one(world: World) -> dict[str, Any]:
    return {"batch_id": a_batch(world).pk}


def _none(world: World) -> dict[str, Any]:
    a_batch(world)
    return {}


_OF_NONE = (
    "grants:payment_batches",
    "grants:payment_batch_new",
    "grants:payment_return_file",
    "grants:payment_reconciliation",
)
BATCH_KWARGS: dict[str, Kwargs] = {
    **dict.fromkeys(set(BATCH_ROUTES) - set(_OF_NONE), _one),
    **dict.fromkeys(_OF_NONE, _none),
    "grants:payment_batch_export": lambda world: {**_one(world), "kind": "csv"},
}
