"""Signing up: places, confirming, the line, changes, letting go; the database's counter behind it."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.http import Http404

from common.errors import Refused
from forums.models import EventPlaces, EventRun, SignUp, SignUpNeed
from forums.models.sign_ups import new_token
from forums.sign_up_places import settle_due, turn_of
from forums.workflow.sign_ups import (
    Contact,
    Participant,
    cancel,
    change_needs,
    change_way,
    confirm,
    sign_up_for,
    write_to_all,
)
from notifications.models import Message
from tests.accounts.factories import UserFactory, staff
from tests.forums.factories import NOW, STARTS, EventFactory, SignUpFactory
from tests.forums.sign_up_steps import LATER, enter, hybrid, letters, send, states, taken

pytestmark = pytest.mark.django_db


def test_a_visitor_holds_a_place_at_once_and_confirms() -> None:
    event = hybrid()
    sent = send(event, needs={"diet": "Gluteeniton", "access": ""})
    assert sent.head is not None
    row = sent.head
    assert (row.state, row.has_hold, row.held_until) == ("unconfirmed", True, NOW + timedelta(hours=24))
    assert taken(event) == 1
    letter = Message.objects.get()
    assert (letter.kind, letter.to_address, letter.secret, letter.required) == (
        "forums.sign_up_confirm",
        "aino@example.org",
        True,
        True,
    )
    assert row.token in letter.text
    assert "meet.example" not in letter.text
    need = SignUpNeed.objects.get()
    assert (need.diet, need.erased_on.isoformat()) == ("Gluteeniton", "2026-12-10")
    assert [one.state for one in confirm(row, now=LATER)] == ["signed"]
    assert confirm(row, now=LATER) == []
    done = letters("sign_up_done")
    assert len(done) == 1
    assert "Sinulla on paikka." in done[0].text
    assert "\ue000" not in done[0].text + done[0].html
    assert taken(event) == 1


def test_who_is_signed_in_is_confirmed_at_once() -> None:
    event = hybrid(on_site=1)
    first, second = enter(event, "Aino"), enter(event, "Eino")
    assert (first.state, second.state) == ("signed", "waiting")
    assert turn_of(second) == 1
    texts = [letter.text for letter in letters("sign_up_done")]
    assert "Sinulla on paikka." in texts[0]
    assert "olet jonossa" in texts[1]


def test_signing_up_again_tells_only_the_mailbox() -> None:
    event = hybrid()
    send(event)
    again = send(event, email="AINO@example.org")
    assert again.head is None
    assert event.sign_ups.count() == 1
    assert len(letters("sign_up_confirm")) == 2
    send(event)
    assert len(letters("sign_up_confirm")) == 2, "at most one in ten minutes"
    send(event, now=NOW + timedelta(minutes=11))
    assert len(letters("sign_up_confirm")) == 3


def test_companions_get_places_in_the_order_of_names() -> None:
    event = hybrid(on_site=2, remote=None)
    more = [Participant("Bertta", "on_site"), Participant("Cilla", "on_site"), Participant("Daavid", "remote")]
    sent = send(event, more=more)
    assert [(row.name, row.has_hold) for row in sent.rows] == [
        ("Aino", True),
        ("Bertta", True),
        ("Cilla", False),
        ("Daavid", True),
    ]
    assert sent.head is not None
    confirm(sent.head, now=LATER)
    assert states(event) == ["signed", "signed", "waiting", "signed"]
    assert len(letters("sign_up_done")) == 1
    assert "Kaikille ei riittänyt paikkaa" in letters("sign_up_done")[0].text
    cancel([sent.rows[1]], now=LATER)
    assert states(event) == ["signed", "cancelled", "signed", "signed"]
    moved = letters("sign_up_moved")
    assert [letter.to_address for letter in moved] == ["aino@example.org"]
    assert "Cilla" in moved[0].text


def test_what_nobody_confirms_lapses_and_the_line_moves() -> None:
    event = hybrid(on_site=1)
    sent = send(event)
    waits = enter(event, "Eino")
    assert settle_due(NOW + timedelta(hours=23)) == 1
    assert states(event) == ["unconfirmed", "waiting"]
    assert settle_due(NOW + timedelta(hours=24)) == 1
    assert states(event) == ["lapsed", "signed"]
    assert [letter.to_address for letter in letters("sign_up_moved")] == [waits.user.email]
    assert len(letters("sign_up_lapsed")) == 1
    assert sent.head is not None
    with pytest.raises(Refused, match="päättynyt") as refused:
        confirm(sent.head, now=NOW + timedelta(hours=25))
    assert refused.value.code == "lapsed"
    assert settle_due(NOW + timedelta(hours=30)) == 0


def test_a_late_confirmation_lapses_by_itself() -> None:
    event = hybrid()
    sent = send(event)
    assert sent.head is not None
    with pytest.raises(Refused) as refused:
        confirm(sent.head, now=NOW + timedelta(hours=24))
    assert refused.value.code == "lapsed"
    assert settle_due(NOW + timedelta(hours=24)) == 1
    assert (states(event), taken(event)) == (["lapsed"], 0)


def test_a_place_is_never_held_past_the_beginning() -> None:
    event = hybrid()
    assert send(event, "Aino", now=STARTS - timedelta(hours=5)).rows[0].held_until == STARTS
    assert send(event, "Eino", now=STARTS - timedelta(minutes=5)).rows[0].held_until == STARTS + timedelta(minutes=55)


def test_an_unconfirmed_one_without_a_place_waits_by_the_time_of_sending() -> None:
    event = hybrid(on_site=1)
    holder = enter(event, "Aino")
    sent = send(event, "Bertta")
    enter(event, "Cilla")
    assert sent.rows[0].has_hold is False
    cancel([holder], now=LATER)
    assert states(event) == ["cancelled", "unconfirmed", "signed"]
    confirm(sent.rows[0], now=LATER)
    assert states(event) == ["cancelled", "waiting", "signed"]


def test_changing_the_way_never_loses_a_place() -> None:
    event = hybrid(on_site=1, remote=1)
    first, second = enter(event, "Aino"), enter(event, "Eino")
    with pytest.raises(Refused) as refused:
        change_way(first, way="nowhere", now=LATER)
    assert refused.value.code == "way_not_offered"
    assert change_way(second, way="remote", now=LATER).state == "signed"
    with pytest.raises(Refused) as refused:
        change_way(first, way="remote", now=LATER)
    assert refused.value.code == "full"
    assert states(event) == ["signed", "signed"]
    third = enter(event, "Unto")
    assert third.state == "waiting"
    EventPlaces.objects.filter(event=event, way="remote").get()
    event.places_remote = 2
    event.save(update_fields=["places_remote"])
    assert change_way(first, way="remote", now=LATER).way == "remote"
    third.refresh_from_db()
    assert third.state == "signed", "the place on site went to the line"
    with pytest.raises(Refused) as refused:
        change_way(third, way="remote", now=STARTS)
    assert refused.value.code == "already_began"


def test_letting_go_twice_and_after_the_beginning() -> None:
    event = hybrid(on_site=1)
    row = enter(event)
    assert len(cancel([row], now=LATER)) == 1
    assert cancel([row], now=LATER) == []
    again = enter(event, user=row.user)
    assert again.pk != row.pk
    with pytest.raises(Refused) as refused:
        cancel([again], now=STARTS)
    assert refused.value.code == "already_began"


def test_an_organiser_cancels_and_the_person_is_told() -> None:
    event = hybrid()
    row = enter(event)
    with pytest.raises(Http404):
        cancel([row], by=UserFactory(), now=LATER)
    cancel([row], by=staff("coordinator"), now=LATER)
    assert [letter.to_address for letter in letters("sign_up_removed")] == [row.user.email]


def test_on_the_telephone_without_an_address() -> None:
    event = hybrid(sign_up_until=NOW - timedelta(days=1))
    by = staff("coordinator")
    sent = sign_up_for(event, people=[Participant("Impi", "on_site")], contact=Contact(), by=by, now=NOW)
    assert sent.head is not None
    assert (sent.head.state, sent.head.source, sent.head.entered_by) == ("signed", "phone", by)
    assert Message.objects.count() == 0
    sign_up_for(event, people=[Participant("Onni", "on_site")], contact=Contact(), by=by, now=NOW)
    with pytest.raises(Http404):
        sign_up_for(event, people=[Participant("X", "on_site")], contact=Contact(), by=UserFactory(), now=NOW)


def test_sign_up_is_refused_for_whom_or_when_it_is_not_open() -> None:
    closed = hybrid(sign_up_until=NOW - timedelta(minutes=1))
    hidden = hybrid(visibility="ngos")
    planned = hybrid(state="planned")
    for event in (closed, hidden, planned, hybrid(takes_sign_ups=False)):
        with pytest.raises(Http404):
            send(event)
    remote = EventFactory()
    with pytest.raises(Refused) as refused:
        send(remote, way="on_site")
    assert refused.value.code == "way_not_offered"


def test_a_whole_run_at_once() -> None:
    run = EventRun.objects.create(name_fi="Etäkahvit", one_sign_up=True, created_at=NOW)
    events = [EventFactory(run=run, starts_at=STARTS + timedelta(weeks=n)) for n in range(3)]
    EventFactory(run=run, state="planned")
    send(events[1], way="remote")
    sent = send(events[0], way="remote", whole_run=True)
    assert [row.event for row in sent.rows] == [events[0], events[2]], "one was signed up to already"
    assert sent.head is not None
    confirm(sent.head, now=LATER)
    assert SignUp.objects.signed().count() == 2
    assert len(letters("sign_up_done")) == 1
    alone = EventFactory()
    with pytest.raises(Refused) as refused:
        send(alone, way="remote", whole_run=True)
    assert refused.value.code == "no_run"


def test_needs_are_changed_and_erased() -> None:
    event = hybrid(needs_erased_on=None)
    row = enter(event)
    change_needs(row, needs={"access": "Induktiosilmukka"}, now=LATER)
    assert str(row.need) == "Induktiosilmukka"
    change_needs(row, needs={"access": ""}, now=LATER)
    assert SignUpNeed.objects.count() == 0
    with pytest.raises(Refused) as refused:
        change_needs(row, needs={"access": "x"}, now=STARTS)
    assert refused.value.code == "already_began"


def test_lowering_the_places_throws_nobody_out_and_lets_nobody_in() -> None:
    event = hybrid(on_site=3)
    rows = [enter(event, f"H{number}") for number in range(3)]
    event.places_on_site = 1
    event.save(update_fields=["places_on_site"])
    assert enter(event, "Late").state == "waiting"
    rows[0].name = "Saved as it is"
    rows[0].save()
    cancel(rows[:2], now=LATER)
    assert states(event) == ["cancelled", "cancelled", "signed", "waiting"]
    cancel([rows[2]], now=LATER)
    assert states(event)[-1] == "signed"
    event.places_on_site = None
    event.save(update_fields=["places_on_site"])
    assert [enter(event, f"M{number}").state for number in range(3)] == ["signed"] * 3
    cancel([SignUp.objects.get(name="M0")], now=LATER)
    assert taken(event) == 3


def test_more_places_move_the_line() -> None:
    event = hybrid(on_site=0)
    first, second = enter(event, "Aino"), enter(event, "Eino")
    event.places_on_site = 1
    event.save(update_fields=["places_on_site"])
    settle_due(LATER)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == ("signed", "waiting")


def test_the_line_stops_when_the_event_begins() -> None:
    event = hybrid(on_site=1)
    first = enter(event, "Aino")
    enter(event, "Eino")
    cancel([first], by=staff("coordinator"), now=STARTS)
    assert states(event) == ["cancelled", "waiting"]


def test_a_message_to_all_goes_once() -> None:
    event = hybrid(on_site=1)
    enter(event, "Aino")
    enter(event, "Eino")
    by = staff("coordinator")
    given = {"subject": "Ohjelma", "text": "Hei\n\nLiite", "by": by, "now": LATER}
    assert write_to_all(event, states=["signed"], **given) == 1
    assert write_to_all(event, states=["signed", "waiting"], **given) == 1
    assert write_to_all(event, states=["signed", "waiting"], **given) == 0


# Around the forms


def _bare(event: object, **given: object) -> SignUp:
    values = {"state": "signed", "has_hold": True, "token": new_token(), **given}
    return SignUp.objects.create(event=event, name="X", way="on_site", arrived_at=NOW, **values)


def test_the_database_refuses_one_too_many() -> None:
    event = hybrid(on_site=1)
    _bare(event)
    with pytest.raises(IntegrityError, match="forums_places_never_over"), transaction.atomic():
        _bare(event)
    with pytest.raises(IntegrityError, match="forums_places_never_over"), transaction.atomic():
        SignUp.objects.bulk_create(
            [SignUp(event=event, name="Y", way="on_site", arrived_at=NOW, state="signed", has_hold=True)]
        )
    waiting = _bare(event, state="waiting", has_hold=False)
    with pytest.raises(IntegrityError, match="forums_places_never_over"), transaction.atomic():
        SignUp.objects.filter(pk=waiting.pk).update(state="signed", has_hold=True)
    other = _bare(event, state="waiting", has_hold=False)
    other.delete()
    assert taken(event) == 1
    SignUp.objects.filter(event=event, state="signed").delete()
    assert taken(event) == 0


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("forums_sign_up_hold_follows_state", {"has_hold": False}),
        ("forums_sign_up_hold_follows_state", {"state": "waiting"}),
        ("forums_sign_up_unconfirmed_ends", {"state": "unconfirmed"}),
        ("forums_sign_up_known_source", {"source": "rumour"}),
        ("forums_sign_up_(known_state|hold_follows_state)", {"state": "perhaps", "has_hold": False}),
    ],
)
def test_what_must_never_be_false(name: str, given: dict[str, object]) -> None:
    with pytest.raises(IntegrityError, match=name):
        _bare(hybrid(), **given)


def test_nobody_stands_twice() -> None:
    event = hybrid()
    person = UserFactory()
    _bare(event, email="a@example.org")
    with pytest.raises(IntegrityError, match="forums_sign_up_address_once"), transaction.atomic():
        _bare(event, email="A@EXAMPLE.org")
    _bare(event, email="a@example.org", state="cancelled", has_hold=False)
    _bare(event, user=person)
    with pytest.raises(IntegrityError, match="forums_sign_up_person_once"), transaction.atomic():
        _bare(event, user=person)
    with pytest.raises(IntegrityError, match="forums_need_is_something"):
        SignUpNeed.objects.create(sign_up=SignUpFactory(), erased_on=NOW.date())
