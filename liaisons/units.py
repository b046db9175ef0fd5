"""The county's units in force, for rooms below (the ``units`` seam)."""

from collections.abc import Iterator
from datetime import date

from django.db.models import Q

from common.seams import UnitName
from liaisons.models import Unit


def unit_names(on: date) -> Iterator[UnitName]:
    """Provider of the ``units`` seam: every unit that exists on the day, in the county's own order; one query."""
    in_force = Unit.objects.filter(Q(valid_until__isnull=True) | Q(valid_until__gte=on), valid_from__lte=on)
    for unit in in_force:
        yield UnitName(unit.key, unit.name)
