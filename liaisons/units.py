"""The county's units as others need them: names on a day, the tree, the path upward."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from django.db.models import QuerySet
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
    return upwards_of(unit, {row.pk: row for row in Unit.objects.all()})


def upwards_of(unit: Unit, by_id: dict[int, Unit]) -> tuple[Unit, ...]:
    """Return the unit and those above it among the rows given, the closest first."""
    path = [unit]
    while path[-1].parent_id in by_id:
        path.append(by_id[path[-1].parent_id])
    return tuple(path)


@dataclass
class Branch:
    """One unit in the tree with what stands under it; ``name`` and place are those of the asked day."""

    unit: Unit
    name: str
    language: str
    children: list["Branch"] = field(default_factory=list)


def tree_on(units: QuerySet[Unit], day: date) -> list[Branch]:
    """Return the units of the day as a tree, in the county's own order; two queries.

    A unit whose parent is not among them stands on the top level.
    """
    branches: dict[int, Branch] = {}
    parents: dict[int, int | None] = {}
    for unit in units.on(day).prefetch_related("versions"):  # type: ignore[attr-defined]
        version = unit.version_on(day)
        source = version or unit
        branches[unit.pk] = Branch(unit, source.name, source.name_language)
        parents[unit.pk] = source.parent_id
    roots: list[Branch] = []
    for pk, branch in branches.items():
        above = branches.get(parents[pk] or 0)
        (above.children if above else roots).append(branch)
    return roots
