"""Two officers propose at the same instant more than is left: one is told, the ledger stays exact.

The control twin does the same without the lock and without the constraint, and overspends: the race is real.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal

import pytest
from django.db import connection, connections

from common.errors import Refused
from common.legal_dates import ServedBy
from common.times import HELSINKI
from grants.allocation_rows import Plan, column, rows_of
from grants.models import Decision, GrantCall, Proposal, VersionKind
from grants.workflow.allocations import adopt_model
from grants.workflow.corrections import TEXTS, correct_decision
from grants.workflow.decisions import issue_decision, record_decisions
from grants.workflow.proposals import LEDGER, propose
from grants.workflow.serving import LEDGER as DECIDED
from tests.accounts.factories import staff
from tests.grants.factories_handling import AFTER, MEETING_AT, TAKEN_UP, Desk, make_desk, make_held, score

pytestmark = pytest.mark.django_db(transaction=True)
LEFT_FOR_ONE = Decimal("10000.00")
EACH = Decimal("6000.00")


def desk() -> Desk:
    return make_desk(appropriation=LEFT_FOR_ONE, maximum_sum=Decimal("9000.00"), asked="9000.00")


def at_once(work: list[Callable[[], str]]) -> list[str]:
    """Run each piece in its own thread and connection, all begun together; return what they said, sorted."""
    barrier = threading.Barrier(len(work))
    said: list[str] = []

    def run(piece: Callable[[], str]) -> None:
        try:
            connection.ensure_connection()
            barrier.wait(timeout=20)
            said.append(piece())
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[piece]) for piece in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert len(said) == len(work)
    return sorted(said)


@contextmanager
def constraint_off(name: str) -> Iterator[None]:
    """Drop the constraint of calls for the time being."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s AND conrelid = %s::regclass",
            [name, "grants_grantcall"],
        )
        rule = cursor.fetchone()[0]
        cursor.execute(f"ALTER TABLE grants_grantcall DROP CONSTRAINT {name}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE grants_grantcall ADD CONSTRAINT {name} {rule}")


@pytest.mark.parametrize("round_number", range(5))
def test_one_of_two_is_told_what_is_left(round_number: int) -> None:
    there = desk()
    officers = [there.coordinator, staff("coordinator")]

    def proposing(number: int) -> Callable[[], str]:
        def work() -> str:
            try:
                propose(there.cases[number], sum=EACH, reasons="Hyvä.", by=officers[number], now=TAKEN_UP)
            except Refused as refused:
                return f"{refused.code} {refused}".replace("\N{NO-BREAK SPACE}", " ")
            return "done"

        return work

    assert at_once([proposing(0), proposing(1)]) == [
        "done",
        "over_appropriation Määräraha ei riitä. Tälle hakemukselle voi esittää enintään 4 000 €.",
    ]
    assert there.fresh().proposed_total == EACH
    assert [row.sum for row in Proposal.objects.all()] == [EACH]


def test_one_proposal_sent_twice_counts_once() -> None:
    there = desk()

    def work() -> str:
        try:
            propose(there.cases[0], sum=EACH, reasons="Hyvä.", by=there.coordinator, now=TAKEN_UP)
        except Refused as refused:
            return refused.code
        return "done"

    assert at_once([work, work]) == ["done", "stale"]
    assert there.fresh().proposed_total == EACH


@pytest.mark.parametrize("round_number", range(3))
def test_two_models_taken_at_once_never_pass_the_appropriation(round_number: int) -> None:
    """Two windows take different models, a third proposes by hand: the ledger is the sum of what stands."""
    there = make_desk(appropriation=LEFT_FOR_ONE, maximum_sum=Decimal("9000.00"), asked="9000.00", assessors=1)
    for case, part in zip(there.cases, (0.9, 0.5), strict=True):
        score(case, there.assessors[0], part)
    officers = [there.coordinator, staff("coordinator")]
    call = there.fresh()
    seals = {
        model: column(model, call, rows_of(call, officers[0], TAKEN_UP), Plan()).seal for model in ("tasa", "kynnys")
    }

    def taking(model: str, number: int) -> Callable[[], str]:
        def work() -> str:
            try:
                adopt_model(call, model=model, plan=Plan(), seal=seals[model], by=officers[number], now=TAKEN_UP)
            except Refused as refused:
                return refused.code
            return "done"

        return work

    def proposing() -> str:
        try:
            propose(there.cases[1], sum=EACH, reasons="Hyvä.", by=officers[1], now=TAKEN_UP)
        except Refused as refused:
            return refused.code
        return "done"

    said = at_once([taking("tasa", 0), taking("kynnys", 1), proposing])
    assert said.count("done") == 1, said
    assert set(said) <= {"done", "stale"}
    assert there.fresh().proposed_total == sum(row.sum for row in Proposal.objects.all()) <= LEFT_FOR_ONE


