"""Co-operation requests: to whom they go, who answers when the holder is away, and that none ends without an answer."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from common import clock
from common.errors import Refused
from common.policies import allowed
from common.times import local_date
from liaisons.models import CooperationRequest, Post, PostPower, RequestEntry
from liaisons.policies import may_answer_requests
from liaisons.request_seams import late_reminders, request_retention, request_todos
from liaisons.responsible import responsible_for
from liaisons.routing import promised_on
from liaisons.workflow.requests import (
    answer_request,
    ask_more,
    note_request,
    reply_request,
    send_request,
    take_request,
    tell_helped,
    transfer_request,
    withdraw_request,
)
from notifications.models import Message
from tests.accounts.factories import UserFactory, signed_in, staff
from tests.liaisons.factories import AbsenceFactory, AppointmentFactory, PostFactory, SubstituteFactory, UnitFactory
from tests.organisations.factories import OrganisationFactory, member

pytestmark = pytest.mark.django_db
LONG_AGO = date(2023, 1, 1)


def held(user: Any = None, **fields: Any) -> tuple[Post, Any]:
    """Return a county liaison's post with who holds it."""
    post = PostFactory(**{"level": "county_liaison", "unit": None, "valid_from": LONG_AGO, **fields})
    person = user or UserFactory()
    AppointmentFactory(post=post, user=person, valid_from=LONG_AGO, accepted_on=LONG_AGO)
    return post, person


def ask(organisation: Any = None, **fields: Any) -> CooperationRequest:
    """Send a request of an organisation's admin."""
    organisation = organisation or OrganisationFactory()
    known = {"kind": "other", "subject": "Kysymys", "text": "Kuka auttaa?", "organisation": organisation}
    return send_request(**{**known, "by": member(organisation), "now": clock.now(), **fields})


def code_of(call: Any) -> str:
    with pytest.raises(Refused) as refused:
        call()
    return refused.value.code


def test_a_request_goes_to_the_post_and_its_holder_is_told() -> None:
    post, holder = held()
    organisation = OrganisationFactory()
    admin = member(organisation)
    made = ask(organisation, by=admin)
    assert ask(organisation, by=admin) == made, "a double press is one request"

    assert (made.post, made.state) == (post, "received")
    assert made.due_on == promised_on(post, clock.now())
    assert [message.to_user for message in Message.objects.filter(kind="liaisons.request_received")] == [holder]
    assert [entry.text for entry in organisation.timeline.all()] == ["Järjestö lähetti yhteistyöpyynnön: Kysymys"]


def test_the_substitute_answers_when_the_holder_is_away_and_the_coordinator_when_nobody_does() -> None:
    coordinator = staff("coordinator")
    post, holder = held()
    today = local_date(clock.now())
    AbsenceFactory(user=holder, valid_from=today - timedelta(days=1), valid_until=today + timedelta(days=9))
    ask()
    assert [todo.title for todo in request_todos(coordinator, clock.now())] == ["Vastaa yhteen yhteistyöpyyntöön"]
    told = Message.objects.filter(kind="liaisons.request_received")
    assert [message.to_user for message in told] == [coordinator]

    substitute = UserFactory()
    SubstituteFactory(appointment=post.appointments.get(), user=substitute, valid_from=LONG_AGO)
    made = ask(subject="Toinen")
    assert [message.to_user for message in told.order_by("-pk")[:1]] == [substitute]
    answer_request(made, text="Minä autan.", result="given", by=substitute, now=clock.now())
    made.refresh_from_db()
    assert (made.state, made.taken_by) == ("answered", substitute)
    mail = Message.objects.get(kind="liaisons.request_answered")
    assert mail.to_user == made.asked_by
    assert "Minä autan." in mail.text


def test_what_binds_the_county_goes_to_delegated_power_and_is_not_promised_without() -> None:
    held()
    unit_post, practitioner = held(level="unit", unit=UnitFactory())
    chief, chief_person = held(level="strategic")
    PostPower.objects.create(
        post=chief, power="letter_of_intent", decided_by="Johtaja", decided_on=LONG_AGO, valid_from=LONG_AGO
    )
    made = ask(kind="letter_of_intent")
    assert made.post == chief
    assert "aiesopimuksen" in made.routed_because

    assert ask(kind="letter_of_intent", subject="Suoraan", post=unit_post).post == chief, "it may not answer"
    by_hand = ask(kind="letter_of_intent", subject="Lääkärille")
    CooperationRequest.objects.filter(pk=by_hand.pk).update(post=unit_post)
    by_hand.refresh_from_db()
    promise: dict[str, Any] = {"text": "Sovittu.", "result": "given", "by": practitioner, "now": clock.now()}
    assert code_of(lambda: answer_request(by_hand, **promise)) == "no_power"
    page = signed_in(practitioner).get(by_hand.get_absolute_url()).content.decode()
    assert "Tähän tarvitaan toimivalta" in page
    later = clock.now() + timedelta(days=3)
    transfer_request(by_hand, post=chief, reason="Hänellä on toimivalta", by=practitioner, now=later)
    answer_request(by_hand, **{**promise, "by": chief_person})
    by_hand.refresh_from_db()
    assert (by_hand.post, by_hand.result) == (chief, "given")
    assert by_hand.due_on == made.due_on, "handing on does not put off what was promised"
    assert by_hand.entries.filter(kind="event", text__contains="Hänellä on toimivalta").exists()


