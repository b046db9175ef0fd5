"""What a merge would do, worked out by reading alone: the preview shows it, the verb does it."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from common.errors import Refused
from organisations.merging import Relation, Sides, Step, relations, rule_of, unruled
from organisations.models import Organisation

#: What the survivor takes where it has nothing itself. Numbers move; other values are copied.
MOVED_FIELDS = ("association_number", "business_id")
REGISTER_FIELDS = (
    "legal_form",
    "domicile",
    "registered_on",
    "street_address",
    "postcode",
    "post_town",
    "email",
    "phone",
    "website",
    "signing_rule",
)
OWN_FIELDS = (
    "description_fi",
    "description_sv",
    "description_en",
    "contact_email",
    "contact_phone",
    "contact_website",
    "reach",
    "run_by",
    "member_count",
    "volunteer_count",
    "employee_count",
    "is_service_producer",
    "accessibility",
    "links",
    "lahella_url",
    "lahella_checked_on",
)
#: With the number goes what the register says of its bearer, so that the next extract goes on from there.
WITH_THE_NUMBER = ("in_last_extract", "missing_since", "status", "status_on")


@dataclass(frozen=True)
class Taken:
    """A value that the survivor takes from the one that vanishes."""

    attname: str
    label: str
    value: Any
    shown: str
    before: Any = None
    moves: bool = False


@dataclass(frozen=True)
class PlannedRows:
    """What becomes of one relation's rows: which move, how the clashes are solved, which stay behind."""

    relation: Relation
    moving: tuple[Any, ...]  # keys of rows that move as they are
    steps: tuple[Step, ...]

    @property
    def label(self) -> str:
        """The rows' name in the reader's language."""
        meta = self.relation.model._meta
        if self.relation.is_link_table:
            link = next(f for f in meta.fields if f.is_relation and f.name != self.relation.field)
            return str(capfirst(link.related_model._meta.verbose_name_plural))  # type: ignore[union-attr]
        return str(capfirst(meta.verbose_name_plural))

    @property
    def changes(self) -> list[Step]:
        """The clashes that are solved by changing a row."""
        return [step for step in self.steps if not step.stays]

    @property
    def stays(self) -> list[Step]:
        """The rows that the survivor has already."""
        return [step for step in self.steps if step.stays]

    def lines(self, limit: int = 100) -> list[str]:
        """Return the rows that move, in words."""
        return describe(self.relation, self.moving[:limit])


@dataclass(frozen=True)
class MergePlan:
    """Every change of one merge."""

    survivor: Organisation
    vanished: Organisation
    taken: tuple[Taken, ...]
    rows: tuple[PlannedRows, ...]
    earlier_name: str
    followers: tuple[int, ...] = field(default=())  # merged into the vanishing one before

    @property
    def digest(self) -> str:
        """What the page carries, so that nothing is done that was not seen: values taken and clashes solved."""
        seen = [
            [self.survivor.pk, self.vanished.pk, self.earlier_name],
            [[value.attname, str(value.value)] for value in self.taken],
            [
                [row.relation.key, [[step.row.pk, step.stays, sorted(step.values)] for step in row.steps]]
                for row in self.rows
                if row.steps
            ],
        ]
        return hashlib.sha256(json.dumps(seen, default=str).encode()).hexdigest()[:16]

    @property
    def moved_count(self) -> int:
        """How many rows go to the survivor."""
        return sum(len(row.moving) + len([s for s in row.changes if is_of(s, row.relation, self)]) for row in self.rows)


def is_of(step: Step, relation: Relation, plan: MergePlan) -> bool:
    """Tell whether the step's row belongs to the organisation that vanishes."""
    return bool(getattr(step.row, relation.attname) == plan.vanished.pk)


def rows_of(relation: Relation, organisation: Organisation) -> QuerySet[Any]:
    """Return an organisation's rows of the relation, hidden ones too, with what their names are made of."""
    names = [f.name for f in relation.model._meta.fields if f.many_to_one and f.name != relation.field]
    rows = relation.model._base_manager.filter(**{relation.field: organisation}).order_by("pk")
    return rows.select_related(*names) if names else rows


