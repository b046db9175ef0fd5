"""What the sums of a season give: fair first, wishes next, rules of rooms always; and why, in words."""

from datetime import time, timedelta
from typing import Any

import pytest

from premises.models import SeasonApplication
from premises.seasons.reasons import got, told_all
from premises.workflow import close_room
from premises.workflow.seasons import add_turn, pin_turn
from premises.workflow.seasons.turns import TurnTime
from tests.accounts.factories import staff
from tests.premises.factories import SiteFactory, booker, hall, make_booking, span
from tests.premises.seasons import FIRST, LATER, a_room, apply, facts, open_round, proposed, turns, wish

pytestmark = pytest.mark.django_db


def _why(application: SeasonApplication) -> str:
    application.refresh_from_db()
    return " ".join(told_all(application.reasons))


def test_the_first_wish_is_given_when_nobody_else_wants_it() -> None:
    room = a_room()
    season = open_round([room])
    application = apply(season, facts([room]))
    proposed(season)
    (turn,) = turns(season)
    assert (turn.application, turn.room, turn.weekday, turn.start_time, turn.end_time) == (
        application,
        room,
        1,
        time(17),
        time(19),
    )
    assert (turn.days, turn.days_free) == (10, 10)
    assert got(turn) == "Saitte ensimmäisen toiveenne."
    assert _why(application) == ""


def test_nobody_gets_a_second_turn_before_everyone_possible_has_one() -> None:
    room = a_room()
    season = open_round([room], first_timers=10)
    greedy = apply(season, facts([room], wish(1), wish(2), turns_wanted=2))
    humble = apply(season, facts([room], wish(2)))
    proposed(season)
    assert {(turn.application_id, turn.weekday) for turn in turns(season)} == {(greedy.pk, 1), (humble.pk, 2)}
    assert "Toinen vuoro annetaan vasta" in _why(greedy)
    assert "Ne sai 1 hakija" in _why(greedy)


def test_the_rules_decide_between_two_and_the_other_reads_why() -> None:
    room = a_room(capacity=20)
    season = open_round([room], size=10, first_timers=0)
    small, large = apply(season, facts([room], number=4)), apply(season, facts([room], number=20))
    proposed(season)
    assert [turn.application for turn in turns(season)] == [large]
    assert "Toivomillenne ajoille oli muitakin hakijoita" in _why(small)


def test_last_seasons_use_counts_held_times_against_released_ones() -> None:
    from premises.models import Booking
    from premises.seasons.points import standings

    room = a_room()
    season = open_round([room])
    organisation, user = booker()
    for week in range(4):
        day = span(day=FIRST - timedelta(days=28 - 7 * week)).day
        make_booking(room, span(day=day), holder=organisation, by=user)
    first = Booking.objects.order_by("starts_at").first()
    assert first is not None
    Booking.objects.filter(pk=first.pk).update(state="not_needed")
    first.holds.all().delete()
    season.closes_at = season.closes_at + timedelta(days=80)
    known = standings(season, [apply(season, facts([room]), organisation=organisation, by=user)])
    assert [(one.is_new, one.use) for one in known.values()] == [(True, 0.75)]


def test_the_second_room_is_given_when_the_first_is_taken_and_closed_days_are_left_out() -> None:
    first, second = a_room(name_fi="Sali"), a_room(name_fi="Huone")
    season = open_round([first, second], first_timers=0)
    strong = apply(season, facts([first], number=20))
    both = apply(season, facts([first, second], number=8))
    close_room(
        room=second,
        span=span("8.00", "20.00", day=FIRST + timedelta(days=1)),
        reason="Koulutus",
        spare=[],
        by=season.made_by,
        now=LATER,
    )
    proposed(season)
    given = {turn.application_id: turn for turn in turns(season)}
    assert (given[strong.pk].room, given[both.pk].room) == (first, second)
    assert (given[both.pk].days, given[both.pk].days_free) == (10, 9)
    assert got(given[both.pk]) == (
        "Vuoro vastaa 2. tilatoivettanne ja 1. aikatoivettanne. "
        "1 kerta jää väliin, koska tila on silloin varattu tai kiinni."
    )


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"number": 21}, "tilaan mahtuu 20 henkilöä"),
        ({"times": (wish(1, 6),)}, "tila ei ole auki"),
        ({"times": (wish(1, 10, minutes=690),)}, "pidempi kuin tilassa voi varata"),
    ],
)
def test_a_room_that_does_not_suit_is_told_in_words(told: dict[str, Any], words: str) -> None:
    room = a_room(capacity=20)
    season = open_round([room])
    application = apply(season, facts([room], **told) if "times" not in told else facts([room], *told["times"]))
    other = apply(season, facts([room]))
    proposed(season)
    assert [turn.application for turn in turns(season)] == [other]
    assert words in _why(application)


def test_a_room_that_is_booked_most_weeks_is_not_given() -> None:
    room = a_room()
    season = open_round([room])
    for week in range(4):
        make_booking(room, span(day=FIRST + timedelta(days=1 + 7 * week)))
    application = apply(season, facts([room]))
    proposed(season)
    assert turns(season) == []
    assert "jo varattu tai suljettu" in _why(application)


def test_a_hall_blocks_its_halves_and_tidying_is_kept_free() -> None:
    whole, half, other = hall(site=SiteFactory(closed_on_holidays=False), tidy_minutes=30)
    season = open_round([whole, half, other])
    apply(season, facts([whole], number=60))
    apply(season, facts([half], wish(1, 19), number=30))
    apply(season, facts([other], wish(1, 19, 20), number=30))
    proposed(season)
    assert sorted((turn.room_id, turn.start_time) for turn in turns(season)) in (
        [(whole.pk, time(17)), (other.pk, time(19, 30))],
        [(half.pk, time(19)), (other.pk, time(19))],
        [(half.pk, time(19)), (other.pk, time(19, 30))],
        [(half.pk, time(19)), (other.pk, time(20))],
    )


def test_pinned_turns_stay_when_the_proposal_is_computed_again() -> None:
    room = a_room()
    season = open_round([room])
    first, second = apply(season, facts([room])), apply(season, facts([room]))
    proposed(season)
    (turn,) = turns(season)
    loser = second if turn.application == first else first
    coordinator = staff()
    pinned = add_turn(loser, when=TurnTime(room, 3, time(10), time(12)), by=coordinator, now=LATER)
    proposed(season, by=coordinator, now=LATER + timedelta(hours=1))
    assert pinned.pk in {one.pk for one in turns(season)}
    assert len(turns(season)) == 2
    pin_turn(pinned, pinned=False, by=coordinator, now=LATER)
    proposed(season, by=coordinator, now=LATER + timedelta(hours=2))
    assert [one.application for one in turns(season)] == [turn.application]


def test_the_same_applications_give_the_same_proposal() -> None:
    rooms = [a_room() for _room in range(2)]
    season = open_round(rooms)
    for number in range(6):
        apply(season, facts(rooms, wish(number % 2, 16, 19), wish(2, 17, 18), number=3 + number, turns_wanted=2))
    found = []
    for hour in range(3):
        proposed(season, now=LATER + timedelta(hours=hour))
        found.append([(t.application_id, t.room_id, t.weekday, t.start_time) for t in turns(season)])
    assert found[0] == found[1] == found[2]
    assert len(found[0]) >= 6
