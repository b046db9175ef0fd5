"""Two coordinators name different people to one post at the same instant: one is named, whatever way is taken."""

from collections.abc import Callable
from threading import Barrier
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction

from liaisons.models import Appointment, Post
from liaisons.workflow import accept_appointment, propose_appointment
from notifications.models import Message
from tests.accounts.factories import UserFactory, staff
from tests.county.factories import NOW
from tests.invariants.test_payment_race import together
from tests.liaisons.factories import PostFactory, proposal

pytestmark = pytest.mark.django_db(transaction=True)
FROM = NOW.date()


def test_one_person_is_named() -> None:
    post = PostFactory()
    people = [staff("coordinator") for _each in range(3)]

    def name(place: int) -> Callable[[], Any]:
        fields = {"email": f"nimetty{place}@example.org", "full_name": "Nimetty", "valid_from": FROM}
        return lambda: propose_appointment(post, **fields, by=people[place], now=NOW).state

    assert sorted(together([name(place) for place in range(3)])) == [
        "appointment_refused",
        "appointment_refused",
        "proposed",
    ]
    assert Appointment.objects.count() == 1


def _behind_the_verb(post: Post) -> list[Any]:
    """Two rows written at once without the verb's lock, each after looking that the post is free."""
    users, looked = [UserFactory(), UserFactory()], Barrier(2)

    def write(place: int) -> Callable[[], Any]:
        def job() -> str:
            try:
                with transaction.atomic():
                    free = not Appointment.objects.filter(post=post).exists()
                    looked.wait(timeout=20)
                    Appointment.objects.create(post=post, user=users[place], valid_from=FROM, proposed_at=NOW)
            except OperationalError as error:  # each waits for the other's row: PostgreSQL ends one of them
                return str(error)
            return f"free: {free}"

        return job

    return together([write(0), write(1)])


def test_the_database_keeps_one_holder_behind_the_verb() -> None:
    found = _behind_the_verb(PostFactory())
    assert "free: True" in found
    assert any("liaisons_appointment_one_holder" in said or "deadlock" in said for said in found)
    assert Appointment.objects.count() == 1


def test_without_the_constraint_the_race_is_real() -> None:
    """The control twin: a post that allows many has no such guard, and both rows stand."""
    assert _behind_the_verb(PostFactory(allows_many=True)) == ["free: True", "free: True"]
    assert Appointment.objects.count() == 2


def test_two_clicks_accept_once() -> None:
    row = proposal(proposed_by=staff("coordinator"), valid_from=FROM)
    found = together([lambda: accept_appointment(row, by=row.user, now=NOW).state for _each in range(2)])
    assert found == ["accepted", "accepted"]
    assert Message.objects.filter(kind="liaisons.appointment_accepted").count() == 1
    connection.close()
