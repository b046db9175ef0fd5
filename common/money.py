"""Euros and cents: ``Decimal`` inside, ``1 234,50 €`` outside; comma, dot and spaces accepted."""

import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

CENT = Decimal("0.01")
NBSP = "\N{NO-BREAK SPACE}"
MAX_EUROS = Decimal("9999999999.99")
_SPACES = re.compile(r"[\s\u00a0\u202f\u2009']+")
_SHAPE = re.compile(r"-?[0-9]+([.,][0-9]{1,2})?")
_GROUPED = re.compile(r"-?[0-9]{1,3}(\.[0-9]{3})+(,[0-9]{1,2})?")


def parse_euros(text: str) -> Decimal:
    """Read a sum as a Finn types it and return it with two decimals.

    ``4 500``, ``4500,5``, ``4500.50``, ``4.500,00`` and ``4 500 €`` are read; anything else raises
    ``ValidationError`` with an example. A dot before exactly three last digits without a comma is doubtful
    (4.500 may be thousands or decimals) and is refused rather than guessed.
    """
    compact = _SPACES.sub("", text).removesuffix("€").removesuffix("EUR").removesuffix("euroa")
    compact = compact.replace("\N{MINUS SIGN}", "-")
    if _GROUPED.fullmatch(compact) and "," in compact:
        compact = compact.replace(".", "")
    if not _SHAPE.fullmatch(compact):
        raise ValidationError(
            _("Kirjoita summa euroina, esimerkiksi 4 500 tai 4 500,50. Emme ymmärtäneet kirjoitustasi ”%(text)s”."),
            code="invalid",
            params={"text": text[:40]},
        )
    try:
        value = Decimal(compact.replace(",", ".")).quantize(CENT)
    except InvalidOperation:
        value = MAX_EUROS + 1
    if abs(value) > MAX_EUROS:
        raise ValidationError(_("Summa on liian suuri. Tarkista nollien määrä."), code="too_big")
    return value


def format_euros(value: Decimal | int | None, *, cents: bool | None = None) -> str:
    """Return ``1 234,50 €`` with no-break spaces; whole euros lose their cents unless ``cents`` is True."""
    if value is None:
        return "–"
    exact = Decimal(value).quantize(CENT, rounding=ROUND_HALF_UP)
    show_cents = cents if cents is not None else exact != exact.to_integral_value()
    if not show_cents:
        exact = exact.quantize(Decimal(1), rounding=ROUND_HALF_UP)
    whole, _dot, fraction = f"{abs(exact):,f}".partition(".")
    sign = "\N{MINUS SIGN}" if exact < 0 else ""
    return f"{sign}{whole.replace(',', NBSP)}{',' + fraction if fraction else ''}{NBSP}€"


class MoneyField(models.DecimalField):  # type: ignore[type-arg]
    """A sum in euros and cents in the database."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_digits", 12)
        kwargs.setdefault("decimal_places", 2)
        super().__init__(*args, **kwargs)

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"form_class": EuroFormField, **kwargs})


class MoneyInput(forms.TextInput):
    """A right-aligned text input with a decimal keypad."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"class": "money", "inputmode": "decimal", "autocomplete": "off", **(attrs or {})})

    def format_value(self, value: Any) -> str | None:
        if isinstance(value, Decimal | int):
            return format_euros(value).removesuffix(f"{NBSP}€")
        shown: str | None = super().format_value(value)
        return shown


class EuroFormField(forms.DecimalField):
    """A form field that reads sums as people type them."""

    widget = MoneyInput
    default_error_messages = {"required": _("Summa puuttuu. Kirjoita summa euroina, esimerkiksi 4 500.")}

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        if value in self.empty_values:
            return None
        return parse_euros(str(value))
