"""Money after the decision: an instalment is planned by one person and released by another, once."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F, Max
from django.http import Http404
from django.urls import reverse
from django.utils import translation
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.errors import Refused
from common.locks import limit_waiting
from common.money import format_euros
from common.policies import get_allowed
from common.times import format_date, local_date
from grants.batch_checks import late_reporters, report_missing, stops_payments
from grants.cofunded import refuse_waiting
from grants.instalment_conditions import waits_of
from grants.life_cycles import PAYMENT
from grants.life_cycles_batches import LIVE
from grants.models import Acceptance, Agreement, Decision, Payment, PaymentLine, ReportKind
from grants.models.applications import Audience
from grants.workflow import events
from grants.workflow.applications import senders
from notifications import outbox
from organisations import timeline
from organisations.models import BankAccount, Visibility


def verified_account(decision: Decision) -> BankAccount | None:
    """Return the organisation's verified account, to which alone money is paid."""
    return BankAccount.objects.current().filter(organisation=decision.application.organisation_id).first()


def plan_payment(
    decision: Decision,
    *,
    sum: Decimal,
    not_before: date | None = None,
    after_interim: bool = False,
    agreement: Agreement | None = None,
    by: Any,
    now: datetime,
) -> Payment:
    """Prepare an instalment of ``sum`` euros; the decision must be due for payment and the sum still unpaid.

    Due is a final decision, or an issued one where the call pays before that and nobody has claimed revision; where
    the call asks for it, the applicant has accepted the terms. Order of effects: decision's row lock, new payment,
    ``planned_total`` of the decision, event. Refused: ``not_final`` (with the day it becomes so), ``claim_pending``,
    ``not_accepted``, ``cofunding_waits`` (the grant depends on another funder), ``bad_sum``, ``over_granted`` (with
    what is left), ``no_interim`` and ``wrong_agreement`` (conditions that cannot be met).

    ``not_before``, ``after_interim`` and ``agreement`` are the instalment's own conditions (``instalment_conditions``).
    """
    with transaction.atomic():
        limit_waiting()
        locked: Decision = get_allowed("grants.payment.plan", by, now=now, lock=True, pk=decision.pk)
        _check_due(locked, now)
        if sum <= 0:
            raise Refused("bad_sum", _("Maksuerän täytyy olla suurempi kuin nolla."))
        if sum > locked.left_to_plan:
            raise Refused("over_granted", _over_granted(locked))
        _check_conditions(locked, after_interim, agreement)
        number = (locked.payments.aggregate(last=Max("number"))["last"] or 0) + 1
        payment = Payment.objects.create(
            decision=locked,
            number=number,
            sum=sum,
            not_before=not_before,
            after_interim=after_interim,
            agreement=agreement,
            planned_by=by,
            planned_at=now,
        )
        Decision.objects.filter(pk=locked.pk).update(planned_total=F("planned_total") + sum)
        events.record(
            locked.application,
            "plan_payment",
            f"Maksuerä {number}, {format_euros(sum)}, valmisteltiin.",
            by=by,
            now=now,
        )
    return payment


def _check_due(decision: Decision, now: datetime) -> None:
    if not decision.is_due_for_payment(local_date(now)):
        raise Refused("not_final", _not_final(decision))
    if decision.state == "issued" and decision.claims.of_grant().pending(now).exists():
        raise Refused(
            "claim_pending", _("Päätöksestä on vireillä oikaisuvaatimus tai valitus. Maksa, kun se on ratkaistu.")
        )
    if decision.application.call.acceptance_required and decision.acceptance != Acceptance.ACCEPTED:
        raise Refused("not_accepted", _("Hakija ei ole vielä hyväksynyt avustusta ja sen ehtoja."))
    refuse_waiting(decision)


