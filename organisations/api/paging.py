"""Pages that stay steady while rows change: after the last row seen, by the row's own number.

django-ninja's CursorPagination pages model instances by offset from a value; here the rows are dictionaries made
in one query, the number is unique, and the next page needs nothing but the last one seen.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from pydantic import BaseModel, Field

from organisations.api.problems import BadParameters

MAX_LIMIT = 100
_LARGEST = 2**63 - 1


class Paging(BaseModel):
    """Which page."""

    limit: int = Field(MAX_LIMIT, ge=1, le=MAX_LIMIT)
    cursor: str = Field("", max_length=40)


def make_cursor(last: int) -> str:
    """Return the mark of what comes after the row of that number."""
    return urlsafe_b64encode(f"after:{last}".encode()).decode().rstrip("=")


def read_cursor(cursor: str) -> int:
    """Return the number after which the page begins; 0 for the first page. Raise BadParameters for a made-up mark."""
    if not cursor:
        return 0
    try:
        word, _colon, number = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii").partition(":")
        if word != "after" or not 0 < int(number) <= _LARGEST:
            raise ValueError(number)
        return int(number)
    except ValueError as wrong:
        says = _("Sivun tunniste ei kelpaa. Ota se edellisen vastauksen kentästä next, tai jätä pois.")
        raise BadParameters([("cursor", says)]) from wrong


def page_of(found: QuerySet[Any], asked: Paging) -> QuerySet[Any]:
    """Return the page's rows and one more, by which the caller knows whether there is a next page."""
    return found.filter(pk__gt=read_cursor(asked.cursor)).order_by("pk")[: asked.limit + 1]


def next_page(request: HttpRequest, rows: list[dict[str, Any]], asked: Paging) -> str | None:
    """Cut the extra row off and return the whole address of the next page; None on the last one."""
    if len(rows) <= asked.limit:
        return None
    del rows[asked.limit :]
    asked_for = [(name, value) for name, values in request.GET.lists() for value in values if name != "cursor"]
    query = urlencode([*asked_for, ("cursor", make_cursor(rows[-1]["id"]))])
    return f"{settings.BASE_URL}{request.path}?{query}"
