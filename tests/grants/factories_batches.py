"""Payment batches for tests, through the verbs."""

from datetime import datetime, timedelta
from typing import Any

from accounts.models import User
from grants.models import Payment, PaymentBatch
from grants.workflow.payment_batches import approve_batch, make_batch, send_batch
from tests.accounts.factories import staff
from tests.grants.factories_money import FINAL, make_payment

PAY_ON = FINAL.date() + timedelta(days=1)
#: The county's account, and with it the day after which the bank may answer.
COUNTY_IBAN = "FI4950009420028730"
ANSWERED = FINAL + timedelta(days=2)


def make_payment_batch(
    count: int = 1,
    *,
    state: str = "made",
    payments: list[Payment] | None = None,
    clerk: User | None = None,
    pay_from: str = "",
    now: datetime = FINAL,
    **fields: Any,
) -> PaymentBatch:
    """Return a batch of the ``payments``, else of ``count`` new instalments, in the state."""
    by = clerk or staff("payments_clerk")
    found = payments or [make_payment(state="released", now=now, **fields) for _ in range(count)]
    batch = make_batch([row.pk for row in found], pay_on=PAY_ON, pay_from=pay_from, by=by, now=now)
    if state in ("approved", "sent"):
        batch = approve_batch(batch, by=staff("coordinator"), now=now)
    if state == "sent":
        batch = send_batch(batch, by=by, now=now)
    return batch
