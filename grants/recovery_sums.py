"""What is owed of a recovered grant on a day, and the reference number by which it is paid.

Interest runs by the yearly rate of the decision from the day after the due day on what is left of the sum (korkolaki
633/1982 4 §), by days of 365; a payment covers the interest first and the sum then (kauppakaari 9:5). Sums are euros
as ``Decimal``, rounded half up to cents when a payment is counted and at the end.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
YEAR = Decimal(365)


@dataclass(frozen=True)
class Balance:
    """What is left of the sum and of the interest, what has been paid, and what was paid too much; euros."""

    principal: Decimal
    interest: Decimal
    paid: Decimal
    surplus: Decimal

    @property
    def outstanding(self) -> Decimal:
        """All that is owed on the day."""
        return self.principal + self.interest


def balance(total: Decimal, due_on: date, rate: Decimal, payments: Iterable[tuple[date, Decimal]], on: date) -> Balance:
    """Return the balance on the evening of ``on``; payments of later days are left out. ``rate`` is per cent a year."""
    principal, interest, paid, since = total, Decimal(0), Decimal(0), due_on
    for day, sum_paid in sorted(payments):
        if day > on:
            break
        interest += _interest(principal, rate, since, day)
        since, paid = max(since, day), paid + sum_paid
        to_interest = min(interest, sum_paid)
        interest -= to_interest
        principal -= sum_paid - to_interest
    interest += _interest(principal, rate, since, on)
    surplus = max(-principal, Decimal(0))
    return Balance(max(principal, Decimal(0)), interest, paid, surplus)


def _interest(principal: Decimal, rate: Decimal, since: date, until: date) -> Decimal:
    days = (until - since).days
    if days <= 0 or principal <= 0:
        return Decimal(0)
    return (principal * rate / 100 * days / YEAR).quantize(CENT, ROUND_HALF_UP)


def reference_number(base: int) -> str:
    """Return the Finnish reference number (viitenumero) of ``base``, from three digits on: its check digit last.

    The digits from the right are weighed 7, 3, 1; the check digit fills the sum to the next ten (Finanssiala ry).
    """
    if base < 100:
        raise ValueError("A reference number has at least three digits before the check digit.")
    total = sum(int(digit) * (7, 3, 1)[place % 3] for place, digit in enumerate(reversed(str(base))))
    return f"{base}{-total % 10}"
