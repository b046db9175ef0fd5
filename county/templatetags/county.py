"""``{% load county %}``: names that may stand in another language than the page."""

from django import template
from django.utils.html import format_html
from django.utils.translation import get_language

from county.models import LocalizedName

register = template.Library()


@register.filter
def localized(row: LocalizedName | None) -> str:
    """``{{ body|localized }}``: the name, marked with its language where that is not the page's."""
    if row is None:
        return ""
    if row.name_language == (get_language() or "fi")[:2]:
        return row.name
    return format_html('<span lang="{}">{}</span>', row.name_language, row.name)
