"""A municipality's own page as it is handed to the ``panels`` seam, and its evenings on the annual wheel."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.urls import reverse

from common.seams import CalendarEntry
from common.times import day_start, local_date
from county.models import Municipality
from liaisons.models import NgoEvening


@dataclass(frozen=True)
class MunicipalDesk:
    """The page of a municipality's liaison person; a room with something to do there answers to this class."""

    municipality: Municipality


def evenings_of_year(first: date, last: date) -> Iterator[CalendarEntry]:
    """Provider of the ``calendar`` seam: evenings from ``first`` to ``last``, both included; one query."""
    start, end = day_start(first), day_start(last + timedelta(days=1))
    rows = NgoEvening.objects.filter(starts_at__gte=start, starts_at__lt=end, cancelled_at__isnull=True)
    for row in rows.order_by("starts_at", "pk"):
        yield CalendarEntry(
            title=row.title,
            on=local_date(row.starts_at),
            url=reverse("liaisons:evening", args=[row.pk]),
            kind="ngo_evening",
        )
