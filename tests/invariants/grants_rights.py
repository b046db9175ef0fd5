"""The rights of grants told a second time, in plain Python over lists: who may see and do what in the small county.

Nothing here reads the policies. ``MAY`` maps a permission to the kind of row it is about and a rule over ``Facts``.
"""

from collections.abc import Callable, Iterable
from typing import Any

from tests.invariants.grants_world import STAFF, Facts, Row, World

READING = ("coordinator", "registrar", "auditor")
SENDERS, EDITORS = ("admin", "signatory"), ("admin", "signatory", "editor")
#: Person -> organisation by its place -> role.
MEMBERS = {"applicant": {0: "admin", 1: "signatory"}, "editor": {0: "editor"}, "neighbour": {2: "admin"}}
BODY = ("presenter", "secretary", "member")


class Eyes:
    """One person and the facts of one instant."""

    def __init__(self, world: World, facts: Facts, name: str) -> None:
        self.world, self.facts, self.name = world, facts, name
        self.key = world.people[name].pk if name in world.people else None
        self.call = facts.one("grants.call", world.call)["state"]
        self.said = {
            row["application_id"]: row["has_conflict"] for row in facts.of("conflict") if row["user_id"] == self.key
        }
        self.own = {world.organisations[place]: role for place, role in MEMBERS.get(name, {}).items()}

    def is_staff(self, *kinds: str) -> bool:
        return STAFF.get(self.name) in kinds

    def acts_for(self, case: Row, *roles: str) -> bool:
        """Tell whether the person has one of the roles (any when none is named) in the applicant."""
        role = self.own.get(case["organisation_id"])
        return role is not None and (not roles or role in roles)

    def recused(self, case: Row) -> bool:
        return self.said.get(case["id"]) is True

    def stands_before(self, case: Row) -> bool:
        """Tell whether the case is before the person in a duty in which they declare before they read."""
        if case["state"] not in ("in_handling", "decided"):
            return False
        if self.name == "assessor":
            return True
        if self.name == "presenter" and self.call == "handling":
            return True
        return self.name in BODY and self.call in ("presented", "decided")

    def listed(self, case: Row) -> bool:
        return case["state"] != "draft" if self.is_staff(*READING) else self.stands_before(case)

    def reads(self, case: Row) -> bool:
        if self.is_staff(*READING):
            return case["state"] != "draft" and not self.recused(case)
        return self.stands_before(case) and self.said.get(case["id"]) is False

    def has_scored(self, case: Row) -> bool:
        return any(
            row["application_id"] == case["id"] and row["assessor_id"] == self.key and row["state"] == "done"
            for row in self.facts.of("grants.assessment")
        )

    def compares(self, case: Row) -> bool:
        on_desk = self.is_staff(*READING) or (self.name == "presenter" and self.call == "handling")
        on_desk = on_desk or (self.name in BODY and self.call in ("presented", "decided"))
        is_to_score = self.name == "assessor" and case["state"] == "in_handling" and not self.has_scored(case)
        return on_desk and self.reads(case) and not is_to_score

    def proposes(self, case: Row) -> bool:
        is_open = self.call == "handling" and case["state"] == "in_handling"
        return self.is_staff("coordinator") and is_open and not self.recused(case)

    def works(self, case: Row, *kinds: str) -> bool:
        """Tell whether the person has one of the staff's roles, and no conflict in the case."""
        return self.is_staff(*kinds) and not self.recused(case)

    def paid(self, row: Row) -> bool:
        return any(
            pay["decision_id"] == row["id"] and pay["state"] == "paid" for pay in self.facts.of("grants.payment")
        )


def _case(facts: Facts, kind: str, row: Row) -> Row:
    return facts.one("grants.application", facts.case_of(kind, row)[0])


Test = Callable[[Eyes, Row, Row], bool]
CALL, CASE, DECISION, PAYMENT = "grants.call", "grants.application", "grants.decision", "grants.payment"
REPORT, CLAIM, RECOVERY, CHANGE = "grants.use_report", "grants.claim", "grants.recovery", "grants.change"
SUPPLEMENT, BATCH = "grants.supplement", "grants.payment_batch"


def _of_batch(eyes: Eyes, row: Row, *kinds: str) -> bool:
    cases = eyes.facts.case_of(BATCH, row)
    return eyes.is_staff(*kinds) and not any(eyes.said.get(case) for case in cases)


def _sent_change(row: Row) -> bool:
    return row["sent_at"] is not None


def _recorder(eyes: Eyes, case: Row) -> bool:
    """The registry, and the secretary of the body; neither in a case of the own conflict."""
    return (eyes.is_staff("registrar") or eyes.name == "secretary") and not eyes.recused(case)


def _own_told(eyes: Eyes, row: Row, case: Row) -> bool:
    return eyes.acts_for(case) and (row["asked_at"] is not None or row["letter_id"] is not None)