def test_the_thread_from_question_to_help() -> None:
    _post, holder = held()
    made = ask()
    now = clock.now()
    take_request(made, by=holder, now=now)
    take_request(made, by=holder, now=now)
    ask_more(made, text="Missä kunnassa?", by=holder, now=now)
    made.refresh_from_db()
    assert made.state == "waiting_asker"
    assert "Missä kunnassa?" in Message.objects.get(kind="liaisons.request_asked").text
    for _twice in range(2):
        reply_request(made, text="Lieksassa.", by=made.asked_by, now=now)
    assert made.entries.filter(text="Lieksassa.").count() == 1
    assert Message.objects.filter(kind="liaisons.request_reply").count() == 1
    note_request(made, text="Soitin Lieksaan.", by=holder, now=now)
    answer_request(made, text="Ota yhteys.", result="advice", next_step="Tapaaminen 1.12.", by=holder, now=now)
    assert code_of(lambda: tell_helped(made, helped="no", by=made.asked_by, now=now)) == "no_text"
    tell_helped(made, helped="no", text="Ei vastattu puhelimeen.", by=made.asked_by, now=now)
    made.refresh_from_db()
    assert (made.state, made.result, made.answered_at) == ("in_progress", "", None)
    answer_request(made, text="Soitamme sinulle.", result="given", by=holder, now=now)
    for _twice in range(2):
        tell_helped(made, helped="yes", by=made.asked_by, now=now)
    made.refresh_from_db()
    assert (made.state, made.helped) == ("closed", "yes")
    own = signed_in(made.asked_by).get(made.get_absolute_url()).content.decode()
    assert "Soitin Lieksaan." not in own
    assert "Soitin Lieksaan." in signed_in(holder).get(made.get_absolute_url()).content.decode()


def test_what_is_refused() -> None:
    post, holder = held()
    made = ask()
    now = clock.now()
    other: dict[str, Any] = {"by": holder, "now": now}
    assert code_of(lambda: transfer_request(made, post=post, reason="x", **other)) == "same_post"
    assert code_of(lambda: transfer_request(made, post=PostFactory(), reason=" ", **other)) == "no_reason"
    assert code_of(lambda: ask(OrganisationFactory(), by=UserFactory())) == "not_allowed"
    withdraw_request(made, by=made.asked_by, now=now)
    withdraw_request(made, by=made.asked_by, now=now)
    assert code_of(lambda: answer_request(made, text="x", result="given", **other)) == "wrong_state"
    assert code_of(lambda: reply_request(made, text="x", by=made.asked_by, now=now)) == "ended"
    Post.objects.update(valid_until=LONG_AGO)
    assert code_of(lambda: ask(subject="Kenelle?")) == "no_post"


def test_who_sees_and_who_answers() -> None:
    _post, holder = held()
    made = ask()
    now = clock.now()
    colleague = member(made.organisation, "viewer")
    for person, sees, answers in (
        (made.asked_by, True, False),
        (colleague, True, False),
        (holder, True, True),
        (staff("coordinator"), True, True),
        (staff("auditor"), True, True),
        (staff("registrar"), False, False),
        (member(OrganisationFactory()), False, False),
    ):
        assert allowed("liaisons.request.view", person, now=now).exists() is sees
        assert may_answer_requests(person, now) is answers
        assert signed_in(person).get(made.get_absolute_url()).status_code == (200 if sees else 404)
        page = signed_in(person).get(reverse("liaisons:requests_to_answer"))
        assert page.status_code == (200 if answers else 404)


def test_the_countys_page_shows_requests_to_those_who_may_read_them() -> None:
    held()
    made = ask()
    address = reverse("organisations:county_page", args=[made.organisation_id])
    assert made.get_absolute_url() in signed_in(staff("coordinator")).get(address).content.decode()
    registrar = signed_in(staff("registrar")).get(address)
    assert registrar.status_code == 200
    assert made.get_absolute_url() not in registrar.content.decode().replace("/hallinta", "")
    assert "panel-requests" not in registrar.content.decode()


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"state": "gone"}, "liaisons_request_values_known"),
        ({"kind": "gift"}, "liaisons_request_values_known"),
        ({"state": "answered"}, "liaisons_request_ends_with_an_answer"),
        ({"state": "withdrawn"}, "liaisons_request_closed_has_time"),
        ({"subject": ""}, "liaisons_request_has_subject"),
    ],
)
def test_the_database_defends_it(fields: dict[str, Any], constraint: str) -> None:
    held()
    made = ask()
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        CooperationRequest.objects.filter(pk=made.pk).update(**fields)


