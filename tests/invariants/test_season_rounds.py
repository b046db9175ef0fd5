"""Whatever is applied for: never an overlap, over capacity, outside hours or too many; the same gives the same."""

from datetime import time, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from organisations.batches import Left
from premises.models import Booking, SeasonApplication, SeasonTurn
from premises.seasons.gathering import minutes
from premises.workflow.seasons import decide_season, settle_next
from tests.accounts.factories import staff
from tests.invariants.test_booking_race import check_facts
from tests.premises.factories import SiteFactory, booker, hall, hours, make_booking, span
from tests.premises.seasons import FIRST, LAST, LATER, a_room, apply, facts, open_round, proposed, turns, wish

pytestmark = pytest.mark.django_db
OPENS, CLOSES = time(9), time(20)

wishes = st.tuples(st.integers(0, 6), st.integers(8, 19), st.integers(0, 3), st.sampled_from([30, 60, 90, 180]))
applications = st.tuples(
    st.lists(st.integers(0, 3), min_size=1, max_size=3, unique=True),
    st.lists(wishes, min_size=1, max_size=3),
    st.integers(1, 90),
    st.integers(1, 3),
    st.booleans(),
)


@given(st.lists(applications, min_size=1, max_size=7), st.integers(1, 3), st.integers(0, 2))
@settings(max_examples=12, deadline=None)
def test_a_round_never_breaks_what_must_hold(told: list[Any], most: int, booked: int) -> None:
    with transaction.atomic():
        _walk(told, most, booked)
        transaction.set_rollback(True)


def _walk(told: list[Any], most: int, booked: int) -> None:
    site = SiteFactory(closed_on_holidays=True)
    hours(site, OPENS, CLOSES)
    rooms = [*hall(site=site, tidy_minutes=15), a_room(site=site, capacity=12)]
    coordinator = staff()
    season = open_round(rooms, by=coordinator, most_turns=most)
    holder, by = booker()
    for week in range(booked):
        make_booking(
            rooms[week], span("10.00", "18.00", day=FIRST + timedelta(days=7 * week + 1)), holder=holder, by=by
        )
    for places, times, number, wanted, any_room in told:
        given = [wish(day, start, min(start + wide, 20), length) for day, start, wide, length in times]
        apply(
            season,
            facts([rooms[place] for place in places], *given, number=number, turns_wanted=wanted, any_room=any_room),
        )
    proposed(season, by=coordinator)
    found = _told(season)
    _check(season, rooms, most)
    proposed(season, by=coordinator, now=LATER + timedelta(hours=1))
    assert _told(season) == found
    decide_season(season, by=coordinator, now=LATER)
    while settle_next(season.pk, now=LATER) is Left.MORE:
        pass
    check_facts()
    for row in Booking.objects.filter(source="season", state="confirmed").select_related("room"):
        assert FIRST <= row.starts_at.date() <= LAST
        assert row.expected_number <= row.room.capacity
    assert not SeasonApplication.objects.filter(round=season, state="sent").exists()
    assert SeasonTurn.objects.filter(application__round=season, series=None).count() == 0


def _told(season: Any) -> list[Any]:
    return [(t.application_id, t.room_id, t.weekday, t.start_time, t.end_time, t.days_free) for t in turns(season)]


def _check(season: Any, rooms: list[Any], most: int) -> None:
    """Check the proposal by hand, without the solver's own tables."""
    whole, *_rest = rooms
    given = turns(season)
    for place, turn in enumerate(given):
        assert OPENS <= turn.start_time < turn.end_time <= CLOSES
        assert turn.application.number <= turn.room.capacity
        assert turn.days_free >= 0.75 * turn.days > 0
        for other in given[:place]:
            same_space = turn.room_id == other.room_id or (
                whole.pk in (turn.room_id, other.room_id) and rooms[3].pk not in (turn.room_id, other.room_id)
            )
            if same_space and turn.weekday == other.weekday:
                ends = minutes(turn.end_time) + turn.room.tidy_minutes
                other_ends = minutes(other.end_time) + other.room.tidy_minutes
                assert minutes(turn.start_time) >= other_ends or minutes(other.start_time) >= ends
    for application in SeasonApplication.objects.filter(round=season):
        mine = [turn for turn in given if turn.application_id == application.pk]
        assert len(mine) <= min(most, application.turns_wanted)
        assert len({turn.weekday for turn in mine}) == len(mine)
        assert mine or application.reasons, "who gets nothing reads why"
