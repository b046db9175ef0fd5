"""A round from its closing to its use reports, through the verbs, on the days when they happen."""

import random
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from accounts.models import User
from common.legal_dates import ServedBy, next_working_day
from common.times import local_date
from documents.pdf import available
from grants.batch_checks import late_reporters
from grants.models import Application, Decision, GrantCall, Payment, ReportStep, UseReport
from grants.use_report_costs import Cost, planned_costs
from grants.use_report_items import ITEMS
from grants.workflow.assessment import Scored, finish_assessment, save_scores
from grants.workflow.conflicts import declare_conflict, declare_no_conflicts
from grants.workflow.decisions import issue_decision, make_final, record_decisions
from grants.workflow.handling import assign_assessor, open_handling
from grants.workflow.payments import confirm_paid, plan_payment, release_payment, verified_account
from grants.workflow.presentation import present_call
from grants.workflow.proposals import propose
from grants.workflow.use_reports import (
    approve_use_report,
    check_use_report,
    return_use_report,
    save_use_report,
    submit_use_report,
)
from liaisons.models import Body
from liaisons.workflow import hold_meeting, plan_meeting
from portal.demonstration import municipal, sitting, statements, texts
from portal.demonstration.calendar import Round, at
from portal.demonstration.people import People

FIFTY = Decimal(50)


def assess(call: GrantCall, when: Round, people: People, dice: random.Random) -> None:
    """Open the handling; two assessors score every case, one of them withdraws from one."""
    open_handling(call, by=people.coordinator, now=when.day(1, 9))
    for assessor in people.assessors:
        assign_assessor(call, user=assessor, until=None, by=people.coordinator, now=when.day(1, 10))
    municipal.give_views(call, when.day(1, 11))
    call.refresh_from_db()
    waiting = Application.objects.filter(call=call, state="in_handling").order_by("pk")
    cases = list(waiting.select_related("call").prefetch_related("call__criteria"))
    statements.make_statements(cases, people, when.day(1, 12))
    first = people.assessors[0]
    declare_conflict(
        cases[3],
        has_conflict=True,
        ground="Puolisoni on järjestön hallituksen jäsen.",
        by=first,
        now=when.day(2, 9),
    )
    for number, assessor in enumerate(people.assessors):
        declare_no_conflicts([case.pk for case in cases], by=assessor, now=when.day(2, 10))
        for case in cases:
            if number == 0 and case == cases[3]:
                continue
            _score(case, assessor, when.day(10 + number, 13), dice)


def _score(case: Application, assessor: User, now: datetime, dice: random.Random) -> None:
    level = dice.uniform(0.35, 0.95)
    scores = [
        Scored(
            criterion.pk,
            max(0, min(criterion.weight, round(criterion.weight * (level + dice.uniform(-0.15, 0.15))))),
            reason,
        )
        for criterion, reason in zip(case.call.criteria.all(), texts.REASONS_SCORE, strict=True)
    ]
    save_scores(case, scores, summary="", by=assessor, now=now)
    finish_assessment(case, by=assessor, now=now)


def propose_all(call: GrantCall, when: Round, people: People, dice: random.Random) -> None:
    """Propose sums by points until the appropriation is used; the weakest tenth get nothing."""
    cases = list(Application.objects.filter(call=call, state="in_handling").prefetch_related("assessments"))
    points = {case.pk: _mean(case) for case in cases}
    cases.sort(key=lambda case: points[case.pk], reverse=True)
    left = call.appropriation
    for place, case in enumerate(cases):
        asked = case.asked_sum or Decimal(0)
        share = Decimal("0.9") if place < len(cases) // 3 else Decimal("0.55")
        wanted = (asked * share / FIFTY).to_integral_value() * FIFTY
        granted = min(wanted, left) if place < len(cases) * 9 // 10 else Decimal(0)
        propose(
            case,
            sum=granted,
            reasons=dice.choice(texts.REASONS_GRANT if granted else texts.REASONS_REJECT),
            by=people.coordinator,
            now=when.day(40, 11),
            below_minimum_confirmed=True,
        )
        left -= granted


def _mean(case: Application) -> float:
    totals = [assessment.total for assessment in case.assessments.all() if assessment.state == "done"]
    return sum(totals) / len(totals) if totals else 0.0


