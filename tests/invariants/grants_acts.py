"""The single acts of the walks over grants: each calls one verb with sums and words that vary by ``number``.

An act returns ``NOTHING`` when it had nothing to act on.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from accounts.models import User
from common.times import add_days, local_date
from grants.award_terms import terms_of
from grants.models import (
    Assessment,
    Decision,
    Payment,
    PaymentBatch,
    PaymentLine,
    RecoveryCase,
    RevisionClaim,
    SupplementRequest,
    UseReport,
    VersionKind,
)
from grants.models.changes import ChangeRequest
from grants.workflow import (
    assessment,
    change_decisions,
    changes,
    claims,
    corrections,
    decisions,
    drafts,
    payment_batches,
    payment_states,
    proposals,
    recoveries,
    supplement_answers,
    supplements,
    use_report_desk,
    use_reports,
)
from liaisons.models import Meeting
from liaisons.models.attendance import Attendance, ItemConflict
from liaisons.workflow import hold_meeting
from liaisons.workflow.withdrawals import take_back_withdrawal, withdraw_from_item
from tests.grants.factories_money import STORY
from tests.invariants.grants_world import ELECTRONIC, INSTANTS, World, application, decision_texts

NOTHING = object()
COURT = "Itä-Suomen hallinto-oikeus\nMinna Canthin katu 64, Kuopio"
Act = Callable[[World, Any, User, int], Any]


def case_of(key: int) -> Any:
    return application(key)


def euros(number: int, most: int = 45) -> Decimal:
    """Return a sum of whole hundreds and some cents, at times too large and at times nothing."""
    return Decimal(number % (most + 4)) * 100 + (Decimal("0.37") if number % 3 == 1 and number % (most + 4) else 0)


def save(w: World, key: int, by: User, number: int) -> Any:
    case = case_of(key)
    page = next(page for page in case.form_version.definition["pages"] if page["questions"])
    answers = {**case.answers, "contact_phone": f"040 {number}"}
    seen = drafts.seen_digest(page, case.answers)
    return drafts.save_page(case, page=page, answers=answers, revision=case.revision, seen=seen, by=by, now=w.now)


def score(w: World, key: int, by: User, number: int) -> Any:
    case = case_of(key)
    scored = [assessment.Scored(row.pk, number % (row.weight + 1), "Arvio.") for row in case.call.criteria.all()]
    return assessment.save_scores(case, scored, summary="", by=by, now=w.now)


def of_assessment(act: Callable[..., Any]) -> Act:
    def run(w: World, key: int, by: User, number: int) -> Any:
        return act(case_of(Assessment.objects.get(pk=key).application_id), by=by, now=w.now)

    return run


def propose(w: World, key: int, by: User, number: int) -> Any:
    case = case_of(key)
    standing = getattr(case, "proposal", None)
    return proposals.propose(
        case,
        sum=euros(number),
        reasons="Toiminta on vaikuttavaa.",
        by=by,
        now=w.now,
        revision=standing.revision if standing else 0,
        below_minimum_confirmed=True,
    )


def ask(w: World, key: int, by: User, number: int) -> Any:
    due = add_days(w.today, 7 + number % 9)
    return supplements.ask_supplement(
        case_of(key), text="Tarkentakaa tavoitteet.", due_on=due, questions=["goals"], by=by, now=w.now
    )


def supplement(key: int) -> SupplementRequest:
    return SupplementRequest.objects.get(pk=key)


def write_supplement(w: World, key: int, by: User, number: int) -> Any:
    row = supplement(key)
    given = {"goals": f"Tavoite {number}"}
    return supplement_answers.save_supplement(
        row, answers=given, note="Tarkennettu.", revision=row.revision, by=by, now=w.now
    )


def record(w: World, key: int, by: User, number: int) -> Any:
    call = w.get_call()
    held_on = local_date(call.agenda_item.meeting.starts_at) if call.agenda_item else w.today
    cases = list(call.applications.filter(state="in_handling").order_by("pk").values_list("pk", flat=True))
    left = {cases[0]: decisions.Left.TABLED} if len(cases) > 1 and number % 5 == 4 else {}
    change = {cases[-1]: decisions.Change(euros(number), "Toimielin muutti summaa.")} if number % 4 == 3 else {}
    return decisions.record_decisions(
        call, section_number=10 + w.at, decided_on=held_on, by=by, now=w.now, left=left, changes=change
    )


def hold(w: World, key: int, by: User, number: int) -> Any:
    call = w.get_call()
    meeting = call.agenda_item.meeting if call.agenda_item else Meeting.objects.get(pk=w.meetings[0])
    return hold_meeting(meeting, by=by, now=w.now)


def withdraw_whole(w: World, key: int, by: User, number: int) -> Any:
    item = w.get_call().agenda_item
    row = item and Attendance.objects.filter(meeting=item.meeting_id, user=w.people["member"]).first()
    return withdraw_from_item(item, attendance=row, ground="Jäsen", by=by, now=w.now) if item and row else NOTHING


def take_back_whole(w: World, key: int, by: User, number: int) -> Any:
    conflict = ItemConflict.objects.filter(part="").first()
    return take_back_withdrawal(conflict, by=by, now=w.now) if conflict else NOTHING


def decision(key: int) -> Decision:
    return Decision.objects.select_related("application__call").get(pk=key)


def correct(w: World, key: int, by: User, number: int) -> Any:
    row = decision(key)
    is_anew = number % 2 == 1
    return corrections.correct_decision(
        row,
        kind=VersionKind.SUBSTANCE if is_anew else VersionKind.WRITING,
        why="Kirjoitusvirhe.",
        sum=row.sum if number % 3 else euros(number),
        is_consented=number % 5 != 0,
        decided_on=w.today if is_anew else None,
        section_number=40 + number % 9 if is_anew else None,
        revision=row.version,
        by=by,
        now=w.now,
        **decision_texts(row),
    )


def issue(w: World, key: int, by: User, number: int) -> Any:
    return decisions.issue_decision(decision(key), served_by=ELECTRONIC, by=by, now=w.now)


def register(w: World, key: int, by: User, number: int) -> Any:
    row = decision(key)
    first = max(row.deemed_served_on or row.decided_on, row.decided_on)
    arrived = w.now if number % 3 == 0 else min(w.now, INSTANTS[2].replace(year=first.year) + timedelta(days=12))
    return claims.register_claim(
        row,
        claimant="member" if number % 2 else "party",
        name="Jäsen Joku",
        demand=f"Vaadin {number}.",
        arrived_at=arrived,
        by=by,
        now=w.now,
    )


def claim(key: int) -> RevisionClaim:
    return RevisionClaim.objects.get(pk=key)


def decide_claim(w: World, key: int, by: User, number: int) -> Any:
    is_granted = number % 2 == 0
    return claims.decide_claim(
        claim(key),
        outcome="partly" if is_granted else "rejected",
        reasons="Uusi selvitys.",
        new_sum=euros(number) if is_granted else None,
        decided_on=w.today,
        section_number=60 + number % 30,
        court=COURT,
        by=by,
        now=w.now,
    )


def court(w: World, key: int, by: User, number: int) -> Any:
    told = {"result": "Valitus hylätään.", "decided_on": w.today, "final_on": w.today}
    return claims.note_court(claim(key), **told, by=by, now=w.now)


def payment(key: int) -> Payment:
    return Payment.objects.get(pk=key)


def batch(key: int) -> PaymentBatch:
    return PaymentBatch.objects.get(pk=key)


def make_batch(w: World, key: int, by: User, number: int) -> Any:
    others = Payment.objects.filter(state="released").exclude(pk=key).order_by("pk").values_list("pk", flat=True)
    keys = [key, *others[: number % 3]]
    return payment_batches.make_batch(keys, pay_on=add_days(w.today, 1), pay_from="", by=by, now=w.now)


def line_as(state: str) -> Act:
    def run(w: World, key: int, by: User, number: int) -> Any:
        line = PaymentLine.objects.get(pk=key)
        paid_on, reason = (w.today, "") if state == "paid" else (None, "Tili on suljettu.")
        return payment_states.record_lines(
            line.batch, [line.number], state=state, paid_on=paid_on, reason=reason, by=by, now=w.now
        )

    return run


def report(key: int) -> UseReport:
    return UseReport.objects.select_related("decision").get(pk=key)


def story(report: UseReport) -> dict[str, Any]:
    return {**STORY, "spent_sum": report.decision.sum}


def write_report(w: World, key: int, by: User, number: int) -> Any:
    row = report(key)
    values = {**story(row), "what_was_done": f"Ryhmä kokoontui {number} kertaa."}
    return use_reports.save_use_report(row, values, revision=row.revision, by=by, now=w.now)


def enter_report(w: World, key: int, by: User, number: int) -> Any:
    row = report(key)
    return use_report_desk.enter_use_report(row, story(row), arrived_on=w.today, by=by, now=w.now)


def recovery(key: int) -> RecoveryCase:
    return RecoveryCase.objects.get(pk=key)


def open_recovery(w: World, key: int, by: User, number: int) -> Any:
    return recoveries.open_recovery(
        decision(key), ground="unused", facts=f"Jäi yli {number}.", sum=euros(number), by=by, now=w.now
    )


def decide_recovery(w: World, key: int, by: User, number: int) -> Any:
    row = recovery(key)
    given = recoveries.Decided(
        sum=row.sum if number % 3 else euros(number),
        reasons="Avustusta jäi käyttämättä.",
        legal_basis="Hakuohjeen kohta 7.",
        decided_on=w.today,
        section_number=7,
        due_on=date(2029, 12, 31),  # later than every step: no interest, each repayment is of the sum
        interest_rate=Decimal("9.50"),
        unheard_why="Järjestö ilmoitti itse." if number % 2 else "",
    )
    return recoveries.decide_recovery(row, given, by=by, now=w.now)


def repay(w: World, key: int, by: User, number: int) -> Any:
    row = recovery(key)
    part = row.sum if number % 2 else (row.sum / 2).quantize(Decimal("0.01"))
    return recoveries.record_repayment(row, sum=part, paid_on=w.today, entry=f"T{number % 4}", by=by, now=w.now)


def parts(w: World, key: int, by: User, number: int) -> Any:
    row = recovery(key)
    left = row.balance(w.today).principal
    return recoveries.agree_parts(row, parts=[(add_days(w.today, 30), left)], by=by, now=w.now)


def change(key: int) -> ChangeRequest:
    return ChangeRequest.objects.get(pk=key)


def write_change(w: World, key: int, by: User, number: int) -> Any:
    row = change(key)
    year = 2028 + number % 3
    terms = replace(terms_of(row.decision), use_to=date(year, 6, 30))
    return changes.save_change(row, terms, why=f"Retki siirtyi {number}.", revision=row.revision, by=by, now=w.now)


def given(w: World, row: ChangeRequest, number: int, **meeting: Any) -> change_decisions.Given:
    terms = row.terms_asked if number % 4 else None
    if number % 4 == 3:
        terms = replace(row.terms_asked, use_to=date(2028, 3, 31))
    return change_decisions.Given(terms, "Muutos edistää samaa tarkoitusta.", "Hakuohjeen kohta 7.", **meeting)


def decide_change(w: World, key: int, by: User, number: int) -> Any:
    row = change(key)
    return change_decisions.decide_change(row, given(w, row, number), by=by, now=w.now)


def record_change(w: World, key: int, by: User, number: int) -> Any:
    row = change(key)
    told = given(w, row, number, decided_on=w.today, section_number=80)
    return change_decisions.record_change(row, told, by=by, now=w.now)


def wait(w: World, key: int, by: User, number: int) -> Any:
    w.at = min(w.at + 1, len(INSTANTS) - 1)
