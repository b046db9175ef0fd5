"""What became of the instalments of sent batches: recorded by hand, or from a file of the bank or the ledger.

Everything that is asked for is done or nothing. Lock order: batches, instalments, lines, each by key; where paid money
comes back, then the decisions of the grants.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from common.errors import Refused
from common.locks import limit_waiting
from common.money import format_euros
from common.policies import allowed
from common.times import format_date, local_date
from grants.life_cycles_batches import BATCH, BATCH_LINE, OPEN, VERB_TO
from grants.models import Decision, LoadedReturnFile, Payment, PaymentBatch, PaymentLine
from grants.models.recoveries import asked_back_of, paid_of
from grants.payment_return_files import Told, read
from grants.workflow import events
from grants.workflow.payment_batches import TOLD
from grants.workflow.payments import settle, unsettle

HAPPENED = {
    "sent": "Maksuerän {number} maksua jatketaan.",
    "suspended": "Maksuerän {number} maksu keskeytettiin: {reason}",
    "returned": "Maksuerä {number} palautui maksamatta: {reason}",
    "came_back": "Maksuerä {number} palautui pankista maksun jälkeen: {reason}",
}


@dataclass(frozen=True)
class Outcome:
    """How many lines changed and how many stood so already."""

    changed: int
    same: int


def record_lines(
    batch: PaymentBatch,
    numbers: Sequence[int],
    *,
    state: str,
    paid_on: date | None,
    reason: str,
    by: Any,
    now: datetime,
) -> Outcome:
    """Record by hand the same ``state`` of the chosen lines (their numbers on the batch). Refused as ``apply``."""
    lines = batch.lines.filter(number__in=list(numbers)).order_by("number")
    told = [Told(0, line.reference, state, line.sum, paid_on, reason) for line in lines]
    if not told:
        raise Refused("nothing_chosen", _("Valitse ensin maksuerät, joiden tilan kirjaat."))
    with transaction.atomic():
        return apply(told, by=by, now=now)


def record_came_back(
    batch: PaymentBatch, numbers: Sequence[int], *, came_back_on: date, reason: str, by: Any, now: datetime
) -> Outcome:
    """Record by hand that the bank returned money that had been recorded as paid (a closed account, say).

    The instalment is unpaid again: it is released anew by another than who prepared it, to an account that has been
    verified after this, and goes on a new batch. The organisation is told. Refused as ``apply``.
    """
    lines = batch.lines.filter(number__in=list(numbers)).order_by("number")
    told = [Told(0, line.reference, "came_back", line.sum, came_back_on, reason) for line in lines]
    if not told:
        raise Refused("nothing_chosen", _("Valitse ensin maksuerät, joiden tilan kirjaat."))
    with transaction.atomic():
        return apply(told, by=by, now=now)


def load_return_file(data: bytes, *, name: str, by: Any, now: datetime) -> Outcome:
    """Record what a file tells by reference, each content once. Refused: ``loaded_already``; as ``read``, ``apply``."""
    digest = hashlib.sha256(data).hexdigest()
    told = read(data)
    with transaction.atomic():
        _check_new(LoadedReturnFile.objects.filter(sha256=digest).first())
        outcome = apply(told, by=by, now=now)
        try:
            with transaction.atomic():
                LoadedReturnFile.objects.create(
                    sha256=digest,
                    name=name[:150],
                    rows=len(told),
                    sum=sum((row.sum for row in told), Decimal(0)),
                    loaded_by=by,
                    loaded_at=now,
                )
        except IntegrityError:  # another person loaded the same file at this moment
            _check_new(LoadedReturnFile.objects.get(sha256=digest))
    return outcome


def _check_new(loaded: LoadedReturnFile | None) -> None:
    if loaded is not None:
        raise Refused(
            "loaded_already",
            _("Tämä tiedosto on jo ladattu %(day)s nimellä %(name)s. Mitään ei muutettu.")
            % {"day": format_date(loaded.loaded_at), "name": loaded.name},
        )


def apply(told: Sequence[Told], *, by: Any, now: datetime) -> Outcome:
    """Write the told states inside the caller's transaction; all of them or none.

    Refused: ``not_recorded`` with the line and the reason: unknown reference, another sum, a day that cannot be, a
    reason that is missing, a state from which this does not follow; ``recovered`` (money that came back is asked back).
    """
    limit_waiting()
    lines = _locked_lines([row.reference for row in told], by, now)
    problems, changes = [], []
    for row in told:
        line = lines.get(row.reference)
        problem = _problem(row, line, now)
        if problem:
            problems.append(f"{row.where}: {problem}")
        elif line is not None and not _stands_so(row, line):
            changes.append((row, line))
    if problems:
        rest = len(problems) - TOLD
        more = [_("Samoin %(count)s muuta riviä.") % {"count": rest}] if rest > 0 else []
        raise Refused("not_recorded", " ".join([_("Mitään ei muutettu."), *problems[:TOLD], *more]))
    reclaimed = {line.payment.decision_id for row, line in changes if row.state == "came_back"}
    decisions = list(Decision.objects.filter(pk__in=reclaimed).order_by("pk").select_for_update(of=("self",)))
    for row, line in changes:
        _write(row, line, by, now)
    _check_recoveries(decisions)
    for batch in {line.batch_id: line.batch for _row, line in changes}.values():
        _close_if_done(batch)
    return Outcome(len(changes), len(told) - len(changes))


def _locked_lines(references: list[str], by: Any, now: datetime) -> dict[str, PaymentLine]:
    """Lock the batches that the person manages, their instalments and the lines; return the lines by reference."""
    managed = allowed("grants.payment_batch.manage", by, now=now).values("pk")
    rows = PaymentLine.objects.filter(reference__in=references, batch__in=managed)
    keys = list(rows.values_list("batch", "payment"))
    for model, found in ((PaymentBatch, {key for key, _p in keys}), (Payment, {key for _b, key in keys})):
        list(model.objects.filter(pk__in=found).order_by("pk").select_for_update(of=("self",)).values_list("pk"))
    list(rows.order_by("pk").select_for_update(of=("self",)).values_list("pk"))
    related = rows.select_related(
        "batch", "payment__decision__application__organisation", "payment__decision__application__call"
    )
    return {line.reference: line for line in related}


def _stands_so(row: Told, line: PaymentLine) -> bool:
    if line.state != row.state:
        return False
    days = {"paid": line.paid_on, "came_back": line.came_back_on}
    return row.state not in days or days[row.state] == row.day


def _problem(row: Told, line: PaymentLine | None, now: datetime) -> str:
    """Return why the row cannot be recorded; empty when it can, or stands so already."""
    if line is None:
        return _("Viitettä ei ole millään maksulistallasi. Tarkista viite.")
    if row.sum != line.sum:
        return _("Summa on %(told)s, mutta maksulistalla %(ours)s. Selvitä ero ennen kirjaamista.") % {
            "told": format_euros(row.sum, cents=True),
            "ours": format_euros(line.sum, cents=True),
        }
    if _stands_so(row, line):
        return ""
    if line.state == "paid" and row.state == "returned":
        return _("Maksu on jo kirjattu maksetuksi. Jos raha on tullut takaisin, tila on ”palautui maksun jälkeen”.")
    if not BATCH_LINE.allows(line.state, VERB_TO[row.state]):
        return _("Tila on jo ”%(state)s”, eikä se voi enää olla ”%(wanted)s”.") % {
            "state": line.get_state_display(),
            "wanted": BATCH_LINE.label(row.state),
        }
    if row.state in ("returned", "suspended", "came_back") and not row.reason.strip():
        return _("Kirjoita, miksi maksu palautui tai keskeytettiin.")
    if row.state == "came_back":
        return _came_back_problem(row, line, now)
    return _day_problem(row, line, now) if row.state == "paid" else ""


def _day_problem(row: Told, line: PaymentLine, now: datetime) -> str:
    first = local_date(line.batch.sent_at or now)
    if row.day is None or not first <= row.day <= local_date(now):
        return _("Maksupäivä on aikaisintaan %(first)s ja viimeistään tänään.") % {"first": format_date(first)}
    return ""


def _came_back_problem(row: Told, line: PaymentLine, now: datetime) -> str:
    """Return why the day cannot be: it lies between the payment and today."""
    if row.day is None or line.paid_on is None or not line.paid_on <= row.day <= local_date(now):
        return _("Palautumispäivä on aikaisintaan maksupäivä %(first)s ja viimeistään tänään.") % {
            "first": format_date(line.paid_on) if line.paid_on else "–"
        }
    return ""


def _check_recoveries(decisions: list[Decision]) -> None:
    """Refuse to take back as unpaid what is asked back of the grant; the caller holds the decisions' locks."""
    for decision in decisions:
        if asked_back_of(decision) > paid_of(decision):
            raise Refused(
                "recovered",
                _("%(case)s: avustusta peritään tai on peritty takaisin. Selvitä takaisinperintä ennen kirjaamista.")
                % {"case": decision.application.case_number},
            )


