"""Whatever is done in whatever order: never an overlap, never a lost booking. Also in the nights of the clocks."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from common.errors import Refused
from premises.models import Booking, Closure, Room
from premises.recurrence import Rule
from premises.spans import Span, wall
from premises.workflow import (
    add_part,
    book,
    book_series,
    cancel,
    cancel_rest,
    close_room,
    join_part,
    move,
    reopen,
    take_back,
)
from tests.invariants.test_booking_race import check_facts
from tests.premises.factories import SiteFactory, booker, details, hall, hours

pytestmark = pytest.mark.django_db

#: Saturday before the night of autumn, and before the night of spring; a site open all day and night.
NIGHTS = {"autumn": date(2026, 10, 24), "spring": date(2027, 3, 27)}
NOW = datetime.fromisoformat("2026-10-01T09:00+03:00")

times = st.tuples(st.integers(0, 1), st.integers(0, 22), st.sampled_from([0, 30]), st.sampled_from([30, 60, 90, 180]))
steps = st.one_of(
    st.tuples(st.just("book"), st.integers(0, 9), times),
    st.tuples(st.just("book"), st.integers(0, 9), times),
    st.tuples(st.just("series"), st.integers(0, 9), times),
    st.tuples(st.just("move"), st.integers(0, 9), times),
    st.tuples(st.just("cancel"), st.integers(0, 9), times),
    st.tuples(st.just("rest"), st.integers(0, 9), times),
    st.tuples(st.just("close"), st.integers(0, 9), times),
    st.tuples(st.just("reopen"), st.integers(0, 9), times),
    st.tuples(st.just("take_back"), st.integers(0, 9), times),
    st.tuples(st.just("part"), st.integers(0, 9), times),
    st.tuples(st.just("join"), st.integers(0, 9), times),
)


class House:
    """One site with a hall, and what its people have done: the live bookings that must still be there."""

    def __init__(self, night: date) -> None:
        self.night = night
        site = SiteFactory(closed_on_holidays=False)
        hours(site, time(0), time(23, 59))
        self.rooms: list[Room] = list(hall(site=site, tidy_minutes=15))
        self.holder, self.user = booker()
        self.manager = site.manager
        self.live: dict[int, Span] = {}
        self.closures: list[Closure] = []

    def when(self, when: tuple[int, int, int, int]) -> Span:
        """Return a time of the night's Saturday or Sunday."""
        day, hour, minute, length = when
        start = wall(self.night + timedelta(days=day), time(hour, minute))
        return Span(start, start + timedelta(minutes=length))

    def booking(self, place: int) -> Booking | None:
        """Return one of the live bookings."""
        keys = sorted(self.live)
        return Booking.objects.get(pk=keys[place % len(keys)]) if keys else None

    def keep(self, *rows: Booking) -> None:
        """Remember what was got, and that it is where it was asked."""
        for row in rows:
            self.live[row.pk] = Span(row.starts_at, row.ends_at)

    def do_book(self, place: int, span: Span) -> None:
        row = book(
            room=self.rooms[place % len(self.rooms)],
            holder=self.holder,
            span=span,
            details=details(),
            terms=None,
            by=self.user,
            now=NOW,
        )
        assert (row.state, row.starts_at, row.ends_at) == ("confirmed", span.start, span.end)
        self.keep(row)

    def do_series(self, place: int, _span: Span) -> None:
        clock = time(5 + place, 30 * (place % 2))
        rule = Rule(self.night, self.night + timedelta(days=15), 1, clock, time(15 + place % 3), skips_holidays=False)
        choices: dict[str, Any] = {"choices": {}, "all_or_nothing": False, "details": details(), "terms": None}
        room = self.rooms[place % len(self.rooms)]
        made = book_series(room=room, holder=self.holder, rule=rule, by=self.user, now=NOW, **choices)
        self.keep(*made.bookings)

    def do_move(self, place: int, span: Span) -> None:
        row = self.booking(place)
        if row is not None:
            self.keep(move(row, room=self.rooms[place % len(self.rooms)], span=span, by=self.user, now=NOW))

    def do_cancel(self, place: int, _span: Span) -> None:
        row = self.booking(place)
        if row is not None:
            del self.live[cancel(row, by=self.user, now=NOW).pk]

    def do_rest(self, place: int, _span: Span) -> None:
        row = self.booking(place)
        if row is not None:
            for gone in cancel_rest(row, by=self.user, now=NOW):
                self.live.pop(gone.pk, None)

    def do_close(self, place: int, span: Span) -> None:
        row = self.booking(place)
        spare = [row] if row is not None and place % 2 else []
        room = self.rooms[place % len(self.rooms)]
        self.closures.append(close_room(room=room, span=span, reason="x", spare=spare, by=self.manager, now=NOW))
        for gone in Booking.objects.filter(state="taken_back", pk__in=self.live):
            assert gone.pk not in {one.pk for one in spare}
            assert self.live.pop(gone.pk).overlaps(span)

    def do_reopen(self, place: int, _span: Span) -> None:
        if self.closures:
            reopen(self.closures[place % len(self.closures)], by=self.manager, now=NOW)

    def do_take_back(self, place: int, _span: Span) -> None:
        row = self.booking(place)
        if row is not None:
            del self.live[take_back(row, reason="x", offer=None, by=self.manager, now=NOW).pk]

    def do_part(self, place: int, _span: Span) -> None:
        if len(self.rooms) < 6:
            parent = self.rooms[place % len(self.rooms)]
            name = f"Osa {len(self.rooms)}"
            facts = {"name_fi": name, "kind": "part", "capacity": 5, "tidy_minutes": 15}
            self.rooms.append(add_part(parent, by=self.manager, now=NOW, **facts))

    def do_join(self, place: int, span: Span) -> None:
        part = Room.objects.get(pk=self.rooms[place % len(self.rooms)].pk)
        other = self.rooms[span.start.hour % len(self.rooms)]
        join_part(part, parent=None if other.pk == part.pk else other, by=self.manager, now=NOW)

    def check(self) -> None:
        """Nothing overlaps, and everything that was got and not given up is there, at its time."""
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        check_facts()
        there = {row.pk: Span(row.starts_at, row.ends_at) for row in Booking.objects.filter(state="confirmed")}
        assert there == self.live


@settings(max_examples=25)
@given(night=st.sampled_from(sorted(NIGHTS)), done=st.lists(steps, min_size=3, max_size=14))
def test_never_an_overlap_never_a_lost_booking(
    night: str, done: list[tuple[str, int, tuple[int, int, int, int]]]
) -> None:
    with transaction.atomic():
        house = House(NIGHTS[night])
        for verb, place, when in done:
            act: Callable[[int, Span], None] = getattr(house, f"do_{verb}")
            try:
                with transaction.atomic():
                    act(place, house.when(when))
            except Refused:
                pass
            house.check()
        transaction.set_rollback(True)
