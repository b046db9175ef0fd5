"""Payments, returns, changes and recoveries in any order, with the connection killed in the middle: no cent is lost.

Each act runs in a connection of its own, as a process of the portal would; in some steps the database ends that
connection at a random statement of the act's transaction (``pg_terminate_backend``), as when a machine dies. Whatever
came before: what was killed has changed nothing, the sum paid never passes the sum decided, every cent of a decision
is in one place (``grants_truths.places``), and a batch or the bank's file taken twice changes nothing the second time.
"""

import os
import random
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import DatabaseError, connection, connections

from common.errors import Refused
from grants.models import Decision, Payment, PaymentBatch
from grants.workflow.payment_states import load_return_file
from tests.invariants import grants_truths as truths
from tests.invariants.grants_rules import BY_NAME, Rule
from tests.invariants.grants_walk import Walk, attempt, walk_to
from tests.invariants.grants_world import Facts, Row, World, dump

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
STEPS = int(os.environ.get("MONEY_STEPS", "40"))
FIRST_SEED = int(os.environ.get("WALK_SEED", "1"))
#: What happens to money after the decision, the usual more often.
MONEY = (
    *("plan_payment", "release_payment", "make_batch", "approve_batch", "send_batch", "pay") * 3,
    *("confirm_paid", "bounce", "suspend", "resume", "return_batch", "correct_decision", "answer_grant", "wait"),
    *("open_recovery", "decide_recovery", "record_repayment") * 2,
    *("ask_statement", "drop_recovery", "agree_parts", "enforce", "write_off", "start_change", "save_change"),
    *("send_change", "lay_change", "decide_change", "record_change", "withdraw_change"),
)


