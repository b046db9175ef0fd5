"""What the walks do: a rule for each verb of the walked tables, and for what is done without a state changing.

A rule tells on what kind of row the verb works, who does it in an office where all goes well, and the act itself;
from which states and under which right it is legal is read from the tables and told again in ``grants_rights``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from common.times import add_days
from grants.workflow import (
    acceptance,
    applications,
    assessment,
    call_terms,
    calls,
    case_work,
    change_decisions,
    changes,
    claims,
    conflicts,
    decisions,
    handling,
    officials,
    paper,
    payment_batches,
    payments,
    presentation,
    publishing,
    recoveries,
    supplement_answers,
    supplements,
    use_report_desk,
    use_reports,
)
from tests.grants.factories_money import CONTENT, MONEY
from tests.invariants import grants_acts as do
from tests.invariants.grants_acts import NOTHING, Act

DESK = ("coordinator", "recused")
MONEY_CLERKS = ("clerk", "second_clerk")
SENDING = ("applicant", "neighbour")
FILLING = ("applicant", "editor", "neighbour")
BODY = ("secretary",)


@dataclass(frozen=True)
class Rule:
    """One thing to do: the table's verb, or (with ``cycle`` empty) something beside the tables under ``permission``.

    ``also_from``: states from which the verb does something though the table has no edge, because no state changes.
    ``usual``: beside the tables, the states in which an office does it.
    """

    verb: str
    cycle: str
    subject: str
    by: tuple[str, ...]
    act: Act
    permission: str = ""
    also_from: tuple[str, ...] = ()
    weight: int = 3
    usual: tuple[str, ...] = ()


def _call(act: Callable[..., Any], **given: Any) -> Act:
    return lambda w, key, by, number: act(w.get_call(), **given, by=by, now=w.now)


def _on(read: Callable[[int], Any], act: Callable[..., Any], **given: Any) -> Act:
    return lambda w, key, by, number: act(read(key), **given, by=by, now=w.now)


CALL, CASE, SCORES, DECISION = "grants.call", "grants.application", "grants.assessment", "grants.decision"
PAYMENT, REPORT, CLAIM, RECOVERY = "grants.payment", "grants.use_report", "grants.claim", "grants.recovery"
CHANGE, SUPPLEMENT, BATCH, LINE = (
    "grants.change",
    "grants.supplement",
    "grants.payment_batch",
    "grants.payment_line",
)
RULES: tuple[Rule, ...] = (
    # The call. Its draft's verbs are illegal here from the beginning, and stay so.
    Rule("ask_publishing", CALL, CALL, (), _call(publishing.ask_publishing)),
    Rule("return_call", CALL, CALL, (), _call(publishing.return_call, reason="Ei.")),
    Rule("take_back_request", CALL, CALL, (), _call(publishing.take_back_request)),
    Rule("publish_call", CALL, CALL, (), _call(calls.publish_call)),
    Rule("cancel_call", CALL, CALL, DESK, _call(calls.cancel_call, reason="Rahaa ei ole."), weight=0),
    Rule(
        "extend_call",
        CALL,
        CALL,
        DESK,
        lambda w, key, by, number: calls.extend_call(
            w.get_call(), closes_at=w.get_call().closes_at + timedelta(hours=2), reason="Häiriö.", by=by, now=w.now
        ),
        weight=1,
    ),
    Rule(
        "record_budget",
        CALL,
        CALL,
        DESK,
        lambda w, key, by, number: call_terms.record_budget(
            w.get_call(), total=Decimal(9000), body="Valtuusto", decided_on=w.today, section=4, by=by, now=w.now
        ),
        weight=1,
    ),
    Rule("open_handling", CALL, CALL, DESK, _call(handling.open_handling), weight=5),
    Rule(
        "present_call",
        CALL,
        CALL,
        ("presenter",),
        lambda w, key, by, number: presentation.present_call(w.get_call(), meeting=w.next_meeting(), by=by, now=w.now),
        weight=5,
    ),
    Rule("take_back", CALL, CALL, ("presenter",), _call(presentation.take_back), weight=1),
    Rule("lay_call", CALL, CALL, (), _call(officials.lay_call)),
    Rule("take_back_laid", CALL, CALL, (), _call(officials.take_back_laid)),
    Rule(
        "decide_as_official",
        CALL,
        CALL,
        (),
        lambda w, key, by, number: officials.decide_as_official(
            w.get_call(), dict.fromkeys(w.cases), frozen=1, by=by, now=w.now
        ),
    ),
    Rule("record_decisions", CALL, CALL, (*BODY, "registrar"), do.record, weight=5),
    Rule("hold_meeting", "", CALL, BODY, do.hold, "liaisons.meeting.manage", usual=("presented",)),
    Rule("withdraw_from_item", "", CALL, BODY, do.withdraw_whole, "liaisons.meeting.manage", usual=("presented",)),
    Rule("take_back_withdrawal", "", CALL, BODY, do.take_back_whole, "liaisons.meeting.manage", usual=("presented",)),
    Rule("wait", "", CALL, ("coordinator",), do.wait, "", weight=4),
    # The application and its handling
    Rule("submit_application", CASE, CASE, SENDING, _on(do.case_of, applications.submit_application), weight=6),
    Rule("enter_paper_application", CASE, CASE, (), _on(do.case_of, paper.enter_paper_application)),
    Rule("reopen_application", CASE, CASE, SENDING, _on(do.case_of, applications.reopen_application), weight=1),
    Rule("withdraw_application", CASE, CASE, SENDING, _on(do.case_of, applications.withdraw_application), weight=1),
    Rule(
        "transfer_case",
        CASE,
        CASE,
        DESK,
        _on(do.case_of, case_work.transfer_case, authority="Lieksan kaupunki", reason="Kunnan asia."),
        weight=1,
    ),
    Rule("save_page", "", CASE, FILLING, do.save, "grants.application.edit", usual=("draft",)),
    Rule(
        "declare_conflict",
        "",
        CASE,
        ("assessor", "member", "clerk", "coordinator", "secretary"),
        _on(do.case_of, conflicts.declare_conflict, has_conflict=True, ground="Sukulainen"),
        "grants.application.declare",
        weight=1,
        usual=("in_handling",),
    ),
    Rule(
        "declare_no_conflict",
        "",
        CASE,
        ("assessor", "member", "presenter", "secretary", "coordinator"),
        _on(do.case_of, conflicts.declare_conflict, has_conflict=False),
        "grants.application.declare",
        weight=4,
        usual=("in_handling",),
    ),
    Rule("save_scores", "", CASE, ("assessor",), do.score, "grants.assessment.edit", weight=4, usual=("in_handling",)),
    Rule("finish_assessment", SCORES, SCORES, ("assessor",), do.of_assessment(assessment.finish_assessment)),
    Rule("reopen_assessment", SCORES, SCORES, ("assessor",), do.of_assessment(assessment.reopen_assessment), weight=1),
    Rule("propose", "", CASE, DESK, do.propose, "grants.proposal.edit", weight=6, usual=("in_handling",)),
    Rule("ask_supplement", "", CASE, DESK, do.ask, "grants.supplement.ask", usual=("in_handling",)),
    Rule("save_supplement", "", SUPPLEMENT, FILLING, do.write_supplement, "grants.supplement.edit", usual=("open",)),
    Rule(
        "send_supplement",
        SUPPLEMENT,
        SUPPLEMENT,
        SENDING,
        _on(do.supplement, supplement_answers.send_supplement),
        weight=5,
    ),
    Rule(
        "extend_supplement",
        SUPPLEMENT,
        SUPPLEMENT,
        DESK,
        lambda w, key, by, number: supplements.extend_supplement(
            do.supplement(key), due_on=add_days(w.today, 10 + number % 9), by=by, now=w.now
        ),
    ),
    Rule(
        "cancel_supplement", SUPPLEMENT, SUPPLEMENT, DESK, _on(do.supplement, supplements.cancel_supplement), weight=1
    ),
    Rule(
        "expire_supplement",
        SUPPLEMENT,
        SUPPLEMENT,
        ("",),
        lambda w, key, by, number: supplements.expire_supplements(now=w.now),
    ),
    # The decision, the claim against it, the answer to it
    Rule("issue_decision", DECISION, DECISION, (*DESK, "registrar"), do.issue, weight=6),
    Rule("make_final", DECISION, DECISION, ("",), lambda w, key, by, number: decisions.make_final(now=w.now), weight=5),
    Rule("correct_decision", DECISION, DECISION, DESK, do.correct),
    Rule("receive_claim", DECISION, DECISION, ("registrar",), do.register, also_from=("recorded", "issued")),
    Rule(
        "file_claim",
        "",
        DECISION,
        SENDING,
        lambda w, key, by, number: claims.file_claim(do.decision(key), demand=f"Lisää {number % 2}.", by=by, now=w.now),
        "grants.claim.file",
        weight=1,
        usual=("issued", "final"),
    ),
    Rule(
        "answer_grant",
        "",
        DECISION,
        SENDING,
        lambda w, key, by, number: acceptance.answer_grant(do.decision(key), accepts=number % 6 != 5, by=by, now=w.now),
        "grants.grant.answer",
        weight=6,
        usual=("issued", "final"),
    ),
    Rule(
        "propose_claim",
        CLAIM,
        CLAIM,
        DESK,
        _on(do.claim, claims.propose_claim, outcome="rejected", sum=None, reasons="Perusteltu."),
    ),
    Rule("decide_claim", CLAIM, CLAIM, (*BODY, "registrar"), do.decide_claim),
    Rule(
        "note_appeal",
        CLAIM,
        CLAIM,
        ("registrar",),
        lambda w, key, by, number: claims.note_appeal(do.claim(key), appealed_on=w.today, by=by, now=w.now),
    ),
    Rule("note_court", CLAIM, CLAIM, ("registrar",), do.court),
    # Money
    Rule(
        "plan_payment",
        "",
        DECISION,
        DESK,
        lambda w, key, by, number: payments.plan_payment(do.decision(key), sum=do.euros(number), by=by, now=w.now),
        "grants.payment.plan",
        weight=6,
        usual=("issued", "final"),
    ),
    Rule("release_payment", PAYMENT, PAYMENT, MONEY_CLERKS, _on(do.payment, payments.release_payment), weight=5),
    Rule(
        "confirm_paid",
        PAYMENT,
        PAYMENT,
        MONEY_CLERKS,
        lambda w, key, by, number: payments.confirm_paid(do.payment(key), paid_on=w.today, by=by, now=w.now),
    ),
    Rule(
        "make_batch", "", PAYMENT, MONEY_CLERKS, do.make_batch, "grants.payment.release", weight=5, usual=("released",)
    ),
    Rule("approve_batch", BATCH, BATCH, (*MONEY_CLERKS, *DESK), _on(do.batch, payment_batches.approve_batch), weight=5),
    Rule(
        "return_batch",
        BATCH,
        BATCH,
        (*MONEY_CLERKS, *DESK),
        _on(do.batch, payment_batches.return_batch, reason="Väärä päivä."),
        weight=1,
    ),
    Rule("send_batch", BATCH, BATCH, MONEY_CLERKS, _on(do.batch, payment_batches.send_batch), weight=5),
    Rule("resume", LINE, LINE, MONEY_CLERKS, do.line_as("sent")),
    Rule("suspend", LINE, LINE, MONEY_CLERKS, do.line_as("suspended")),
    Rule("pay", LINE, LINE, MONEY_CLERKS, do.line_as("paid"), weight=5),
    Rule("bounce", LINE, LINE, MONEY_CLERKS, do.line_as("returned")),
    # The use report
    Rule(
        "save_use_report",
        "",
        REPORT,
        FILLING,
        do.write_report,
        "grants.use_report.submit",
        weight=5,
        usual=("open", "returned"),
    ),
    Rule("submit_use_report", REPORT, REPORT, FILLING, _on(do.report, use_reports.submit_use_report), weight=5),
    Rule(
        "return_use_report",
        REPORT,
        REPORT,
        (*DESK, "clerk"),
        _on(do.report, use_reports.return_use_report, reason="Kuvat?"),
    ),
    Rule("enter_use_report", REPORT, REPORT, (*DESK, "registrar"), do.enter_report),
    Rule(
        "remind_use_report",
        REPORT,
        REPORT,
        DESK,
        lambda w, key, by, number: use_report_desk.remind_use_reports([key], by=by, now=w.now),
    ),
    Rule(
        "extend_use_report",
        REPORT,
        REPORT,
        DESK,
        lambda w, key, by, number: use_reports.extend_use_report(
            do.report(key), due_on=add_days(w.today, 40), reason="Sairaus.", by=by, now=w.now
        ),
    ),
    Rule(
        "check_use_report", REPORT, REPORT, DESK, _on(do.report, use_reports.check_use_report, items=CONTENT), weight=5
    ),
    Rule(
        "approve_use_report",
        REPORT,
        REPORT,
        MONEY_CLERKS,
        _on(do.report, use_reports.approve_use_report, items=MONEY),
        weight=5,
    ),
    # Recovery and change
    Rule("open_recovery", "", DECISION, DESK, do.open_recovery, "grants.recovery.open", usual=("issued", "final")),
    Rule(
        "ask_statement",
        RECOVERY,
        RECOVERY,
        DESK,
        lambda w, key, by, number: recoveries.ask_statement(
            do.recovery(key), answer_by=add_days(w.today, 14), by=by, now=w.now
        ),
    ),
    Rule(
        "answer_recovery",
        "",
        RECOVERY,
        FILLING,
        _on(do.recovery, recoveries.answer_recovery, statement="Raha kului retkeen."),
        "grants.recovery.answer",
        usual=("hearing",),
    ),
    Rule("decide_recovery", RECOVERY, RECOVERY, ("registrar", "secretary"), do.decide_recovery, weight=5),
    Rule(
        "drop_recovery", RECOVERY, RECOVERY, DESK, _on(do.recovery, recoveries.drop_recovery, reason="Pieni."), weight=1
    ),
    Rule("record_repayment", RECOVERY, RECOVERY, MONEY_CLERKS, do.repay, weight=5),
    Rule("agree_parts", RECOVERY, RECOVERY, MONEY_CLERKS, do.parts),
    Rule("enforce", RECOVERY, RECOVERY, MONEY_CLERKS, _on(do.recovery, recoveries.enforce)),
    Rule("write_off", RECOVERY, RECOVERY, MONEY_CLERKS, _on(do.recovery, recoveries.write_off, reason="Varaton.")),
    Rule(
        "start_change",
        "",
        DECISION,
        FILLING,
        _on(do.decision, changes.start_change),
        "grants.change.start",
        usual=("issued", "final"),
    ),
    Rule("save_change", "", CHANGE, FILLING, do.write_change, "grants.change.edit", usual=("draft", "returned")),
    Rule("send_change", CHANGE, CHANGE, SENDING, _on(do.change, changes.send_change), weight=5),
    Rule("withdraw_change", CHANGE, CHANGE, SENDING, _on(do.change, changes.withdraw_change), weight=1),
    Rule("return_change", CHANGE, CHANGE, DESK, _on(do.change, change_decisions.return_change, question="Miksi?")),
    Rule("lay_change", CHANGE, CHANGE, DESK, _on(do.change, change_decisions.lay_change, proposal="Hyväksytään.")),
    Rule("decide_change", CHANGE, CHANGE, DESK, do.decide_change),
    Rule("record_change", CHANGE, CHANGE, ("registrar", "secretary"), do.record_change),
)
#: Verbs that only ever happen as a part of another rule's verb.
INSIDE = {
    (CASE, "restore_unsent"): "open_handling",
    (CASE, "take_up"): "open_handling",
    (CASE, "decide"): "record_decisions",
    (BATCH, "record_lines"): "pay",
    (LINE, "send_batch"): "send_batch",
    (LINE, "return_batch"): "return_batch",
}
#: Tables that are walked in tests of their own.
ELSEWHERE = {
    "grants.agreement": "tests/grants/test_agreements.py",
    "grants.partner": "tests/grants/test_partners.py",
    "grants.call_question": "tests/grants/test_questions.py",
    "grants.statement": "tests/grants/test_statements.py",
    "grants.earlier_grant_import": "tests/grants/test_earlier_grants.py",
    "grants.records_package": "tests/grants/test_records.py",
    "grants.negotiation": "tests/grants/test_negotiations.py",
    "grants.negotiation_meeting": "tests/grants/test_negotiations.py",
    "grants.cofunding": "tests/grants/test_cofunding.py",
    "grants.continuity": "tests/grants/test_cofunding.py",
    "grants.agreement_report": "tests/grants/test_agreement_reports.py",
}
#: Verbs of walked tables that need a meeting with its record, or the bank's later word: walked in tests of their own.
APART = {
    ("grants.claim", "present_claim"): "tests/grants/test_claim_meetings.py",
    ("grants.claim", "take_back_claim"): "tests/grants/test_claim_meetings.py",
    ("grants.claim", "leave_claim"): "tests/grants/test_claim_meetings.py",
    ("grants.recovery", "lower_recovery"): "tests/grants/test_claim_targets.py",
    ("grants.recovery", "lift_recovery"): "tests/grants/test_claim_targets.py",
    ("grants.payment", "come_back"): "tests/grants/test_payment_states.py",
    ("grants.payment_line", "come_back"): "tests/grants/test_payment_states.py",
}
BY_NAME = {rule.verb: rule for rule in RULES}
__all__ = ["APART", "BY_NAME", "ELSEWHERE", "INSIDE", "NOTHING", "RULES", "Rule"]
