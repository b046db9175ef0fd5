"""Making a hand-out and counting it; counting what nobody found."""

import secrets
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Model
from django.utils.translation import gettext_lazy as _

from common.errors import Refused
from common.policies import allowed
from common.seams import UnitName
from common.times import local_date
from county.models import LifeSituation, Municipality
from organisations.models import Handout, HandoutCount, HandoutItem, SearchMiss

MOST = 12


def make_handout(
    activity_ids: Sequence[int],
    *,
    unit: UnitName | None,
    life_situation: LifeSituation | None,
    municipality: Municipality | None,
    by: Any,
    now: datetime,
) -> Handout:
    """Make a hand-out of the activities, in their order, and count it once in the same transaction.

    Only what everybody sees is taken; who makes it is not kept. Refused: nothing_chosen, too_many.
    """
    wanted = list(dict.fromkeys(activity_ids))
    if len(wanted) > MOST:
        raise Refused("too_many", _("Valitse enintään %(most)s toimintaa yhteen ohjauslappuun.") % {"most": MOST})
    shown = allowed("organisations.activity.view", by, now=now).filter(pk__in=wanted)
    found = set(shown.values_list("pk", flat=True))
    chosen = [pk for pk in wanted if pk in found]
    if not chosen:
        raise Refused("nothing_chosen", _("Valitse vähintään yksi toiminta, joka tulee ohjauslappuun."))
    with transaction.atomic():
        handout = Handout.objects.create(key=secrets.token_hex(12), unit_name=unit.name if unit else "", created_at=now)
        HandoutItem.objects.bulk_create(
            HandoutItem(handout=handout, activity_id=pk, order=place) for place, pk in enumerate(chosen)
        )
        _count(
            HandoutCount,
            {"unit_name": unit.name if unit else ""},
            month=_month(now),
            unit_key=unit.key if unit else "",
            life_situation=life_situation,
            municipality=municipality,
        )
    return handout


def note_miss(life_situation: LifeSituation | None, municipality: Municipality | None, *, now: datetime) -> None:
    """Count that nothing was found for the situation in the municipality."""
    with transaction.atomic():
        _count(SearchMiss, {}, month=_month(now), life_situation=life_situation, municipality=municipality)


def _month(now: datetime) -> date:
    return local_date(now).replace(day=1)


def _count(model: type[Model], told: dict[str, Any], **of: Any) -> None:
    """Add one to the row of the month; two at once wait for each other and both count."""
    rows = model._default_manager
    rows.bulk_create([model(**of, **told)], ignore_conflicts=True)
    lookup = {(f"{name}__isnull" if value is None else name): value is None or value for name, value in of.items()}
    rows.filter(**lookup).update(number=F("number") + 1, **told)
