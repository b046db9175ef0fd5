"""Form fields for times as Finns type them: ``8.12.2026``, ``8.12.2026 klo 16.00``."""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from common.times import HELSINKI, NBSP, format_clock, format_date

_DAY = r"(?P<day>\d{1,2})\.\s*(?P<month>\d{1,2})\.\s*(?P<year>\d{4})"
_ISO = r"(?P<iso>\d{4}-\d{2}-\d{2})"
_CLOCK = r"(?:klo|kl|at)?\.?\s*(?P<hour>\d{1,2})(?:[.:](?P<minute>\d{2}))?(?:[.:]00)?"
_INSTANT = re.compile(rf"(?:{_DAY}|{_ISO})(?:[\s,T]+{_CLOCK})?\s*", re.IGNORECASE)
EARLIEST, LATEST = date(2000, 1, 1), date(2100, 1, 1)


def parse_instant(text: str) -> datetime:
    """Read a day and a clock time on Finland's clock and return the instant in UTC.

    ``8.12.2026 klo 16.00``, ``8.12.2026 16:00``, ``8.12.2026 klo 16``, ``2026-12-08T16:00`` and ``24.00`` for
    the end of a day are read. A missing clock time is refused rather than guessed; so is a time that the spring
    change of clocks skips or the autumn change repeats. Raises ``ValidationError``.
    """
    found = _INSTANT.fullmatch(text.replace(NBSP, " ").strip())
    if not found:
        raise ValidationError(
            _("Kirjoita päivä ja kellonaika näin: 8.12.2026 klo 16.00. Emme ymmärtäneet kirjoitustasi ”%(text)s”."),
            code="invalid",
            params={"text": text[:40]},
        )
    day = _day(found, text)
    if found["hour"] is None:
        raise ValidationError(_("Kellonaika puuttuu. Kirjoita esimerkiksi 8.12.2026 klo 16.00."), code="no_clock")
    return _on_the_clock(day, int(found["hour"]), int(found["minute"] or 0))


def _day(found: re.Match[str], text: str) -> date:
    try:
        if found["iso"]:
            day = date.fromisoformat(found["iso"])
        else:
            day = date(int(found["year"]), int(found["month"]), int(found["day"]))
    except ValueError:
        day = date.min
    if not EARLIEST <= day < LATEST:
        raise ValidationError(
            _("Päivää ”%(text)s” ei ole kalenterissa. Tarkista päivä, kuukausi ja vuosi."),
            code="no_such_day",
            params={"text": text[:40]},
        )
    return day


def _on_the_clock(day: date, hour: int, minute: int) -> datetime:
    if (hour, minute) == (24, 0):
        day, hour = day + timedelta(days=1), 0
    if hour > 23 or minute > 59:
        raise ValidationError(_("Kellonaikaa ei ole. Tunti on 0–23 ja minuutti 00–59."), code="no_such_time")
    first = datetime.combine(day, time(hour, minute), HELSINKI)
    second = first.replace(fold=1)
    if first.utcoffset() != second.utcoffset():
        raise ValidationError(
            _(
                "Kelloja siirretään tuona yönä, joten kellonaika voisi tarkoittaa kahta hetkeä. "
                "Valitse aika ennen klo 3.00 tai klo 4.00 jälkeen."
            ),
            code="clocks_change",
        )
    return first.astimezone(UTC)


class InstantInput(forms.TextInput):
    """A text input that shows an instant as people write it."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"class": "medium", "autocomplete": "off", **(attrs or {})})

    def format_value(self, value: Any) -> str | None:
        if isinstance(value, datetime):
            # Finnish in every language, because the field reads Finnish.
            return f"{format_date(value)} klo {format_clock(value)}"
        shown: str | None = super().format_value(value)
        return shown


class InstantField(forms.Field):
    """A form field that reads a day and a clock time and gives an aware datetime."""

    widget = InstantInput
    default_error_messages = {
        "required": _("Aika puuttuu. Kirjoita päivä ja kellonaika, esimerkiksi 8.12.2026 klo 16.00.")
    }

    def to_python(self, value: Any) -> datetime | None:
        if value in self.empty_values:
            return None
        return value if isinstance(value, datetime) else parse_instant(str(value))

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(initial != self.to_python(data))
        except ValidationError:
            return True


class DayInput(forms.TextInput):
    """A text input that shows a day as ``8.12.2026``."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"class": "date", "autocomplete": "off", **(attrs or {})})

    def format_value(self, value: Any) -> str | None:
        shown: str | None = format_date(value) if isinstance(value, date) else super().format_value(value)
        return shown


class DayField(forms.DateField):
    """A form field for a day, ``1.3.2027``."""

    widget = DayInput
    default_error_messages = {
        "required": _("Päivä puuttuu. Kirjoita se näin: 8.12.2026."),
        "invalid": _("Tätä päivää emme ymmärtäneet. Kirjoita se näin: 8.12.2026."),
    }
