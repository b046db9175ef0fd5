"""Pages of a list: the page number is in the URL, a wrong one shows the nearest page."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest

PER_PAGE = 25


def paginate(request: HttpRequest, rows: QuerySet[Any] | list[Any], *, per_page: int = PER_PAGE) -> Page[Any]:
    """Return the page that ``?sivu=`` asks for; two queries (count, rows) whatever the length."""
    return Paginator(rows, per_page).get_page(request.GET.get("sivu"))
