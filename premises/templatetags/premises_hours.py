"""``{% load premises_hours %}``: times of day and lengths as people read them."""

from datetime import time

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from premises.forms.clock import format_time

register = template.Library()


@register.filter
def clock_time(value: time | None) -> str:
    """``{{ row.opens|clock_time }}``: 8.30; the last minute of the day is 24.00."""
    return "" if value is None else format_time(value)


@register.filter
def duration_fi(minutes: int) -> str:
    """``{{ room.least_minutes|duration_fi }}``: 30 minuuttia, 2 tuntia, 1 tunti 30 minuuttia."""
    hours, rest = divmod(minutes, 60)
    words = []
    if hours:
        words.append(ngettext("%(count)s tunti", "%(count)s tuntia", hours) % {"count": hours})
    if rest or not hours:
        words.append(_("%(count)s minuuttia") % {"count": rest})
    return " ".join(words)
