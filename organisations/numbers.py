"""Numbers of an organisation: business ID, association register number, bank account; and folded search text."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from stdnum import iban as iban_number
from stdnum.exceptions import ValidationError as NumberError
from stdnum.fi import ytunnus

MAX_ASSOCIATION_NUMBER = 999_999
_BUSINESS_ID = re.compile(r"\d{6,7}-\d")
_ASSOCIATION_NUMBER = re.compile(r"\d{1,3}\.\d{3}|\d{1,6}")
_ACCENTED = "åäáàâãæöøóòôõéèêëüúùûíìîïçñšž"
_PLAIN = "aaaaaaaooooooeeeeuuuuiiiicnsz"
_FOLDING = str.maketrans(_ACCENTED, _PLAIN)


def fold(text: str) -> str:
    """Return the text as search compares it: lower case, accents off. The same as SQL's ``fi_fold``."""
    return text.lower().translate(_FOLDING)


def parse_business_id(text: str) -> str | None:
    """Return ``1234567-1`` when the text is a business ID with a right check digit, else None.

    The old six-digit form gets its leading zero.
    """
    compact = text.strip()
    if not _BUSINESS_ID.fullmatch(compact) or not compact.isascii():
        return None
    compact = compact.rjust(9, "0")
    return compact if ytunnus.is_valid(compact) else None


def parse_association_number(text: str) -> int | None:
    """Return the register number of ``123.456`` or ``123456`` (1-999999), else None."""
    compact = text.strip()
    if not _ASSOCIATION_NUMBER.fullmatch(compact) or not compact.isascii():
        return None
    number = int(compact.replace(".", ""))
    return number if 1 <= number <= MAX_ASSOCIATION_NUMBER else None


def format_association_number(number: int | None) -> str:
    """Return ``123.456`` as the register writes it; empty for none."""
    if number is None:
        return ""
    return f"{number:,}".replace(",", ".")


def validate_business_id(value: str) -> None:
    """Raise ``ValidationError`` unless the value is a business ID in its written form ``1234567-1``."""
    if parse_business_id(value) != value:
        raise ValidationError(
            _("Y-tunnus ei ole oikein. Kirjoita se muodossa 1234567-1 ja tarkista numerot."), code="business_id"
        )


def parse_iban(text: str) -> str:
    """Return the account number without spaces, in capitals; raise ``ValidationError`` when it is not right."""
    try:
        return str(iban_number.validate(text))
    except NumberError as wrong:
        raise ValidationError(
            _("Tilinumero ei ole oikein. Kirjoita se IBAN-muodossa, esimerkiksi FI21 1234 5600 0007 85."),
            code="iban",
        ) from wrong


def format_iban(value: str) -> str:
    """Return the account number in groups of four."""
    return " ".join(value[i : i + 4] for i in range(0, len(value), 4))
