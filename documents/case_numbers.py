"""Case numbers (asianumero, dnro) from the portal's own series: ``PKHVA/214/02.05.01/2026``.

Where the county's case management gives the number, an officer types it in and this series is not used.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.errors import Refused
from common.locks import limit_waiting
from common.times import local_date
from county.models import get_county
from documents.models import CaseNumberSeries

# The classes of the municipal records plan under which a matter of that kind is opened, until the county
# says otherwise: in its settings, or in the series' row of an earlier year.
GRANTS = "grants"
AGREEMENTS = "agreements"
PLAN_CLASSES = {GRANTS: "02.05.01", AGREEMENTS: "00.04.00"}
FALLBACK_PREFIX = "YP"


def next_case_number(series: str, now: datetime) -> str:
    """Take the next number of the series for the local year of ``now`` and return it as it is written.

    Call it inside the transaction that opens the matter, late: the series' row stays locked until that
    transaction ends, and a rollback gives the number back, so that there are no gaps. Raises
    ``Refused("case_series_missing")`` for a series nobody has defined, and
    ``TransactionManagementError`` outside a transaction.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("next_case_number needs a transaction.")
    year = local_date(now).year
    limit_waiting()
    row = _take(series, year)
    if row is None:
        _open_year(series, year)
        row = _take(series, year)
    if row is None:
        raise CaseNumberSeries.DoesNotExist(f"The series {series} of {year} was deleted at this moment.")
    return row.number(row.last)


def _take(series: str, year: int) -> CaseNumberSeries | None:
    """Count the year's row up and return it as it then is, in one query; None where there is no such row."""
    taken = CaseNumberSeries.objects.raw(
        "UPDATE documents_casenumberseries SET last = last + 1 WHERE key = %s AND year = %s RETURNING *",
        [series, year],
    )
    return next(iter(taken), None)


def _open_year(series: str, year: int) -> None:
    """Begin the year's row; two who do it at once end up with the same row."""
    prefix, plan_class = _definition(series)
    CaseNumberSeries.objects.bulk_create(
        [CaseNumberSeries(key=series, year=year, prefix=prefix, plan_class=plan_class)], ignore_conflicts=True
    )


def _definition(series: str) -> tuple[str, str]:
    """Return prefix and class: the county's settings first, then the series' latest year, then ours."""
    latest = CaseNumberSeries.objects.filter(key=series).order_by("-year").first()
    county = get_county()
    own_class = county.case_number_class if county and series == GRANTS else ""
    plan_class = own_class or (latest.plan_class if latest else PLAN_CLASSES.get(series))
    if not plan_class:
        raise Refused(
            "case_series_missing",
            _("Asianumerosarjaa ”%(series)s” ei ole määritelty. Pyydä pääkäyttäjää lisäämään se.") % {"series": series},
        )
    own_prefix = county.case_number_prefix if county else ""
    return own_prefix or (latest.prefix if latest else FALLBACK_PREFIX), plan_class
