"""What every page gets: the county, the sections that work, languages, roles of the person."""

from typing import Any

from django.http import HttpRequest


def page(request: HttpRequest) -> dict[str, Any]:
    """Return the base template's context."""
    return {}
