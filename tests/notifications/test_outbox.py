"""Queueing: in the causing transaction, once, in the recipient's language, as the person has chosen."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.template import TemplateDoesNotExist

from notifications import outbox, tasks
from notifications.models import Message, Preference
from notifications.states import MESSAGE
from tests.accounts.factories import UserFactory
from tests.notifications.factories import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("letters", "some_kinds")]


def queue(**changes: Any) -> Message | None:
    values: dict[str, Any] = {
        "kind": "test.news",
        "to": "liisa@example.org",
        "subject": "Kuulumisia\r\nBcc: kaikki@example.org",
        "template": "emails/test/plain",
        "context": {"name": "Ääkköset <b> & Pojat"},
        "dedup_key": "news:1",
        "now": NOW,
    }
    return outbox.queue(**(values | changes))


def test_a_message_is_rendered_when_it_is_queued() -> None:
    message = queue()
    assert message is not None
    assert message.state == "queued"
    assert message.subject == "Kuulumisia Bcc: kaikki@example.org"
    assert "Ääkköset <b> & Pojat & viesti" in message.text
    assert "Ääkköset &lt;b&gt; &amp; Pojat" in message.html
    assert "osoite on annettu asian yhteystiedoksi" in message.text
    assert message.message_id.startswith("<")
    assert message.message_id.endswith("@localhost>")
    assert (message.created_at, message.next_attempt_at) == (NOW, NOW)


def test_the_same_cause_is_written_once() -> None:
    first = queue()
    assert queue(subject="Toinen") is None
    assert list(Message.objects.values_list("pk", flat=True)) == [first.pk] if first else False


def test_a_very_long_key_still_counts_once() -> None:
    assert queue(dedup_key="x" * 500) is not None
    assert queue(dedup_key="x" * 500) is None
    assert queue(dedup_key="x" * 499) is not None


@pytest.mark.django_db(transaction=True)
def test_without_a_transaction_nothing_is_queued() -> None:
    with pytest.raises(transaction.TransactionManagementError):
        queue()


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_cause_leaves_no_message() -> None:
    with transaction.atomic():
        assert queue() is not None
        transaction.set_rollback(True)
    assert not Message.objects.exists()


def test_the_persons_language_and_choice_are_respected() -> None:
    person = UserFactory(language="sv", full_name="Sven")
    message = queue(to=person)
    assert message is not None
    assert message.language == "sv"
    assert "/sv/omat/viestit/valinnat/" in message.text
    assert "/sv/viestit/peruuta/" in message.html


def test_a_required_kind_offers_no_choice_and_asks_none() -> None:
    person = UserFactory()
    Preference.objects.create(user=person, kind="test.decision", how="never")
    message = queue(to=person, kind="test.decision")
    assert message is not None
    assert (message.state, message.required) == ("queued", True)
    assert "peruuta" not in message.text + message.html


def test_a_message_nobody_wants_by_mail_is_kept_in_the_portal() -> None:
    person = UserFactory()
    Preference.objects.create(user=person, kind="test.news", how="never")
    message = queue(to=person)
    assert message is not None
    assert message.state == "kept"


def test_someone_who_may_no_longer_sign_in_gets_only_what_is_required() -> None:
    person = UserFactory(is_active=False)
    states = [queue(to=person), queue(to=person, required=True, dedup_key="news:2")]
    assert [message.state for message in states if message] == ["kept", "queued"]


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2026, 11, 20, 4, 59, tzinfo=UTC), date(2026, 11, 20)),  # 6.59 in Finland
        (datetime(2026, 11, 20, 5, 0, tzinfo=UTC), date(2026, 11, 21)),  # 7.00
        (datetime(2026, 11, 20, 22, 30, tzinfo=UTC), date(2026, 11, 21)),  # 0.30 on the next day
    ],
)
def test_a_daily_message_waits_for_the_morning(instant: datetime, day: date) -> None:
    person = UserFactory()
    Preference.objects.create(user=person, kind="test.news", how="daily")
    message = queue(to=person, now=instant)
    assert message is not None
    assert (message.state, message.digest_on) == ("queued", day)
    assert not Message.objects.due(instant).exists()


def test_an_address_that_is_none_fails_visibly() -> None:
    message = queue(to="ei osoite")
    assert message is not None
    assert (message.state, message.error) == ("failed", "Address is not valid.")


def test_a_template_that_is_not_there_is_said_at_once() -> None:
    with pytest.raises(TemplateDoesNotExist):
        queue(template="emails/test/ei-ole")


def test_every_state_has_a_way_out_or_is_an_end() -> None:
    ends = {state.key for state in MESSAGE.states if not MESSAGE.verbs_from(state.key)}
    assert ends == {"sent", "given_up", "kept", "gathered"}


def test_of_several_written_at_once_those_whose_cause_is_new_are_written() -> None:
    first = queue()
    letters = outbox.write_each(
        kind="test.news",
        to={"1": "liisa@example.org", "2": "matti@example.org"},
        subject="Kuulumisia",
        template="emails/test/plain",
        context={"name": "Riihi"},
        now=NOW,
    )
    written = outbox.post(letters, dedup_key="news")
    assert [message.to_address for message in written] == ["matti@example.org"]
    assert letters["1"].pk is None
    kept = Message.objects.get(pk=written[0].pk)
    names = [field.attname for field in Message._meta.concrete_fields]
    assert [getattr(kept, name) for name in names] == [getattr(written[0], name) for name in names]
    assert set(Message.objects.values_list("pk", flat=True)) == {kept.pk, first.pk if first else 0}


def test_many_who_write_at_once_wake_one_worker_and_the_next_after_it_began(monkeypatch: pytest.MonkeyPatch) -> None:
    woken: list[Any] = []
    monkeypatch.setattr(tasks.send_outbox, "apply_async", lambda **given: woken.append(given))
    cache.delete(tasks.WOKEN)
    for _time in range(3):
        tasks.wake()
    assert len(woken) == 1
    tasks.send_outbox()
    tasks.wake()
    assert len(woken) == 2
    cache.delete(tasks.WOKEN)
