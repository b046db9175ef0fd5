"""The form fields of one question, and the typed answer that they add up to."""

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from common.money import EuroFormField
from common.text_fields import PlainTextField
from grants import form_definition as forms_data
from grants.form_definition import Question

MAX_ROWS = 40
EXTRA_ROWS = {"contacts": 1, "partners": 2, "funding": 2, "expenses": 3, "income": 2}
FIRST_ROWS = {"contacts": 2, "partners": 3, "funding": 2, "expenses": 5, "income": 3}
LIMITS = {"name": 150, "role": 100, "email": 254, "phone": 40, "part": 300, "funder": 150, "what": 150, "source": 150}
LONGEST = 20_000

Field = forms.Field
#: What stands under a name: (label, field) of one input.
Fields = dict[str, Field]

_phone = RegexValidator(
    r"^[0-9 +()\-]{5,40}$", _("Kirjoita puhelinnumero numeroina, esimerkiksi 040 123 4567."), code="phone"
)


class PositiveEuros(EuroFormField):
    """A sum that is not below zero."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            min_value=Decimal(0),
            error_messages={"min_value": _("Summa ei voi olla pienempi kuin nolla.")},
            **kwargs,
        )


class WholeNumber(forms.IntegerField):
    """A whole number as people type it: spaces between thousands are read."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            min_value=0,
            max_value=10_000_000,
            widget=forms.TextInput({"class": "number", "inputmode": "numeric", "autocomplete": "off"}),
            error_messages={
                "invalid": _("Kirjoita kokonaisluku numeroina, esimerkiksi 40."),
                "min_value": _("Luku ei voi olla pienempi kuin nolla."),
                "max_value": _("Luku on liian suuri. Tarkista nollien määrä."),
            },
            **kwargs,
        )

    def to_python(self, value: Any) -> int | None:
        if isinstance(value, str):
            value = "".join(value.split())
        return super().to_python(value)


def text_field(question: Question, label: str) -> Field:
    """Return one line: plain, an e-mail address or a telephone number."""
    common: dict[str, Any] = {"label": label, "required": False, "max_length": question.get("max_length") or 300}
    if question.get("format") == "email":
        return email_field(label, maximum=common["max_length"])
    if question.get("format") == "phone":
        return phone_field(label)
    return PlainTextField(**common)


def email_field(label: Any, *, maximum: int = 254) -> forms.EmailField:
    """Return an e-mail field with a message that tells what to do."""
    return forms.EmailField(
        label=label,
        required=False,
        max_length=maximum,
        widget=forms.EmailInput({"autocomplete": "off"}),
        error_messages={"invalid": _("Kirjoita koko sähköpostiosoite, esimerkiksi etunimi.sukunimi@esimerkki.fi.")},
    )


def phone_field(label: Any) -> forms.CharField:
    """Return a telephone number."""
    return forms.CharField(
        label=label,
        required=False,
        max_length=LIMITS["phone"],
        validators=[_phone],
        widget=forms.TextInput({"inputmode": "tel", "autocomplete": "off", "class": "medium"}),
    )


class Prose(PlainTextField):
    """Running text. A text over the question's limit is kept (the completeness rule asks to shorten it)."""

    def __init__(self, *, limit: int, **kwargs: Any) -> None:
        widget = forms.Textarea({"data-limit": str(limit), "rows": 6})
        super().__init__(max_length=LONGEST, required=False, widget=widget, **kwargs)
        widget.attrs.pop("maxlength", None)
        self.limit = limit


def _choices(pairs: dict[str, Any]) -> list[tuple[str, Any]]:
    return [("", _("Valitse")), *pairs.items()]


def _select(label: Any, pairs: dict[str, Any]) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, required=False, choices=_choices(pairs))


def _line(label: Any, column: str) -> PlainTextField:
    return PlainTextField(label=label, required=False, max_length=LIMITS[column])


ROW_FIELDS: dict[str, dict[str, Callable[[], Field]]] = {
    "contacts": {
        "name": lambda: _line(_("Nimi"), "name"),
        "role": lambda: _line(_("Tehtävä järjestössä"), "role"),
        "email": lambda: email_field(_("Sähköposti")),
        "phone": lambda: phone_field(_("Puhelin")),
    },
    "partners": {
        "name": lambda: _line(_("Kumppani"), "name"),
        "part": lambda: _line(_("Mitä kumppani tekee"), "part"),
    },
    "funding": {
        "kind": lambda: _select(_("Rahoittajan laji"), forms_data.FUNDERS),
        "funder": lambda: _line(_("Rahoittajan nimi"), "funder"),
        "year": lambda: forms.IntegerField(
            label=_("Vuosi"),
            required=False,
            min_value=2000,
            max_value=2100,
            widget=forms.TextInput({"class": "short", "inputmode": "numeric"}),
            error_messages={
                name: _("Kirjoita vuosi neljällä numerolla, esimerkiksi 2026.")
                for name in ("invalid", "min_value", "max_value")
            },
        ),
        "sum": lambda: PositiveEuros(label=_("Summa"), required=False),
        "state": lambda: _select(_("Haettu vai myönnetty"), forms_data.FUNDING_STATES),
        "same_activity": lambda: _select(_("Samaan toimintaan"), forms_data.YES_NO),
    },
    "expenses": {
        "what": lambda: _line(_("Mihin"), "what"),
        "total": lambda: PositiveEuros(label=_("Summa"), required=False),
        "grant": lambda: PositiveEuros(label=_("Tästä avustuksella"), required=False),
    },
    "income": {
        "source": lambda: _line(_("Mistä"), "source"),
        "sum": lambda: PositiveEuros(label=_("Summa"), required=False),
    },
}


def row_fields(name: str, kind: str, count: int) -> Fields:
    """Return the inputs of ``count`` rows under ``<name>-<row>-<column>``."""
    return {f"{name}-{row}-{column}": make() for row in range(count) for column, make in ROW_FIELDS[kind].items()}


def municipality_choices(municipalities: Iterable[Any]) -> list[tuple[str, str]]:
    """Return (code, name) of the county's own municipalities."""
    return [(row.code, row.name) for row in municipalities]


def typed(value: Any) -> Any:
    """Return a cleaned value as the answers keep it: sums as text with two decimals, texts trimmed."""
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    if isinstance(value, str):
        return value.strip()
    return value
