"""An instalment goes on one batch, whoever presses at the same instant; what a killed process leaves is nothing."""

from collections.abc import Callable
from threading import Barrier
from typing import Any

import pytest
from django.db import transaction

from grants.life_cycles_batches import LIVE
from grants.models import CaseEvent, Payment, PaymentBatch, PaymentLine
from grants.workflow import payment_batches
from grants.workflow.payment_batches import approve_batch, make_batch, return_batch
from grants.workflow.payment_states import load_return_file, record_lines
from grants.workflow.payments import confirm_paid
from notifications.models import Message
from tests.accounts.factories import staff
from tests.grants.factories import make_member
from tests.grants.factories_batches import ANSWERED, PAY_ON, make_payment_batch
from tests.grants.factories_money import FINAL, IBAN, make_decision, make_payment
from tests.invariants.test_payment_race import together

pytestmark = pytest.mark.django_db(transaction=True)


def instalments(count: int) -> list[Payment]:
    decision = make_decision()
    return [make_payment(state="released", decision=decision, sum="100.00") for _ in range(count)]


def test_two_clerks_make_a_batch_of_the_same_instalments_once() -> None:
    payments = instalments(4)
    clerks = [staff("payments_clerk") for _ in range(3)]
    #: Overlapping choices in unlike orders: each shares an instalment with the others.
    choices = [[0, 1, 2], [2, 1, 3], [3, 2, 0]]

    def make(clerk: Any, chosen: list[int]) -> Callable[[], Any]:
        keys = [payments[place].pk for place in chosen]
        return lambda: make_batch(keys, pay_on=PAY_ON, pay_from="", by=clerk, now=FINAL).count

    found = together([make(clerk, chosen) for clerk, chosen in zip(clerks, choices, strict=True)])
    assert sorted(map(str, found)) == ["3", "cannot_pay", "cannot_pay"]
    assert PaymentBatch.objects.count() == 1
    assert PaymentLine.objects.filter(state__in=LIVE).count() == 3


def test_pressed_twice_by_one_clerk_is_one_batch() -> None:
    payments, clerk = instalments(2), staff("payments_clerk")
    keys = [row.pk for row in payments]
    found = together(
        [lambda: make_batch(keys, pay_on=PAY_ON, pay_from="", by=clerk, now=FINAL).pk for _time in range(3)]
    )
    assert len(set(found)) == 1
    assert PaymentLine.objects.count() == 2


def test_without_the_guard_only_the_database_stops_the_second() -> None:
    """The control twin: each asks first and writes afterwards, without lock; both ask before either has written."""
    (payment,), clerk = instalments(1), staff("payments_clerk")
    asked = Barrier(2)

    def make(name: str) -> Callable[[], Any]:
        def job() -> Any:
            is_free = not PaymentLine.objects.filter(payment=payment, state__in=LIVE).exists()
            asked.wait(timeout=20)
            assert is_free
            with transaction.atomic():
                batch = PaymentBatch.objects.create(
                    pay_on=PAY_ON, count=1, sum=payment.sum, made_by=clerk, made_at=FINAL
                )
                PaymentLine.objects.create(
                    batch=batch, payment=payment, number=1, reference=name, sum=payment.sum, iban=IBAN, holder="x"
                )
            return "made"

        return job

    found = together([make("A"), make("B")])
    assert found.count("made") == 1
    assert sum("grants_payment_line_once" in str(text) for text in found) == 1
    assert PaymentLine.objects.count() == PaymentBatch.objects.count() == 1


def test_a_process_killed_in_the_middle_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    payments, clerk = instalments(2), staff("payments_clerk")
    keys = [row.pk for row in payments]

    class Killed(BaseException):
        pass

    def die(*_args: Any) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(payment_batches, "_add_lines", die)
        with pytest.raises(Killed):
            make_batch(keys, pay_on=PAY_ON, pay_from="", by=clerk, now=FINAL)
    assert not PaymentBatch.objects.exists()
    assert make_batch(keys, pay_on=PAY_ON, pay_from="", by=clerk, now=FINAL).count == 2


def test_approved_or_returned_never_both() -> None:
    batch = make_payment_batch()
    one, two = staff("payments_clerk"), staff("coordinator")
    found = together(
        [
            lambda: approve_batch(batch, by=one, now=FINAL).state,
            lambda: return_batch(batch, reason="x", by=two, now=FINAL).state,
        ]
    )
    kept = PaymentBatch.objects.get()
    assert kept.state == "returned"
    assert found in (["approved", "returned"], ["wrong_state", "returned"])
    assert not PaymentLine.objects.filter(state__in=LIVE).exists()


def test_by_hand_by_file_and_beside_the_batch_is_paid_and_told_once() -> None:
    batch = make_payment_batch(state="sent")
    payment = batch.lines.get().payment
    admin = make_member(payment.decision.application.organisation, "admin")
    data = f"viite;summa;tila;maksettu\r\nYP{batch.pk}-1;3500,00;maksettu;11.2.2027\r\n".encode()
    clerks = [staff("payments_clerk") for _ in range(4)]
    day = PAY_ON

    def by_file(clerk: Any) -> Callable[[], Any]:
        return lambda: load_return_file(data, name="x.csv", by=clerk, now=ANSWERED).changed

    def by_hand() -> Any:
        return record_lines(batch, [1], state="paid", paid_on=day, reason="", by=clerks[2], now=ANSWERED).changed

    def beside() -> Any:
        return confirm_paid(payment, paid_on=FINAL.date(), by=clerks[3], now=ANSWERED).state

    found = together([by_file(clerks[0]), by_file(clerks[1]), by_hand, beside])
    assert found[:3].count(1) == 1
    assert found[3] in ("on_batch", "wrong_state")
    assert CaseEvent.objects.filter(verb="confirm_paid").count() == 1
    assert Message.objects.filter(kind="grants.payment", to_user=admin).count() == 1
    assert PaymentBatch.objects.get().state == "closed"