#: Permission -> kind of row, and whether the person reaches the row; the third argument is its application.
MAY: dict[str, tuple[str, Test]] = {
    "grants.call.manage": (CALL, lambda e, r, c: e.is_staff("coordinator")),
    "grants.call.present": (CALL, lambda e, r, c: e.name == "presenter"),
    "grants.call.decide": (CALL, lambda e, r, c: e.is_staff("registrar") or e.name == "secretary"),
    "grants.call.lay": (CALL, lambda e, r, c: False),
    "grants.call.official": (CALL, lambda e, r, c: False),
    "grants.call.desk": (
        CALL,
        lambda e, r, c: (
            e.is_staff(*READING)
            or (e.name == "presenter" and r["state"] == "handling")
            or (e.name in ("presenter", "secretary") and r["state"] in ("presented", "decided"))
        ),
    ),
    "grants.call.committee": (CALL, lambda e, r, c: e.name in BODY and r["state"] in ("presented", "decided")),
    "grants.application.listed": (CASE, lambda e, r, c: e.listed(r)),
    "grants.application.view": (CASE, lambda e, r, c: e.reads(r)),
    "grants.application.view_own": (CASE, lambda e, r, c: e.acts_for(r)),
    "grants.application.edit": (CASE, lambda e, r, c: e.acts_for(r, *EDITORS) and r["state"] == "draft"),
    "grants.application.edit_own": (CASE, lambda e, r, c: e.acts_for(r, *EDITORS) and r["state"] == "draft"),
    "grants.application.submit": (CASE, lambda e, r, c: e.acts_for(r, *SENDERS)),
    "grants.application.paper": (CASE, lambda e, r, c: False),
    "grants.application.declare": (
        CASE,
        lambda e, r, c: e.listed(r) and r["state"] in ("submitted", "in_handling"),
    ),
    "grants.assessment.edit": (
        CASE,
        lambda e, r, c: (
            e.name == "assessor"
            and e.call == "handling"
            and r["state"] == "in_handling"
            and e.said.get(r["id"]) is False
        ),
    ),
    "grants.scores.view": (CASE, lambda e, r, c: e.compares(r)),
    "grants.proposal.edit": (CASE, lambda e, r, c: e.proposes(r)),
    "grants.case.work": (CASE, lambda e, r, c: e.works(r, "coordinator") and r["state"] != "draft"),
    "grants.case.follow": (CASE, lambda e, r, c: e.works(r, *READING) and r["state"] != "draft"),
    "grants.supplement.ask": (CASE, lambda e, r, c: e.proposes(r)),
    "grants.supplement.view": (SUPPLEMENT, lambda e, r, c: e.works(c, *READING) and c["state"] != "draft"),
    "grants.supplement.manage": (SUPPLEMENT, lambda e, r, c: e.proposes(c)),
    "grants.supplement.view_own": (SUPPLEMENT, lambda e, r, c: e.acts_for(c) and c["state"] != "draft"),
    "grants.supplement.edit": (SUPPLEMENT, lambda e, r, c: e.acts_for(c, *EDITORS) and c["state"] != "draft"),
    "grants.supplement.send": (SUPPLEMENT, lambda e, r, c: e.acts_for(c, *SENDERS) and c["state"] != "draft"),
    "grants.decision.view": (DECISION, lambda e, r, c: e.works(c, "payments_clerk") or e.reads(c)),
    "grants.decision.view_own": (DECISION, lambda e, r, c: e.acts_for(c) and r["state"] != "recorded"),
    "grants.decision.issue": (DECISION, lambda e, r, c: e.works(c, "coordinator", "registrar")),
    "grants.claim.file": (DECISION, lambda e, r, c: e.acts_for(c, *SENDERS) and r["state"] != "recorded"),
    "grants.grant.answer": (
        DECISION,
        lambda e, r, c: e.acts_for(c, *SENDERS) and r["state"] != "recorded" and r["outcome"] in ("granted", "partly"),
    ),
    "grants.claim.register": (DECISION, lambda e, r, c: e.works(c, "registrar")),
    "grants.payment.plan": (DECISION, lambda e, r, c: e.works(c, "coordinator") and r["sum"] > 0),
    "grants.recovery.open": (DECISION, lambda e, r, c: e.works(c, "coordinator") and e.paid(r)),
    "grants.change.start": (
        DECISION,
        lambda e, r, c: e.acts_for(c, *EDITORS) and r["state"] in ("issued", "final") and r["sum"] > 0,
    ),
    "grants.payment.view": (PAYMENT, lambda e, r, c: e.works(c, "coordinator", "payments_clerk", "auditor")),
    "grants.payment.view_own": (PAYMENT, lambda e, r, c: e.acts_for(c)),
    "grants.payment.release": (PAYMENT, lambda e, r, c: e.works(c, "payments_clerk")),
    "grants.payment_batch.view": (
        BATCH,
        lambda e, r, c: _of_batch(e, r, "coordinator", "payments_clerk", "auditor"),
    ),
    "grants.payment_batch.handle": (BATCH, lambda e, r, c: _of_batch(e, r, "coordinator", "payments_clerk")),
    "grants.payment_batch.manage": (BATCH, lambda e, r, c: _of_batch(e, r, "payments_clerk")),
    "grants.use_report.view": (REPORT, lambda e, r, c: e.works(c, *READING, "payments_clerk")),
    "grants.use_report.view_own": (REPORT, lambda e, r, c: e.acts_for(c)),
    "grants.use_report.submit": (REPORT, lambda e, r, c: e.acts_for(c, *EDITORS)),
    "grants.use_report.check": (REPORT, lambda e, r, c: e.works(c, "coordinator")),
    "grants.use_report.return": (REPORT, lambda e, r, c: e.works(c, "coordinator", "payments_clerk")),
    "grants.use_report.remind": (REPORT, lambda e, r, c: e.works(c, "coordinator", "payments_clerk")),
    "grants.use_report.enter": (REPORT, lambda e, r, c: e.works(c, "coordinator", "registrar")),
    "grants.use_report.approve": (REPORT, lambda e, r, c: e.works(c, "payments_clerk")),
    "grants.claim.view": (
        CLAIM,
        lambda e, r, c: (
            e.works(c, *READING) or (e.name in BODY and e.stands_before(c) and e.said.get(c["id"]) is False)
        ),
    ),
    "grants.claim.view_own": (CLAIM, lambda e, r, c: e.acts_for(c) and r["claimant"] == "party"),
    "grants.claim.propose": (CLAIM, lambda e, r, c: e.works(c, "coordinator")),
    "grants.claim.decide": (
        CLAIM,
        lambda e, r, c: (
            e.works(c, "registrar") or (e.name == "secretary" and e.stands_before(c) and e.said.get(c["id"]) is False)
        ),
    ),
    "grants.recovery.view": (RECOVERY, lambda e, r, c: e.works(c, *READING, "payments_clerk") or _recorder(e, c)),
    "grants.recovery.view_own": (RECOVERY, _own_told),
    "grants.recovery.prepare": (RECOVERY, lambda e, r, c: e.works(c, "coordinator")),
    "grants.recovery.decide": (RECOVERY, lambda e, r, c: _recorder(e, c)),
    "grants.recovery.collect": (RECOVERY, lambda e, r, c: e.works(c, "payments_clerk")),
    "grants.recovery.answer": (RECOVERY, lambda e, r, c: e.acts_for(c, *EDITORS) and r["asked_at"] is not None),
    "grants.change.view": (
        CHANGE,
        lambda e, r, c: (
            _sent_change(r)
            and (
                e.works(c, *READING, "payments_clerk")
                or (e.name == "secretary" and r["laid_at"] is not None and not e.recused(c))
            )
        ),
    ),
    "grants.change.view_own": (CHANGE, lambda e, r, c: e.acts_for(c)),
    "grants.change.edit": (CHANGE, lambda e, r, c: e.acts_for(c, *EDITORS)),
    "grants.change.send": (CHANGE, lambda e, r, c: e.acts_for(c, *SENDERS)),
    "grants.change.prepare": (CHANGE, lambda e, r, c: _sent_change(r) and e.works(c, "coordinator")),
    "grants.change.decide": (CHANGE, lambda e, r, c: _sent_change(r) and e.works(c, "coordinator")),
    "grants.change.record": (
        CHANGE,
        lambda e, r, c: (
            _sent_change(r)
            and (e.works(c, "registrar") or (e.name == "secretary" and r["laid_at"] is not None and not e.recused(c)))
        ),
    ),
}
#: Rights of a call's draft and of the meeting's room: no walk acts under them in grants.
OUTSIDE = ("grants.call.check", "grants.call.publish", "grants.claim.present", "liaisons.meeting.manage")


def reached(world: World, facts: Facts, name: str, permission: str) -> set[int]:
    """Return the keys of the rows that the person reaches under the permission."""
    kind, test = MAY[permission]
    eyes = Eyes(world, facts, name)
    return {row["id"] for row in facts.of(kind) if test(eyes, row, _of(facts, kind, row))}


def _of(facts: Facts, kind: str, row: Row) -> Row:
    return {} if kind in (CALL, BATCH) else _case(facts, kind, row)


def may(world: World, facts: Facts, name: str, permission: str, subject: str, row: Row) -> bool:
    """Tell whether the person has the right to the row, which may be below what the permission is about."""
    kind, _test = MAY[permission]
    return _above(facts, subject, row, kind, world) <= reached(world, facts, name, permission)


def _above(facts: Facts, subject: str, row: Row, kind: str, world: World) -> set[Any]:
    keys: Iterable[Any]
    if kind == subject:
        keys = [row["id"]]
    elif kind == CALL:
        keys = [world.call]
    elif kind == BATCH:
        keys = [row["batch_id"]]
    elif kind == CASE:
        keys = facts.case_of(subject, row)
    else:
        keys = [row["decision_id"]]
    return set(keys)
