"""Runs of dates: the rule as a property, the preview with clashes, one go."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from common.errors import Refused
from common.legal_dates import is_holiday
from common.times import helsinki
from forums.models import Event
from forums.run_rules import KEEP, LAST, MOVE, SKIP, RunRule, nth_weekday, run_days
from forums.workflow.event_copies import edit_run, preview_run, publish_run, repeat_event
from forums.workflow.event_rooms import RoomWish
from premises.models import Booking
from premises.spans import Span
from tests.accounts.factories import staff
from tests.forums.factories import NOW, STARTS, EventFactory
from tests.liaisons.factories import UnitFactory
from tests.premises.factories import RoomFactory, SiteFactory, make_booking

THURSDAY = date(2026, 11, 26)
DAYS = st.dates(date(2024, 1, 1), date(2030, 12, 31))


@given(DAYS, st.sampled_from([LAST, 1, 2, 3, 4]), st.integers(1, 6), st.integers(0, 800))
def test_a_monthly_rule_gives_the_nth_weekday_of_every_month(first: date, nth: int, every: int, length: int) -> None:
    days = list(RunRule(first, first + timedelta(days=length), every, nth).days())
    assert days == sorted(set(days))
    for day in days:
        assert first <= day <= first + timedelta(days=length)
        assert day.weekday() == first.weekday()
        if nth == LAST:
            assert (day + timedelta(days=7)).month != day.month
        else:
            assert (day.day - 1) // 7 + 1 == nth
        assert ((day.year - first.year) * 12 + day.month - first.month) % every == 0


@given(DAYS, st.integers(1, 8), st.integers(0, 400), st.sampled_from([KEEP, SKIP, MOVE]))
def test_no_date_is_a_holiday_unless_it_is_kept(first: date, every: int, length: int, on_holiday: str) -> None:
    rows = run_days(RunRule(first, first + timedelta(days=length), every, on_holiday=on_holiday))
    for row in rows:
        if on_holiday != KEEP and not row.why:
            assert not is_holiday(row.day)
        assert row.is_moved == (row.day != row.planned)
        assert (row.planned - first).days % (7 * every) == 0


def test_the_fourth_thursday_and_christmas() -> None:
    rule = RunRule(THURSDAY, date(2027, 3, 31), 1, 4, MOVE)
    # 24 December is kept like a holiday: the next working day is Monday the 28th.
    told = [(row.planned, row.day) for row in run_days(rule)]
    assert told == [
        (THURSDAY, THURSDAY),
        (date(2026, 12, 24), date(2026, 12, 28)),
        (date(2027, 1, 28), date(2027, 1, 28)),
        (date(2027, 2, 25), date(2027, 2, 25)),
        (date(2027, 3, 25), date(2027, 3, 25)),
    ]
    with translation.override("fi"):
        assert rule.words == "kuukauden 4. torstai, 26.11.2026–31.3.2027"
    assert nth_weekday(2026, 12, 3, LAST) == date(2026, 12, 31)


def test_a_rule_that_does_not_go_forward_is_refused() -> None:
    with pytest.raises(ValueError, match="forward"):
        RunRule(THURSDAY, THURSDAY - timedelta(days=1))


RULE = RunRule(THURSDAY, date(2027, 4, 30), 1, 4, SKIP)


@pytest.fixture
def by(db: Any) -> Any:
    """The coordinator."""
    return staff("coordinator")


def test_the_preview_tells_clashes_of_each_date(by: Any) -> None:
    room = RoomFactory(site=SiteFactory(closed_on_holidays=False))
    event = EventFactory(state="planned", form="on_site", room=room)
    event.hosts.create(user=by)
    january, february = STARTS + timedelta(days=63), STARTS + timedelta(days=91)
    EventFactory(name_fi="Järjestöfoorumi", starts_at=january).hosts.create(user=by)
    make_booking(room=room, when=Span(february, february + timedelta(hours=1)))
    rows = {row.day: row for row in preview_run(event, RULE, room=room, now=NOW)}
    assert rows[date(2026, 12, 24)].why == "holiday"
    assert [clash.kind for clash in rows[date(2027, 1, 28)].clashes] == ["person", "event"]
    assert [clash.kind for clash in rows[date(2027, 2, 25)].clashes] == ["room"]
    assert rows[date(2027, 3, 25)].clashes == []
    assert THURSDAY not in rows


def test_a_run_is_made_in_one_go_at_the_same_time_of_day(by: Any) -> None:
    event = EventFactory(state="planned", description_fi="Jutellaan", places_remote=20)
    days = [row.day for row in preview_run(event, RULE, room=None, now=NOW) if not row.why]
    made = repeat_event(event, rule=RULE, days=days, one_sign_up=True, wish=None, by=by, now=NOW)
    rows = list(Event.objects.filter(run=made.run))
    assert [helsinki(row.starts_at).date() for row in rows] == [THURSDAY, *days]
    # The clocks are turned on 28 March: it begins at five all the same.
    assert {helsinki(row.starts_at).hour for row in rows} == {17}
    assert {row.description_fi for row in rows} == {"Jutellaan"}
    assert made.run.one_sign_up
    with pytest.raises(Refused) as told:
        repeat_event(event, rule=RULE, days=days, one_sign_up=True, wish=None, by=by, now=NOW)
    assert told.value.code == "has_run"


def test_a_date_whose_room_is_taken_is_made_without_it(by: Any) -> None:
    room = RoomFactory(site=SiteFactory(closed_on_holidays=False))
    event = EventFactory(state="planned", form="on_site", room=room)
    january = STARTS + timedelta(days=63)
    make_booking(room=room, when=Span(january, january + timedelta(hours=1)))
    days = [date(2027, 1, 28), date(2027, 2, 25)]
    wish = RoomWish(UnitFactory())
    made = repeat_event(event, rule=RULE, days=days, one_sign_up=False, wish=wish, by=by, now=NOW)
    assert [row.starts_at for row in made.without_room] == [january]
    assert [row.room for row in made.made] == [None, room]
    assert Booking.objects.filter(unit=wish.unit).count() == 1


def test_days_that_the_rule_does_not_give_make_nothing(by: Any) -> None:
    event = EventFactory(state="planned")
    with pytest.raises(Refused) as told:
        repeat_event(event, rule=RULE, days=[date(2027, 1, 1)], one_sign_up=False, wish=None, by=by, now=NOW)
    assert told.value.code == "no_days"
    event.refresh_from_db()
    assert event.run is None


def test_a_run_is_published_at_once_and_its_sign_up_chosen(by: Any) -> None:
    event = EventFactory(state="planned")
    made = repeat_event(event, rule=RULE, days=[date(2027, 1, 28)], one_sign_up=False, wish=None, by=by, now=NOW)
    assert len(publish_run(made.run, by=by, now=NOW)) == 2
    assert publish_run(made.run, by=by, now=NOW) == []
    assert edit_run(made.run, one_sign_up=True, by=by, now=NOW).one_sign_up
