"""What must be true of grants after every step, told over lists: money adds up, and no state is without its papers."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db import connection

from common.transitions import LIFE_CYCLES
from tests.invariants.grants_world import APPROPRIATION, Facts, Row, World

ZERO = Decimal(0)


def _sum(rows: Iterable[Row], name: str = "sum") -> Decimal:
    return sum((row[name] for row in rows), ZERO)


def _of(facts: Facts, kind: str, name: str, key: int) -> list[Row]:
    return [row for row in facts.of(kind) if row[name] == key]


def places(facts: Facts, decision: Row) -> dict[str, Decimal]:
    """Return where each cent of a decision is; the places add up to its sum."""
    payments = _of(facts, "grants.payment", "decision_id", decision["id"])
    recoveries = _of(facts, "grants.recovery", "decision_id", decision["id"])
    found = {
        "unplanned": decision["sum"] - _sum(payments),
        "unpaid": _sum(row for row in payments if row["state"] != "paid"),
        "asked back": _sum(row for row in recoveries if row["state"] in ("opened", "hearing")),
    }
    for name in ("owed", "came back", "written off"):
        found[name] = ZERO
    for row in recoveries:
        if row["state"] in ("opened", "hearing", "dropped"):
            continue
        came = _sum(_of(facts, "repayment", "recovery_id", row["id"]))
        found["came back"] += came
        found["written off" if row["state"] == "written_off" else "owed"] += row["sum"] - came
    paid = _sum(row for row in payments if row["state"] == "paid")
    found["with the organisation"] = paid - sum(
        (found[name] for name in ("asked back", "owed", "came back", "written off")), ZERO
    )
    return found


def money(facts: Facts, appropriation: Decimal = APPROPRIATION) -> None:
    """The ledgers are the sums of their rows, nothing passes its limit, each cent is in one place."""
    for call in facts.of("grants.call"):
        cases = {row["id"] for row in _of(facts, "grants.application", "call_id", call["id"])}
        proposed = _sum(row for row in facts.of("proposal") if row["application_id"] in cases)
        decided = _sum(row for row in facts.of("grants.decision") if row["application_id"] in cases)
        assert call["proposed_total"] == proposed <= call["appropriation"] == appropriation, call
        assert call["decided_total"] == decided <= call["appropriation"], call
    for decision in facts.of("grants.decision"):
        payments = _of(facts, "grants.payment", "decision_id", decision["id"])
        assert decision["planned_total"] == _sum(payments) <= decision["sum"], decision
        found = places(facts, decision)
        assert sum(found.values(), ZERO) == decision["sum"], found
        assert min(found.values()) >= 0, found
    for recovery in facts.of("grants.recovery"):
        rest = recovery["sum"] - _sum(_of(facts, "repayment", "recovery_id", recovery["id"]))
        assert (rest == 0) == (recovery["state"] == "paid"), recovery
    _batches(facts)


def _batches(facts: Facts) -> None:
    live = Counter(row["payment_id"] for row in facts.of("grants.payment_line") if row["state"] not in GONE)
    assert max(live.values(), default=0) <= 1, live
    for line in facts.of("grants.payment_line"):
        payment = facts.one("grants.payment", line["payment_id"])
        assert line["sum"] == payment["sum"]
        if line["state"] not in GONE:
            assert (line["state"] == "paid") == (payment["state"] == "paid"), (line, payment)


#: States of a batch's line in which it pays nothing.
GONE = ("returned", "dropped")


def digest(content: Any) -> str:
    """Return the SHA-256 of what was sent, as the papers of the county describe it: sorted keys, no spaces, UTF-8."""
    found = json.loads(content) if isinstance(content, str) else content
    text = json.dumps(found, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def papers(world: World, facts: Facts) -> None:
    """No state without its papers, and nobody who decides alone where two must."""
    _sent(facts)
    for row in facts.of("grants.decision"):
        assert all((row["reasons"], row["legal_basis"])), row
        if row["state"] != "recorded":
            assert all((row["contact"], row["letter_id"], row["issued_by_id"])), row
            assert row["sent_on"] <= row["deemed_served_on"] < row["revision_ends_on"] < row["final_on"], row
            versions = {one["number"] for one in _of(facts, "version", "decision_id", row["id"])}
            assert versions == set(range(1, row["version"] + 1)), (row["version"], versions)
        if row["state"] == "final":
            assert row["final_on"] <= world.today, row
    for row in facts.of("grants.payment"):
        if row["state"] == "planned":
            continue
        decision = facts.one("grants.decision", row["decision_id"])
        assert all((row["iban"], row["holder"], row["released_by_id"] != row["planned_by_id"])), row
        assert decision["acceptance"] == "accepted", decision
        assert (row["state"] == "paid") == (row["paid_on"] is not None), row
    _after_award(facts)
    _handling(world, facts)


def _sent(facts: Facts) -> None:
    numbers = [row["case_number"] for row in facts.of("grants.application") if row["case_number"]]
    assert len(set(numbers)) == len(numbers)
    with connection.cursor() as cursor:
        cursor.execute("SELECT dedup_key FROM notifications_message WHERE kind = 'grants.receipt'")
        told = {key for (key,) in cursor.fetchall()}
    for row in facts.of("grants.application"):
        sent = _of(facts, "submission", "application_id", row["id"])
        if row["state"] != "draft":
            assert all((sent, row["case_number"], row["received_at"], row["submitted_by_id"])), row
        for one in sent:
            content = json.loads(one["content"]) if isinstance(one["content"], str) else one["content"]
            assert one["sha256"] == digest(content), one
            assert content["case_number"] == row["case_number"]
            assert content["received_at"] == one["received_at"].isoformat() or one["received_at"], one
    for one in facts.of("submission"):
        is_supplement = any(row["submission_id"] == one["id"] for row in facts.of("grants.supplement"))
        assert is_supplement or any(str(key).startswith(f"grants.receipt:{one['id']}:") for key in told), one


def _after_award(facts: Facts) -> None:
    for row in facts.of("grants.use_report"):
        if row["state"] in ("submitted", "checked", "approved"):
            assert all((row["submitted_at"], row["spent_sum"] is not None)), row
        if row["state"] == "approved":
            assert all((row["checked_by_id"], row["approved_by_id"])), row
    for row in facts.of("grants.recovery"):
        if row["state"] in ("decided", "enforced", "paid", "written_off"):
            assert all((row["letter_id"], row["reasons"], row["legal_basis"], row["reference"])), row
            assert row["asked_at"] or row["unheard_why"], row
    for row in facts.of("grants.change"):
        if row["state"] in ("approved", "partly", "rejected"):
            assert all((row["letter_id"], row["reasons"], row["legal_basis"])), row
            assert row["official_number"] or row["section_number"], row
    for row in facts.of("grants.claim"):
        if row["state"] in ("decided", "appealed", "closed"):
            assert all((row["letter_id"], row["reasons"], row["court"])), row


def _handling(world: World, facts: Facts) -> None:
    call = facts.one("grants.call", world.call)
    if call["state"] == "presented":
        assert all((call["agenda_item_id"], call["presented_by_id"])), call
    for row in facts.of("grants.application"):
        decided = _of(facts, "grants.decision", "application_id", row["id"])
        assert len(decided) == (row["state"] == "decided"), row
    declared = {(row["application_id"], row["user_id"]) for row in facts.of("conflict") if row["has_conflict"]}
    for row in facts.of("grants.assessment"):
        assert (row["application_id"], row["assessor_id"]) not in declared, row
    for row in facts.of("grants.supplement"):
        assert (row["state"] == "sent") == (row["submission_id"] is not None and row["sent_at"] is not None), row


def edges(before: Facts, after: Facts) -> None:
    """Whatever was done: each state that changed went along an edge of its table."""
    old = before.states()
    for (name, key), state in after.states().items():
        was = old.get((name, key))
        if was is None or was == state:
            continue
        ways = [way for way in LIFE_CYCLES[name].transitions if was in way.sources and way.target == state]
        assert ways, f"{name} {key}: {was} -> {state}"
