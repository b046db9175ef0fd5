"""The life of a round: who may what and when, what the database refuses, deciding once, going on after a kill."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.http import Http404

from common.errors import Refused
from common.policies import allowed
from common.seams import Period
from common.times import year_period
from notifications.models import Message
from organisations.batches import Left
from premises import statistics
from premises.life_cycles import SEASON, SEASON_APPLICATION
from premises.models import Booking, Hold, SeasonApplication, SeasonRound, SeasonTurn
from premises.season_seams import season_retention, season_todos
from premises.workflow import seasons as verbs
from premises.workflow.seasons.turns import TurnTime
from tests.accounts.factories import staff
from tests.premises.factories import NOW, booker, make_booking, make_terms, span
from tests.premises.seasons import (
    FIRST,
    LAST,
    LATER,
    a_room,
    apply,
    facts,
    open_round,
    proposed,
    switch_on,
    turns,
    wish,
)

pytestmark = pytest.mark.django_db


def _settle(season: SeasonRound) -> None:
    while verbs.settle_next(season.pk, now=LATER) is Left.MORE:
        pass


def _decided(season: SeasonRound) -> None:
    proposed(season)
    verbs.decide_season(season, by=season.made_by, now=LATER)


def test_who_may_what_and_nobody_when_the_switch_is_off() -> None:
    season = open_round([a_room()])
    organisation, editor = booker()
    viewer = booker("viewer", organisation)[1]
    row = apply(season, facts(list(season.rooms.all())), organisation=organisation, by=editor)
    stranger, auditor, coordinator = booker()[1], staff("auditor"), staff()
    names = ("season.view", "season.read", "season.manage", "season_application.view", "season_application.change")

    def seen(user: Any) -> str:
        return "".join("x" if allowed(f"premises.{name}", user, now=NOW).exists() else "-" for name in names)

    assert [seen(one) for one in (editor, viewer, stranger, auditor, coordinator)] == [
        "x--xx",
        "x--x-",
        "x----",
        "xx-x-",
        "xxxxx",
    ]
    switch_on(False)
    assert {seen(one) for one in (editor, auditor, coordinator)} == {"-----"}
    with pytest.raises(Http404):
        verbs.save_application(season=season, organisation=organisation, facts=facts([]), by=editor, now=NOW)
    assert row.state == "sent"


def test_rules_stand_still_once_they_are_shown() -> None:
    season, by = open_round([a_room()]), staff()
    from tests.premises.seasons import round_facts

    with pytest.raises(Refused, match="eikä sen sääntöjä"):
        verbs.save_season(season, facts=round_facts(list(season.rooms.all())), by=by, now=NOW)
    with pytest.raises(Refused, match="vain pidentää"):
        verbs.extend_season(season, closes_at=NOW + timedelta(days=1), by=by, now=NOW)
    longer = verbs.extend_season(season, closes_at=NOW + timedelta(days=30), by=by, now=NOW)
    assert longer.closes_at == NOW + timedelta(days=30)


def test_an_application_is_kept_unfinished_changed_when_sent_and_taken_back() -> None:
    room = a_room()
    season = open_round([room])
    organisation, by = booker()
    given = {"season": season, "organisation": organisation, "by": by, "now": NOW}
    draft = verbs.save_application(facts=facts([], purpose="", contact_phone=""), **given)
    with pytest.raises(Refused) as refused:
        verbs.send_application(draft, by=by, now=NOW)
    assert refused.value.code == "incomplete"
    assert "Kerro, mihin tilaa käytetään." in str(refused.value.message)
    assert "Valitse ainakin yksi tila" in str(refused.value.message)
    again = verbs.save_application(facts=facts([room]), **given)
    assert again.pk == draft.pk
    sent = verbs.send_application(again, by=by, now=NOW)
    assert verbs.send_application(again, by=by, now=NOW).sent_at == sent.sent_at
    assert Message.objects.filter(kind="premises.season_receipt").count() == 1
    verbs.save_application(facts=facts([room], number=15), **given)
    with transaction.atomic(), pytest.raises(Refused):
        verbs.save_application(facts=facts([room], purpose=""), **given)
    sent.refresh_from_db()
    assert (sent.state, sent.number, sent.purpose) == ("sent", 15, "Vertaisryhmä")
    assert verbs.withdraw_application(sent, by=by, now=NOW).state == "withdrawn"
    assert verbs.withdraw_application(sent, by=by, now=NOW).state == "withdrawn"
    assert verbs.send_application(sent, by=by, now=NOW + timedelta(hours=1)).state == "sent"
    with pytest.raises(Refused, match="Hakuaika"):
        verbs.withdraw_application(sent, by=by, now=LATER)


def test_the_coordinator_writes_in_what_came_on_paper_also_after_closing() -> None:
    room = a_room()
    season = open_round([room])
    coordinator = staff()
    verbs.close_season(season, by=coordinator, now=NOW)
    organisation, admin = booker("admin")
    told = facts([room], source="paper", source_note="Kirjaamosta 20.11.2026")
    row = apply(season, told, organisation=organisation, by=coordinator)
    assert (row.source, row.sent_by) == ("paper", coordinator)
    assert Message.objects.get(kind="premises.season_receipt").to_user == admin
    with pytest.raises(Refused):
        apply(season, facts([room]))


def test_the_decision_books_in_one_go_and_tells_everybody_once() -> None:
    room = a_room()
    terms = make_terms()
    season = open_round([room])
    winner, loser = apply(season, facts([room], number=20)), apply(season, facts([room], number=2))
    proposed(season)
    make_booking(room, span(day=FIRST + timedelta(days=8)), terms=terms, now=NOW)
    verbs.decide_season(season, by=season.made_by, now=LATER)
    verbs.decide_season(season, by=season.made_by, now=LATER)
    _settle(season)
    _settle(season)
    winner.refresh_from_db()
    loser.refresh_from_db()
    assert (winner.state, loser.state) == ("granted", "refused")
    rows = Booking.objects.filter(organisation=winner.organisation, source="season").order_by("starts_at")
    assert [row.state for row in rows] == ["confirmed", "skipped", *["confirmed"] * 8]
    assert rows[1].reason.startswith("Joku ehti ensin")
    assert {(row.terms_id, row.purpose, row.contact_phone) for row in rows} == {
        (terms.pk, "Vertaisryhmä", "040 123 4567")
    }
    assert Hold.objects.filter(booking__source="season").count() == 9
    letters = Message.objects.filter(kind="premises.season_result")
    assert sorted(row.subject for row in letters) == [
        "Saitte kausivuoron: Kevään vuorot",
        "Vuoroa ei saatu: Kevään vuorot",
    ]
    texts = " ".join(row.text for row in letters)
    assert "tiistaisin klo 17–19: 9 varattua kertaa" in texts
    assert "Toivomillenne ajoille oli muitakin hakijoita" in texts


def test_killed_in_the_middle_it_goes_on_with_the_rest() -> None:
    rooms = [a_room() for _number in range(3)]
    season = open_round(rooms)
    for room in rooms:
        apply(season, facts([room]))
    _decided(season)
    assert verbs.settle_next(season.pk, now=LATER) is Left.MORE
    assert verbs.unsettled() == [season.pk]
    _settle(season)
    assert verbs.unsettled() == []
    assert SeasonTurn.objects.exclude(series=None).count() == 3
    assert Message.objects.filter(kind="premises.season_result").count() == 3


def test_a_turn_lost_before_the_decision_is_told() -> None:
    room = a_room()
    season = open_round([room])
    row = apply(season, facts([room]))
    proposed(season)
    for week in range(10):
        make_booking(room, span(day=FIRST + timedelta(days=1 + 7 * week)))
    verbs.decide_season(season, by=season.made_by, now=LATER)
    _settle(season)
    row.refresh_from_db()
    assert row.state == "refused"
    assert "aika ehdittiin varata muuhun" in Message.objects.get(kind="premises.season_result").text


def test_by_hand_turns_move_within_the_rules_and_clashes_stop_the_decision() -> None:
    room, small = a_room(), a_room(capacity=5)
    season = open_round([room, small], most_turns=1)
    first, second = apply(season, facts([room])), apply(season, facts([room]))
    proposed(season)
    by = season.made_by
    (turn,) = turns(season)
    loser = second if turn.application == first else first
    when = TurnTime(room, turn.weekday, turn.start_time, turn.end_time)
    added = verbs.add_turn(loser, when=when, by=by, now=LATER)
    assert (added.is_pinned, added.by_hand, added.days_free) == (True, True, 10)
    with pytest.raises(Refused, match="päällekkäisiä"):
        verbs.decide_season(season, by=by, now=LATER)
    with pytest.raises(Refused, match="enimmäismäärä"):
        verbs.add_turn(loser, when=TurnTime(small, 3, turn.start_time, turn.end_time), by=by, now=LATER)
    with pytest.raises(Refused, match="mukana jaossa"):
        verbs.move_turn(added, when=TurnTime(a_room(), 3, turn.start_time, turn.end_time), by=by, now=LATER)
    verbs.move_turn(added, when=TurnTime(small, 3, turn.start_time, turn.end_time), by=by, now=LATER)
    with pytest.raises(Refused, match="Hakija lukee syyn"):
        verbs.remove_turn(turn, reason=" ", by=by, now=LATER)
    verbs.remove_turn(turn, reason="Tila remontoidaan.", by=by, now=LATER)
    verbs.remove_turn(turn, reason="Tila remontoidaan.", by=by, now=LATER)
    verbs.decide_season(season, by=by, now=LATER)
    _settle(season)
    assert "Perustelu: Tila remontoidaan." in Message.objects.get(subject__startswith="Vuoroa ei saatu").text
    with pytest.raises(Refused, match="Ehdotusta voi muokata"):
        verbs.pin_turn(added, pinned=False, by=by, now=LATER)


def test_cancelling_tells_who_had_applied() -> None:
    season = open_round([a_room()])
    row = apply(season, facts(list(season.rooms.all())))
    with pytest.raises(Refused, match="Hakijat lukevat"):
        verbs.cancel_season(season, reason="", by=season.made_by, now=NOW)
    verbs.cancel_season(season, reason="Tilat menivät remonttiin.", by=season.made_by, now=NOW)
    verbs.cancel_season(season, reason="Uudelleen", by=season.made_by, now=NOW)
    row.refresh_from_db()
    assert row.state == "ended"
    assert "Tilat menivät remonttiin." in Message.objects.get(kind="premises.season_cancelled").text


def test_the_clock_closes_and_asks_and_a_second_press_does_not_compute_twice() -> None:
    season = open_round([a_room()])
    organisation, by = booker()
    verbs.save_application(season=season, organisation=organisation, facts=facts([]), by=by, now=NOW)
    assert [todo.title for todo in season_todos(by, NOW)] == ["Lähetä vuorohakemus: Kevään vuorot"]
    assert verbs.close_due(LATER) == 1
    assert verbs.close_due(LATER) == 0
    coordinator = season.made_by
    assert [todo.title for todo in season_todos(coordinator, LATER)] == ["Laske vuorojaon ehdotus: Kevään vuorot"]
    with pytest.raises(Refused, match="Yhtään hakemusta"):
        verbs.start_computing(season, by=coordinator, now=LATER)
    apply(season, facts(list(season.rooms.all())), organisation=organisation, by=coordinator, now=LATER)
    verbs.start_computing(season, by=coordinator, now=LATER)
    again = verbs.start_computing(season, by=coordinator, now=LATER + timedelta(minutes=1))
    assert again.computing_since == LATER
    assert not verbs.compute(season.pk, since=NOW, now=LATER)
    assert verbs.compute(season.pk, since=LATER, now=LATER)
    assert not verbs.compute(season.pk, since=LATER, now=LATER)


VERBS: dict[str, Any] = {
    "publish": lambda row, by: verbs.publish_season(row, by=by, now=NOW),
    "close": lambda row, by: verbs.close_season(row, by=by, now=NOW),
    "propose": lambda row, by: verbs.start_computing(row, by=by, now=NOW),
    "decide": lambda row, by: verbs.decide_season(row, by=by, now=NOW),
    "cancel": lambda row, by: verbs.cancel_season(row, reason="Syy", by=by, now=NOW),
}
DONE = {"publish": "open", "close": "closed", "decide": "decided", "cancel": "cancelled"}


@pytest.mark.parametrize("state", SEASON.keys())
def test_verbs_of_a_round_from_a_state(state: str) -> None:
    for verb, act in VERBS.items():
        season = open_round([a_room()])
        apply(season, facts(list(season.rooms.all())))
        SeasonRound.objects.filter(pk=season.pk).update(state=state, decided_at=NOW, reason="Syy")
        if SEASON.allows(state, verb) or DONE.get(verb) == state:
            act(season, season.made_by)
        else:
            with pytest.raises(Refused) as refused:
                act(season, season.made_by)
            assert refused.value.code == "wrong_state", (state, verb)


@pytest.mark.parametrize("state", SEASON_APPLICATION.keys())
def test_verbs_of_an_application_from_a_state(state: str) -> None:
    sending = {
        "send": (lambda row, by: verbs.send_application(row, by=by, now=NOW), "sent"),
        "withdraw": (lambda row, by: verbs.withdraw_application(row, by=by, now=NOW), "withdrawn"),
    }
    for verb, (act, done) in sending.items():
        season = open_round([a_room()])
        organisation, by = booker()
        row = apply(season, facts(list(season.rooms.all())), organisation=organisation, by=by)
        SeasonApplication.objects.filter(pk=row.pk).update(state=state, settled_at=NOW)
        if SEASON_APPLICATION.allows(state, verb) or state == done:
            act(row, by)
        else:
            with pytest.raises(Refused) as refused:
                act(row, by)
            assert refused.value.code == "wrong_state", (state, verb)


@pytest.mark.parametrize(
    ("constraint", "fields"),
    [
        ("premises_season_days", {"last_day": FIRST - timedelta(days=1)}),
        ("premises_season_applying", {"closes_at": NOW - timedelta(days=9)}),
        ("premises_season_weights", {"size": 11}),
        ("premises_season_most_turns", {"most_turns": 6}),
        ("premises_season_decided_when", {"state": "decided"}),
        ("premises_season_cancelled_why", {"state": "cancelled"}),
        ("premises_season_state", {"state": "huu"}),
    ],
)
def test_the_database_refuses_a_false_round(constraint: str, fields: dict[str, Any]) -> None:
    season = open_round([a_room()])
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        SeasonRound.objects.filter(pk=season.pk).update(**fields)


@pytest.mark.parametrize(
    ("constraint", "fields"),
    [
        ("premises_season_application_state", {"state": "huu"}),
        ("premises_season_application_numbers", {"number": 0}),
        ("premises_season_application_sent", {"purpose": ""}),
        ("premises_season_application_settled", {"state": "granted"}),
        ("premises_season_application_source", {"source": "paper"}),
    ],
)
def test_the_database_refuses_a_false_application(constraint: str, fields: dict[str, Any]) -> None:
    season = open_round([a_room()])
    row = apply(season, facts(list(season.rooms.all())))
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        SeasonApplication.objects.filter(pk=row.pk).update(**fields)


def test_the_database_refuses_false_wishes_turns_and_a_second_application() -> None:
    room = a_room()
    season = open_round([room])
    row = apply(season, facts([room], wish(1)))
    proposed(season)
    (turn,) = turns(season)
    tries = {
        "premises_room_wish_rank": lambda: row.room_wishes.update(rank=6),
        "premises_room_wish_once": lambda: row.room_wishes.create(room=room, rank=2),
        "premises_time_wish_order": lambda: row.time_wishes.update(latest="08:00"),
        "premises_time_wish_sane": lambda: row.time_wishes.update(minutes=5),
        "premises_turn_order": lambda: SeasonTurn.objects.update(end_time="08:00"),
        "premises_turn_once": lambda: SeasonTurn.objects.create(
            application=row, room=room, weekday=turn.weekday, start_time=turn.start_time, end_time=turn.end_time
        ),
        "premises_season_application_once": lambda: SeasonApplication.objects.create(
            round=season, organisation=row.organisation, made_at=NOW, changed_at=NOW
        ),
    }
    for constraint, act in tries.items():
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            act()


def test_figures_tell_what_was_asked_given_and_refused() -> None:
    room = a_room()
    season = open_round([room])
    apply(season, facts([room], number=20)), apply(season, facts([room], number=2))
    _decided(season)
    _settle(season)
    period = Period(2026, *year_period(2026))
    (told,) = statistics.seasons(period)
    assert (told.name, told.applications, told.turns_wanted, told.turns_given, told.refused) == (
        "Kevään vuorot",
        2,
        2,
        1,
        1,
    )
    assert [(row.code, row.count) for row in told.reasons] == [("others", 1)]
    shown = {figure.key: figure.value for figure in statistics.figures(period)}
    assert (shown["premises.season_turns"], shown["premises.season_refused"]) == (1, 1)


def test_contacts_go_in_a_month_and_applications_in_two_years() -> None:
    season = open_round([a_room()])
    row = apply(season, facts(list(season.rooms.all())))
    counts = season_retention(NOW + (LAST - NOW.date()) + timedelta(days=33))
    assert counts["premises.SeasonApplication contacts"] == 1
    row.refresh_from_db()
    assert (row.contact_name, row.contact_phone) == ("", "")
    counts = season_retention(NOW.replace(year=2030))
    assert (counts["premises.SeasonApplication"], counts["premises.SeasonRound"]) == (1, 1)