def _check_conditions(decision: Decision, after_interim: bool, agreement: Agreement | None) -> None:
    """Refuse a condition that would never be met: no interim report is asked, or the agreement is of others."""
    if after_interim and not decision.use_reports.filter(kind=ReportKind.INTERIM).exists():
        raise Refused("no_interim", _("Tästä avustuksesta ei pyydetä väliselvitystä, joten sitä ei voi odottaa."))
    organisation = decision.application.organisation_id
    if agreement is not None and not agreement.parties.filter(organisation=organisation).exists():
        raise Refused("wrong_agreement", _("Valitse sopimus, jossa järjestö on osapuolena."))


def _over_granted(decision: Decision) -> str:
    if not decision.left_to_plan:
        return _("Koko avustus on jo valmisteltu maksuun. Katso maksuerät luettelosta.")
    return _("Maksuun voi valmistella enää %(left)s. Pienennä maksuerää.") % {
        "left": format_euros(decision.left_to_plan)
    }


def _not_final(decision: Decision) -> str:
    if decision.final_on is None:
        return _("Päätöstä ei ole vielä annettu tiedoksi. Maksuerän voi valmistella, kun päätös on lainvoimainen.")
    return _("Päätös on lainvoimainen aikaisintaan %(day)s. Maksuerän voi valmistella sen jälkeen.") % {
        "day": format_date(decision.final_on)
    }


def release_payment(payment: Payment, *, by: Any, now: datetime) -> Payment:
    """Release a planned instalment for payment; a second call returns it as it is.

    Four eyes: who planned it cannot release it (also a constraint). The verified account is copied now.
    Refused: ``same_person``, ``condition_waits`` (what the instalment was planned to wait for), ``report_missing``
    (where the call's terms say so), ``cofunding_waits``, ``no_account`` (with what to do), ``account_stale`` (money
    came back from the account that is known), ``wrong_state``.
    """
    with transaction.atomic():
        limit_waiting()
        locked = _locked(payment, by, now)
        if locked.state == "released" and locked.released_by_id == by.pk:
            return locked
        state = PAYMENT.check(locked.state, "release_payment")
        if locked.planned_by_id == by.pk:
            raise Refused("same_person", _("Maksuerän hyväksyy eri henkilö kuin se, joka valmisteli sen."))
        if waits := waits_of([locked], now).get(locked.pk):
            raise Refused("condition_waits", _("Maksuerä odottaa: %(what)s.") % {"what": waits})
        organisation = locked.decision.application.organisation_id
        if stops_payments(locked) and late_reporters([organisation], local_date(now)):
            raise Refused("report_missing", report_missing())
        refuse_waiting(locked.decision)
        account = verified_account(locked.decision)
        if account is None:
            raise Refused(
                "no_account",
                _("Järjestöllä ei ole tarkistettua tilinumeroa. Pyydä järjestöä ilmoittamaan se ja tarkista tiliote."),
            )
        came_back = locked.batch_lines.filter(state="came_back").aggregate(last=Max("recorded_at"))["last"]
        if came_back is not None and (account.verified_at is None or account.verified_at <= came_back):
            raise Refused(
                "account_stale",
                _(
                    "Maksu palautui järjestön tililtä. Pyydä järjestöä ilmoittamaan tilinumero uudelleen ja tarkista se"
                    " tiliotteesta ennen uutta maksua."
                ),
            )
        locked.state, locked.released_by, locked.released_at = state, by, now
        locked.iban, locked.holder = account.iban, account.holder
        locked.save(update_fields=["state", "released_by", "released_at", "iban", "holder"])
        events.record(
            locked.decision.application,
            "release_payment",
            f"Maksuerä {locked.number}, {format_euros(locked.sum)}, hyväksyttiin maksuun.",
            by=by,
            now=now,
            audience=Audience.APPLICANT,
        )
    return locked


