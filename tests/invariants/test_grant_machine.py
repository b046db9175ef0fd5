"""Random people do random things to a few applications, legal and illegal: what must be true is true after every step.

The walks take their verbs from the tables of life cycles: a verb without a rule here fails, and so does a table.
After each step, told again with bare SQL and plain lists and not with the code under test: money adds up, nobody
reaches what they may not, no state is without its papers, a state changed along an edge of its table only, and what
was illegal or refused has changed nothing, to the last byte of every row. The control twins break one guard each, and
the walk finds it. A failure tells its seed and the fewest of its steps that still fail. Decision 0044.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from django.db import Error, connection, transaction

from common.policies import POLICIES
from common.transitions import LIFE_CYCLES
from grants import life_cycles, policies  # noqa: F401  (fills the tables)
from grants.models import Application, Decision, Proposal
from tests.grants.factories import NOW
from tests.invariants.grants_rights import MAY, OUTSIDE
from tests.invariants.grants_rules import APART, BY_NAME, ELSEWHERE, INSIDE, RULES
from tests.invariants.grants_walk import BEFORE, Broken, Step, Walk, random_steps, walk_to
from tests.invariants.grants_world import EVERYBODY, TABLES

pytestmark = pytest.mark.django_db
#: Rights that are asked for everybody at the end of a walk.
SEEN = ("grants.application.view", "grants.application.view_own", "grants.decision.view", "grants.payment.view_own")
#: How many walks from each stage in a run, and the longest; WALK_SEED and WALKS in the environment walk other ways.
WALKS, LONGEST = int(os.environ.get("WALKS", "2")), 24
FIRST_SEED = int(os.environ.get("WALK_SEED", "1"))


@contextmanager
def rolled_back() -> Iterator[None]:
    """Forget at the end whatever was done."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def failure_of(start: Walk, steps: list[Step]) -> tuple[BaseException | None, list[str]]:
    """Walk the steps from the start and forget them; return what failed, and what was done."""
    with rolled_back():
        walk = replace(start, world=replace(start.world, log=[]))
        try:
            for step in steps:
                walk.take(step)
            for name in EVERYBODY:
                walk.sees(name, *SEEN)
        except Exception as failure:
            return failure, walk.world.log
    return None, []


def fewest(start: Walk, steps: list[Step]) -> list[Step]:
    """Leave out each step without which it still fails, from the last: what is left tells what is wrong."""
    for place in reversed(range(len(steps))):
        fewer = steps[:place] + steps[place + 1 :]
        if failure_of(start, fewer)[0] is not None:
            steps = fewer
    return steps


@pytest.mark.slow
@pytest.mark.parametrize("stage", list(BEFORE))
def test_whatever_people_do_what_must_be_true_is_true(stage: str) -> None:
    start = walk_to(stage)
    for seed in range(FIRST_SEED, FIRST_SEED + WALKS):
        steps = random_steps(seed, 10, LONGEST)
        failure, _log = failure_of(start, steps)
        if failure is not None:
            again, log = failure_of(start, fewest(start, steps))
            pytest.fail(f"seed {seed}: {again!r} in place of {failure!r} after:\n" + "\n".join(log))


def test_every_verb_of_every_table_is_walked_or_named_as_another_tests() -> None:
    tables = {name: table for name, table in LIFE_CYCLES.items() if name.startswith("grants.")}
    assert set(tables) == set(TABLES) | set(ELSEWHERE)
    assert not set(TABLES) & set(ELSEWHERE)
    verbs = {(name, way.verb) for name in TABLES for way in tables[name].transitions}
    ruled = {(rule.cycle, rule.verb) for rule in RULES if rule.cycle}
    assert verbs == ruled | set(INSIDE) | set(APART)
    assert set(INSIDE.values()) <= set(BY_NAME)
    rights = {way.permission for name in TABLES for way in tables[name].transitions} | {
        rule.permission for rule in RULES
    }
    assert rights - {""} <= set(MAY) | set(OUTSIDE)


# Control twins: with one guard broken the walk finds it


def _everything(model: Any) -> Callable[[Any, Any], Any]:
    return lambda user, now: model.objects.all()


@pytest.mark.slow
def test_the_walk_finds_a_right_that_reaches_too_far(monkeypatch: pytest.MonkeyPatch) -> None:
    walk = walk_to("handling")
    monkeypatch.setitem(POLICIES, "grants.application.view", _everything(Application))
    with pytest.raises(Broken, match=r"under grants\.application\.view"):
        walk.sees("recused")


@pytest.mark.slow
def test_the_walk_finds_a_verb_that_a_stranger_may_use(monkeypatch: pytest.MonkeyPatch) -> None:
    walk = walk_to("decided")
    monkeypatch.setitem(POLICIES, "grants.decision.issue", _everything(Decision))
    with pytest.raises(Broken, match="illegal"):
        walk.do(BY_NAME["issue_decision"], "stranger", walk.facts.of("grants.decision")[1], 0)


@pytest.mark.slow
def test_the_walk_finds_a_verb_that_leaves_its_table(monkeypatch: pytest.MonkeyPatch) -> None:
    walk = walk_to("paid")
    monkeypatch.setattr(type(life_cycles.PAYMENT), "check", lambda *_given, **_named: "released")
    row = walk.facts.of("grants.payment")[0]
    assert row["state"] == "paid"
    with pytest.raises((Broken, Error)):
        walk.do(BY_NAME["release_payment"], "second_clerk", row, 0)


@pytest.mark.slow
def test_the_walk_finds_money_that_is_nowhere() -> None:
    walk = walk_to("handling")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # no trigger fires
    case = walk.facts.of("grants.application")[1]
    by = walk.world.people["recused"]
    Proposal.objects.create(application_id=case["id"], sum=100, reasons="x", proposed_by=by, proposed_at=NOW)
    with pytest.raises(AssertionError):
        walk.do(BY_NAME["declare_no_conflict"], "assessor", case, 0)


@pytest.mark.slow
def test_the_walk_finds_a_sent_application_whose_frozen_words_were_changed() -> None:
    """The trigger that keeps what was sent is switched off in this transaction."""
    walk = walk_to("handling")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # no trigger fires
        cursor.execute("UPDATE grants_submission SET content = jsonb_set(content, '{title}', '\"Toinen\"')")
    with pytest.raises(AssertionError):
        walk.do(BY_NAME["propose"], "coordinator", walk.facts.of("grants.application")[0], 10)
