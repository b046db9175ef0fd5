"""Which reserves of a call's appropriation (määrärahan varaukset) a case may use, and how each is used.

A reserve for a theme is for organisations that work in it, one for a regional group for those whose home is in its
municipalities. A page may keep one more reserve for a municipality; its key is the municipality's code.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Prefetch, prefetch_related_objects

from county.models import RegionalGroup
from grants.allocation import ZERO, Ask
from grants.models import AppropriationReserve, GrantCall
from organisations.models import Organisation


def key_of(reserve: AppropriationReserve) -> str:
    """Return the key by which models know the reserve."""
    return f"varaus:{reserve.pk}"


def reserves_of(call: GrantCall) -> list[Any]:
    """Return the call's reserves in their order, with theme, group and ``place_ids`` of the group's municipalities.

    One query the first time for the object, none after that.
    """
    places = RegionalGroup.municipalities.through.objects.filter(regionalgroup=OuterRef("group")).order_by("pk")
    rows = AppropriationReserve.objects.select_related("theme", "group").annotate(
        place_ids=ArraySubquery(places.values("municipality_id"))
    )
    prefetch_related_objects([call], Prefetch("reserves", rows))
    return list(call.reserves.all())


class ReserveKeys:
    """Tells of each case of a call whose reserves it may use."""

    def __init__(self, call: GrantCall) -> None:
        self.reserves = reserves_of(call)
        self.bars_municipal = call.kind.bars_municipal
        self._places = {key_of(row): set(row.place_ids) for row in self.reserves if row.group_id}
        self._themes = {key_of(row): row.theme_id for row in self.reserves if row.theme_id}

    def annotations(self) -> dict[str, Any]:
        """Return what a query of cases needs: the themes of their organisations, only where a reserve asks."""
        if not self._themes:
            return {}
        rows = Organisation.objects.filter(pk=OuterRef("organisation")).order_by().exclude(themes=None)
        return {"theme_ids": ArraySubquery(rows.values("themes"))}

    def of(self, case: Any) -> frozenset[str]:
        """Return the keys of the reserves that the case may use, and its home municipality's code."""
        domicile = case.organisation.domicile
        found = {key for key, theme in self._themes.items() if theme in case.theme_ids}
        if domicile:
            found |= {key for key, places in self._places.items() if domicile.pk in places} | {domicile.code}
        return frozenset(found)


def left_of(
    reserves: Iterable[tuple[str, Decimal]], kept: Iterable[tuple[Ask, Decimal]]
) -> tuple[tuple[str, Decimal], ...]:
    """Return the reserves less what is proposed to cases that a model leaves as they are.

    Such a proposal uses the first reserve that its case may use, as far as that goes.
    """
    left = dict(reserves)
    for ask, proposed in kept:
        rest = proposed
        for key, euros in left.items():
            if key in ask.groups:
                left[key] = euros - min(euros, rest)
                rest -= euros - left[key]
    return tuple(left.items())


@dataclass(frozen=True)
class Use:
    """A reserve, how many of the cases may use it, and the euros that are proposed to them."""

    reserve: AppropriationReserve
    cases: int
    proposed: Decimal

    @property
    def is_short(self) -> bool:
        """Tell whether less is proposed than was kept."""
        return self.proposed < Decimal(self.reserve.sum)


def uses_of(reserves: Iterable[AppropriationReserve], rows: Sequence[Any]) -> list[Use]:
    """Return how each reserve is used by the rows of the table (``grants.allocation_rows.Row``)."""
    found = []
    for reserve in reserves:
        own = [row for row in rows if key_of(reserve) in row.ask.groups]
        found.append(Use(reserve, len(own), sum((row.proposed or ZERO for row in own), ZERO)))
    return found
