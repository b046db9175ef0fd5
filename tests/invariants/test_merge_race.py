"""Two officers merge the same pair in both directions at once: one is told, and nothing is merged into itself.

The control twin does the same without the lock, and both go through what they read before: the race is real.
"""

import threading

import pytest
from django.db import connection, connections, transaction

from common.errors import Refused
from organisations.models import MergeJournal, Organisation
from organisations.workflow import merge_organisations, merging
from organisations.workflow.merge_plan import plan_merge
from tests.accounts.factories import staff
from tests.organisations.factories import NOW, ClaimFactory, OrganisationFactory

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 5


def both_ways() -> list[str]:
    """Merge A into B and B into A at the same instant; return what came of each, sorted."""
    first, second = OrganisationFactory(), OrganisationFactory()
    ClaimFactory(organisation=first)
    ClaimFactory(organisation=second)
    officers = [staff("coordinator"), staff("registrar")]
    ways = [(first, second, officers[0]), (second, first, officers[1])]
    seen = [plan_merge(stays, goes, by=by, now=NOW).digest for stays, goes, by in ways]
    barrier = threading.Barrier(2)
    said: list[str] = []

    def run(place: int) -> None:
        stays, goes, by = ways[place]
        try:
            connection.ensure_connection()
            barrier.wait(timeout=20)
            merge_organisations(stays, goes, reason="Sama", seen=seen[place], by=by, now=NOW)
            said.append("merged")
        except Refused as refused:
            said.append(refused.code)
        except Exception as broken:
            said.append(type(broken).__name__)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[place]) for place in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return sorted(said)


@pytest.mark.parametrize("round_number", range(4))
def test_one_of_two_merges_is_told(round_number: int) -> None:
    assert both_ways() == ["merged", "not_allowed"]
    assert MergeJournal.objects.count() == 1
    assert Organisation.objects.count() == 1


def test_without_the_lock_the_database_alone_stops_the_second(monkeypatch: pytest.MonkeyPatch) -> None:
    barrier = threading.Barrier(2)

    def unlocked(first: int, second: int) -> tuple[Organisation, Organisation]:
        rows = Organisation.everything.in_bulk([first, second])
        barrier.wait(timeout=20)
        return rows[first], rows[second]

    monkeypatch.setattr(merging, "lock_pair", unlocked)

    # Both passed the rules; the database stopped one, but as a fault and not as a word to the person. Where one of them
    # was slow enough to see the other's work ("changed"), they try again.
    for left in range(1, ROUNDS + 1):
        said = both_ways()
        assert Organisation.objects.count() == left
        if said != ["changed", "merged"]:
            break
    assert said in (["IntegrityError", "merged"], ["OperationalError", "merged"])


def test_what_is_written_while_merging_waits_and_is_not_lost() -> None:
    stays, goes, officer = OrganisationFactory(), OrganisationFactory(), staff("coordinator")
    digest = plan_merge(stays, goes, by=officer, now=NOW).digest
    person = ClaimFactory(organisation=stays).user
    began, done = threading.Event(), threading.Event()

    def write() -> None:
        try:
            began.set()
            ClaimFactory(organisation=goes, user=person)
        finally:
            done.set()
            connections.close_all()

    with transaction.atomic():
        merge_organisations(stays, goes, reason="Sama", seen=digest, by=officer, now=NOW)
        writer = threading.Thread(target=write)
        writer.start()
        began.wait(timeout=10)
        assert not done.wait(timeout=0.5)  # the foreign key waits for the row
    writer.join(timeout=20)

    assert merging.gather_strays(now=NOW) == 1
    assert sorted(stays.claims.values_list("user", "state")) == [(person.pk, "waiting"), (person.pk, "withdrawn")]
