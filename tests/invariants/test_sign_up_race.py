"""300 people want 40 places at the same instant: 40 are in, the rest wait in the order of arrival, nobody twice.

Every job has its own connection: 16 always, and when slow tests are asked for 300 people over as many connections as
the tests' database takes. The control twin does the same without the lock and the counter, and oversells.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from common.errors import Refused
from forums.models import Event, EventPlaces, SignUp
from forums.sign_up_places import turn_of
from forums.workflow.sign_ups import Contact, Participant, cancel, confirm, sign_up
from tests.accounts.factories import UserFactory
from tests.forums.factories import NOW
from tests.forums.sign_up_steps import LATER, NOBODY, enter, hybrid

pytestmark = pytest.mark.django_db(transaction=True)
QUICK = 16
#: 200 connections less three kept for the superuser, this test's own and some for the cluster's workers.
MOST = 150
Job = Callable[[], Any]


def rush(jobs: list[Job], at_once: int) -> list[Any]:
    """Run the jobs, so many side by side from the same instant, each thread with its own connection."""
    barrier = Barrier(at_once)

    def run(own: list[Job]) -> list[Any]:
        found: list[Any] = []
        try:
            connection.ensure_connection()
            barrier.wait(timeout=60)
            for job in own:
                try:
                    found.append(job())
                except Refused as refusal:
                    found.append(refusal.code)
        finally:
            connection.close()
        return found

    parts = [jobs[number::at_once] for number in range(at_once)]
    with ThreadPoolExecutor(at_once) as pool:
        return [one for future in [pool.submit(run, part) for part in parts] for one in future.result(timeout=240)]


def wants(event: Event, address: str, way: str = "on_site") -> Job:
    """Return a job: a visitor signs up with that address and confirms at once."""

    def job() -> str:
        contact = Contact(email=address)
        sent = sign_up(event, people=[Participant(address, way)], contact=contact, by=NOBODY, now=NOW)
        if sent.head is None:
            return "already"
        confirm(sent.head, now=LATER)
        return str(SignUp.objects.get(pk=sent.head.pk).state)

    return job


def check_facts(event: Event) -> None:
    """The counter is the truth, never over the places, and the line stands in the order of arrival."""
    for row in EventPlaces.objects.filter(event=event):
        holds = event.sign_ups.filter(way=row.way, has_hold=True).count()
        assert row.taken == holds
        assert row.capacity is None or holds <= row.capacity
    signed = event.sign_ups.filter(state="signed", way="on_site").order_by("-pk").values_list("pk", flat=True)
    line = list(event.sign_ups.in_line().filter(way="on_site"))
    assert [turn_of(row) for row in line] == list(range(1, len(line) + 1))
    if line and signed:
        assert max(signed) < line[0].pk, "nobody overtook the line"


@pytest.mark.parametrize(
    ("people", "places", "at_once"),
    [(QUICK, 4, QUICK), pytest.param(300, 40, MOST, marks=pytest.mark.slow)],
)
def test_so_many_places_are_given_and_the_rest_wait_in_order(people: int, places: int, at_once: int) -> None:
    event = hybrid(on_site=places, remote=None)
    found = rush([wants(event, f"h{number}@example.org") for number in range(people)], at_once)
    counts = Counter(found)
    assert counts == {"signed": places, "waiting": people - places}, counts
    assert event.sign_ups.values("email").distinct().count() == people
    check_facts(event)


def test_the_same_person_at_once_stands_once() -> None:
    event = hybrid(on_site=4)
    found = rush([wants(event, "sama@example.org") for _each in range(QUICK)], QUICK)
    assert found.count("signed") == 1
    assert set(found) == {"signed", "already"}
    person = UserFactory()
    jobs = [lambda: _enter(event, person) for _each in range(QUICK)]
    assert rush(jobs, QUICK).count("signed") == 1
    check_facts(event)


def _enter(event: Event, person: Any) -> str:
    contact = Contact(email=person.email, user=person)
    sent = sign_up(event, people=[Participant("Aino", "remote")], contact=contact, by=person, now=NOW)
    return sent.head.state if sent.head else "already"


def test_letting_go_and_coming_at_once_loses_no_place() -> None:
    event = hybrid(on_site=8, remote=None)
    rows = [enter(event, f"A{number}") for number in range(8)]
    jobs: list[Job] = [lambda row=row: bool(cancel([row], now=LATER)) for row in rows]  # type: ignore[misc]
    jobs += [wants(event, f"uusi{number}@example.org") for number in range(8)]
    found = rush(jobs, QUICK)
    assert found.count(True) == 8
    assert event.sign_ups.filter(state="signed").count() == 8
    assert event.sign_ups.filter(state="waiting").count() == 0
    check_facts(event)


@pytest.fixture
def _twin() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE sign_up_twin (event bigint NOT NULL, has_place boolean NOT NULL)")
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE sign_up_twin")


@pytest.mark.usefixtures("_twin")
def test_without_the_lock_places_are_oversold() -> None:
    """The control twin: everybody counts who has a place and then writes, as many systems do."""
    counted = Barrier(QUICK)

    def naive() -> str:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM sign_up_twin WHERE event = 1 AND has_place")
            row = cursor.fetchone()
            counted.wait(timeout=60)
            has_place = row is not None and row[0] < 4
            cursor.execute("INSERT INTO sign_up_twin VALUES (1, %s)", [has_place])
        return "signed" if has_place else "waiting"

    assert rush([naive] * QUICK, QUICK).count("signed") > 4
