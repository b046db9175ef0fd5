"""Two organisations side by side: their fields, and how much belongs to each."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from organisations import numbers
from organisations.merging import Relation, relations
from organisations.models import Organisation
from organisations.workflow.merge_plan import OWN_FIELDS, REGISTER_FIELDS, shown_value


@dataclass(frozen=True)
class Pair:
    """One line of the comparison; ``differs`` when both say something and not the same."""

    label: str
    first: str
    second: str

    @property
    def differs(self) -> bool:
        """Tell whether the two disagree."""
        return bool(self.first and self.second and numbers.fold(self.first) != numbers.fold(self.second))


def fields_of(first: Organisation, second: Organisation) -> Iterator[Pair]:
    """Yield the fields of which at least one of the two says something, the name and the numbers first."""
    yield Pair(str(_("Nimi")), first.name, second.name)
    for name in (
        "association_number",
        "business_id",
        *REGISTER_FIELDS[:3],
        "status",
        *REGISTER_FIELDS[3:],
        *OWN_FIELDS,
    ):
        one, other = shown_value(first, name), shown_value(second, name)
        if one or other:
            yield Pair(str(capfirst(Organisation._meta.get_field(name).verbose_name)), one, other)  # type: ignore[union-attr]
    names = [", ".join(row.earlier_names.order_by("name").values_list("name", flat=True)) for row in (first, second)]
    if any(names):
        yield Pair(str(_("Aiemmat nimet")), *names)
    said = [str(_("kyllä") if row.in_last_extract else _("ei")) for row in (first, second)]
    yield Pair(str(_("Viimeisimmässä otteessa")), *said)


# Names of our own tables and columns are put in; nothing of it comes from outside.
_COUNT = "SELECT {place}, {column}, count(*) FROM {table} WHERE {column} IN (%s, %s) GROUP BY 2"


def _column(relation: Relation) -> str:
    field: Any = relation.model._meta.get_field(relation.field)
    return str(field.column)


def counts_of(first: Organisation, second: Organisation) -> list[tuple[str, int, int]]:
    """Return how many rows of each kind belong to each (name, first, second); one query."""
    kinds = [relation for relation in relations() if not relation.is_link_table]
    asked = " UNION ALL ".join(
        _COUNT.format(place=place, column=_column(relation), table=relation.model._meta.db_table)
        for place, relation in enumerate(kinds)
    )
    found: dict[tuple[int, int], int] = {}
    with connection.cursor() as cursor:
        cursor.execute(asked, [first.pk, second.pk] * len(kinds))
        found = {(place, key): count for place, key, count in cursor.fetchall()}
    rows = [
        (
            str(capfirst(relation.model._meta.verbose_name_plural)),
            found.get((place, first.pk), 0),
            found.get((place, second.pk), 0),
        )
        for place, relation in enumerate(kinds)
    ]
    return sorted(row for row in rows if row[1] or row[2])
