"""What several pages of bookings show: how one gets in, the dates of a series."""

from datetime import datetime
from typing import Any

from django.db.models import Q

from common.times import local_date
from premises.models import AccessInstruction, Booking

MOST_DATES = 60


def instructions_for(booking: Booking, now: datetime) -> list[AccessInstruction]:
    """Return how one gets in on the day of the booking: the room's own, else the site's."""
    day = local_date(booking.starts_at)
    room = booking.room
    rows = AccessInstruction.objects.filter(
        Q(room=room) | Q(room__isnull=True),
        Q(valid_until__isnull=True) | Q(valid_until__gte=day),
        site=room.site_id,
        valid_from__lte=day,
    )
    told = list(rows)
    return [row for row in told if row.room_id] or told


def series_rows(booking: Booking) -> list[Any]:
    """Return the dates of the booking's series in order, with their rooms; none for a single booking."""
    if booking.series_id is None:
        return []
    rows = Booking.objects.filter(series=booking.series_id).select_related("room").order_by("starts_at", "pk")
    return list(rows[:MOST_DATES])
