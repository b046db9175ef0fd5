"""A room is taken out of use at the instant in which it is booked: one of them wins, never both.

The control twin books without the lock that keeps a room in use, and leaves a booking in a room out of use.
"""

from collections.abc import Callable
from threading import Event
from typing import Any

import pytest

from premises.models import Booking, Room, Site
from premises.spans import Span
from premises.workflow import base, book, bookings, join_queue, take_offer
from premises.workflow.rooms import take_room_out
from premises.workflow.sites import take_site_out
from tests.invariants.test_booking_race import check_facts, rush, wants
from tests.premises.factories import DAY, NOW, RoomFactory, booker, details, hall, make_booking, span

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 6


def _out(room: Room) -> Callable[[], Any]:
    manager = room.site.manager
    return lambda: take_room_out(room, by=manager, now=NOW).is_in_use


def _site_out(site: Site) -> Callable[[], Any]:
    return lambda: take_site_out(site, by=site.manager, now=NOW).is_in_use


def test_booked_or_out_of_use_and_never_both() -> None:
    """Many rounds, since each is a coin's throw: rooms, a hall over its parts, requests, whole sites."""
    seen = set()
    for number in range(ROUNDS):
        whole, left, _right = hall()
        asked = RoomFactory(site=whole.site, approval="manager")
        plain = RoomFactory()
        act = (_out(whole), _out(asked), _out(plain), _site_out(whole.site), _site_out(plain.site))[number % 5]
        found = rush([wants(left), wants(asked), act, wants(plain), wants(whole, span(day=DAY))])
        assert set(found) <= {"confirmed", "requested", "taken", "not_bookable", "live_bookings", False}, found
        seen |= set(found)
        for row in Booking.objects.live().select_related("room__site"):
            assert row.room.is_in_use, found
            assert row.room.site.is_in_use, found
    check_facts()
    assert seen & {"live_bookings", False}


def _slow_booker(room: Room, began: Event, go: Event, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Any]:
    """Return a job that books and stops for a moment between its look at the room and its writing."""
    check = bookings.check_time

    def slowly(where: Room, when: Span, now: Any) -> None:
        began.set()
        go.wait(1)
        check(where, when, now)

    monkeypatch.setattr(bookings, "check_time", slowly)
    holder, user = booker()
    given: dict[str, Any] = {"room": room, "holder": holder, "span": span(), "details": details(), "terms": None}
    return lambda: book(**given, by=user, now=NOW).state


def _after(began: Event, go: Event, act: Callable[[], Any]) -> Callable[[], Any]:
    def run() -> Any:
        began.wait(10)
        try:
            return act()
        finally:
            go.set()

    return run


def test_taking_out_waits_for_who_is_just_booking(monkeypatch: pytest.MonkeyPatch) -> None:
    room, began, go = RoomFactory(), Event(), Event()
    assert rush([_slow_booker(room, began, go, monkeypatch), _after(began, go, _out(room))]) == [
        "confirmed",
        "live_bookings",
    ]
    assert Room.objects.get(pk=room.pk).is_in_use


def test_without_the_lock_a_booking_is_left_in_a_room_out_of_use(monkeypatch: pytest.MonkeyPatch) -> None:
    room, began, go = RoomFactory(), Event(), Event()
    monkeypatch.setattr(base, "keep_in_use", lambda _room: None)
    assert rush([_slow_booker(room, began, go, monkeypatch), _after(began, go, _out(room))]) == ["confirmed", False]
    assert Booking.objects.live().filter(room__is_in_use=False).exists()


def test_who_comes_after_it_is_told() -> None:
    room = RoomFactory()
    made = make_booking(room)
    holder, user = booker()
    place = join_queue(room=room, holder=holder, span=span(), purpose="Kerho", by=user, now=NOW)
    Booking.objects.filter(pk=made.pk).update(ends_at=NOW, starts_at=NOW - (made.ends_at - made.starts_at))
    _out(room)()
    assert rush([wants(room)]) == ["not_bookable"]
    given: dict[str, Any] = {"details": details(), "terms": None, "by": user, "now": NOW}
    assert rush([lambda: take_offer(place, **given)]) in (["wrong_state"], ["not_bookable"])
