"""When rooms are open, what is taken, and whether times are free. Reads only, a fixed number of queries for many rooms.

What is read here helps to choose; the writer asks again under its locks (docs/decisions/0045).
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal

from django.db import connection

from common.legal_dates import is_holiday
from common.times import local_date
from premises.models import OpeningException, OpeningHours, Room, Site
from premises.spans import Span, closing, day_span, merged, nearest, wall
from premises.tree import Tree, tree_of

TakenKind = Literal["booking", "closure", "offered"]
Why = Literal["", "past", "too_far", "too_short", "too_long", "outside_hours", "closed", "taken"]


@dataclass(frozen=True)
class Taken:
    """A time in which a room cannot be had: a booking with its tidying, a closure, a slot offered to the queue."""

    span: Span
    kind: TakenKind
    room: int = 0
    booking: int | None = None
    closure: int | None = None


@dataclass(frozen=True)
class Verdict:
    """What is said of one wished time: free, or why not and the nearest free time of that day."""

    span: Span
    is_free: bool
    why: Why = ""
    near: Span | None = None


def open_spans(rooms: Sequence[Room], first_day: date, last_day: date) -> dict[int, list[Span]]:
    """Return by room when it is open on those days, both included. Three queries.

    A room without hours of its own follows its site's. An exception of the day stands in place of the hours: the
    room's own before the site's, "closed" before hours. On a holiday a site that closes is closed, unless an exception
    gives hours.
    """
    return _open_on(rooms, [first_day + timedelta(days=n) for n in range((last_day - first_day).days + 1)])


def _open_on(rooms: Sequence[Room], days: Sequence[date]) -> dict[int, list[Span]]:
    """Return by room when it is open on those days, in order; rooms with the same hours share one list."""
    sites = {room.site_id for room in rooms}
    keeps_holidays = dict(Site.objects.filter(pk__in=sites).values_list("pk", "closed_on_holidays"))
    weekly: dict[tuple[int, int | None], list[OpeningHours]] = defaultdict(list)
    for row in OpeningHours.objects.filter(site__in=sites):
        weekly[row.site_id, row.room_id].append(row)
    special: dict[tuple[int, int | None], list[OpeningException]] = defaultdict(list)
    for exception in OpeningException.objects.filter(site__in=sites, first_day__lte=days[-1], last_day__gte=days[0]):
        special[exception.site_id, exception.room_id].append(exception)
    found: dict[int, list[Span]] = {}
    known: dict[tuple[int, int | None], list[Span]] = {}
    for room in rooms:
        own = (room.site_id, room.pk)
        has_own = own in weekly or own in special
        key = own if has_own else (room.site_id, None)
        if key not in known:
            hours = weekly.get(own) or weekly.get((room.site_id, None), [])
            exceptions = (special.get(own, []), special.get((room.site_id, None), []))
            known[key] = merged(
                span for day in days for span in _day(day, hours, exceptions, keeps_holidays[room.site_id])
            )
        found[room.pk] = known[key]
    return found


def _day(
    day: date, hours: list[OpeningHours], exceptions: Iterable[list[OpeningException]], keeps_holidays: bool
) -> list[Span]:
    for level in exceptions:
        here = [row for row in level if row.first_day <= day <= row.last_day]
        if here:
            if any(row.opens is None or row.closes is None for row in here):
                return []
            return [span for row in here for span in _piece(day, row)]
    if keeps_holidays and is_holiday(day):
        return []
    return [span for row in hours if row.weekday == day.weekday() for span in _piece(day, row)]


def _piece(day: date, row: OpeningHours | OpeningException) -> list[Span]:
    if row.opens is None or row.closes is None:
        return []
    start, end = wall(day, row.opens), closing(day, row.closes)
    return [Span(start, end)] if start < end else []


def taken_spans(
    rooms: Sequence[Room], start: datetime, end: datetime, *, now: datetime | None = None
) -> dict[int, list[Taken]]:
    """Return by room what is taken between two instants, in order: holds of all leaves under it. Two queries.

    With ``now`` also the slots that are offered to the queue (a third).
    """
    tree = tree_of(*rooms)
    window = Span(start, end)
    by_leaf = _holds({leaf for room in rooms for leaf in tree.leaves(room.pk)}, [window])
    found = {room.pk: _of_room(tree, room.pk, by_leaf) for room in rooms}
    if now is not None:
        offered = offered_places(tree, [room.pk for room in rooms], [window], now)
        found = {pk: sorted([*rows, *offered[pk]], key=lambda row: row.span) for pk, rows in found.items()}
    return found


def _of_room(tree: Tree, room: int, by_leaf: dict[int, list[Taken]]) -> list[Taken]:
    rows = {(row.booking, row.closure, row.span): row for leaf in tree.leaves(room) for row in by_leaf.get(leaf, ())}
    return sorted(rows.values(), key=lambda row: row.span)


def _ranges(spans: Iterable[Span]) -> str:
    return "{" + ",".join(f'["{span.start.isoformat()}","{span.end.isoformat()}")' for span in merged(spans)) + "}"


_HOLDS = """
    SELECT room_id, lower(during), upper(during), booking_id, closure_id FROM premises_hold
    WHERE room_id = ANY(%s) AND during && %s::tstzmultirange
    ORDER BY during