def _write(row: Told, line: PaymentLine, by: Any, now: datetime) -> None:
    line.state = BATCH_LINE.check(line.state, VERB_TO[row.state])
    if row.state == "came_back":
        line.came_back_on = row.day
    else:
        line.paid_on = row.day if row.state == "paid" else None
    line.reason = row.reason.strip()[:300] if row.state in ("returned", "suspended", "came_back") else ""
    line.recorded_by, line.recorded_at = by, now
    line.save(update_fields=["state", "paid_on", "came_back_on", "reason", "recorded_by", "recorded_at"])
    payment = line.payment
    if row.state == "came_back":
        unsettle(payment, line, by=by, now=now)
        return
    if row.state == "paid" and row.day is not None:
        payment.iban, payment.holder = line.iban, line.holder
        settle(payment, paid_on=row.day, by=by, now=now)
        return
    text = HAPPENED[row.state].format(number=payment.number, reason=line.reason)
    events.record(payment.decision.application, f"line_{row.state}", text, by=by, now=now)


def _close_if_done(batch: PaymentBatch) -> None:
    if batch.state == "sent" and not batch.lines.filter(state__in=OPEN).exists():
        batch.state = BATCH.check(batch.state, "record_lines", target="closed")
        batch.save(update_fields=["state"])
