"""Many people want the same rooms at the same instant: one has each time, nobody deadlocks, and nobody is lost.

Every job has its own connection. The quick rush is of 16; the slow one of as many as the tests' database takes
(200 less those kept for its superuser and this test's own). The control twin does the same without the writer and
without the constraint, in a table of its own, and doubles slots.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import time, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from common.errors import Refused
from premises.models import Booking, Hold, Room
from premises.recurrence import Rule
from premises.spans import Span
from premises.tree import tree_of
from premises.workflow import book, book_series, cancel, close_room, confirm, join_part, join_queue, move, take_offer
from tests.premises.factories import DAY, NOW, RoomFactory, booker, details, hall, make_booking, span

pytestmark = pytest.mark.django_db(transaction=True)
QUICK = 16
#: 200 connections less three kept for the superuser, this test's own and some for the cluster's workers.
MOST = 185
Job = Callable[[], Any]


def rush(jobs: list[Job]) -> list[Any]:
    """Run the jobs at the same instant, each with its own connection; a refusal comes back as its code."""
    barrier = Barrier(len(jobs))

    def run(job: Job) -> Any:
        try:
            connection.ensure_connection()
            barrier.wait(timeout=60)
            return job()
        except Refused as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return [future.result(timeout=120) for future in [pool.submit(run, job) for job in jobs]]


def wants(room: Room, when: Span | None = None) -> Job:
    """Return a job: a new organisation books the room."""
    holder, user = booker()
    given = {"room": room, "holder": holder, "span": when or span(), "details": details(), "terms": None}
    return lambda: book(**given, by=user, now=NOW).state


_OVERLAPS = """
    SELECT count(*) FROM premises_hold a JOIN premises_hold b ON a.room_id = b.room_id AND a.during && b.during
    WHERE a.id < b.id