def test_without_lock_and_constraint_the_same_overspends() -> None:
    there = desk()
    both_have_read = threading.Barrier(2)

    def careless(number: int) -> Callable[[], str]:
        def work() -> str:
            call = GrantCall.objects.get(pk=there.call.pk)
            left = call.appropriation - call.proposed_total
            both_have_read.wait(timeout=20)
            if left < EACH:
                return "over_appropriation"
            Proposal.objects.create(
                application=there.cases[number],
                sum=EACH,
                reasons="Hyvä.",
                proposed_by=there.coordinator,
                proposed_at=TAKEN_UP,
            )
            with connection.cursor() as cursor:
                cursor.execute(
                    "UPDATE grants_grantcall SET proposed_total = proposed_total + %s WHERE id = %s",
                    [EACH, there.call.pk],
                )
            return "done"

        return work

    with constraint_off(LEDGER):
        assert at_once([careless(0), careless(1)]) == ["done", "done"]
        assert there.fresh().proposed_total == 2 * EACH > LEFT_FOR_ONE
        GrantCall.objects.filter(pk=there.call.pk).update(proposed_total=0)


# What has been decided, on the same ledger's other column

HIGHER = (Decimal("8000.00"), Decimal("6000.00"))
CORRECTED_AT = datetime(2027, 4, 2, 9, 0, tzinfo=HELSINKI)


def decided_desk() -> tuple[Desk, list[Decision]]:
    """Return a call of 10 000 euros in which 3 000 and nothing have been decided and served."""
    there = make_held(appropriation=LEFT_FOR_ONE, maximum_sum=Decimal("9000.00"), asked="9000.00")
    made = record_decisions(
        there.fresh(), section_number=12, decided_on=MEETING_AT.date(), by=there.secretary, now=AFTER
    )
    by = there.coordinator
    return there, [issue_decision(row, served_by=ServedBy.ELECTRONIC, by=by, now=AFTER) for row in made]


def test_two_corrections_at_once_never_decide_more_than_the_appropriation() -> None:
    """Either alone fits; the second is told, and what stands is the sum of the decisions."""
    there, decisions = decided_desk()
    officers = [there.coordinator, staff("coordinator")]

    def correcting(number: int) -> Callable[[], str]:
        row = decisions[number]
        texts = {name: getattr(row, name) for name in TEXTS} | {"purpose": "Toiminta", "terms": "Ehdot"}

        def work() -> str:
            try:
                correct_decision(
                    row,
                    kind=VersionKind.SUBSTANCE,
                    why="Asia ratkaistiin uudelleen.",
                    sum=HIGHER[number],
                    decided_on=CORRECTED_AT.date(),
                    section_number=40 + number,
                    revision=1,
                    by=officers[number],
                    now=CORRECTED_AT,
                    **texts,
                )
            except Refused as refused:
                return refused.code
            return "done"

        return work

    assert at_once([correcting(0), correcting(1)]) == ["done", "over_appropriation"]
    total = sum(row.sum for row in Decision.objects.all())
    assert there.fresh().decided_total == total <= LEFT_FOR_ONE


def test_without_lock_and_constraint_two_corrections_overspend() -> None:
    there, decisions = decided_desk()
    both_have_read = threading.Barrier(2)

    def careless(number: int) -> Callable[[], str]:
        def work() -> str:
            call = GrantCall.objects.get(pk=there.call.pk)
            change = HIGHER[number] - decisions[number].sum
            both_have_read.wait(timeout=20)
            if change > call.appropriation - call.decided_total:
                return "over_appropriation"
            with connection.cursor() as cursor:
                cursor.execute(
                    "UPDATE grants_grantcall SET decided_total = decided_total + %s WHERE id = %s",
                    [change, there.call.pk],
                )
            return "done"

        return work

    with constraint_off(DECIDED):
        assert at_once([careless(0), careless(1)]) == ["done", "done"]
        assert there.fresh().decided_total == sum(HIGHER) > LEFT_FOR_ONE
        GrantCall.objects.filter(pk=there.call.pk).update(decided_total=0)
