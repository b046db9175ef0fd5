"""Delivery against a real mail server: once, under one Message-ID, and honest about what it does not know."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.http import Http404

from accounts.models import User
from common.errors import Refused
from notifications import delivery, workflow
from notifications.carrier import Carrier
from notifications.models import Message
from tests.accounts.factories import UserFactory, staff
from tests.notifications.factories import NOW, make_message
from tests.smtp import Postmaster

pytestmark = pytest.mark.django_db(transaction=True)


def clock() -> datetime:
    return NOW


def later(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def state(message: Message) -> str:
    message.refresh_from_db()
    return message.state


def test_what_is_due_is_sent_under_its_own_id(post: Postmaster) -> None:
    message = make_message()
    future = make_message(2, next_attempt_at=NOW + timedelta(minutes=5))
    assert delivery.run(clock) is False
    assert state(message) == "sent"
    assert (message.sent_at, message.attempts) == (NOW, 1)
    assert state(future) == "queued"
    [(address, mail)] = post.taken
    assert address == "vastaanottaja1@example.org"
    assert mail["Message-ID"] == "<test.1@example.org>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Date"].datetime == NOW
    # An address without an account may refuse too, by a link that does not name it.
    assert mail["List-Unsubscribe"].startswith("<http://localhost:8000/viestit/peruuta/")
    assert "vastaanottaja1" not in mail["List-Unsubscribe"]


def test_one_click_unsubscribing_is_offered_where_there_is_a_choice(post: Postmaster) -> None:
    person = UserFactory(language="en")
    make_message(1, to=person, language="en", html="<p>Hello</p>")
    make_message(2, to=person, required=True)
    delivery.run(clock)
    by_id = {str(mail["Message-ID"]): mail for _address, mail in post.taken}
    free, bound = by_id["<test.1@example.org>"], by_id["<test.2@example.org>"]
    assert free["List-Unsubscribe"].startswith("<http://localhost:8000/en/viestit/peruuta/")
    assert free["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert bound["List-Unsubscribe"] is None
    assert free.get_content_type() == "multipart/alternative"


def test_a_secret_is_forgotten_once_it_has_left(post: Postmaster) -> None:
    message = make_message(text="https://localhost/koodi", html="<a>koodi</a>", secret=True)
    delivery.run(clock)
    assert "koodi" in str(post.taken[0][1].get_body())
    message.refresh_from_db()
    assert (message.text, message.html) == ("—", "—")


@pytest.mark.parametrize(
    ("step", "answer", "result"),
    [
        ("", "550 No such user", "failed"),
        ("", "451 Try again later", "queued"),
        ("data:", "554 Looks like spam", "failed"),
        ("data:", "452 Mailbox full", "queued"),
    ],
)
def test_the_servers_answer_decides(post: Postmaster, step: str, answer: str, result: str) -> None:
    message, other = make_message(1), make_message(2)
    post.answers[f"{step}{message.to_address}"] = answer
    delivery.run(clock)
    assert state(message) == result
    assert message.error == answer
    assert state(other) == "sent"
    if result == "queued":
        assert message.next_attempt_at == NOW + timedelta(minutes=1)


def test_the_last_try_fails_visibly(post: Postmaster) -> None:
    message = make_message(attempts=delivery.MAX_ATTEMPTS - 1)
    post.answers[message.to_address] = "451 Try again later"
    delivery.run(clock)
    assert state(message) == "failed"


def test_a_server_that_is_not_there_uses_up_one_try_only(settings: Any) -> None:
    settings.MAILERS = {
        "default": {
            "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "OPTIONS": {"host": "127.0.0.1", "port": 1, "timeout": 2},
        }
    }
    rows = [make_message(number) for number in range(1, 4)]
    assert delivery.run(clock) is False
    assert [state(row) for row in rows] == ["queued"] * 3
    assert [row.attempts for row in rows] == [1, 0, 0]


@pytest.mark.parametrize(("required", "result"), [(False, "uncertain"), (True, "queued")])
def test_a_break_after_the_text_leaves_a_doubt(post: Postmaster, required: bool, result: str) -> None:
    message = make_message(required=required)
    post.hang_up_after_taking = True
    delivery.run(clock)
    assert state(message) == result
    if required:  # law requires it: once more, under the same id
        post.hang_up_after_taking = False
        delivery.run(lambda: message.next_attempt_at)
        assert state(message) == "sent"
        assert post.ids() == {message.to_address: {message.message_id: 2}}


@pytest.mark.parametrize("required", [False, True])
def test_what_a_dead_worker_left_is_judged_after_a_while(required: bool) -> None:
    message = make_message(state="sending", claimed_at=NOW, claimed_by="gone", attempts=1, required=required)
    assert delivery.doubt_left_behind(later(120)) == 0
    assert state(message) == "sending"
    assert delivery.doubt_left_behind(later(121)) == 1
    assert state(message) == ("queued" if required else "uncertain")
    assert delivery.doubt_left_behind(later(500)) == 0


def test_a_slow_worker_that_lives_is_not_doubted(second_connection: Any) -> None:
    message = make_message(state="sending", claimed_at=NOW, claimed_by="slow")
    second_connection.execute("SELECT id FROM notifications_message WHERE id = %s FOR UPDATE", [message.pk])
    assert delivery.doubt_left_behind(later(1000)) == 0
    second_connection.rollback()  # its connection is gone: the worker was killed
    assert delivery.doubt_left_behind(later(1000)) == 1
    assert state(message) == "uncertain"


def test_a_worker_that_was_called_dead_does_not_send_any_more(post: Postmaster) -> None:
    message = make_message()
    key = delivery.claim(by="sleepy", now=NOW)
    assert key == message.pk
    delivery.doubt_left_behind(later(1000))
    assert delivery.hand_over(message.pk, by="sleepy", carrier=Carrier(), clock=clock) is None
    assert post.taken == []
    assert state(message) == "uncertain"


def test_a_locked_message_is_left_to_its_worker(second_connection: Any) -> None:
    first, second = make_message(1), make_message(2)
    second_connection.execute("SELECT id FROM notifications_message WHERE id = %s FOR UPDATE", [first.pk])
    assert delivery.claim(by="other", now=NOW) == second.pk
    assert delivery.claim(by="other", now=NOW) is None


def test_codes_and_what_law_requires_go_before_a_letter_to_many() -> None:
    many = [make_message(number) for number in (1, 2)]
    decision = make_message(3, required=True, next_attempt_at=later(30))
    code = make_message(4, secret=True, next_attempt_at=later(60))
    claimed = [delivery.claim(by="one", now=later(60)) for _turn in range(4)]
    assert claimed == [code.pk, decision.pk, many[0].pk, many[1].pk]


def test_sending_is_committed_before_the_server_hears_of_it(
    monkeypatch: pytest.MonkeyPatch, second_connection: Any
) -> None:
    message = make_message()
    seen = []

    def look(self: Carrier, row: Message) -> Any:
        cursor = second_connection.execute("SELECT state FROM notifications_message WHERE id = %s", [row.pk])
        seen.append(cursor.fetchone()[0])
        raise KeyboardInterrupt  # the worker dies here

    monkeypatch.setattr(Carrier, "carry", look)
    with pytest.raises(KeyboardInterrupt):
        delivery.run(clock)
    assert seen == ["sending"]
    assert state(message) == "sending"


def test_waiting_grows_to_four_hours() -> None:
    minutes = [delivery.waiting_time(tries) / timedelta(minutes=1) for tries in (1, 2, 3, 8, 9, 20)]
    assert minutes == [1, 2, 4, 128, 240, 240]


def test_a_person_sends_again_under_the_same_id(post: Postmaster) -> None:
    message, coordinator = make_message(state="uncertain", attempts=1), staff("coordinator")
    workflow.send_again(message, by=coordinator, now=NOW)
    with pytest.raises(Refused, match="Odottaa lähetystä"):
        workflow.send_again(message, by=coordinator, now=NOW)
    delivery.run(clock)
    assert post.ids() == {message.to_address: {message.message_id: 1}}
    assert state(message) == "sent"
    assert (message.handled_by, message.handled_at) == (coordinator, NOW)


def test_a_person_gives_up() -> None:
    message, coordinator = make_message(state="failed", secret=True), staff("administrator")
    workflow.give_up(message, by=coordinator, now=NOW)
    assert (state(message), message.text) == ("given_up", "—")
    with pytest.raises(Refused):
        workflow.send_again(message, by=coordinator, now=NOW)


@pytest.mark.parametrize("role", ["auditor", "registrar", "payments_clerk", None])
def test_others_decide_nothing(role: str | None) -> None:
    message = make_message(state="uncertain")
    person: User = staff(role) if role else UserFactory()
    with pytest.raises(Http404):
        workflow.send_again(message, by=person, now=NOW)


@pytest.mark.parametrize(
    "values",
    [
        {"state": "somewhere"},
        {"state": "sent", "sent_at": None},
        {"state": "sending", "claimed_at": None},
        {"message_id": "no brackets"},
    ],
)
def test_the_database_refuses_what_cannot_be(values: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        make_message(**values)


def test_one_key_and_one_id_each() -> None:
    make_message(1)
    for same in ({"dedup_key": "test:1"}, {"message_id": "<test.1@example.org>"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            make_message(2, **same)
