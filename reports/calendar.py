"""What yearly reports put on the annual wheel: the days on which they were published."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from common.seams import CalendarEntry
from common.times import day_start, local_date
from reports.audiences import COMMITTEE
from reports.models import AnnualReport


def _title(row: AnnualReport) -> str:
    if row.audience == COMMITTEE:
        return _("Vuosiraportti %(year)s julkaistu") % {"year": row.year}
    return _("Julkaistu: %(title)s") % {"title": row.title}


def reports_of_year(first: date, last: date) -> Iterator[CalendarEntry]:
    """Provider of the ``calendar`` seam: published reports from ``first`` to ``last``, both included; one query."""
    start, end = day_start(first), day_start(last + timedelta(days=1))
    rows = AnnualReport.objects.published().filter(frozen_at__gte=start, frozen_at__lt=end)
    for row in rows.order_by("frozen_at", "pk"):
        if row.frozen_at is not None:
            yield CalendarEntry(
                title=_title(row),
                on=local_date(row.frozen_at),
                url=reverse("reports:report", args=[row.pk]),
                kind="report",
            )