"""


def _holds(leaves: Iterable[int], spans: Sequence[Span]) -> dict[int, list[Taken]]:
    """Return by leaf the holds that share an instant with one of the spans; one query by the constraint's index."""
    found: dict[int, list[Taken]] = defaultdict(list)
    wanted = sorted(set(leaves))
    if not wanted or not spans:
        return found
    with connection.cursor() as cursor:
        cursor.execute(_HOLDS, [wanted, _ranges(spans)])
        for room, start, end, booking, closure in cursor.fetchall():
            kind: TakenKind = "closure" if closure else "booking"
            span = Span(start.astimezone(UTC), end.astimezone(UTC))
            found[room].append(Taken(span, kind, room, booking, closure))
    return found


def holds_of(leaves: Iterable[int], spans: Sequence[Span]) -> list[Taken]:
    """Return the holds of those spaces that share an instant with one of the spans, in order; one query."""
    return sorted((row for rows in _holds(leaves, spans).values() for row in rows), key=lambda row: row.span)


def offered_places(
    tree: Tree, rooms: Sequence[int], spans: Sequence[Span], now: datetime, *, without: int | None = None
) -> dict[int, list[Taken]]:
    """Return by room the slots that wait for an answer of who was offered them, other than ``without``; one query."""
    from premises.models import WaitingPlace

    kin = {room: set(tree.kin(room)) for room in rooms}
    everybody = set().union(*kin.values()) if kin else set()
    first, last = min(span.start for span in spans), max(span.end for span in spans)
    rows = WaitingPlace.objects.filter(
        room__in=everybody, state="offered", offered_until__gt=now, starts_at__lt=last, ends_at__gt=first
    )
    if without is not None:
        rows = rows.exclude(pk=without)
    places = list(rows.values_list("room_id", "starts_at", "ends_at"))
    return {
        room: [Taken(Span(start, end), "offered", at) for at, start, end in places if at in near]
        for room, near in kin.items()
    }


def free_for(
    rooms: Sequence[Room], wishes: Sequence[Span], *, now: datetime | None = None, near: bool = True
) -> dict[int, list[Verdict]]:
    """Return by room one verdict for each wished time, in the order of the wishes. At most seven queries.

    With ``now`` also "past", "too far ahead" and slots offered to the queue are looked at. Without ``near`` no near
    miss is sought: with many rooms ask first which are free, then near misses for the page that is shown.
    """
    if not rooms or not wishes:
        return {room.pk: [] for room in rooms}
    opened = _open_on(rooms, sorted({day for wish in wishes for day in (wish.day, wish.last_day)}))
    tree = tree_of(*rooms)
    longest = max(room.tidy_minutes for room in rooms)
    sought = [wish.longer(longest) for wish in wishes]
    by_leaf = _holds({leaf for room in rooms for leaf in tree.leaves(room.pk)}, sought)
    taken = {room.pk: _of_room(tree, room.pk, by_leaf) for room in rooms}
    if now is not None:
        offered = offered_places(tree, [room.pk for room in rooms], sought, now)
        taken = {pk: [*rows, *offered[pk]] for pk, rows in taken.items()}
    judge = _Judge(wishes, now)
    found = {room.pk: judge.verdicts(room, opened[room.pk], taken[room.pk]) for room in rooms}
    return _with_near(rooms, found, opened, now) if near else found


