"""What keeps an instalment off a payment batch, told for many at once in a fixed number of queries."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _

from common.policies import allowed
from common.times import local_date
from grants.life_cycles_batches import LIVE
from grants.models import Decision, MissingReport, Payment, PaymentLine, UseReport
from organisations.models import BankAccount

WITH = ("decision__application__organisation", "decision__application__call")
FINLAND = "FI"


def candidates(user: Any, now: datetime) -> QuerySet[Payment]:
    """Return the released instalments that the person may put on a batch and that are on none, oldest first."""
    on_batches = PaymentLine.objects.filter(state__in=LIVE).values("payment")
    rows = allowed("grants.payment.release", user, now=now).filter(state="released").exclude(pk__in=on_batches)
    return rows.select_related(*WITH).order_by("released_at", "pk")


def late_reporters(organisations: Iterable[int], on: date) -> set[int]:
    """Return those of the organisations of which a use report is missing on the day.

    A call's terms say whether that stops its payments.
    """
    late = UseReport.objects.overdue(on).filter(decision__application__organisation__in=set(organisations))
    return set(late.values_list("decision__application__organisation", flat=True))


def report_missing() -> str:
    """Return why nothing is paid, and what helps."""
    return _("Järjestöltä puuttuu käyttöselvitys, jonka määräpäivä on ohi. Maksa vasta, kun selvitys on saapunut.")


def stops_payments(payment: Payment) -> bool:
    """Tell whether the terms of the payment's call let a missing use report stop it."""
    return bool(payment.decision.application.call.missing_report == MissingReport.STOPS)


def flagged(payments: Iterable[Payment], now: datetime) -> set[int]:
    """Return the instalments that are paid although a use report of the organisation is missing; one query."""
    rows = [row for row in payments if not stops_payments(row)]
    if not rows:
        return set()
    late = late_reporters([row.decision.application.organisation_id for row in rows], local_date(now))
    return {row.pk for row in rows if row.decision.application.organisation_id in late}


def accounts(payments: Iterable[Payment]) -> dict[int, BankAccount]:
    """Return the verified account of each organisation of the payments."""
    keys = {payment.decision.application.organisation_id for payment in payments}
    return {row.organisation_id: row for row in BankAccount.objects.current().filter(organisation__in=keys)}


def problems_of(payments: list[Payment], now: datetime, *, own_batch: int | None = None) -> dict[int, str]:
    """Return for each instalment that cannot be paid why and what to do; lines of ``own_batch`` do not count.

    Paid or on another batch, not due any more (claim, appeal, terms not accepted), a use report that is missing where
    the call's terms stop payments then, no verified account, an account in another country. Two queries.
    """
    live = PaymentLine.objects.filter(payment=OuterRef("pk"), state__in=LIVE).exclude(batch=own_batch)
    late = UseReport.objects.overdue(local_date(now)).filter(
        decision__application__organisation=OuterRef("decision__application__organisation")
    )
    facts = Payment.objects.filter(pk__in=[row.pk for row in payments]).values_list(
        "pk",
        Subquery(live.values("batch")[:1]),
        Exists(Decision.objects.payable(now).filter(pk=OuterRef("decision"))),
        Exists(late),
    )
    told = {key: rest for key, *rest in facts}
    known = accounts(payments)
    found = {}
    for payment in payments:
        batch, is_due, is_late = told[payment.pk]
        text = _of_payment(payment, batch, is_due)
        if not text and is_late and stops_payments(payment):
            text = report_missing()
        text = text or _of_account(known.get(payment.decision.application.organisation_id))
        if text:
            found[payment.pk] = text
    return found


def _of_payment(payment: Payment, batch: int | None, is_due: bool) -> str:
    if batch is not None:
        return _("Maksuerä on jo maksulistalla %(number)s.") % {"number": batch}
    if payment.state != "released":
        return _("Maksuerän tila on ”%(state)s”, joten sitä ei voi panna maksulistalle.") % {
            "state": payment.get_state_display()
        }
    if not is_due:
        return _(
            "Päätöstä ei voi nyt maksaa: siitä on vireillä oikaisuvaatimus tai valitus, tai hakija ei ole hyväksynyt "
            "avustusta ja sen ehtoja."
        )
    return ""


def _of_account(account: BankAccount | None) -> str:
    if account is None:
        return _("Järjestöllä ei ole tarkistettua tilinumeroa. Pyydä järjestöä ilmoittamaan se ja tarkista tiliote.")
    if not account.iban.startswith(FINLAND):
        return _(
            "Järjestön tili on toisessa maassa (%(country)s). Maksulistalle otetaan vain suomalaisia tilejä. Pyydä "
            "järjestöltä suomalainen tili tai maksa erä maksulistan ulkopuolella."
        ) % {"country": account.iban[:2]}
    return ""
