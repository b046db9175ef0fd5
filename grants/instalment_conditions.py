"""What an instalment waits for before it can be released: a day, the accepted interim report, a signed agreement.

What every payment waits for (final decision, accepted terms, verified account) is asked elsewhere; these are of one
instalment, as it was planned.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from common.times import format_date, local_date
from grants.models import Payment, ReportKind, UseReport

#: States of an agreement that all have signed and nobody has given notice of.
SIGNED = ("in_force", "replaced", "ended")


def _accepted() -> QuerySet[UseReport]:
    return UseReport.objects.filter(kind=ReportKind.INTERIM, state="approved")


def without_waiting(payments: QuerySet[Payment], now: datetime) -> QuerySet[Payment]:
    """Return those of the payments whose own conditions are met now."""
    accepted = _accepted().filter(decision=OuterRef("decision"))
    return payments.filter(
        Q(not_before__isnull=True) | Q(not_before__lte=local_date(now)),
        Q(after_interim=False) | Exists(accepted),
        Q(agreement__isnull=True) | Q(agreement__state__in=SIGNED),
    )


def waits_of(payments: Iterable[Payment], now: datetime) -> dict[int, str]:
    """Return what each planned instalment still waits for, in words; reads ``agreement``; at most one query."""
    rows = [row for row in payments if row.state == "planned"]
    asked = {row.decision_id for row in rows if row.after_interim}
    accepted = set(_accepted().filter(decision__in=asked).values_list("decision", flat=True)) if asked else set()
    today = local_date(now)
    found = {row.pk: "; ".join(_waits(row, row.decision_id in accepted, today)) for row in rows}
    return {key: text for key, text in found.items() if text}


def _waits(payment: Payment, is_accepted: bool, today: date) -> Iterable[Any]:
    if payment.not_before is not None and payment.not_before > today:
        yield _("päivää %(day)s") % {"day": format_date(payment.not_before)}
    if payment.after_interim and not is_accepted:
        yield _("väliselvityksen hyväksymistä")
    if payment.agreement is not None and payment.agreement.state not in SIGNED:
        yield _("sopimusta %(number)s") % {"number": payment.agreement.number}
