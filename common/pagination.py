"""Pages of a list: the page number is in the URL, a wrong one shows the nearest page."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest

PER_PAGE = 25


def paginate(request: HttpRequest, rows: Any, *, per_page: int = PER_PAGE, count: int | None = None) -> Page[Any]:
    """Return the page that ``?sivu=`` asks for; two queries (count, rows) whatever the length.

    ``rows`` is a queryset, a list or what can be sliced. Where ``count``, the number of rows, is known already, it is
    not asked again.
    """
    pages = Paginator(rows, per_page)
    if count is not None:
        pages.count = count
    return pages.get_page(request.GET.get("sivu"))
