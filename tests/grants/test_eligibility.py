"""Eligibility questions: set up with the call, answered by anybody, kept nowhere, blocking only when marked."""

from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import User
from grants.models import Application, EligibilityQuestion, GrantCall
from grants.workflow import calls as call_verbs
from tests.accounts.factories import signed_in, staff
from tests.grants.call_pages import set_clock, text
from tests.grants.factories import NOW, make_call, make_member, make_organisation

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    set_clock(monkeypatch, NOW)


@pytest.fixture
def coordinator() -> User:
    return staff("coordinator")


@pytest.fixture
def desk(coordinator: User) -> Client:
    return signed_in(coordinator)


def address(name: str, call: GrantCall, *more: Any) -> str:
    return reverse(f"grants:{name}", args=[call.pk, *more])


def ask(call: GrantCall, words: str = "Rekisteröity?", **fields: Any) -> EligibilityQuestion:
    return EligibilityQuestion.objects.create(call=call, text_fi=words, advice_fi="Rekisteröikää ensin.", **fields)


def published(coordinator: User, **fields: Any) -> tuple[GrantCall, EligibilityQuestion]:
    call = make_call(state="draft", by=coordinator)
    question = ask(call, **fields)
    return call_verbs.publish_call(call, by=coordinator, now=NOW), question


def test_the_usual_set_is_added_once_ordered_changed_and_removed(desk: Client) -> None:
    call = make_call(state="draft")
    assert "Ei vielä kysymyksiä" in text(desk.get(address("call_eligibility", call)))
    assert address("call_eligibility", call) in text(desk.get(address("call_edit", call)))
    for _twice in range(2):
        desk.post(address("call_eligibility_usual", call))
    assert call.eligibility.count() == 5
    assert all(question.text_sv and question.advice_en for question in call.eligibility.all())
    first, second = call.eligibility.all()[:2]
    desk.post(address("call_eligibility_move", call, first.pk), {"step": "down"})
    assert list(call.eligibility.all()[:2]) == [second, first]
    bad = desk.post(address("call_eligibility_question", call, first.pk), {"text_fi": "Uusi?", "good_answer": "yes"})
    assert "advice_fi" in bad.context["form"].errors
    data = {"text_fi": "Uusi?", "good_answer": "no", "advice_fi": "Neuvo.", "link": "javascript:alert(1)"}
    assert "link" in desk.post(address("call_eligibility_new", call), data).context["form"].errors
    desk.post(address("call_eligibility_question", call, first.pk), {**data, "link": "https://example.org/"})
    first.refresh_from_db()
    assert (first.text_fi, first.good_answer, first.link) == ("Uusi?", "no", "https://example.org/")
    desk.post(address("call_eligibility_remove", call, first.pk))
    assert call.eligibility.count() == 4
    assert desk.get(address("call_eligibility_question", make_call(state="draft"), second.pk)).status_code == 404


def test_questions_freeze_with_the_call_and_are_copied(desk: Client, coordinator: User) -> None:
    call, question = published(coordinator)
    for spoil in (lambda: ask(call, "Uusi?"), question.delete, lambda: call.eligibility.update(good_answer="no")):
        with pytest.raises(ProgrammingError, match="once the call is published"), transaction.atomic():
            spoil()
    late = desk.post(
        address("call_eligibility_question", call, question.pk),
        {"text_fi": "Myöhässä?", "good_answer": "yes", "advice_fi": "x"},
    )
    assert late.status_code == 409
    assert "Myöhässä?" in text(late)
    copy = call_verbs.copy_call(call, year=2028, by=coordinator, now=NOW)
    assert [row.text_fi for row in copy.eligibility.all()] == ["Rekisteröity?"]


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [({"good_answer": "eh"}, "good_answer"), ({"text_fi": ""}, "has_words"), ({"advice_fi": ""}, "has_words")],
)
def test_the_database_defends_it(fields: dict[str, str], constraint: str) -> None:
    question = ask(make_call(state="draft"))
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        EligibilityQuestion.objects.filter(pk=question.pk).update(**fields)


def test_anybody_gets_an_answer_at_once(coordinator: User) -> None:
    call, question = published(coordinator, link="https://example.org/neuvo")
    page, name = address("eligibility_check", call), f"kysymys-{question.pk}"
    client = Client()
    assert page in text(client.get(address("call", call)))
    assert "Rekisteröikää ensin." not in text(client.get(page))
    assert "Voitte hakea avustusta" in text(client.post(page, {name: "yes"}))
    advice = text(client.post(page, {name: "no"}))
    assert "Rekisteröikää ensin." in advice
    assert "https://example.org/neuvo" in advice
    assert "Neuvo ei ole päätös" in advice
    assert "Vastaa vielä kaikkiin kysymyksiin" in text(client.post(page, {name: "<script>"}))
    without = make_call(title_fi="Ilman")
    assert client.get(address("eligibility_check", without)).status_code == 404
    assert client.get(address("eligibility_check", make_call(state="draft"))).status_code == 404
    assert address("eligibility_check", without) not in text(client.get(address("call", without)))


@pytest.mark.parametrize("blocking", [False, True])
def test_only_a_blocking_question_stops_the_start(coordinator: User, blocking: bool) -> None:
    call, question = published(coordinator, blocking=blocking)
    organisation = make_organisation()
    client = signed_in(make_member(organisation))
    start, name = reverse("grants:start", args=[organisation.pk, call.pk]), f"kysymys-{question.pk}"
    assert "Ennen kuin aloitat" in text(client.post(start))
    told = text(client.post(start, {name: "no", "checked": "1"}))
    assert "Rekisteröikää ensin." in told
    assert ("Aloita silti" in told) is not blocking
    client.post(start, {name: "no", "checked": "1", "anyway": "1"})
    assert Application.objects.exists() is not blocking
    client.post(start, {name: "yes", "checked": "1"})
    assert Application.objects.count() == 1
    assert client.post(start).status_code == 302, "who has begun goes on"
