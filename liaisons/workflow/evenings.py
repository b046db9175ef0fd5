"""The verbs of an NGO evening: announced, changed, cancelled."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.errors import Refused
from common.policies import get_allowed
from county.models import Municipality
from liaisons.models import NgoEvening


@transaction.atomic
def save_evening(
    evening: NgoEvening | None, *, municipality: Municipality, by: Any, now: datetime, **fields: Any
) -> NgoEvening:
    """Announce an evening of the municipality, or change one that is coming.

    ``fields``: title, starts_at, ends_at, place, text. The same title at the same time is the same evening.
    Refused: past, ends_before_start, ended. Whoever does not serve the municipality gets Http404.
    """
    if fields["starts_at"] <= now:
        raise Refused("past", _("Aika on jo mennyt. Tarkista päivä ja kellonaika."))
    if fields["ends_at"] <= fields["starts_at"]:
        raise Refused("ends_before_start", _("Ilta päättyy ennen kuin se alkaa. Tarkista kellonajat."))
    if evening is None:
        get_allowed("liaisons.municipality.serve", by, now=now, pk=municipality.pk)
        known = {"municipality": municipality, "starts_at": fields["starts_at"], "title": fields["title"]}
        there = NgoEvening.objects.filter(**known, cancelled_at__isnull=True).first()
        return there or NgoEvening.objects.create(municipality=municipality, **fields, announced_by=by)
    row: NgoEvening = get_allowed("liaisons.evening.manage", by, now=now, lock=True, pk=evening.pk)
    if row.cancelled_at or row.ends_at < now:
        raise Refused("ended", _("Ilta on jo ollut tai peruttu, eikä sitä enää muuteta."))
    for name, value in fields.items():
        setattr(row, name, value)
    row.save(update_fields=list(fields))
    return row


@transaction.atomic
def cancel_evening(evening: NgoEvening, *, by: Any, now: datetime) -> NgoEvening:
    """Cancel it; the page says so. Cancelled already changes nothing. Refused: ended."""
    row: NgoEvening = get_allowed("liaisons.evening.manage", by, now=now, lock=True, pk=evening.pk)
    if row.cancelled_at:
        return row
    if row.ends_at < now:
        raise Refused("ended", _("Ilta on jo ollut."))
    row.cancelled_at = now
    row.save(update_fields=["cancelled_at"])
    return row