@given(days=st.integers(-400, 400), away=st.tuples(st.integers(-300, 300), st.integers(0, 200)))
def test_an_open_request_is_never_without_exactly_one_who_answers(days: int, away: tuple[int, int]) -> None:
    today = local_date(clock.now())
    with transaction.atomic():
        _post, holder = held(valid_until=today + timedelta(days=200))
        made = ask()
        AbsenceFactory(
            user=holder,
            valid_from=today + timedelta(days=away[0]),
            valid_until=today + timedelta(days=away[0] + away[1]),
        )
        on = today + timedelta(days=days)
        answer = responsible_for(made.post, on)
        is_away = away[0] <= days <= away[0] + away[1]
        stands = days <= 200 and not is_away
        assert answer.user == (holder if stands else None)
        assert (answer.kind == "coordinator_queue") is (answer.user is None)
        transaction.set_rollback(True)


def test_late_ones_are_reminded_of_and_ended_ones_go() -> None:
    coordinator = staff("coordinator")
    _post, holder = held()
    made = ask()
    later = clock.now() + timedelta(days=20)
    assert [reminder.to for reminder in late_reminders(later)] == [holder]
    assert [todo.title for todo in request_todos(holder, later)] == ["Vastaa yhteen yhteistyöpyyntöön"]
    assert [todo.title for todo in request_todos(coordinator, later)] == ["Vastaa yhteen yhteistyöpyyntöön"]
    assert not list(request_todos(coordinator, clock.now()))
    answer_request(made, text="Tässä.", result="given", by=holder, now=clock.now())
    assert not list(late_reminders(later))
    request_retention(clock.now() + timedelta(days=31))
    made.refresh_from_db()
    assert (made.state, made.helped) == ("closed", "")
    assert "kuukauteen" in made.entries.last().text  # type: ignore[union-attr]
    assert request_retention(made.closed_at + timedelta(days=1827))["liaisons.CooperationRequest"] == 1
    assert not RequestEntry.objects.exists()


# Pages


def test_from_the_finder_to_an_answer() -> None:
    post, holder = held(services="omaishoito", name_fi="omaishoidon yhdyshenkilö")
    organisation = OrganisationFactory(name="Omaistuki ry")
    asker = member(organisation)
    client = signed_in(asker)

    found = client.get(reverse("liaisons:finder"), {"aihe": "omaishoito"}).content.decode()
    assert "Omaishoidon yhdyshenkilö" in found
    assert str(holder) in found
    assert holder.email not in found
    link = f"{reverse('liaisons:request_new')}?tehtava={post.pk}"
    assert link in found
    assert "Vastaanottaja:" in client.get(link).content.decode()
    sent = {"kind": "visit", "organisation": str(organisation.pk), "subject": "Vierailu", "text": "Tulisitko?"}
    wrong = client.post(link, {**sent, "subject": ""})
    assert wrong.status_code == 422
    assert "Tulisitko?" in wrong.content.decode()
    page = client.post(link, sent, follow=True).content.decode()
    assert "Pyyntö on lähetetty." in page
    made = CooperationRequest.objects.get()
    assert (made.post, made.organisation, made.kind) == (post, organisation, "visit")
    assert "Vierailu" in client.get(reverse("liaisons:requests_own")).content.decode()

    answering = signed_in(holder)
    assert "Vierailu" in answering.get(reverse("liaisons:requests_to_answer")).content.decode()
    bare = answering.post(made.get_absolute_url(), {"act": "answer", "text": "Tulen.", "result": ""})
    assert bare.status_code == 422
    assert "Tulen." in bare.content.decode()
    answering.post(made.get_absolute_url(), {"act": "answer", "text": "Tulen.", "result": "given"})
    assert "Auttoiko vastaus?" in client.get(made.get_absolute_url()).content.decode()
    client.post(made.get_absolute_url(), {"act": "helped", "helped": "yes"})
    made.refresh_from_db()
    assert made.state == "closed"
    assert answering.post(made.get_absolute_url(), {"act": "burn"}).status_code == 404


def test_nothing_found_still_leads_to_a_question() -> None:
    page = signed_in(UserFactory()).get(reverse("liaisons:finder"), {"aihe": "kummallinen"}).content.decode()
    assert "Emme tiedä, kuka tästä vastaa" in page
    empty = signed_in(UserFactory()).get(reverse("liaisons:requests_own")).content.decode()
    assert "Et ole vielä pyytänyt mitään" in empty


@pytest.mark.parametrize("address", ["requests_own", "requests_to_answer", "finder"])
def test_lists_have_a_fixed_number_of_queries(address: str) -> None:
    coordinator = staff("coordinator")
    held()

    def count() -> int:
        client = signed_in(coordinator)
        url = reverse(f"liaisons:{address}") + "?aihe=x"
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        return len(queries)

    send_request(kind="other", subject="Yksi", text="x", by=coordinator, now=clock.now())
    one = count()
    for number in range(2):
        held(level="county_liaison")
        send_request(kind="other", subject=f"Lisää {number}", text="x", by=coordinator, now=clock.now())
    assert count() == one <= 15
