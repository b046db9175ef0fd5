"""Values of register fields as text: how the import compares them, how people write and read them."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from common.times import format_date
from county.models import Municipality
from organisations import numbers
from organisations.models import LegalForm, Organisation, RegisterField, RegisterStatus
from organisations.register.rows import parse_date

LIMITS = {
    RegisterField.NAME: 500,
    RegisterField.STREET_ADDRESS: 200,
    RegisterField.POST_TOWN: 100,
    RegisterField.EMAIL: 254,
    RegisterField.PHONE: 50,
    RegisterField.WEBSITE: 300,
    RegisterField.SIGNING_RULE: 4000,
}


def stored_text(organisation: Organisation, field: str) -> str:
    """Return what the organisation's column holds, as text: a municipality by its key, a day in ISO form."""
    if field == RegisterField.SIGNATORIES:
        return ""
    value = getattr(organisation, field)
    return "" if value is None else value.isoformat() if hasattr(value, "isoformat") else str(value)


def to_column(field: str, text: str) -> Any:
    """Return what the column holds of a value as text."""
    if field == RegisterField.DOMICILE:
        return int(text) if text else None
    if field == RegisterField.REGISTERED_ON:
        return parse_date(text) if text else None
    return text


def read_typed(field: str, typed: str) -> str | None:
    """Return what a person typed as the column's text, or None when it is not a value of the field.

    A municipality by its name or number, a day as ``12.3.1946``, a form and a state by their names.
    """
    text = " ".join(typed.split())
    readers: dict[RegisterField, Callable[[str], str | None]] = {
        RegisterField.DOMICILE: _municipality,
        RegisterField.REGISTERED_ON: _day,
        RegisterField.LEGAL_FORM: partial(_choice, LegalForm.choices),
        RegisterField.STATUS: partial(_choice, RegisterStatus.choices),
        RegisterField.POSTCODE: _postcode,
        RegisterField.BUSINESS_ID: numbers.parse_business_id,
        RegisterField.ASSOCIATION_NUMBER: _number,
    }
    reader = readers.get(RegisterField(field))
    if reader is not None:
        return reader(text)
    return text if len(text) <= LIMITS.get(RegisterField(field), 2000) else None


def _municipality(text: str) -> str | None:
    folded = text.casefold()
    for row in Municipality.objects.all():
        if folded in (row.name_fi.casefold(), row.name_sv.casefold(), row.code):
            return str(row.pk)
    return None


def _day(text: str) -> str | None:
    day = parse_date(text)
    return day.isoformat() if day else None


def _postcode(text: str) -> str | None:
    return text if len(text) == 5 and text.isascii() and text.isdigit() else None


def _number(text: str) -> str | None:
    number = numbers.parse_association_number(text)
    return str(number) if number else None


def _choice(choices: Iterable[tuple[str, Any]], text: str) -> str | None:
    folded = text.casefold()
    return next((key for key, label in choices if folded in (key, str(label).casefold())), None)


class Shown:
    """Puts values of fields into words; the municipalities are asked once."""

    def __init__(self) -> None:
        self._municipalities: dict[str, str] | None = None

    def __call__(self, field: str, text: str) -> str:
        """Return the value as people read it; empty for nothing."""
        if not text:
            return ""
        if field == RegisterField.DOMICILE:
            return self._municipality(text)
        if field == RegisterField.REGISTERED_ON:
            day = parse_date(text)
            return format_date(day) if day else text
        if field == RegisterField.LEGAL_FORM:
            return str(dict(LegalForm.choices).get(text, text))
        if field == RegisterField.STATUS:
            return str(dict(RegisterStatus.choices).get(text, text))
        if field == RegisterField.ASSOCIATION_NUMBER and text.isdigit():
            return numbers.format_association_number(int(text))
        return text

    def _municipality(self, text: str) -> str:
        if self._municipalities is None:
            self._municipalities = {str(row.pk): row.name for row in Municipality.objects.all()}
        return self._municipalities.get(text, text)
