"""What points to an organisation, and how each room solves it when two organisations become one.

A merge walks every relation of ``Organisation``: rows of the one that vanishes move to the one that stays. Where
both may not keep theirs (a unique or exclusion constraint) the room's rule says what happens. A room registers its
rules in ``AppConfig.ready()``, as with the seams; a relation with such a constraint and without a rule stops every
merge (``unruled``), and a test finds it.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.db.models import F, Model, UniqueConstraint
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from pghistory.models import Event

from organisations.models import Organisation

Text = str | Promise


@dataclass(frozen=True)
class Relation:
    """A foreign key to an organisation: the model and the key's name."""

    model: type[Model]
    field: str

    @property
    def attname(self) -> str:
        """The column's attribute: ``organisation_id``."""
        return f"{self.field}_id"

    @property
    def key(self) -> str:
        """``app.model.field`` in lower case."""
        return f"{self.model._meta.label_lower}.{self.field}"

    @property
    def is_link_table(self) -> bool:
        """Tell whether it is the table that Django made for a many-to-many field."""
        return bool(self.model._meta.auto_created)


@dataclass(frozen=True)
class Step:
    """What a rule does with one row before the rest moves.

    ``values`` are the row's new values by attribute, besides the move itself. A row of the vanishing organisation
    that ``stays`` is left with it, hidden, because the survivor has the same already. ``why`` is read by a person.
    """

    row: Model
    why: Text
    values: dict[str, Any]
    stays: bool = False


@dataclass(frozen=True)
class Sides:
    """What a rule is asked about: both sides' rows of one relation."""

    relation: Relation
    survivor: Organisation
    vanished: Organisation
    moving: list[Any]
    held: list[Any]
    by: Any
    now: datetime


Rule = Callable[[Sides], Iterable[Step]]
_RULES: dict[str, Rule] = {}
_LEFT: dict[str, Text] = {}


def register_merge_rule(model: str, rule: Rule, *, field: str = "organisation") -> None:
    """Set the rule of a relation: ``register_merge_rule("grants.Application", application_rule)``.

    The rule gets ``Sides`` and yields a ``Step`` for each row that cannot simply move, in the order in which they
    are done; what it does not name moves. The same relation again replaces it (reloads in development).
    """
    _RULES[f"{model.lower()}.{field}"] = rule


def leave_where_it_is(model: str, *, field: str, why: Text) -> None:
    """Say that rows of a relation never move, and why."""
    _LEFT[f"{model.lower()}.{field}"] = why


HAS_THE_SAME = _("jäävällä järjestöllä on jo sama")


def same_stays(*names: str, why: Text = HAS_THE_SAME) -> Rule:
    """Return a rule: a row whose ``names`` (attributes) equal those of a row of the survivor stays behind."""

    def rule(sides: Sides) -> Iterator[Step]:
        held = {tuple(getattr(row, name) for name in names) for row in sides.held}
        for row in sides.moving:
            if tuple(getattr(row, name) for name in names) in held:
                yield Step(row, why, {}, stays=True)

    return rule


def relations() -> list[Relation]:
    """Return every foreign key to an organisation whose rows a merge moves, in a steady order.

    Left out: the audit trail's event tables (history is never rewritten), the merged organisations' own pointer,
    and what ``leave_where_it_is`` names.
    """
    found = []
    for relation in Organisation._meta.get_fields(include_hidden=True):
        if not (relation.auto_created and not relation.concrete and (relation.one_to_many or relation.one_to_one)):
            continue
        model: Any = relation.related_model
        here = Relation(model, relation.field.name)  # type: ignore[union-attr]
        if issubclass(model, Event | Organisation) or not model._meta.managed or here.key in _LEFT:
            continue
        found.append(here)
    return sorted(found, key=lambda here: here.key)


def left_behind() -> dict[str, Text]:
    """Return the relations whose rows never move, with the reasons."""
    return dict(_LEFT)


def rule_of(relation: Relation) -> Rule | None:
    """Return the rule of the relation; a link table keeps each pair once."""
    if relation.is_link_table:
        others = [f.attname for f in relation.model._meta.fields if f.is_relation and f.name != relation.field]
        return same_stays(*others)
    return _RULES.get(relation.key)


def unruled() -> list[Relation]:
    """Return the relations that a constraint holds to once an organisation and for which no room has a rule."""
    return [relation for relation in relations() if rule_of(relation) is None and is_constrained(relation)]


def is_constrained(relation: Relation) -> bool:
    """Tell whether a unique or exclusion constraint of the model names the relation's key."""
    meta, name = relation.model._meta, relation.field
    field: Any = meta.get_field(name)
    if field.unique or any(name in together for together in meta.unique_together):
        return True
    for constraint in meta.constraints:
        if isinstance(constraint, UniqueConstraint) and name in {
            *constraint.fields,
            *(found for expression in constraint.expressions for found in _names(expression)),
        }:
            return True
        if isinstance(constraint, ExclusionConstraint) and any(
            name in _names(expression) for expression, _operator in constraint.expressions
        ):
            return True
    return False


def _names(expression: Any) -> set[str]:
    """Return the names of the fields in an expression."""
    if isinstance(expression, str):
        return {expression}
    if isinstance(expression, F):
        return {expression.name}  # type: ignore[attr-defined]
    return {name for source in expression.get_source_expressions() if source is not None for name in _names(source)}
