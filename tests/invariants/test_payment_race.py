"""Money moves once, whoever presses at the same instant; without the guard it would move twice."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.db.models import Sum

from common.errors import Refused
from grants.models import CaseEvent, Decision, Payment, UseReport
from grants.workflow.payments import confirm_paid, plan_payment, release_payment
from grants.workflow.use_reports import StaleReport, save_use_report, submit_use_report
from notifications.models import Message
from tests.accounts.factories import staff
from tests.grants.factories import make_member
from tests.grants.factories_money import FINAL, STORY, make_decision, make_payment, make_use_report

pytestmark = pytest.mark.django_db(transaction=True)


def together(jobs: list[Callable[[], Any]]) -> list[Any]:
    """Run the jobs at the same instant, each with its own connection; a refusal comes back as its code."""
    barrier = Barrier(len(jobs))

    def run(job: Callable[[], Any]) -> Any:
        try:
            barrier.wait(timeout=20)
            return job()
        except Refused as refusal:
            return refusal.code
        except IntegrityError as error:
            return str(error).partition("\n")[0]
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return [future.result(timeout=60) for future in [pool.submit(run, job) for job in jobs]]


def test_two_coordinators_prepare_no_more_than_was_granted() -> None:
    decision = make_decision()
    people = [staff("coordinator") for _ in range(4)]

    def prepare(person: Any) -> Callable[[], Any]:
        return lambda: plan_payment(decision, sum=Decimal("2000.00"), by=person, now=FINAL).sum

    found = together([prepare(person) for person in people])
    assert sorted(map(str, found)) == ["2000.00", "over_granted", "over_granted", "over_granted"]
    assert Payment.objects.aggregate(total=Sum("sum"))["total"] == Decimal("2000.00")
    assert Decision.objects.get().planned_total == Decimal("2000.00")


def test_without_the_guard_too_much_would_be_prepared() -> None:
    """The control twin: each asks first and writes afterwards, without lock and ledger."""
    decision, coordinator = make_decision(), staff("coordinator")
    asked = Barrier(2)

    def prepare(number: int) -> Callable[[], Any]:
        def job() -> Any:
            planned = Payment.objects.filter(decision=decision).aggregate(total=Sum("sum", default=0))["total"]
            asked.wait(timeout=20)
            if planned + 2000 <= decision.sum:
                Payment.objects.create(
                    decision=decision, number=number, sum=Decimal("2000.00"), planned_by=coordinator, planned_at=FINAL
                )

        return job

    together([prepare(1), prepare(2)])
    assert Payment.objects.aggregate(total=Sum("sum"))["total"] == Decimal("4000.00") > decision.sum


def test_two_clerks_release_once() -> None:
    payment = make_payment()
    clerks = [staff("payments_clerk") for _ in range(3)]

    def release(clerk: Any) -> Callable[[], Any]:
        return lambda: release_payment(payment, by=clerk, now=FINAL).released_by_id

    found = together([release(clerk) for clerk in clerks])
    kept = Payment.objects.get()
    assert found.count("wrong_state") == 2
    assert kept.released_by_id in found
    assert CaseEvent.objects.filter(verb="release_payment").count() == 1


def test_pressed_twice_is_paid_and_told_once() -> None:
    payment = make_payment(state="released")
    Message.objects.all().delete()
    clerks = [payment.released_by, payment.released_by, staff("payments_clerk")]

    def pay(clerk: Any) -> Callable[[], Any]:
        return lambda: confirm_paid(payment, paid_on=FINAL.date(), by=clerk, now=FINAL).state

    assert together([pay(clerk) for clerk in clerks]) == ["paid"] * 3
    assert CaseEvent.objects.filter(verb="confirm_paid").count() == 1
    assert Message.objects.filter(kind="grants.payment").count() == 1


def test_two_who_type_at_once_lose_nothing() -> None:
    report = make_use_report()
    organisation = report.decision.application.organisation
    people = [make_member(organisation, "editor") for _ in range(3)]

    def save(number: int, person: Any) -> Callable[[], Any]:
        def job() -> Any:
            try:
                values = {"what_was_done": f"Teksti {number}"}
                return save_use_report(report, values, revision=0, by=person, now=FINAL).what_was_done
            except StaleReport as stale:
                return ("stale", stale.latest.what_was_done)

        return job

    found = together([save(number, person) for number, person in enumerate(people)])
    kept = UseReport.objects.get()
    assert kept.revision == 1
    assert sorted(map(str, found)) == sorted([kept.what_was_done, *[str(("stale", kept.what_was_done))] * 2])


def test_two_who_send_at_once_send_once() -> None:
    report = make_use_report()
    organisation = report.decision.application.organisation
    people = [make_member(organisation, "editor") for _ in range(2)]
    save_use_report(report, dict(STORY), revision=0, by=people[0], now=FINAL)
    Message.objects.all().delete()

    def send(person: Any) -> Callable[[], Any]:
        return lambda: submit_use_report(report, by=person, now=FINAL).state

    assert together([send(person) for person in people]) == ["submitted"] * 2
    assert CaseEvent.objects.filter(verb="submit_use_report").count() == 1
    assert Message.objects.filter(kind="grants.use_report", to_user__in=people).count() == 2
