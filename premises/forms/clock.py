"""A form field for a time of day as Finns type it: ``8``, ``8.30``, ``16.00``."""

import re
from datetime import time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

_CLOCK = re.compile(r"(?:(?:klo|kl|at)?\.?\s*)?(\d{1,2})(?:[.:](\d{2}))?(?:[.:]00)?")


def parse_clock(text: str) -> time:
    """Read a time of day; ``24`` is the last minute of the day. Raises ``ValidationError``."""
    found = _CLOCK.fullmatch(text.strip().lower())
    if found:
        hour, minute = int(found[1]), int(found[2] or 0)
        if (hour, minute) == (24, 0):
            return time(23, 59)
        if hour < 24 and minute < 60:
            return time(hour, minute)
    raise ValidationError(
        _("Kellonaikaa ”%(text)s” emme ymmärtäneet. Kirjoita se näin: 8.30."),
        code="invalid",
        params={"text": text[:20]},
    )


def format_time(value: time) -> str:
    """Return ``8.30``; the last minute of the day is ``24.00``."""
    return "24.00" if value == time(23, 59) else f"{value.hour}.{value.minute:02}"


def short_time(value: time) -> str:
    """Return ``17.30``, and ``17`` for a whole hour: for ranges such as ``17–19``."""
    return format_time(value) if value.minute else f"{value.hour}"


class ClockInput(forms.TextInput):
    """A text input that shows a time as people write it."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"class": "time", "autocomplete": "off", "maxlength": "10", **(attrs or {})})

    def format_value(self, value: Any) -> str | None:
        shown: str | None = format_time(value) if isinstance(value, time) else super().format_value(value)
        return shown


class ClockField(forms.Field):
    """Reads a time of day and gives ``datetime.time``."""

    widget = ClockInput
    default_error_messages = {"required": _("Kellonaika puuttuu. Kirjoita se näin: 8.30.")}

    def to_python(self, value: Any) -> time | None:
        if value in self.empty_values:
            return None
        return value if isinstance(value, time) else parse_clock(str(value))
