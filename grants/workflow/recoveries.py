"""Recovery of a paid grant (takaisinperintä): opened, heard, decided, paid back in one or many parts.

Lock order: the grant's decision, then the recovery. What can be asked back is what has been paid, less what other
recoveries of the same grant ask, so that no cent is asked twice.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from common.errors import Refused
from common.legal_dates import LegalDates, ServedBy, legal_dates
from common.locks import limit_waiting
from common.money import format_euros
from common.policies import get_allowed
from common.times import format_date, local_date
from county.models import get_county
from documents.case_numbers import GRANTS, next_case_number
from documents.pdf import render_pdf, store_pdf
from grants.life_cycles_recovery import PREPARED, RECOVERY
from grants.models import Decision, RecoveryCase, RecoveryPart, Repayment
from grants.models.recoveries import recoverable_of
from grants.recovery_sums import reference_number
from grants.workflow import events
from grants.workflow.claim_targets import refuse_while_claimed
from grants.workflow.serving import happened, later, recipient, tell_party

#: The first reference number's digits before the recovery's own key, so that it has at least three.
REFERENCE_BASE = 70_000
ANSWER_DAYS = 14


def open_recovery(decision: Decision, *, ground: str, facts: str, sum: Decimal, by: Any, now: datetime) -> RecoveryCase:
    """Open the matter of asking ``sum`` euros back; the same words again are the same matter.

    Refused: ``facts_missing``, ``bad_sum``, ``over_paid`` (with what can still be asked).
    """
    with transaction.atomic():
        limit_waiting()
        locked: Decision = get_allowed("grants.recovery.open", by, now=now, lock=True, pk=decision.pk)
        facts = facts.strip()
        if not facts:
            raise Refused("facts_missing", _("Kirjoita, mitä on tapahtunut."))
        again = RecoveryCase.objects.filter(decision=locked, ground=ground, facts=facts, state__in=PREPARED).first()
        if again is not None:
            return again
        _check_sum(locked, sum)
        made = RecoveryCase.objects.create(
            decision=locked,
            case_number=next_case_number(GRANTS, now),
            ground=ground,
            facts=facts,
            sum=sum,
            opened_by=by,
            opened_at=now,
        )
        text = f"Takaisinperintä {made.case_number}, {format_euros(sum)}, otettiin valmisteltavaksi."
        events.record(locked.application, "open_recovery", text, by=by, now=now)
    return made


def _check_sum(decision: Decision, total: Decimal, without: RecoveryCase | None = None) -> None:
    if total <= 0:
        raise Refused("bad_sum", _("Takaisin perittävä summa on suurempi kuin nolla."))
    most = recoverable_of(decision, without=without)
    if total > most:
        raise Refused(
            "over_paid",
            _("Takaisin voi periä enintään %(most)s: sen verran on maksettu eikä vielä vaadittu takaisin.")
            % {"most": format_euros(most)},
        )


def _locked(permission: str, recovery: RecoveryCase, by: Any, now: datetime) -> RecoveryCase:
    limit_waiting()
    Decision.objects.select_for_update(of=("self",)).filter(pk=recovery.decision_id).first()
    locked: RecoveryCase = get_allowed(permission, by, now=now, lock=True, pk=recovery.pk)
    return locked


def ask_statement(recovery: RecoveryCase, *, answer_by: date, by: Any, now: datetime) -> RecoveryCase:
    """Hear the organisation before the decision (hallintolaki 34 §), or give it more time. Refused: ``bad_day``."""
    with transaction.atomic():
        locked = _locked("grants.recovery.prepare", recovery, by, now)
        if locked.state == "hearing" and locked.answer_by == answer_by:
            return locked
        locked.state = RECOVERY.check(locked.state, "ask_statement")
        if answer_by <= local_date(now):
            raise Refused("bad_day", _("Anna järjestölle aikaa ainakin huomiseen."))
        locked.answer_by, locked.asked_at = answer_by, locked.asked_at or now
        locked.save()
        text = (
            f"Järjestöä kuullaan takaisinperinnästä {locked.case_number}, {format_euros(locked.sum)}. "
            f"Lausuma viimeistään {format_date(answer_by)}."
        )
        _tell(
            locked, "ask_statement", text, "hearing", gettext_noop("Kuuleminen takaisinperinnästä: %(number)s"), by, now
        )
    return locked


def answer_recovery(recovery: RecoveryCase, *, statement: str, by: Any, now: datetime) -> RecoveryCase:
    """The organisation gives its statement, and may write it anew until the day. Refused: ``empty``, ``late``."""
    with transaction.atomic():
        locked = _locked("grants.recovery.answer", recovery, by, now)
        statement = statement.strip()
        if not statement:
            raise Refused("empty", _("Kirjoita lausumanne."))
        if not locked.takes_statement(local_date(now)):
            raise Refused(
                "late", _("Lausuman aika on päättynyt. Soita hyvinvointialueelle, jos tarvitsette lisää aikaa.")
            )
        if locked.statement == statement:
            return locked
        locked.statement, locked.answered_by, locked.answered_at = statement, by, now
        locked.save()
        text = f"Järjestö antoi lausuman takaisinperinnästä {locked.case_number}."
        happened(locked.decision.application, "answer_recovery", text, by=by, now=now)
    return locked


def drop_recovery(recovery: RecoveryCase, *, reason: str, by: Any, now: datetime) -> RecoveryCase:
    """Leave the money with the organisation, with a reason: a small sum, or a statement that explains."""
    with transaction.atomic():
        locked = _locked("grants.recovery.prepare", recovery, by, now)
        if locked.state == "dropped":
            return locked
        state, was_heard = RECOVERY.check(locked.state, "drop_recovery"), locked.asked_at is not None
        _end(locked, state, reason, now)
        text = f"Takaisinperintä {locked.case_number} päättyi: rahaa ei peritä. {locked.end_reason}"
        if was_heard:
            subject = gettext_noop("Avustusta ei peritä takaisin: %(number)s")
            _tell(locked, "drop_recovery", text, "dropped", subject, by, now)
        else:
            events.record(locked.decision.application, "drop_recovery", text, by=by, now=now)
    return locked


def _end(recovery: RecoveryCase, state: str, reason: str, now: datetime) -> None:
    if not reason.strip():
        raise Refused("reason_missing", _("Kirjoita, miksi rahaa ei peritä."))
    recovery.state, recovery.end_reason, recovery.ended_on = state, reason.strip(), local_date(now)
    recovery.save()


@dataclass(frozen=True)
class Decided:
    """What was decided of a recovery: the sum in euros, why and on what law, when and in which section, until when
    and with which interest (per cent a year) it is paid; why the organisation was not heard, if so."""

    sum: Decimal
    reasons: str
    legal_basis: str
    decided_on: date
    section_number: int
    due_on: date
    interest_rate: Decimal
    unheard_why: str = ""


def decide_recovery(
    recovery: RecoveryCase, given: Decided, *, served_by: ServedBy = ServedBy.ELECTRONIC, by: Any, now: datetime
) -> RecoveryCase:
    """Record the decision, make the letter with its reference number and serve it. A second call changes nothing.

    Refused: ``not_heard``, ``hearing_open``, ``words_missing``, ``bad_day``, ``bad_due_day``, ``too_small``,
    ``bad_sum``, ``over_paid``.
    """
    with transaction.atomic():
        locked = _locked("grants.recovery.decide", recovery, by, now)
        if locked.letter_id is not None:
            return locked
        state = RECOVERY.check(locked.state, "decide_recovery")
        _check_heard(locked, given, now)
        _check_sum(locked.decision, given.sum, without=locked)
        _check_words(locked, given, now)
        dates = legal_dates(local_date(now), served_by)
        if given.due_on <= dates.revision_ends_on:
            raise Refused(
                "bad_due_day",
                _("Eräpäivä on aikaisintaan %(day)s, kun oikaisuvaatimuksen aika on päättynyt.")
                % {"day": format_date(dates.final_on)},
            )
        locked.state, locked.sum, locked.unheard_why = state, given.sum, given.unheard_why.strip()
        locked.reasons, locked.legal_basis = given.reasons.strip(), given.legal_basis.strip()
        locked.decided_on, locked.section_number = given.decided_on, given.section_number
        locked.due_on, locked.interest_rate = given.due_on, given.interest_rate
        locked.recorded_by, locked.recorded_at = by, now
        locked.revision_ends_on = dates.revision_ends_on
        locked.reference = reference_number(REFERENCE_BASE + locked.pk)
        locked.letter = _letter(locked, dates, served_by, by, now)
        locked.save()
        text = (
            f"Takaisinperinnästä {locked.case_number} päätettiin: {format_euros(locked.sum)} "
            f"maksetaan takaisin viimeistään {format_date(given.due_on)}."
        )
        _tell(
            locked, "decide_recovery", text, "decided", gettext_noop("Avustusta peritään takaisin: %(number)s"), by, now
        )
    return locked


def _check_heard(recovery: RecoveryCase, given: Decided, now: datetime) -> None:
    if recovery.state == "opened" and not given.unheard_why.strip():
        raise Refused("not_heard", _("Kuule järjestöä ensin, tai kirjoita, miksi kuuleminen on ilmeisen tarpeetonta."))
    if recovery.takes_statement(local_date(now)) and not recovery.statement:
        raise Refused("hearing_open", _("Järjestö voi vielä antaa lausumansa. Odota määräpäivään."))


def _check_words(recovery: RecoveryCase, given: Decided, now: datetime) -> None:
    if not given.reasons.strip() or not given.legal_basis.strip():
        raise Refused("words_missing", _("Päätös tarvitsee perustelut ja oikeusperusteen."))
    if not local_date(recovery.opened_at) <= given.decided_on <= local_date(now):
        raise Refused("bad_day", _("Päätöspäivä on asian aloittamisen jälkeen, mutta ei tulevaisuudessa."))
    county = get_county()
    if county is not None and given.sum < county.recovery_limit:
        raise Refused(
            "too_small",
            _("Alle %(limit)s ei peritä takaisin. Päätä asia perimättä jättämisenä.")
            % {"limit": format_euros(county.recovery_limit)},
        )


def _letter(recovery: RecoveryCase, dates: LegalDates, served_by: ServedBy, by: Any, now: datetime) -> Any:
    application = recovery.decision.application
    title = gettext_lazy("Päätös avustuksen takaisinperinnästä")
    context = {
        "recovery": recovery,
        "decision": recovery.decision,
        "application": application,
        "organisation": application.organisation,
        "county": get_county(),
        "case_number": recovery.case_number,
        "document_date": local_date(now),
        "recipient": recipient(application.organisation),
        "dates": dates,
        "served_by_letter": served_by == ServedBy.LETTER,
    }
    data = render_pdf("pdf/grants/recovery.html", context, title=title, language="fi")
    return store_pdf(
        data, kind="grants.recovery", title=title, language="fi", by=by, now=now, case_number=recovery.case_number
    )


def record_repayment(
    recovery: RecoveryCase, *, sum: Decimal, paid_on: date, entry: str, by: Any, now: datetime
) -> RecoveryCase:
    """Record money that came back; the same ``entry`` again changes nothing, and the last cent ends the matter.

    Refused: ``entry_missing``, ``entry_differs``, ``bad_sum``, ``bad_day``, ``over_owed`` (with what is owed).
    """
    with transaction.atomic():
        locked = _locked("grants.recovery.collect", recovery, by, now)
        entry = entry.strip()
        if not entry:
            raise Refused("entry_missing", _("Kirjoita tilitapahtuman tai tositteen numero."))
        before = locked.repayments.filter(entry=entry).first()
        if before is not None:
            if (before.sum, before.paid_on) != (sum, paid_on):
                raise Refused("entry_differs", _("Tämä tilitapahtuma on jo kirjattu toisella summalla tai päivällä."))
            return locked
        RECOVERY.check(locked.state, "record_repayment", target=locked.state)
        if sum <= 0:
            raise Refused("bad_sum", _("Suoritus on suurempi kuin nolla."))
        if locked.decided_on is None or not locked.decided_on <= paid_on <= local_date(now):
            raise Refused("bad_day", _("Maksupäivä on päätöksen jälkeen, mutta ei tulevaisuudessa."))
        owed = locked.balance(paid_on).outstanding
        if sum > owed:
            raise Refused(
                "over_owed",
                _("Velkaa on enää %(owed)s. Kirjaa se, ja palauta loput järjestölle.") % {"owed": format_euros(owed)},
            )
        Repayment.objects.create(recovery=locked, sum=sum, paid_on=paid_on, entry=entry, entered_by=by, entered_at=now)
        text = f"Takaisinperintään {locked.case_number} maksettiin {format_euros(sum)}."
        if not locked.balance(local_date(now)).outstanding:
            locked.state = RECOVERY.check(locked.state, "record_repayment", target="paid")
            locked.ended_on = paid_on
            locked.save(update_fields=["state", "ended_on"])
            text = f"{text} Kaikki on maksettu."
        happened(locked.decision.application, "record_repayment", text, by=by, now=now)
    return locked


def agree_parts(recovery: RecoveryCase, *, parts: list[tuple[date, Decimal]], by: Any, now: datetime) -> RecoveryCase:
    """Agree to pay in parts: they replace earlier ones and add up to what is left of the sum.

    Refused: ``no_parts``, ``bad_day``, ``bad_total`` (with the difference).
    """
    with transaction.atomic():
        locked = _locked("grants.recovery.collect", recovery, by, now)
        locked.state = RECOVERY.check(locked.state, "agree_parts")
        today = local_date(now)
        if not parts:
            raise Refused("no_parts", _("Kirjoita ainakin yksi maksuerä."))
        if len({day for day, _sum in parts}) < len(parts) or min(day for day, _sum in parts) < today:
            raise Refused("bad_day", _("Jokaisella erällä on oma eräpäivänsä, eikä se ole menneisyydessä."))
        left, total = locked.balance(today).principal, Decimal(sum(part for _day, part in parts))
        if total != left:
            raise Refused(
                "bad_total",
                _("Erät ovat yhteensä %(total)s, mutta maksamatta on %(left)s. Korjaa summat.")
                % {"total": format_euros(total), "left": format_euros(left)},
            )
        if [(row.due_on, row.sum) for row in locked.parts.all()] == sorted(parts):
            return locked
        locked.parts.all().delete()
        RecoveryPart.objects.bulk_create(RecoveryPart(recovery=locked, due_on=day, sum=part) for day, part in parts)
        # Interest runs from the day that was agreed last, and the sum is due on it.
        locked.due_on = max(day for day, _part in parts)
        locked.save(update_fields=["due_on"])
        last = format_date(locked.due_on)
        text = f"Takaisinperintä {locked.case_number} maksetaan {len(parts)} erässä, viimeinen {last}."
        _tell(locked, "agree_parts", text, "parts", gettext_noop("Maksuerät on sovittu: %(number)s"), by, now)
    return locked


def enforce(recovery: RecoveryCase, *, by: Any, now: datetime) -> RecoveryCase:
    """Note that the claim went to enforcement (ulosotto) after its due day.

    Not while a claim for revision about it is open (hallintolaki 49 f §). Refused: ``not_due``, ``claim_pending``.
    """
    with transaction.atomic():
        locked = _locked("grants.recovery.collect", recovery, by, now)
        if locked.state == "enforced":
            return locked
        state = RECOVERY.check(locked.state, "enforce")
        if locked.due_on is None or local_date(now) <= locked.due_on:
            raise Refused("not_due", _("Ulosottoon viedään vasta eräpäivän jälkeen."))
        refuse_while_claimed(locked, now)
        locked.state = state
        locked.save(update_fields=["state"])
        text = f"Takaisinperintä {locked.case_number} vietiin ulosottoon."
        happened(locked.decision.application, "enforce", text, by=by, now=now)
    return locked


def write_off(recovery: RecoveryCase, *, reason: str, by: Any, now: datetime) -> RecoveryCase:
    """Take what is left off the books with a reason; what was paid stays recorded."""
    with transaction.atomic():
        locked = _locked("grants.recovery.collect", recovery, by, now)
        if locked.state == "written_off":
            return locked
        state = RECOVERY.check(locked.state, "write_off")
        left = locked.balance(local_date(now)).principal
        _end(locked, state, reason, now)
        text = (
            f"Takaisinperinnästä {locked.case_number} poistettiin saatavista {format_euros(left)}. {locked.end_reason}"
        )
        events.record(locked.decision.application, "write_off", text, by=by, now=now)
    return locked


def _tell(recovery: RecoveryCase, verb: str, text: str, template: str, subject: str, by: Any, now: datetime) -> None:
    application = recovery.decision.application
    happened(application, verb, text, by=by, now=now)
    tell_party(
        application,
        kind="grants.recovery",
        subject=later(subject, number=recovery.case_number),
        template="emails/grants/recovery",
        context={
            "recovery": recovery,
            "application": application,
            "step": template,
            "path": f"/omat/{application.organisation_id}/takaisinperinnat/{recovery.pk}/",
        },
        key=f"grants.recovery:{recovery.pk}:{template}:{now:%Y%m%d%H%M}",
        now=now,
    )