def decide(call: GrantCall, body: Body, when: Round, people: People, *, with_notice: bool = False) -> list[Decision]:
    """The meeting: presented, declared, held, recorded, served, final; ``with_notice``: people are asked to it here."""
    meeting = plan_meeting(
        body, starts_at=when.day(70, 13), place="Keskussairaala, kokoushuone", by=people.secretary, now=when.day(45)
    )
    call.refresh_from_db()
    present_call(call, meeting=meeting, by=people.presenter, now=when.day(58))
    cases = list(Application.objects.filter(call=call, state="in_handling").order_by("pk"))
    if with_notice:
        sitting.call_together(meeting, people, when.day(60))
    recused = people.members[0]
    declare_conflict(cases[1], has_conflict=True, ground="Olen järjestön jäsen.", by=recused, now=when.day(66))
    for member in (people.chair, *people.members):
        declare_no_conflicts([case.pk for case in cases], by=member, now=when.day(66, 12))
    meeting = hold_meeting(meeting, presided_by=people.chair, by=people.secretary, now=when.day(70, 16))
    if with_notice:
        sitting.attend(meeting, people, when.day(70, 16))
    decisions = record_decisions(
        call,
        section_number=41,
        decided_on=local_date(meeting.starts_at),
        votes=sitting.votes(meeting, cases, people) if with_notice else None,
        by=people.secretary,
        now=when.day(74),
    )
    if available():
        for decision in decisions:
            issue_decision(decision, served_by=ServedBy.ELECTRONIC, by=people.coordinator, now=when.day(76))
    make_final(now=when.day(76 + 25, 6))
    return decisions


def pay(decisions: list[Decision], when: Round, people: People, *, leave: int = 0, batched: int = 0) -> list[Payment]:
    """Plan, release and confirm the payments; the last ``leave`` wait for the clerk.

    Of the released ones the last ``batched`` are returned without having been paid: they go on payment batches.
    """
    planned: list[Payment] = []
    released: list[Payment] = []
    for decision in Decision.objects.filter(pk__in=[row.pk for row in decisions], sum__gt=0, state="final"):
        planned.append(plan_payment(decision, sum=decision.sum, by=people.coordinator, now=when.day(104)))
    for payment in planned[: len(planned) - leave]:
        organisation = payment.decision.application.organisation_id
        if verified_account(payment.decision) is None or late_reporters([organisation], local_date(when.day(106))):
            continue
        released.append(release_payment(payment, by=people.clerk, now=when.day(106)))
    paid = max(0, len(released) - batched)
    for payment in released[:paid]:
        confirm_paid(payment, paid_on=local_date(when.day(108)), by=people.clerk, now=when.day(108))
    return released[paid:]


def report_use(
    decisions: list[Decision],
    when: Round,
    people: People,
    members: dict[int, User],
    dice: random.Random,
    *,
    sent_on: date,
    sent: int,
    overdue: int = 0,
) -> None:
    """Send and approve ``sent`` reports; of the rest one is returned and ``overdue`` are left open."""
    reports = list(
        UseReport.objects.filter(decision__in=[row.pk for row in decisions])
        .select_related("decision__application__organisation", "decision__application__form_version")
        .order_by("pk")
    )
    day = next_working_day(sent_on)
    for place, report in enumerate(reports[: max(0, min(sent, len(reports) - overdue))]):
        application = report.decision.application
        by = members[application.organisation_id]
        now = at(day - timedelta(days=place % 20), 15)
        figures = _figures(application, report.decision.sum, dice)
        if report.is_full:
            figures["costs"] = _costs(report.decision, figures["spent_sum"])
        save_use_report(report, figures, revision=0, by=by, now=now)
        submit_use_report(report, by=by, now=now)
        if place == 2:
            return_use_report(
                report,
                reason="Kertokaa vielä, mihin loput avustuksesta käytettiin.",
                by=people.coordinator,
                now=at(day, 9),
            )
        elif place % 9 != 8:
            content, money = (dict.fromkeys(ITEMS[step], "ok") for step in (ReportStep.CONTENT, ReportStep.MONEY))
            check_use_report(report, items=content, by=people.coordinator, now=at(day, 10))
            approve_use_report(report, items=money, by=people.clerk, now=at(day, 12))


def _costs(decision: Decision, spent: Decimal) -> list[dict[str, str | None]]:
    """Divide what was spent over the lines of the budget; what was not spent is missing from the largest."""
    lines = planned_costs(decision)
    used = [line.budgeted or Decimal(0) for line in lines]
    used[used.index(max(used))] -= decision.sum - spent
    return [Cost(line.what, line.budgeted, sum_of_line).stored() for line, sum_of_line in zip(lines, used, strict=True)]


def _figures(application: Application, granted: Decimal, dice: random.Random) -> dict[str, Any]:
    targets = application.answers["targets"]
    spent = granted if dice.random() < 0.85 else (granted * Decimal("0.92")).quantize(Decimal("0.01"))
    return {
        "what_was_done": texts.DONE,
        "what_changed": texts.CHANGED,
        "what_was_learned": texts.LEARNED,
        "spent_sum": spent,
        "people_reached": round(targets["people_reached"] * dice.uniform(0.7, 1.4)),
        "meetings": round(targets["meetings"] * dice.uniform(0.8, 1.1)),
        "volunteers": round(targets["volunteers"] * dice.uniform(0.8, 1.3)),
        "volunteer_hours": round(targets["volunteer_hours"] * dice.uniform(0.8, 1.5)),
        "municipalities": list(application.municipalities.all()),
    }
