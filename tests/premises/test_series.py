"""A spring in three minutes: each clash beforehand, choices, skipped dates that are tried again, the rest cancelled."""

from datetime import date, time, timedelta
from typing import Any

import pytest

from notifications.models import Message
from premises.models import Booking, BookingSeries, Hold, Room
from premises.recurrence import Rule
from premises.workflow import Choice, book_series, cancel, cancel_rest, preview_series, try_again
from tests.premises.factories import DAY, NOW, RoomFactory, booker, details, hall, make_booking, span
from tests.premises.test_booking import refused

pytestmark = pytest.mark.django_db
WEEKS = [DAY + timedelta(weeks=week) for week in range(6)]  # 24 November to 29 December
RULE = Rule(DAY, WEEKS[-1], 1, time(17), time(19), skips_holidays=True)


def series(room: Room, choices: dict[date, Choice] | None = None, **fields: Any) -> Any:
    """Book the rule by the verb for a new organisation."""
    if "holder" not in fields:
        fields["holder"], fields["by"] = booker()
    given = {"rule": RULE, "all_or_nothing": False, "details": details(), "terms": None, "now": NOW, **fields}
    return book_series(room=room, choices=choices or {}, **given)


def test_each_clash_is_seen_beforehand_and_chosen() -> None:
    room = RoomFactory()
    other = RoomFactory(site=room.site)
    blocking = make_booking(room, span(day=WEEKS[1]))
    make_booking(room, span(day=WEEKS[2]))
    make_booking(room, span("16.00", "18.00", WEEKS[3]))
    holder, user = booker()
    found = preview_series(room=room, holder=holder, rule=RULE, by=user, now=NOW)
    assert [one.verdict.why for one in found] == ["", "taken", "taken", "taken", "", ""]
    assert found[1].alternatives == [(other, span(day=WEEKS[1]))]
    assert found[3].verdict.near == span("18.00", "20.00", WEEKS[3])
    choices = {
        WEEKS[1]: Choice("room", other, span(day=WEEKS[1])),
        WEEKS[3]: Choice("time", room, span("18.00", "20.00", WEEKS[3])),
        WEEKS[4]: Choice("skip"),
    }
    made = series(room, choices, holder=holder, by=user)
    assert [row.room for row in made.bookings] == [room, other, room, room]
    assert made.bookings[2].starts_at == span("18.00", "20.00", WEEKS[3]).start
    assert [row.starts_at for row in made.skipped] == [span(day=WEEKS[2]).start, span(day=WEEKS[4]).start]
    assert all(row.reason for row in made.skipped)
    assert Hold.objects.count() == 3 + 4
    assert Message.objects.filter(to_user=user).count() == 1
    again = series(room, choices, holder=holder, by=user)
    assert (again.series, len(again.bookings), BookingSeries.objects.count()) == (made.series, 4, 1)
    skipped = made.skipped[0]
    assert refused(try_again, skipped, by=user, now=NOW) == "taken"
    gone = Booking.objects.filter(room=room, starts_at=skipped.starts_at, state="confirmed").get()
    cancel(gone, by=gone.made_by, now=NOW)
    assert try_again(skipped, by=user, now=NOW).state == "confirmed"
    assert blocking.state == "confirmed"


def test_all_or_nothing() -> None:
    room = RoomFactory()
    make_booking(room, span(day=WEEKS[1]))
    holder, user = booker()
    own = {"holder": holder, "by": user}
    assert refused(series, room, all_or_nothing=True, **own) == "not_all"
    assert not Booking.objects.filter(organisation=holder).exists()
    assert len(series(room, {WEEKS[1]: Choice("skip")}, all_or_nothing=True, **own).bookings) == 5


def test_holidays_stay_as_rows_and_nothing_at_all_is_refused() -> None:
    room = RoomFactory()
    thursdays = Rule(date(2026, 12, 17), date(2026, 12, 31), 1, time(17), time(19), skips_holidays=True)
    made = series(room, rule=thursdays)
    assert [row.reason for row in made.skipped] == ["Pyhäpäivä jää väliin."]
    christmas = Rule(date(2026, 12, 24), date(2026, 12, 24), 1, time(17), time(19), skips_holidays=True)
    holder, user = booker()
    assert refused(series, room, rule=christmas, holder=holder, by=user) == "nothing_left"


def test_a_series_of_requests_asks_once() -> None:
    whole, left, _right = hall(approval="manager")
    made = series(whole)
    assert {row.state for row in made.bookings} == {"requested"}
    assert Message.objects.filter(kind="premises.booking_asked").count() == 1
    assert Hold.objects.count() == 0
    assert len(series(left).bookings) == 6


def test_the_rest_is_cancelled_with_one_letter() -> None:
    made = series(RoomFactory())
    user = made.bookings[0].made_by
    gone = cancel_rest(made.bookings[2], by=user, now=NOW)
    assert [row.pk for row in gone] == [row.pk for row in made.bookings[2:]]
    assert cancel_rest(made.bookings[2], by=user, now=NOW) == []
    assert Hold.objects.count() == 2
    assert Message.objects.filter(kind="premises.booking_cancelled").count() == 1
    single = make_booking()
    assert refused(cancel_rest, single, by=single.made_by, now=NOW) == "no_series"


def test_a_series_costs_the_same_queries_however_long(django_assert_max_num_queries: Any) -> None:
    room = RoomFactory()
    holder, user = booker()
    with django_assert_max_num_queries(75):
        made = series(room, rule=Rule(DAY, DAY + timedelta(weeks=30), 1, time(17), time(19)), holder=holder, by=user)
    assert len(made.bookings) + len(made.skipped) == 31
