"""Spans and days as people read them: ``17–19``, ``ti 12.1.``."""

from datetime import date, datetime
from typing import Any

from django import template
from django.utils.formats import date_format

from common.times import helsinki
from premises.forms.clock import short_time

register = template.Library()


@register.filter
def clock_range(span: Any) -> str:
    """``17–19`` or ``17.30–19.30`` on Finland's clock; takes a span, a booking, a closure or a place in a queue."""
    start = getattr(span, "start", None) or span.starts_at
    end = getattr(span, "end", None) or span.ends_at
    return f"{short_time(helsinki(start).time())}–{short_time(helsinki(end).time())}"


@register.filter
def day_short(value: date) -> str:
    """``ti 12.1.``: the weekday in the reader's language; an instant is read on Finland's clock."""
    day = helsinki(value).date() if isinstance(value, datetime) else value
    return f"{date_format(day, 'D').lower()} {day.day}.{day.month}."


@register.filter
def day_long(value: date) -> str:
    """``tiistai 12.1.2027``."""
    day = helsinki(value).date() if isinstance(value, datetime) else value
    return f"{date_format(day, 'l').lower()} {day.day}.{day.month}.{day.year}"