class _Judge:
    """Verdicts of the same wishes for many rooms: what rooms have in common is worked out once."""

    def __init__(self, wishes: Sequence[Span], now: datetime | None) -> None:
        self.wishes, self.now = wishes, now
        self._order = sorted(range(len(wishes)), key=lambda place: wishes[place].start)
        self._starts = [wishes[place].start for place in self._order]
        self._longest = max(wish.length for wish in wishes)
        self._free = [Verdict(wish, True) for wish in wishes]
        self._shut: dict[int, list[Why]] = {}
        self._limited: dict[tuple[int, int, int], list[Why]] = {}

    def verdicts(self, room: Room, opened: Sequence[Span], taken: Sequence[Taken]) -> list[Verdict]:
        """Return one verdict for each wish; ``opened`` is the same list for rooms with the same hours."""
        limited = self._of_limits(room)
        shut = self._of_hours(opened)
        ways = self._in_the_way(room, taken) if taken else {}
        return [
            free if not (why := limits_why or shut_why or ways.get(place, "")) else Verdict(free.span, False, why)
            for place, (free, limits_why, shut_why) in enumerate(zip(self._free, limited, shut, strict=True))
        ]

    def _of_limits(self, room: Room) -> list[Why]:
        key = (room.book_days_ahead, room.least_minutes, room.most_minutes)
        if key not in self._limited:
            self._limited[key] = [limits(room, wish, self.now) for wish in self.wishes]
        return self._limited[key]

    def _of_hours(self, opened: Sequence[Span]) -> list[Why]:
        if id(opened) not in self._shut:
            self._shut[id(opened)] = [closed(wish, opened) for wish in self.wishes]
        return self._shut[id(opened)]

    def _in_the_way(self, room: Room, taken: Sequence[Taken]) -> dict[int, Why]:
        """Return why by the wish's place; each taken time is held only against the wishes near it."""
        near: dict[int, list[Taken]] = defaultdict(list)
        reach = self._longest + timedelta(minutes=room.tidy_minutes)
        for row in taken:
            at = bisect_left(self._starts, row.span.start - reach)
            while at < len(self._starts) and self._starts[at] < row.span.end:
                near[self._order[at]].append(row)
                at += 1
        return {place: taken_why(room, self.wishes[place], rows) for place, rows in near.items()}


def taken_why(room: Room, wish: Span, taken: Iterable[Taken]) -> Why:
    """Return "closed" when only closures stand in the way, "taken" when something else does; tidying counts."""
    end = wish.end + timedelta(minutes=room.tidy_minutes)
    kinds = {
        row.kind
        for row in taken
        if wish.start < row.span.end and row.span.start < (wish.end if row.kind == "offered" else end)
    }
    if not kinds:
        return ""
    return "closed" if kinds == {"closure"} else "taken"


def verdict(
    room: Room, wish: Span, opened: Sequence[Span], taken: Iterable[Taken], *, now: datetime | None = None
) -> Verdict:
    """Return what is said of one time in a room whose open and taken times are known; no query."""
    why = limits(room, wish, now) or closed(wish, opened) or taken_why(room, wish, taken)
    return Verdict(wish, not why, why)


def limits(room: Room, wish: Span, now: datetime | None) -> Why:
    """Return why the room cannot be had for that time whoever holds it: past, too far ahead, too short, too long."""
    if now is not None:
        if wish.start < now:
            return "past"
        if wish.day > local_date(now) + timedelta(days=room.book_days_ahead):
            return "too_far"
    if wish.minutes < room.least_minutes:
        return "too_short"
    return "too_long" if wish.minutes > room.most_minutes else ""


def closed(wish: Span, opened: Sequence[Span]) -> Why:
    """Return "closed" when the place is not open at all that day, "outside_hours" when it is at other times.

    ``opened`` are in order and apart, as ``open_spans`` gives them: a year of hours is not walked for each wish.
    """
    at = bisect_right(opened, wish.start, key=_start) - 1
    if at >= 0 and opened[at].covers(wish):
        return ""
    day = day_span(wish.day)
    last = bisect_left(opened, day.end, key=_start) - 1
    return "outside_hours" if last >= 0 and opened[last].overlaps(day) else "closed"


def _start(span: Span) -> datetime:
    return span.start


def _with_near(
    rooms: Sequence[Room], found: dict[int, list[Verdict]], opened: dict[int, list[Span]], now: datetime | None
) -> dict[int, list[Verdict]]:
    """Add the near misses: one more query for the tree and one for the days on which something was not free."""
    missed = [room for room in rooms if any(_has_near(row) for row in found[room.pk])]
    days = {row.span.day for room in missed for row in found[room.pk] if _has_near(row)}
    if not missed:
        return found
    tree = tree_of(*missed)
    windows = [day_span(day).longer(240) for day in days]
    by_leaf = _holds({leaf for room in missed for leaf in tree.leaves(room.pk)}, windows)
    for room in missed:
        taken = [row.span for row in _of_room(tree, room.pk, by_leaf)]
        found[room.pk] = [_near(room, row, opened[room.pk], taken, now) for row in found[room.pk]]
    return found


def _has_near(row: Verdict) -> bool:
    return row.why in ("taken", "outside_hours", "closed")


def _near(room: Room, row: Verdict, opened: Sequence[Span], taken: list[Span], now: datetime | None) -> Verdict:
    if not _has_near(row):
        return row
    day = day_span(row.span.day)
    hours = [span for span in opened if span.overlaps(day)]
    if now is not None:
        hours = [Span(max(span.start, now), span.end) for span in hours if span.end > now]
    return Verdict(row.span, False, row.why, nearest(row.span, hours, taken, room.tidy_minutes))
