"""Writing and reading the organisation's timeline."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import translation
from django.utils.functional import Promise

from organisations.models import Organisation, TimelineEntry, Visibility


def write(
    organisation: Organisation,
    text: str | Promise,
    values: dict[str, Any] | None = None,
    *,
    visibility: str,
    now: datetime,
    by: Any = None,
    link: str = "",
) -> TimelineEntry:
    """Add an entry in the caller's transaction.

    ``text`` is a sentence, at most 500 characters, with ``values`` for its %-places; a lazy text and lazy
    values are read in Finnish, whatever the language of the person who acts. ``visibility`` is one of
    ``Visibility``; ``link`` a path of the portal; ``by`` the person who acted.
    """
    with translation.override("fi"):
        words = str(text) % values if values else str(text)
    return TimelineEntry.objects.create(
        organisation=organisation, at=now, text=words[:500], visibility=Visibility(visibility), link=link, by=by
    )


def entries(organisation: Organisation, *levels: str) -> QuerySet[TimelineEntry]:
    """Return the entries of those visibilities, newest first, with their authors."""
    return organisation.timeline.filter(visibility__in=levels).select_related("by")
