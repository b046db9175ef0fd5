"""Payment batches: made of released instalments by one person, approved by another, sent.

Lock order: the batch, its instalments by key, its lines. An instalment's row lock makes two who make batches at once
wait for each other; the unique line of a live instalment in the database is the backstop.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from common.errors import Refused
from common.locks import limit_waiting
from common.policies import allowed, get_allowed
from common.times import local_date
from grants.batch_checks import WITH, accounts, problems_of
from grants.life_cycles_batches import BATCH, BATCH_LINE, LIVE
from grants.models import Payment, PaymentBatch, PaymentLine
from grants.workflow import events

#: Instalments on one batch, so that a person can still check what is approved.
MOST = 300
#: Reasons that are told at once.
TOLD = 5


def make_batch(keys: list[int], *, pay_on: date, pay_from: str, by: Any, now: datetime) -> PaymentBatch:
    """Make a batch of the instalments with the ``keys``; all of them or none. The same press again is the same batch.

    ``pay_from``: the county's account, empty when the ledger pays. Refused: ``nothing_chosen``, ``too_many``,
    ``bad_day``, ``gone``, ``cannot_pay`` (with each instalment's case number and reason).
    """
    keys = sorted(set(keys))
    if not keys:
        raise Refused("nothing_chosen", _("Valitse ensin maksuerät, jotka maksetaan."))
    if len(keys) > MOST:
        raise Refused("too_many", _("Yhdelle maksulistalle mahtuu %(most)s maksuerää.") % {"most": MOST})
    if pay_on < local_date(now):
        raise Refused("bad_day", _("Maksupäivä on aikaisintaan tänään."))
    with transaction.atomic():
        limit_waiting()
        payments = _locked_payments(keys)
        if allowed("grants.payment.release", by, now=now).filter(pk__in=keys).count() != len(keys):
            raise Refused("gone", _("Joku valitsemistasi maksueristä ei ole enää luettelossa. Valitse uudelleen."))
        again = _same_batch(keys, by, pay_on, pay_from)
        if again is not None:
            return again
        _check(payments, now)
        batch = PaymentBatch.objects.create(
            pay_on=pay_on,
            pay_from=pay_from,
            count=len(payments),
            sum=sum((row.sum for row in payments), Decimal(0)),
            made_by=by,
            made_at=now,
        )
        _add_lines(batch, payments)
    return batch


def _locked_payments(keys: list[int]) -> list[Payment]:
    """Lock the instalments in the order of their keys and return them with their cases."""
    list(Payment.objects.filter(pk__in=keys).order_by("pk").select_for_update(of=("self",)).values_list("pk"))
    return list(Payment.objects.filter(pk__in=keys).select_related(*WITH).order_by("pk"))


def _same_batch(keys: list[int], by: Any, pay_on: date, pay_from: str) -> PaymentBatch | None:
    line = PaymentLine.objects.filter(payment=keys[0], state="listed").select_related("batch").first()
    if line is None or line.batch.made_by_id != by.pk or line.batch.state != "made":
        return None
    same = sorted(line.batch.lines.values_list("payment", flat=True)) == keys
    told = (line.batch.pay_on, line.batch.pay_from) == (pay_on, pay_from)
    return line.batch if same and told else None


def _check(payments: list[Payment], now: datetime, own: PaymentBatch | None = None) -> None:
    problems = problems_of(payments, now, own_batch=own.pk if own else None)
    told = [f"{row.decision.application.case_number}: {problems[row.pk]}" for row in payments if row.pk in problems]
    if told:
        rest = len(told) - TOLD
        more = [_("Samoin %(count)s muuta.") % {"count": rest}] if rest > 0 else []
        raise Refused("cannot_pay", " ".join([*told[:TOLD], *more]))


def _add_lines(batch: PaymentBatch, payments: list[Payment]) -> None:
    known = accounts(payments)
    lines = []
    for number, payment in enumerate(payments, 1):
        application = payment.decision.application
        account = known[application.organisation_id]
        lines.append(
            PaymentLine(
                batch=batch,
                payment=payment,
                number=number,
                reference=f"YP{batch.pk}-{number}",
                sum=payment.sum,
                iban=account.iban,
                holder=account.holder,
                cost_centre=application.call.cost_centre,
                ledger_account=application.call.ledger_account,
            )
        )
    PaymentLine.objects.bulk_create(lines)


def approve_batch(batch: PaymentBatch, *, by: Any, now: datetime) -> PaymentBatch:
    """Approve a batch that somebody else made; what could not be paid any more stops it.

    Refused: ``same_person``, ``cannot_pay``, ``account_changed``, ``wrong_state``.
    """
    with transaction.atomic():
        locked = _locked("grants.payment_batch.handle", batch, by, now)
        if locked.state == "approved" and locked.approved_by_id == by.pk:
            return locked
        state = BATCH.check(locked.state, "approve_batch")
        if locked.made_by_id == by.pk:
            raise Refused("same_person", _("Maksulistan hyväksyy eri henkilö kuin se, joka laati sen."))
        lines = list(locked.lines.order_by("payment"))
        payments = _locked_payments([line.payment_id for line in lines])
        _check(payments, now, locked)
        _check_accounts(lines, payments)
        locked.state, locked.approved_by, locked.approved_at = state, by, now
        locked.save(update_fields=["state", "approved_by", "approved_at"])
    return locked


def _check_accounts(lines: list[PaymentLine], payments: list[Payment]) -> None:
    """Refuse when an organisation's verified account is no longer the one on the batch."""
    known = accounts(payments)
    for line, payment in zip(lines, payments, strict=True):
        application = payment.decision.application
        if known[application.organisation_id].iban != line.iban:
            raise Refused(
                "account_changed",
                _("%(number)s: järjestön tilinumero on vaihtunut. Palauta maksulista ja laadi uusi.")
                % {"number": application.case_number},
            )


def return_batch(batch: PaymentBatch, *, reason: str, by: Any, now: datetime) -> PaymentBatch:
    """Return a batch that has not been sent: its instalments may go on another one. Refused: ``reason_missing``."""
    reason = reason.strip()
    with transaction.atomic():
        locked = _locked("grants.payment_batch.handle", batch, by, now)
        if locked.state == "returned" and locked.return_reason == reason:
            return locked
        state = BATCH.check(locked.state, "return_batch")
        if not reason:
            raise Refused("reason_missing", _("Kirjoita, miksi maksulista palautetaan."))
        locked.state, locked.returned_by, locked.returned_at, locked.return_reason = state, by, now, reason
        locked.save(update_fields=["state", "returned_by", "returned_at", "return_reason"])
        target = BATCH_LINE.check("listed", "return_batch")
        locked.lines.filter(state="listed").update(state=target, reason=reason[:300], recorded_by=by, recorded_at=now)
    return locked


def send_batch(batch: PaymentBatch, *, by: Any, now: datetime) -> PaymentBatch:
    """Note that the approved batch went to the ledger or the bank; each case's history tells it. Twice is once."""
    with transaction.atomic():
        locked = _locked("grants.payment_batch.manage", batch, by, now)
        if locked.state == "sent":
            return locked
        locked.state = BATCH.check(locked.state, "send_batch")
        locked.sent_by, locked.sent_at = by, now
        locked.save(update_fields=["state", "sent_by", "sent_at"])
        target = BATCH_LINE.check("listed", "send_batch")
        locked.lines.filter(state="listed").update(state=target, recorded_by=by, recorded_at=now)
        for line in locked.lines.select_related("payment__decision__application").order_by("number"):
            text = (
                f"Maksuerä {line.payment.number} lähetettiin maksuun maksulistalla {locked.pk}, viite {line.reference}."
            )
            events.record(line.payment.decision.application, "send_batch", text, by=by, now=now)
    return locked


def _locked(permission: str, batch: PaymentBatch, by: Any, now: datetime) -> PaymentBatch:
    limit_waiting()
    locked: PaymentBatch = get_allowed(permission, by, now=now, lock=True, pk=batch.pk)
    return locked


def live_line(payment: Payment) -> PaymentLine | None:
    """Return the line on which the instalment is to be paid or has been paid; at most one."""
    return payment.batch_lines.filter(state__in=LIVE).select_related("batch").first()