"""


def check_facts() -> None:
    """No two holds of a space overlap, and each confirmed booking holds exactly the leaves of its room for its time."""
    with connection.cursor() as cursor:
        cursor.execute(_OVERLAPS)
        assert cursor.fetchone() == (0,)
    for row in Booking.objects.select_related("room"):
        held = sorted(Hold.objects.filter(booking=row).values_list("room", flat=True))
        leaves = list(tree_of(row.room).leaves(row.room_id)) if row.state == "confirmed" else []
        assert held == leaves, (row.pk, row.state)
        for one in Hold.objects.filter(booking=row):
            assert (one.during.lower, one.during.upper) == (
                row.starts_at,
                row.ends_at + timedelta(minutes=row.room.tidy_minutes),
            )


@pytest.mark.parametrize("count", [QUICK, pytest.param(MOST, marks=pytest.mark.slow)])
def test_one_slot_has_one_winner(count: int) -> None:
    room = RoomFactory(tidy_minutes=15)
    found = rush([wants(room) for _each in range(count)])
    assert Counter(found) == {"confirmed": 1, "taken": count - 1}
    assert Booking.objects.get().state == "confirmed"
    check_facts()


@pytest.mark.parametrize("count", [QUICK, pytest.param(MOST - MOST % 4, marks=pytest.mark.slow)])
def test_a_hall_against_its_halves(count: int) -> None:
    whole, left, right = hall()
    rooms = [whole, left, right, RoomFactory(site=whole.site)]
    found = rush([wants(rooms[place % 4]) for place in range(count)])
    assert set(found) == {"confirmed", "taken"}
    assert Booking.objects.filter(state="confirmed").count() == found.count("confirmed")
    won = sorted(Booking.objects.filter(state="confirmed").values_list("room", flat=True))
    assert won in (sorted([whole.pk, rooms[3].pk]), sorted([left.pk, right.pk, rooms[3].pk]))
    check_facts()


def _series(room: Room) -> Job:
    holder, user = booker()
    rule = Rule(DAY, DAY + timedelta(weeks=3), 1, time(17), time(19), skips_holidays=False)
    given: dict[str, Any] = {"choices": {}, "all_or_nothing": False, "details": details(), "terms": None}
    return lambda: len(book_series(room=room, holder=holder, rule=rule, **given, by=user, now=NOW).bookings)


def _approval(room: Room) -> Job:
    Room.objects.filter(pk=room.pk).update(approval="manager")
    asked = make_booking(room)
    Room.objects.filter(pk=room.pk).update(approval="automatic")
    assert asked.state == "requested"
    return lambda: confirm(asked, by=room.site.manager, now=NOW).state


def _mover(room: Room, place: int) -> tuple[Booking, Job]:
    made = make_booking(room, span("8.00", "10.00", DAY + timedelta(weeks=10 + place)))
    return made, lambda: move(made, room=room, span=span(), by=made.made_by, now=NOW).state


@pytest.mark.parametrize("rounds", [1, pytest.param(11, marks=pytest.mark.slow)])
def test_singles_series_approvals_moves_and_a_closure(rounds: int) -> None:
    """All want Tuesday evening in a hall or its halves. Who moves has a time whatever happens: the old or the new."""
    whole, left, right = hall()
    movers: list[Booking] = []
    jobs: list[Job] = []
    for place in range(rounds):
        for room in (whole, left, right):
            moved, job = _mover(room, 3 * place + (whole, left, right).index(room))
            movers.append(moved)
            jobs += [job, wants(room), wants(room, span("18.00", "20.00")), _series(room), _approval(room)]
    jobs.append(wants(right, span("16.00", "18.00")))
    found = rush(jobs)
    assert all(one in ("confirmed", "taken", "nothing_left") or isinstance(one, int) for one in found), found
    assert Booking.objects.filter(state="confirmed", pk__in=[row.pk for row in movers]).count() == len(movers)
    evening = Booking.objects.filter(state="confirmed").between(span().start, span().end)
    assert evening.exists()
    check_facts()


def test_whoever_closes_or_cancels_leaves_no_half_booking() -> None:
    """A closure, cancellations with a queue behind them, and new bookings, all at once."""
    whole, left, right = hall()
    made = [make_booking(left), make_booking(right)]
    places = []
    for room in (left, right):
        holder, user = booker()
        places.append(join_queue(room=room, holder=holder, span=span(), purpose="Kerho", by=user, now=NOW))
    manager = whole.site.manager
    jobs: list[Job] = [lambda row=row: cancel(row, by=row.made_by, now=NOW).state for row in made]  # type: ignore[misc]
    jobs += [wants(room) for room in (whole, left, right) for _each in range(3)]
    jobs.append(
        lambda: close_room(room=left, span=span("18.00", "20.00"), reason="x", spare=[], by=manager, now=NOW).pk
    )
    jobs += [
        lambda place=place: take_offer(place, details=details(), terms=None, by=place.asked_by, now=NOW).state  # type: ignore[misc]
        for place in places
    ]
    found = rush(jobs)
    words = {"confirmed", "taken", "cancelled", "wrong_state", "closed", "changed"}
    assert all(one in words or isinstance(one, int) for one in found), found
    check_facts()


def test_parts_join_while_others_book() -> None:
    whole, left, right = hall()
    lone = RoomFactory(site=whole.site, kind="part")
    manager = whole.site.manager
    jobs = [wants(room) for room in (whole, left, right, lone) for _each in range(3)]
    jobs += [
        lambda: join_part(lone, parent=whole, by=manager, now=NOW).kind,
        lambda: join_part(right, parent=None, by=manager, now=NOW).kind,
    ]
    found = rush(jobs)
    assert set(found) <= {"confirmed", "taken", "part", "tree_changed"}, found
    check_facts()


@pytest.fixture
def _twin() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE booking_twin (room bigint NOT NULL, during tstzrange NOT NULL)")
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE booking_twin")


@pytest.mark.usefixtures("_twin")
def test_without_the_guard_slots_are_doubled() -> None:
    """The control twin: everybody looks whether the time is free and then writes, as many booking systems do."""
    looked = Barrier(QUICK)

    def naive() -> str:
        when = [span().start, span().end]
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM booking_twin WHERE room = 1 AND during && tstzrange(%s, %s)", when)
            row = cursor.fetchone()
            looked.wait(timeout=60)
            if row == (0,):
                cursor.execute("INSERT INTO booking_twin VALUES (1, tstzrange(%s, %s))", when)
                return "confirmed"
        return "taken"

    assert rush([naive] * QUICK).count("confirmed") > 1
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM booking_twin a JOIN booking_twin b ON a.during && b.during AND a.ctid < b.ctid"
        )
        row = cursor.fetchone()
    assert row is not None
    assert row[0] > 0
