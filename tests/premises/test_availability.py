"""When rooms are open and free: hours, exceptions, holidays, closures, near misses; a fixed number of queries."""

from datetime import date, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from premises.availability import free_for, open_spans, taken_spans, verdict
from premises.models import OpeningException
from premises.workflow import close_room
from tests.premises.factories import DAY, NOW, RoomFactory, SiteFactory, hall, hours, make_booking, span

pytestmark = pytest.mark.django_db


def test_a_rooms_own_hours_stand_before_its_sites() -> None:
    room = RoomFactory()
    evening = RoomFactory(site=room.site)
    hours(room.site, time(16), time(23, 59), room=evening, days=[1])
    found = open_spans([room, evening], DAY, DAY + timedelta(days=1))
    assert found[room.pk] == [span("8.00", "21.00"), span("8.00", "21.00", DAY + timedelta(days=1))]
    assert [(one.start, one.minutes) for one in found[evening.pk]] == [(span("16.00", "17.00").start, 480)]


def test_exceptions_and_holidays() -> None:
    room = RoomFactory()
    own = RoomFactory(site=room.site)
    christmas, boxing = date(2026, 12, 24), date(2026, 12, 26)
    site = room.site
    OpeningException.objects.create(site=site, first_day=DAY, last_day=DAY, reason="Siivous")
    OpeningException.objects.create(
        site=site, first_day=christmas, last_day=christmas, opens=time(10), closes=time(12), reason="Joulupolku"
    )
    OpeningException.objects.create(
        site=site, room=own, first_day=DAY, last_day=DAY, opens=time(9), closes=time(11), reason="Auki kuitenkin"
    )
    assert open_spans([room, own], DAY, DAY) == {room.pk: [], own.pk: [span("9.00", "11.00")]}
    assert open_spans([room], christmas, boxing)[room.pk] == [span("10.00", "12.00", christmas)]
    always = RoomFactory(site=SiteFactory(closed_on_holidays=False))
    assert len(open_spans([always], christmas, boxing)[always.pk]) == 3


def test_verdicts_and_near_misses() -> None:
    room = RoomFactory(tidy_minutes=30)
    make_booking(room)
    late, open_at, shut = span("18.00", "20.00"), span("14.30", "16.30"), span("20.00", "22.00")
    found = free_for([room], [late, open_at, shut], now=NOW)[room.pk]
    assert [(one.is_free, one.why) for one in found] == [(False, "taken"), (True, ""), (False, "outside_hours")]
    assert found[0].near == span("14.30", "16.30")
    assert found[2].near is None or found[2].near == span("14.30", "16.30")
    manager = room.site.manager
    close_room(room=room, span=span("8.00", "12.00"), reason="Rokotukset", spare=[], by=manager, now=NOW)
    assert free_for([room], [span("9.00", "10.00")])[room.pk][0].why == "closed"


def test_taken_are_the_leaves_under_a_room_once_each() -> None:
    whole, left, _right = hall()
    made = make_booking(whole)
    make_booking(left, span("10.00", "11.00"))
    found = taken_spans([whole, left], span("8.00", "9.00").start, span("20.00", "21.00").end)
    assert [(row.span, row.kind) for row in found[whole.pk]] == [
        (span("10.00", "11.00"), "booking"),
        (span(), "booking"),
    ]
    assert [row.booking for row in found[left.pk]][1] == made.pk


@pytest.mark.parametrize("count", [1, 3])
def test_many_rooms_cost_no_more_queries(count: int) -> None:
    rooms = [RoomFactory() for _each in range(count)]
    for room in rooms:
        make_booking(room)
    wishes = [span("18.00", "20.00", DAY + timedelta(weeks=week)) for week in range(count)]
    with CaptureQueriesContext(
        connection,
    ) as queries:
        free_for(rooms, wishes, now=NOW)
    assert len(queries) == 8


def test_many_wishes_are_judged_as_each_alone() -> None:
    """The way that is quick for many rooms says the same as the plain one, in whatever order it is asked."""
    room = RoomFactory(tidy_minutes=45)
    make_booking(room, span("12.00", "14.00"))
    close_room(room=room, span=span("18.00", "20.00"), reason="x", spare=[], by=room.site.manager, now=NOW)
    wishes = [span(f"{hour}.00", f"{hour + 2}.30") for hour in (17, 9, 14, 11, 8, 15, 10, 13, 19)]
    wishes.append(span("9.00", "11.30", DAY + timedelta(days=1)))
    together = free_for([room], wishes, now=NOW, near=False)[room.pk]
    opened = open_spans([room], DAY, DAY + timedelta(days=1))[room.pk]
    taken = taken_spans([room], span("0.00", "1.00").start, span("0.00", "1.00", DAY + timedelta(days=2)).start)[
        room.pk
    ]
    assert together == [verdict(room, wish, opened, taken, now=NOW) for wish in wishes]
    assert {one.why for one in together} == {"", "taken", "closed", "outside_hours"}