def describe(relation: Relation, keys: tuple[Any, ...]) -> list[str]:
    """Return rows in words, in the order of their keys."""
    names = [f.name for f in relation.model._meta.fields if f.many_to_one]
    rows = relation.model._base_manager.filter(pk__in=keys).select_related(*names).order_by("pk")
    return [describe_row(relation, row) for row in rows]


def describe_row(relation: Relation, row: Model) -> str:
    """Return one row in words; of a link table the other end."""
    if relation.is_link_table:
        link = next(f for f in relation.model._meta.fields if f.is_relation and f.name != relation.field)
        return str(getattr(row, link.name))
    return str(row)


def plan_merge(survivor: Organisation, vanished: Organisation, *, by: Any, now: datetime) -> MergePlan:
    """Work out every change. Refused("no_rule") when a room has not said how its rows are solved."""
    if lacking := unruled():
        raise Refused(
            "no_rule",
            _("Yhdistämistä ei voi tehdä, koska osiolla %(name)s ei ole sääntöä. Ilmoita ylläpidolle.")
            % {"name": lacking[0].model._meta.verbose_name_plural},
        )
    rows = [_planned(relation, survivor, vanished, by=by, now=now) for relation in relations()]
    known = survivor.earlier_names.filter(name=vanished.name).exists() or survivor.name == vanished.name
    return MergePlan(
        survivor=survivor,
        vanished=vanished,
        taken=tuple(_taken(survivor, vanished)),
        rows=tuple(row for row in rows if row.moving or row.steps),
        earlier_name="" if known else vanished.name,
        followers=tuple(
            Organisation.everything.filter(merged_into=vanished).order_by("pk").values_list("pk", flat=True)
        ),
    )


def _planned(
    relation: Relation, survivor: Organisation, vanished: Organisation, *, by: Any, now: datetime
) -> PlannedRows:
    rule = rule_of(relation)
    if rule is None:
        keys = relation.model._base_manager.filter(**{relation.field: vanished}).order_by("pk")
        return PlannedRows(relation, tuple(keys.values_list("pk", flat=True)), ())
    moving = list(rows_of(relation, vanished))
    if not moving:
        return PlannedRows(relation, (), ())
    held = list(rows_of(relation, survivor))
    steps = tuple(rule(Sides(relation, survivor, vanished, moving, held, by, now)))
    named = {step.row.pk for step in steps}
    return PlannedRows(relation, tuple(row.pk for row in moving if row.pk not in named), steps)


def _taken(survivor: Organisation, vanished: Organisation) -> Iterator[Taken]:
    moved = False
    for name in MOVED_FIELDS:
        value = getattr(vanished, name)
        if value is not None and getattr(survivor, name) is None:
            moved = True
            yield _value(vanished, name, None, moves=True)
    for name in (*REGISTER_FIELDS, *OWN_FIELDS):
        attname = Organisation._meta.get_field(name).attname  # type: ignore[union-attr]
        mine, theirs = getattr(survivor, attname), getattr(vanished, attname)
        if mine in (None, "") and theirs not in (None, ""):
            yield _value(vanished, name, mine)
    if moved and vanished.in_last_extract and not survivor.in_last_extract:
        for name in WITH_THE_NUMBER:
            if getattr(survivor, name) != getattr(vanished, name):
                yield _value(vanished, name, getattr(survivor, name))


def _value(vanished: Organisation, name: str, before: Any, *, moves: bool = False) -> Taken:
    field: Any = Organisation._meta.get_field(name)
    return Taken(
        attname=field.attname,
        label=str(capfirst(field.verbose_name)),
        value=getattr(vanished, field.attname),
        shown=shown_value(vanished, name),
        before=before,
        moves=moves,
    )


def shown_value(organisation: Organisation, name: str) -> str:
    """Return a field's value in words."""
    from common.times import format_date

    value = getattr(organisation, name)
    if name == "association_number":
        return organisation.association_number_text
    if isinstance(value, bool):
        return str(_("kyllä") if value else _("ei"))
    if hasattr(organisation, f"get_{name}_display"):
        return str(getattr(organisation, f"get_{name}_display")())
    if hasattr(value, "isoformat"):
        return format_date(value)
    return "" if value is None else str(value)
