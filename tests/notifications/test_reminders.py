"""Reminders and digests: what the rooms say is due goes into the outbox once."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from common import seams
from notifications import digests, reminders, unsubscribe
from notifications.models import Message, Preference
from tests.accounts.factories import UserFactory
from tests.notifications.factories import NOW, make_message

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("letters", "some_kinds")]


@pytest.fixture
def rooms(monkeypatch: pytest.MonkeyPatch) -> seams.Seam[Any]:
    """Start with no room that reminds."""
    seam: seams.Seam[Any] = seams.Seam("reminders")
    monkeypatch.setattr(seams, "reminders", seam)
    return seam


def reminder(person: Any, key: str, template: str = "emails/test/plain") -> seams.Reminder:
    return seams.Reminder("test.news", person, "Muistutus", template, {"name": "A"}, key)


def test_what_is_due_is_written_once(rooms: seams.Seam[Any]) -> None:
    people = [UserFactory() for _ in range(3)]
    rooms.register("room", lambda now: [reminder(person, f"due:{person.pk}:{now.date()}") for person in people])
    assert reminders.queue_due(NOW) == 3
    assert reminders.queue_due(NOW + timedelta(minutes=1)) == 0
    assert reminders.queue_due(NOW + timedelta(days=1)) == 3
    assert Message.objects.count() == 6


def test_one_fault_does_not_silence_the_others(rooms: seams.Seam[Any]) -> None:
    person = UserFactory()

    def broken(_now: datetime) -> Iterator[seams.Reminder]:
        raise ValueError("a fault")

    rooms.register("broken", broken)
    rooms.register("mixed", lambda _now: [reminder(person, "bad", "emails/test/ei-ole"), reminder(person, "good")])
    assert reminders.queue_due(NOW) == 1
    assert [message.dedup_key for message in Message.objects.all()] == ["good"]


@pytest.mark.django_db(transaction=True)
def test_only_one_process_decides_at_a_time(rooms: seams.Seam[Any], second_connection: Any) -> None:
    person = UserFactory()
    rooms.register("room", lambda _now: [reminder(person, "one")])
    second_connection.execute("SELECT pg_advisory_xact_lock(%s)", [reminders._LOCK])
    assert reminders.queue_due(NOW) == 0
    second_connection.rollback()
    assert reminders.queue_due(NOW) == 1


MORNING = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)  # 7.00 in Finland


def test_a_days_messages_are_gathered_into_one() -> None:
    person, other = UserFactory(language="sv"), UserFactory()
    rows = [make_message(n, to=person, digest_on=date(2026, 11, 21)) for n in (1, 2)]
    make_message(3, to=other, digest_on=date(2026, 11, 22))
    assert digests.gather(MORNING - timedelta(minutes=1)) == 0
    assert digests.gather(MORNING) == 1
    assert digests.gather(MORNING) == 0
    digest = Message.objects.get(kind=unsubscribe.DIGEST)
    assert digest.to_user == person
    assert "Aihe 1" in digest.text
    assert "Aihe 2" in digest.text
    assert "http://localhost:8000/sv/omat/viestit/" in digest.text
    for row in rows:
        row.refresh_from_db()
        assert (row.state, row.digest) == ("gathered", digest)


def test_a_morning_without_a_worker_is_made_up_for_later() -> None:
    person = UserFactory()
    make_message(1, to=person, digest_on=date(2026, 11, 21))
    assert digests.gather(MORNING + timedelta(days=3)) == 1


def test_leaving_the_digest_leaves_all_that_goes_into_it() -> None:
    person = UserFactory()
    for kind, how in (("a", "daily"), ("b", "at_once"), ("c", "daily")):
        Preference.objects.create(user=person, kind=kind, how=how)
    unsubscribe.apply(unsubscribe.Choice(person.pk, unsubscribe.DIGEST), NOW)
    assert dict(Preference.objects.values_list("kind", "how")) == {"a": "never", "b": "at_once", "c": "never"}
