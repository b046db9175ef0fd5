"""Filters that read a frozen record: instants from text, words for roles and presence."""

from datetime import datetime
from typing import Any

from django import template

from liaisons.matters import presiding_title
from liaisons.models import AttendanceRole, CheckRole, Presence

register = template.Library()


@register.filter
def moment(text: str) -> datetime | None:
    """Return the instant of an ISO text, or nothing."""
    return datetime.fromisoformat(text) if text else None


@register.filter
def attendance_role(key: str) -> Any:
    """Return as what a person took part."""
    return AttendanceRole(key).label


@register.filter
def presence_word(key: str) -> Any:
    """Return whether a person was there, in words."""
    return Presence(key).label


@register.filter
def check_role(key: str) -> Any:
    """Return as what a person checked."""
    return CheckRole(key).label


@register.filter
def entry(mapping: dict[str, Any], key: str) -> Any:
    """Return the mapping's value under the key, or nothing."""
    return mapping.get(key, "")


@register.filter
def chair_title(position: str) -> Any:
    """Return as what a person presided over a matter, by the position of their seat."""
    return presiding_title(position)
