"""What is told of sites and rooms to everybody; a fixed number of queries, whatever the rows."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import get_language

from premises.models import (
    FeatureGroup,
    OpeningException,
    OpeningHours,
    Room,
    RoomFeature,
    Site,
    UseTerms,
    Weekday,
)

#: What a list shows of a room: the features by which rooms are sought.
_FEATURES = Prefetch(
    "features",
    RoomFeature.objects.filter(feature__is_filter=True)
    .select_related("feature")
    .order_by("feature__order", "feature__name_fi"),
)


def public_sites(sites: QuerySet[Site], *, municipality: str = "", feature: str = "", whose: str = "") -> Any:
    """Return sites in use by municipality and name, each with ``shown_rooms`` (bookable, with features).

    ``whose`` is ``alue`` for the county's own, ``jarjesto`` for those of organisations. With ``feature`` (its key)
    only rooms that have it are shown, and only sites that have such a room.
    """
    rooms = Room.objects.bookable().order_by("order", "name_fi", "pk").prefetch_related(_FEATURES)
    found = sites.filter(is_in_use=True)
    if municipality:
        found = found.filter(municipality__code=municipality)
    if whose:
        found = found.filter(organisation__isnull=whose == "alue")
    if feature:
        having = RoomFeature.objects.filter(feature__key=feature)
        rooms = rooms.filter(pk__in=having.values("room"))
        found = found.filter(
            pk__in=Room.objects.bookable().filter(pk__in=having.values("room")).order_by().values("site")
        )
    return (
        found.select_related("municipality", "organisation")
        .prefetch_related(Prefetch("rooms", rooms, to_attr="shown_rooms"))
        .order_by("municipality__name_fi", "name_fi", "pk")
    )


def by_municipality(sites: Iterable[Site]) -> list[tuple[Any, list[Site]]]:
    """Return the sites, which come by municipality, under their municipalities."""
    return [(place, list(rows)) for place, rows in groupby(sites, key=lambda site: site.municipality)]


@dataclass(frozen=True)
class DayHours:
    """One weekday with its hours; none when the place is closed on it."""

    name: Any
    hours: list[OpeningHours]


def week_of(rows: Iterable[OpeningHours]) -> list[DayHours]:
    """Return Monday to Sunday with the hours among ``rows``; empty when there are none at all."""
    given = sorted(rows, key=lambda row: (row.weekday, row.opens))
    if not given:
        return []
    return [DayHours(day.label, [row for row in given if row.weekday == day]) for day in Weekday]


def coming_exceptions(site: Site, today: date, *, room: Room | None = None) -> QuerySet[OpeningException]:
    """Return the exceptions that are not over: the site's own, or those that concern the room; soonest first."""
    which = Q(room=None) if room is None else Q(room=None) | Q(room=room)
    return site.opening_exceptions.filter(which, last_day__gte=today).select_related("room")


def grouped(features: Iterable[RoomFeature]) -> list[tuple[Any, list[RoomFeature]]]:
    """Return a room's features under their groups' headings, no empty group."""
    rows = list(features)
    return [
        (group.label, found) for group in FeatureGroup if (found := [row for row in rows if row.feature.group == group])
    ]


def terms_text(terms: UseTerms) -> tuple[str, str]:
    """Return the terms in the reader's language, else in Finnish, with the language that it is."""
    language = (get_language() or "fi")[:2]
    text = getattr(terms, f"text_{language}", "")
    return (text, language) if text else (terms.text_fi, "fi")
