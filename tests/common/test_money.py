"""Sums as Finns type them, and as they are shown."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from common.money import EuroFormField, format_euros, parse_euros

NBSP = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("4500", "4500.00"),
        ("4 500", "4500.00"),
        (f"4{NBSP}500,5", "4500.50"),
        ("4500.50", "4500.50"),
        ("4.500,00", "4500.00"),
        ("1.234.567,89", "1234567.89"),
        ("4 500 €", "4500.00"),
        ("0,01", "0.01"),
        ("-3,20", "-3.20"),
        ("\N{MINUS SIGN}3,20", "-3.20"),
        ("9999999999,99", "9999999999.99"),
    ],
)
def test_sums_are_read_as_they_are_typed(typed: str, read: str) -> None:
    assert parse_euros(typed) == Decimal(read)


@pytest.mark.parametrize(
    "typed", ["", "abc", "4.500", "1,234.56", "12,345", "4 500,5,0", "NaN", "1e5", "٣٤", "10000000000"]
)
def test_doubtful_sums_are_refused_with_an_example(typed: str) -> None:
    with pytest.raises(ValidationError):
        parse_euros(typed)


@pytest.mark.parametrize(
    ("value", "cents", "shown"),
    [
        (Decimal("1234.5"), None, "1 234,50 €"),
        (Decimal("180000"), None, "180 000 €"),
        (Decimal("180000"), True, "180 000,00 €"),
        (Decimal("0.005"), None, "0,01 €"),
        (Decimal("999.5"), False, "1 000 €"),
        (Decimal("-3.2"), None, "\N{MINUS SIGN}3,20 €"),
        (None, None, "–"),
    ],
)
def test_sums_are_shown_with_no_break_spaces(value: Decimal | None, cents: bool | None, shown: str) -> None:
    assert format_euros(value, cents=cents) == shown.replace(" ", NBSP)


@given(st.decimals(min_value=Decimal("-9999999999.99"), max_value=Decimal("9999999999.99"), places=2))
def test_what_is_shown_can_be_typed_back(value: Decimal) -> None:
    assert parse_euros(format_euros(value)) == value


def test_an_empty_required_field_says_what_to_write() -> None:
    with pytest.raises(ValidationError) as refusal:
        EuroFormField().clean("")
    assert refusal.value.messages == ["Summa puuttuu. Kirjoita summa euroina, esimerkiksi 4 500."]