def confirm_paid(payment: Payment, *, paid_on: date, by: Any, now: datetime) -> Payment:
    """Record that the ledger has paid the instalment on ``paid_on``; the organisation is told once.

    Refused: ``bad_day`` for a day in the future or before the release, ``on_batch`` for what a batch pays,
    ``wrong_state``.
    """
    with transaction.atomic():
        limit_waiting()
        locked = _locked(payment, by, now)
        if locked.state == "paid" and locked.paid_on == paid_on:
            return locked
        PAYMENT.check(locked.state, "confirm_paid")
        line = locked.batch_lines.filter(state__in=LIVE).first()
        if line is not None:
            raise Refused(
                "on_batch",
                _("Maksuerä on maksulistalla %(number)s. Kirjaa maksu maksulistan sivulla.")
                % {"number": line.batch_id},
            )
        released_on = local_date(locked.released_at) if locked.released_at else paid_on
        if not released_on <= paid_on <= local_date(now):
            raise Refused(
                "bad_day",
                _("Maksupäivä on aikaisintaan %(first)s ja viimeistään tänään.") % {"first": format_date(released_on)},
            )
        settle(locked, paid_on=paid_on, by=by, now=now)
    return locked


def settle(payment: Payment, *, paid_on: date, by: Any, now: datetime) -> None:
    """Write a locked instalment paid to the account it has now, and tell it; the caller has checked the right."""
    payment.state, payment.paid_on = PAYMENT.check(payment.state, "confirm_paid"), paid_on
    payment.save(update_fields=["state", "paid_on", "iban", "holder"])
    _tell_paid(payment, by, now)


def unsettle(payment: Payment, line: PaymentLine, *, by: Any, now: datetime) -> None:
    """Make a locked instalment unpaid again, because the money of ``line`` came back, and tell it.

    It waits to be released anew: the account is then copied afresh. The caller has checked the right.
    """
    payment.state, payment.paid_on = PAYMENT.check(payment.state, "come_back"), None
    payment.released_by, payment.released_at, payment.iban, payment.holder = None, None, "", ""
    payment.save(update_fields=["state", "paid_on", "released_by", "released_at", "iban", "holder"])
    application = payment.decision.application
    with translation.override("fi"):
        text = (
            f"Avustuksen {application.call.title} erä {payment.number}, {format_euros(payment.sum)}, palautui pankista:"
            f" {line.reason}"
        )
        link = reverse("grants:own_payments", args=[application.organisation_id])
    events.record(application, "come_back", text, by=by, now=now, audience=Audience.APPLICANT)
    timeline.write(application.organisation, text, visibility=Visibility.ORGANISATION, now=now, by=by, link=link)
    for person in senders(application.organisation, now):
        outbox.queue(
            kind="grants.payment",
            to=person,
            subject=format_lazy(gettext_lazy("Maksu palautui pankista: {sum}"), sum=format_euros(payment.sum)),
            template="emails/grants/came_back",
            context={"payment": payment, "line": line, "application": application, "path": link},
            dedup_key=f"grants.came_back:{line.pk}:{person.pk}",
            now=now,
        )


def _locked(payment: Payment, by: Any, now: datetime) -> Payment:
    locked: Payment = get_allowed("grants.payment.release", by, now=now, lock=True, pk=payment.pk)
    rows = Payment.objects.select_related("decision__application__organisation", "decision__application__call")
    whole = rows.filter(pk=locked.pk).first()
    if whole is None:
        raise Http404
    return whole


def _tell_paid(payment: Payment, by: Any, now: datetime) -> None:
    application = payment.decision.application
    with translation.override("fi"):
        text = f"Avustuksen {application.call.title} erä {payment.number}, {format_euros(payment.sum)}, on maksettu."
        link = reverse("grants:own_payments", args=[application.organisation_id])
    events.record(application, "confirm_paid", text, by=by, now=now, audience=Audience.APPLICANT)
    timeline.write(application.organisation, text, visibility=Visibility.ORGANISATION, now=now, by=by, link=link)
    again = payment.batch_lines.filter(state="came_back").count()
    times = f":{again}" if again else ""
    for person in senders(application.organisation, now):
        outbox.queue(
            kind="grants.payment",
            to=person,
            subject=format_lazy(gettext_lazy("Avustus on maksettu: {sum}"), sum=format_euros(payment.sum)),
            template="emails/grants/paid",
            context={"payment": payment, "application": application, "path": link},
            dedup_key=f"grants.paid:{payment.pk}:{person.pk}{times}",
            now=now,
        )
