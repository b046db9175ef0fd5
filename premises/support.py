"""The value of free rooms as support: what an organisation used, by calendar year (OM 2025: unseen support)."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, Sum
from django.db.models.functions import ExtractYear
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.policies import allowed
from common.seams import SupportRow
from common.times import HELSINKI, year_period
from premises.statistics import TAKES, hours_of

_CENT = Decimal("0.01")


def room_support(organisations: Any, first: int, last: int, user: Any, now: datetime) -> Iterator[SupportRow]:
    """Provider of the ``in_kind`` seam: hours used times the room's value less its price; one query.

    Of bookings that the person may see, used already: what is only booked is no support yet.
    """
    rows = allowed("premises.booking.view", user, now=now).filter(
        state="confirmed",
        organisation__in=organisations,
        room__site__organisation__isnull=True,
        starts_at__gte=year_period(first)[0],
        starts_at__lt=year_period(last)[1],
        ends_at__lte=now,
    )
    grouped = rows.order_by().annotate(year=ExtractYear("starts_at", tzinfo=HELSINKI))
    values = grouped.values("organisation", "year", "room__hourly_value", "room__hourly_price")
    found: dict[tuple[int, int], list[Any]] = defaultdict(lambda: [Decimal(0), Decimal(0), 0])
    for row in values.annotate(time=Sum(TAKES), number=Count("pk")):
        kept, hours = found[row["organisation"], row["year"]], hours_of(row["time"])
        kept[0] += hours
        kept[1] += max(Decimal(0), row["room__hourly_value"] - row["room__hourly_price"]) * hours
        kept[2] += row["number"]
    for (organisation, year), (hours, value, number) in sorted(found.items()):
        if not value:
            continue
        words = ngettext("%(count)s varaus, %(hours)s tuntia", "%(count)s varausta, %(hours)s tuntia", number)
        yield SupportRow(
            organisation=organisation,
            year=year,
            measure="in_kind",
            kind=_("Maksuttomat tilat"),
            sum=value.quantize(_CENT),
            note=words % {"count": number, "hours": f"{hours.normalize():f}".replace(".", ",")},
        )
