"""Finding a room that is free: what fits, how often it is free, and what is nearly free."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from common.policies import allowed
from common.times import day_start, local_date
from county.models import Municipality
from premises.availability import Verdict, free_for
from premises.models import Feature, Room, RoomFeature, SearchMiss, WhoMay
from premises.policies.bookings import may_book_for_county
from premises.recurrence import Rule, occasions
from premises.spans import Span

#: Rooms whose times are looked up for one search; the rest are told to be narrowed away.
MOST_ROOMS = 500
#: Rooms for which the nearest free time is looked up too: the first pages of a search.
MOST_NEAR = 40


@dataclass(frozen=True)
class Found:
    """A room, the verdict of each time sought, and how many of them are free."""

    room: Room
    verdicts: tuple[Verdict, ...]
    free: int
    near: int

    @property
    def fits_all(self) -> bool:
        """Tell whether the room is free every time."""
        return self.free == len(self.verdicts)

    def first(self, most: int) -> tuple[Verdict, ...]:
        """Return the first verdicts, for a table that shows only some."""
        return self.verdicts[:most]


@dataclass(frozen=True)
class Wanted:
    """What is sought besides the time."""

    rule: Rule
    municipality: Municipality | None = None
    neighbours: bool = False
    number: int | None = None
    features: tuple[str, ...] = ()


def times_of(rule: Rule) -> list[Span]:
    """Return the spans that the rule gives, those on holidays left out."""
    return [one.span for one in occasions(rule) if not one.skipped_reason]


def neighbours_of(municipality: Municipality) -> list[int]:
    """Return the keys of the municipality and of those whose tile touches its tile on the county's map."""
    if municipality.tile_column is None or municipality.tile_row is None:
        return [municipality.pk]
    column, row = municipality.tile_column, municipality.tile_row
    near = Municipality.objects.filter(
        is_own=True, tile_column__range=(column - 1, column + 1), tile_row__range=(row - 1, row + 1)
    )
    return [municipality.pk, *near.values_list("pk", flat=True)]


def fitting_rooms(user: Any, wanted: Wanted, now: datetime) -> QuerySet[Any]:
    """Return the rooms that can be booked and have what is asked, with site, municipality and features.

    Rooms that only the county's units may book (such as those that NGOs offer) are for its own people.
    """
    rows: QuerySet[Any] = allowed("premises.room.view", user, now=now).filter(
        pk__in=Room.objects.bookable().values("pk")
    )
    if not may_book_for_county(user, now):
        rows = rows.exclude(who_may=WhoMay.COUNTY)
    if wanted.number:
        rows = rows.filter(capacity__gte=wanted.number)
    if wanted.municipality:
        own = neighbours_of(wanted.municipality) if wanted.neighbours else [wanted.municipality.pk]
        rows = rows.filter(site__municipality__in=own)
    for key in wanted.features:
        rows = rows.filter(Exists(RoomFeature.objects.filter(room=OuterRef("pk"), feature__key=key)))
    return rows.select_related("site__municipality", "site__organisation").prefetch_related(
        Prefetch("features", RoomFeature.objects.select_related("feature").order_by("feature__order", "pk"))
    )


def find(user: Any, wanted: Wanted, *, now: datetime) -> list[Found]:
    """Return the rooms that are free or nearly free at some time sought: most often free first, then the smallest.

    A fixed number of queries whatever the rooms and times: which are free, then near misses of the best ones.
    """
    spans = [span for span in times_of(wanted.rule) if span.start > now]
    rooms = list(fitting_rooms(user, wanted, now).order_by("name_fi", "pk")[:MOST_ROOMS])
    if not spans or not rooms:
        return []
    verdicts = free_for(rooms, spans, now=now, near=False)
    told = sorted((_found(room, verdicts[room.pk]) for room in rooms), key=lambda one: (-one.free, one.room.capacity))
    shown = [one for one in told if one.free]
    for_near = [one.room for one in told if not one.fits_all][:MOST_NEAR]
    near = free_for(for_near, spans, now=now) if for_near else {}
    better = {room.pk: _found(room, near[room.pk]) for room in for_near}
    shown = [better.get(one.room.pk, one) for one in shown]
    nearly = [one for one in better.values() if not one.free and one.near]
    return [*shown, *sorted(nearly, key=lambda one: (-one.near, one.room.capacity))]


def _found(room: Room, verdicts: Iterable[Verdict]) -> Found:
    told = tuple(verdicts)
    free = sum(one.is_free for one in told)
    return Found(room, told, free, sum(one.near is not None for one in told if not one.is_free))


def record_miss(wanted: Wanted, *, now: datetime) -> SearchMiss:
    """Count a search that found no free room, once a day; who sought it is not kept."""
    rule = wanted.rule
    facts = {
        "municipality": wanted.municipality,
        "weekday": rule.first_day.weekday(),
        "starts": rule.start_time,
        "ends": rule.end_time,
        "number": wanted.number,
        "is_series": rule.last_day > rule.first_day,
    }
    again = SearchMiss.objects.filter(**facts, at__gte=day_start(local_date(now))).first()
    if again:
        return again
    miss = SearchMiss.objects.create(at=now, **facts)
    if wanted.features:
        miss.features.set(Feature.objects.filter(key__in=wanted.features))
    return miss
