"""The county's units as others need them: names on a day, the tree, the path upward."""

from collections.abc import Iterable, Iterator
from datetime import date

from django.utils.translation import get_language

from common.seams import UnitName
from liaisons.models import Unit, UnitVersion


def unit_names(on: date) -> Iterator[UnitName]:
    """Provider of the ``units`` seam: every unit that exists on the day, by its name then, in the county's order."""
    units = list(Unit.objects.on(on))
    names = names_on((unit.pk for unit in units), on)
    for unit in units:
        yield UnitName(unit.key, names.get(unit.pk, unit.name))


def names_on(unit_ids: Iterable[int], on: date) -> dict[int, str]:
    """Return unit id -> name on the day, for units whose versions are kept; one query."""
    language = (get_language() or "fi")[:2]
    reached = UnitVersion.objects.filter(unit__in=set(unit_ids), valid_from__lte=on).order_by("valid_from")
    return {version.unit_id: version.name_in(language) or version.name_fi for version in reached}


def upwards(unit: Unit) -> tuple[Unit, ...]:
    """Return the unit and those above it today, the closest first; one query."""
    by_id = {row.pk: row for row in Unit.objects.all()}
    path: list[Unit] = [by_id[unit.pk]]
    while path[-1].parent_id is not None:
        path.append(by_id[path[-1].parent_id])
    return tuple(path)