class Kill:
    """Ends the connection from another one just before its ``count``-th statement that writes or locks."""

    def __init__(self, count: int) -> None:
        self.left, self.done = count, False

    def __call__(self, execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
        if not self.done and str(sql).startswith(("UPDATE", "INSERT", "DELETE")):
            self.left -= 1
            if self.left < 0:
                self.done = True
                self.kill(context["connection"].connection.info.backend_pid)
        return execute(sql, params, many, context)

    @staticmethod
    def kill(pid: int) -> None:
        other = connection.copy()
        try:
            with other.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
        finally:
            other.close()


def apart(act: Callable[[], str], kill: Kill | None = None) -> str:
    """Run the act in a thread with its own connection; return what it said, ``killed`` when the database ended it."""
    said: list[str] = []
    failed: list[BaseException] = []

    def run() -> None:
        try:
            if kill is None:
                said.append(act())
                return
            with connection.execute_wrapper(kill):
                said.append(act())
        except DatabaseError:
            if kill is None or not kill.done:
                raise
            said.append("killed")
        except BaseException as failure:
            failed.append(failure)
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(timeout=60)
    assert not failed, failed
    return said[0]


@dataclass
class Killing:
    """How an act of the walk is done: apart, and in about every third step killed at a random statement."""

    chance: random.Random
    killed: int = 0

    def __call__(self, world: World, rule: Rule, name: str, row: Row, number: int) -> str:
        if rule.verb == "wait":
            return attempt(world, rule, name, row, number)
        kill = Kill(self.chance.randrange(4)) if self.chance.random() < 0.35 else None
        said = apart(lambda: attempt(world, rule, name, row, number), kill)
        self.killed += said == "killed"
        return said


def file_of(batch: PaymentBatch, day: Any, chance: random.Random) -> bytes:
    """Return the ledger's answer to a batch: most instalments paid, some come back."""
    rows = ["viite;summa;tila;maksettu;syy"]
    for line in batch.lines.filter(state__in=["sent", "suspended"]):
        is_paid = chance.random() < 0.8
        told = f"maksettu;{day.day}.{day.month}.{day.year};" if is_paid else "palautunut;;Tili on suljettu"
        rows.append(f"{line.reference};{str(line.sum).replace('.', ',')};{told}")
    return ("\r\n".join(rows) + "\r\n").encode()


def take_file_twice(walk: Walk, chance: random.Random) -> bool:
    """Load the bank's file of a sent batch; again, whoever loads it, it changes nothing to the last byte."""
    batch = PaymentBatch.objects.filter(state="sent").order_by("pk").first()
    if batch is None:
        return False
    data = file_of(batch, walk.world.today, chance)

    def load(clerk: str) -> str:
        people, now = walk.world.people, walk.world.now
        try:
            return str(load_return_file(data, name="tilit.csv", by=people[clerk], now=now).changed)
        except Refused as refused:
            return refused.code

    walk.world.tick += 1
    waiting = batch.lines.filter(state__in=["sent", "suspended"]).count()
    killed = apart(lambda: load("clerk"), Kill(chance.randrange(4)))
    if killed == "killed":
        assert dump() == walk.rows
        assert apart(lambda: load("clerk")) == str(waiting)
    after = dump()
    assert apart(lambda: load("second_clerk")) == apart(lambda: load("clerk")) == "loaded_already"
    assert dump() == after
    walk.facts, walk.rows = Facts.read(), after
    truths.money(walk.facts)
    truths.papers(walk.world, walk.facts)
    return True


def send_batch(walk: Walk) -> None:
    """Put the released instalments on a batch that another person approves, and send it."""
    for verb, person, kind in (
        ("make_batch", "clerk", "grants.payment"),
        ("approve_batch", "second_clerk", "grants.payment_batch"),
        ("send_batch", "clerk", "grants.payment_batch"),
    ):
        row = next(row for row in walk.facts.of(kind) if row["state"] in ("released", "made", "approved"))
        while (said := walk.do(BY_NAME[verb], person, row, 2)) == "killed":
            pass
        assert said == "done"


@pytest.mark.parametrize("seed", range(FIRST_SEED, FIRST_SEED + 2))
def test_no_cent_is_lost_whatever_happens_and_whenever_it_is_killed(seed: int) -> None:
    walk = walk_to("paid")
    chance = random.Random(seed)
    killing = Killing(chance)
    walk.attempt, walk.usual = killing, [BY_NAME[verb] for verb in MONEY]
    try:
        send_batch(walk)
        assert take_file_twice(walk, chance)
        for number in range(STEPS):
            walk.take((number % 6, chance.randrange(997), chance.randrange(12), chance.randrange(97)))
            if number % 4 == 3:
                take_file_twice(walk, chance)
    except BaseException:
        print("\n".join(walk.world.log))
        raise
    assert killing.killed, "nothing was killed: the walk showed nothing of it"
    paid = sum(row["sum"] for row in walk.facts.of("grants.payment") if row["state"] == "paid")
    assert paid <= sum(row["sum"] for row in walk.facts.of("grants.decision"))


def test_the_same_batch_pressed_twice_is_one_batch_also_when_the_first_press_was_killed() -> None:
    walk = walk_to("paid")
    keys = list(Payment.objects.filter(state="released").values_list("pk", flat=True))
    row = next(one for one in walk.facts.of("grants.payment") if one["id"] == keys[0])
    rule = BY_NAME["make_batch"]
    before = dump()
    assert apart(lambda: attempt(walk.world, rule, "clerk", row, 2), Kill(1)) == "killed"
    assert dump() == before
    assert apart(lambda: attempt(walk.world, rule, "clerk", row, 2)) == "done"
    after = dump()
    assert apart(lambda: attempt(walk.world, rule, "clerk", row, 2)) == "done"
    assert dump() == after
    assert PaymentBatch.objects.count() == 1


def test_a_payment_written_without_its_ledger_is_found() -> None:
    """The control twin: a verb that is killed between two transactions in place of one leaves a cent in two places."""
    walk = walk_to("decided")
    decision = Decision.objects.filter(sum__gt=0).first()
    assert decision is not None
    Payment.objects.create(
        decision=decision, number=1, sum=100, planned_by=walk.world.people["coordinator"], planned_at=walk.world.now
    )
    with pytest.raises(AssertionError):
        truths.money(Facts.read())
