"""What is owed of a recovery on a day: interest, parts, surplus; and the reference number."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grants.recovery_sums import CENT, balance, reference_number

DUE = date(2027, 5, 31)
RATE = Decimal("9.50")


def test_nothing_is_added_until_the_due_day() -> None:
    found = balance(Decimal("500.00"), DUE, RATE, [], DUE)
    assert (found.outstanding, found.interest) == (Decimal("500.00"), 0)


def test_a_year_late_costs_the_rate() -> None:
    found = balance(Decimal("500.00"), DUE, RATE, [], DUE + timedelta(days=365))
    assert found.interest == Decimal("47.50")


def test_a_payment_covers_the_interest_first() -> None:
    paid = [(DUE + timedelta(days=73), Decimal("109.50"))]  # a fifth of a year: 9.50 of interest
    found = balance(Decimal("500.00"), DUE, RATE, paid, DUE + timedelta(days=73))
    assert (found.principal, found.interest, found.paid) == (Decimal("400.00"), 0, Decimal("109.50"))


def test_later_payments_are_left_out_and_too_much_is_told() -> None:
    paid = [(DUE, Decimal("520.00")), (DUE + timedelta(days=2), Decimal("1.00"))]
    found = balance(Decimal("500.00"), DUE, RATE, paid, DUE)
    assert (found.outstanding, found.surplus, found.paid) == (0, Decimal("20.00"), Decimal("520.00"))


sums = st.integers(1, 2_000_000).map(lambda cents: Decimal(cents) * CENT)
days = st.integers(-60, 800).map(lambda number: DUE + timedelta(days=number))


@given(sums, st.lists(st.tuples(days, sums), max_size=6), days, st.integers(0, 2500))
def test_every_cent_has_one_place(total: Decimal, paid: list[tuple[date, Decimal]], on: date, rate: int) -> None:
    found = balance(total, DUE, Decimal(rate) * CENT, paid, on)
    counted = sum((part for day, part in paid if day <= on), Decimal(0))
    assert found.paid == counted
    assert found.principal >= 0
    assert found.interest >= 0
    assert found.surplus >= 0
    assert not (found.surplus and found.principal)
    # What came in went to the sum, to interest or is too much: never more to the sum than there was.
    assert total - found.principal + found.surplus <= counted
    without = balance(total, DUE, Decimal(0), paid, on)
    assert without.principal - without.surplus == total - counted


@pytest.mark.parametrize(("base", "number"), [(123456, "1234561"), (70012, "700122"), (100, "1009")])
def test_reference_numbers_have_their_check_digit(base: int, number: str) -> None:
    weighed = sum(int(digit) * (7, 3, 1)[place % 3] for place, digit in enumerate(reversed(number[:-1])))
    assert (weighed + int(number[-1])) % 10 == 0
    assert reference_number(base) == number


def test_a_reference_number_is_not_too_short() -> None:
    with pytest.raises(ValueError, match="three digits"):
        reference_number(99)
