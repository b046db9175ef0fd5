"""The verb of series: what is demanded of the year's events, as the coordinator keeps it."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from common.errors import Refused
from common.policies import get_allowed
from forums.models import EventSeries
from forums.policies.events import may_plan_events
from liaisons.workflow.saving import save_checked


@transaction.atomic
def save_series(series: EventSeries | None, *, by: Any, now: datetime, **facts: Any) -> EventSeries:
    """Add a series, or change one; a series of the area file keeps what is changed here over the next load.

    Refused: not_allowed, series_refused (with the reason).
    """
    if series is not None:
        row: EventSeries = get_allowed("forums.series.manage", by, now=now, lock=True, pk=series.pk)
    else:
        if not may_plan_events(by, now):
            raise Refused("not_allowed", _("Vain koordinaattori ylläpitää tapahtumasarjoja."))
        row = EventSeries(key=_free_key(facts["name_fi"]), order=EventSeries.objects.count())
    for name, value in facts.items():
        setattr(row, name, value)
    save_checked(row, "series_refused")
    return row


def _free_key(name: str) -> str:
    base = slugify(name)[:80] or "sarja"
    taken = set(EventSeries.objects.filter(key__startswith=base).values_list("key", flat=True))
    names = [base, *(f"{base}-{number}" for number in range(2, len(taken) + 2))]
    return next(name for name in names if name not in taken)
