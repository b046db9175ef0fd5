"""Calls in the search over all."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from common import clock
from common.policies import allowed
from common.seams import SearchHit
from grants.call_times import public_status

FIELDS = ("title", "summary")


def search_calls(user: Any, text: str, limit: int) -> Iterator[SearchHit]:
    """Provider of the ``search`` seam: calls whose names or summaries hold every word, the newest first."""
    words = text.split()
    if not words:
        return
    now = clock.now()
    found = allowed("grants.call.view", user, now=now)
    for word in words:
        match = Q()
        for field in FIELDS:
            for language in ("fi", "sv", "en"):
                match |= Q(**{f"{field}_{language}__icontains": word})
        found = found.filter(match)
    for call in found.order_by("-closes_at", "pk")[:limit]:
        yield SearchHit(
            title=call.title,
            url=reverse("grants:call", args=[call.pk]),
            kind=_("Avustushaku"),
            detail=public_status(call, now).word,
        )
