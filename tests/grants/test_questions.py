"""Questions about a call: asked before it closes, answered to all or to the asker, never with the asker's name."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.http import Http404
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from common.errors import Refused
from grants.models import CallQuestion, GrantCall
from grants.todos_calls import question_todos
from grants.workflow.questions import answer_question, ask_question
from notifications.models import Message
from tests.accounts.factories import UserFactory, signed_in, staff
from tests.grants.factories import CLOSES, NOW, make_application, make_call, make_member, make_organisation
from tests.grants.test_handling_pages import set_clock

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    set_clock(monkeypatch, NOW)


@pytest.fixture
def call() -> GrantCall:
    return make_call()


def coordinator() -> User:
    return User.objects.filter(staff_roles__role="coordinator").first() or staff("coordinator")


def ask(call: GrantCall, text: str = "Saako palkkoja maksaa?", by: User | None = None, **fields: Any) -> CallQuestion:
    return ask_question(call, **{"text": text, "by": by or UserFactory(full_name="Kati Kysyjä"), "now": NOW, **fields})


def code_of(verb: Any) -> str:
    with pytest.raises(Refused) as refused:
        verb()
    return refused.value.code


def test_a_question_is_answered_to_all_who_have_a_draft(call: GrantCall) -> None:
    officer, asker = coordinator(), UserFactory(full_name="Kati Kysyjä")
    organisation = make_organisation()
    drafter = make_member(organisation)
    make_application(call=call, organisation=organisation, by=drafter)
    made = ask(call, by=asker)
    assert ask(call, by=asker) == made, "a double press is one question"
    assert [mail.to_user for mail in Message.objects.filter(kind="grants.question_asked")] == [officer]
    assert [todo.title for todo in question_todos(officer, NOW)] == [
        "Vastaa kysymykseen hausta ”Toiminta-avustus 2027”."
    ]
    for _twice in range(2):
        answer_question(made, answer="Saa, kun ne liittyvät toimintaan.", by=officer, now=NOW)
    told = {mail.kind: mail for mail in Message.objects.exclude(kind="grants.question_asked")}
    assert {kind: mail.to_user for kind, mail in told.items()} == {
        "grants.question_answered": asker,
        "grants.question_published": drafter,
    }
    assert "Kati" not in told["grants.question_published"].text
    assert not list(question_todos(officer, NOW))
    page = Client().get(reverse("grants:call", args=[call.pk])).content.decode()
    assert "Saa, kun ne liittyvät toimintaan." in page
    assert "Kati" not in page


def test_what_is_ones_own_matter_is_answered_to_the_asker_only(call: GrantCall) -> None:
    officer, asker = coordinator(), UserFactory()
    made = ask(call, by=asker)
    answer_question(made, answer="Teidän liitteenne on tullut.", is_private=True, by=officer, now=NOW)
    address = reverse("grants:call", args=[call.pk])
    assert "Teidän liitteenne" not in Client().get(address).content.decode()
    assert "Teidän liitteenne" in signed_in(asker).get(reverse("grants:call_ask", args=[call.pk])).content.decode()
    other = signed_in(UserFactory()).get(reverse("grants:call_ask", args=[call.pk])).content.decode()
    assert "Teidän liitteenne" not in other
    answer_question(made, answer="Tämä koskee kaikkia.", by=officer, now=NOW)
    assert "Tämä koskee kaikkia." in Client().get(address).content.decode()
    private: dict[str, Any] = {"answer": "x", "is_private": True, "by": officer, "now": NOW}
    assert code_of(lambda: answer_question(made, **private)) == "wrong_state", "what all have read is not taken back"


def test_the_published_words_hide_who_asked(call: GrantCall) -> None:
    made = ask(call, "Me Lieksan Omaistuessa kysymme: saako?")
    answer_question(made, answer="Saa.", published_question="Saako palkkoja maksaa?", by=coordinator(), now=NOW)
    page = Client().get(reverse("grants:call", args=[call.pk])).content.decode()
    assert "Saako palkkoja maksaa?" in page
    assert "Omaistuessa" not in page


def test_what_is_refused(call: GrantCall) -> None:
    made = ask(call)
    assert code_of(lambda: answer_question(made, answer=" ", by=coordinator(), now=NOW)) == "no_answer"
    with pytest.raises(Http404):
        answer_question(made, answer="x", by=UserFactory(), now=NOW)
    assert code_of(lambda: ask(call, "Myöhässä?", now=CLOSES + timedelta(minutes=1))) == "closed"
    asker = UserFactory()
    for number in range(10):
        ask(call, f"Kysymys {number}?", by=asker)
    assert code_of(lambda: ask(call, "Vielä yksi?", by=asker)) == "too_many"
    with pytest.raises(Http404):
        ask(make_call(state="draft"))


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"state": "published"}, "grants_question_answered_has_answer"),
        ({"answer": "Saa."}, "grants_question_answered_has_answer"),
        ({"state": "gone"}, "grants_question_answered_has_answer"),
        ({"text": ""}, "grants_question_has_text"),
    ],
)
def test_the_database_defends_it(call: GrantCall, fields: dict[str, Any], constraint: str) -> None:
    made = ask(call)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        CallQuestion.objects.filter(pk=made.pk).update(**fields)


def test_from_the_calls_page_to_the_answer(call: GrantCall) -> None:
    client, officer = signed_in(UserFactory()), signed_in(coordinator())
    address = reverse("grants:call_ask", args=[call.pk])
    assert address in client.get(reverse("grants:call", args=[call.pk])).content.decode()
    assert client.post(address, {"text": " "}).status_code == 422
    sent = client.post(address, {"text": "Saako <b>palkkoja</b>?"}, follow=True).content.decode()
    assert "Kysymys on lähetetty." in sent
    assert "&lt;b&gt;palkkoja" in sent
    listed = reverse("grants:questions", args=[call.pk])
    assert listed in officer.get(reverse("grants:call_edit", args=[call.pk])).content.decode()
    question = CallQuestion.objects.get()
    answering = reverse("grants:question_answer", args=[call.pk, question.pk])
    assert answering in officer.get(listed).content.decode()
    assert officer.post(answering, {"answer": ""}).status_code == 422
    officer.post(answering, {"answer": "Saa maksaa."})
    assert "Saa maksaa." in Client().get(reverse("grants:call", args=[call.pk])).content.decode()
    for stranger in (client, signed_in(staff("auditor"))):
        assert stranger.get(listed).status_code == 404
        assert stranger.get(answering).status_code == 404


@pytest.mark.parametrize("number", [1, 3])
def test_a_fixed_number_of_queries(call: GrantCall, number: int) -> None:
    officer = coordinator()
    for count in range(number):
        answer_question(ask(call, f"Kysymys {count}?"), answer="Vastaus.", by=officer, now=NOW)
    for client, address in ((signed_in(officer), "grants:questions"), (Client(), "grants:call")):
        client.get(reverse(address, args=[call.pk]))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse(address, args=[call.pk])).status_code == 200
        assert len(queries) <= 12
