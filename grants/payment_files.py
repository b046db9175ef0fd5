"""The list of a payment batch as rows for the ledger, and its sums by state for the reconciliation."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.utils import translation

from grants.life_cycles_batches import BATCH_LINE, OPEN
from grants.models import PaymentBatch, PaymentLine

HEAD = (
    "viite",
    "maksupäivä",
    "asianumero",
    "järjestö",
    "Y-tunnus",
    "avustus",
    "erä",
    "summa",
    "tilinumero",
    "tilin omistaja",
    "kustannuspaikka",
    "tili",
    "tila",
    "maksettu",
    "syy",
)
WITH = ("payment__decision__application__organisation", "payment__decision__application__call")
ZERO = Decimal(0)
#: States in which the money is with the county again.
RETURNED = ("returned", "came_back")


def lines_of(batch: PaymentBatch) -> QuerySet[PaymentLine]:
    """Return the batch's lines with their cases."""
    return batch.lines.select_related(*WITH).order_by("number")


def rows(batch: PaymentBatch) -> Iterator[tuple[Any, ...]]:
    """Yield one row for each instalment under ``HEAD``; states in Finnish, as a return file names them."""
    with translation.override("fi"):
        states = {state.key: str(state.label) for state in BATCH_LINE.states}
    for line in lines_of(batch):
        application = line.payment.decision.application
        yield (
            line.reference,
            batch.pay_on,
            application.case_number,
            application.organisation.name,
            application.organisation.business_id or "",
            application.call.title_fi,
            line.payment.number,
            line.sum,
            line.iban,
            line.holder,
            line.cost_centre,
            line.ledger_account,
            states[line.state],
            line.paid_on,
            line.reason,
        )


@dataclass(frozen=True)
class StateSum:
    """How many instalments are in a state and how many euros they are."""

    label: str
    tone: str
    count: int
    sum: Decimal


@dataclass(frozen=True)
class Match:
    """The reconciliation of one batch: its sum against the sums of the states, and what still differs from it."""

    states: list[StateSum]
    total: Decimal
    paid: Decimal
    open: Decimal
    returned: Decimal
    is_whole: bool

    @property
    def unpaid(self) -> Decimal:
        """Euros of the batch that have not been paid."""
        return self.total - self.paid


def match(batch: PaymentBatch) -> Match:
    """Reconcile a batch; one query. ``is_whole``: the states add up to the batch's sum and number of instalments."""
    found = {
        row["state"]: (row["many"], row["total"])
        for row in batch.lines.order_by().values("state").annotate(many=Count("pk"), total=Sum("sum"))
    }
    states = [
        StateSum(str(state.label), state.tone, *found[state.key]) for state in BATCH_LINE.states if state.key in found
    ]
    sums = {key: total for key, (_many, total) in found.items()}
    return Match(
        states,
        batch.sum,
        paid=sums.get("paid", ZERO),
        open=sum((sums.get(key, ZERO) for key in OPEN), ZERO),
        returned=sum((sums.get(key, ZERO) for key in RETURNED), ZERO),
        is_whole=(sum(row.sum for row in states), sum(row.count for row in states)) == (batch.sum, batch.count),
    )


def reconciled(batches: QuerySet[PaymentBatch]) -> QuerySet[PaymentBatch]:
    """Return sent batches with ``paid``, ``open``, ``returned`` and ``listed_sum`` in euros, in the same query."""

    def total(condition: Q) -> Any:
        return Sum("lines__sum", filter=condition, default=ZERO)

    return batches.annotate(
        listed_sum=Sum("lines__sum", default=ZERO),
        paid_sum=total(Q(lines__state="paid")),
        open_sum=total(Q(lines__state__in=OPEN)),
        returned_sum=total(Q(lines__state__in=RETURNED)),
    ).annotate(unpaid_sum=F("sum") - F("paid_sum"))


def differing(batches: QuerySet[PaymentBatch]) -> QuerySet[PaymentLine]:
    """Return the lines by which what was paid differs from what was sent: not answered, stopped, come back."""
    rows = PaymentLine.objects.filter(batch__in=batches.values("pk"), state__in=[*OPEN, *RETURNED])
    return rows.select_related(*WITH, "batch").order_by("batch", "number")
