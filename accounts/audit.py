"""The audit trail as people read it: who, when, what changed from what to what.

The database's triggers write it (django-pghistory); a bulk update cannot skip it and nothing in the portal
can edit it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.money import MoneyField, format_euros
from common.times import format_date, format_instant

ACTIONS = {"insert": _("Lisätty"), "update": _("Muutettu"), "delete": _("Poistettu")}
EMPTY = "–"
HIDDEN_FIELDS = {"id", "password", "last_login"}


@dataclass(frozen=True)
class Change:
    """One field that changed, in words."""

    field: str
    before: str
    after: str


@dataclass(frozen=True)
class Entry:
    """One event: when, who (empty when the server itself did it), what and the changes."""

    at: datetime
    who: str
    action: str
    subject: str
    changes: tuple[Change, ...]


def timeline_of(*objects: models.Model) -> list[Entry]:
    """Return what has happened to tracked objects, newest first.

    Objects of any tracked models may be mixed; one query a model for its events, one for the people and
    one for each model that a changed foreign key points to.
    """
    by_model: dict[type[models.Model], list[Any]] = {}
    for item in objects:
        by_model.setdefault(type(item), []).append(item.pk)
    events: list[tuple[type[models.Model], Any, Any]] = []
    for model, keys in by_model.items():
        events.extend(_with_previous(model, events_of(model, pgh_obj_id__in=keys)))
    return _entries(events)


def timeline_where(model: type[models.Model], **where: Any) -> list[Entry]:
    """Return the events of a tracked model whose *recorded* values match, deleted rows included."""
    return _entries(_with_previous(model, events_of(model, **where)))


def events_of(model: type[models.Model], **where: Any) -> models.QuerySet[Any]:
    """Return the recorded events of a tracked model, oldest first, each with its context."""
    event_model = model.pgh_event_model  # type: ignore[attr-defined]
    rows: models.QuerySet[Any] = event_model.objects.filter(**where)
    return rows.select_related("pgh_context").order_by("pgh_id")


def _with_previous(model: type[models.Model], rows: Iterable[Any]) -> list[tuple[type[models.Model], Any, Any]]:
    """Pair each event with the one before it on the same row (None for the first)."""
    latest: dict[Any, Any] = {}
    pairs = []
    for row in rows:
        pairs.append((model, row, latest.get(row.pgh_obj_id)))
        latest[row.pgh_obj_id] = row
    return pairs


def _entries(events: list[tuple[type[models.Model], Any, Any]]) -> list[Entry]:
    people = _people(row for _model, row, _previous in events)
    names = _names(events)
    entries = [
        Entry(
            at=row.pgh_created_at,
            who=_who(row, people),
            action=str(ACTIONS.get(row.pgh_label, row.pgh_label)),
            subject=str(model._meta.verbose_name),
            changes=tuple(_changes(model, row, previous, names)),
        )
        for model, row, previous in events
    ]
    # A stable sort keeps the order of events of one transaction, which all carry its instant.
    return sorted(entries, key=lambda entry: entry.at)[::-1]


def _user_id(row: Any) -> Any:
    return (row.pgh_context.metadata or {}).get("user") if row.pgh_context else None


def _people(rows: Iterable[Any]) -> dict[Any, User]:
    return User.objects.in_bulk({key for row in rows if (key := _user_id(row))})


def _who(row: Any, people: dict[Any, User]) -> str:
    user = people.get(_user_id(row))
    return str(user) if user else gettext("Palvelu itse")


def _fields(model: type[models.Model], row: Any) -> list[models.Field[Any, Any]]:
    recorded = {field.attname for field in row._meta.concrete_fields}
    return [
        field for field in model._meta.concrete_fields if field.attname in recorded and field.name not in HIDDEN_FIELDS
    ]


def _changed(model: type[models.Model], row: Any, previous: Any) -> Iterable[tuple[models.Field[Any, Any], Any, Any]]:
    """Return the fields of an event that differ from before; all that are filled when a row was added."""
    for field in _fields(model, row):
        before = getattr(previous, field.attname) if previous is not None else None
        after = getattr(row, field.attname)
        if row.pgh_label == "delete":
            continue
        if before != after and not (previous is None and after in ("", None, False)):
            yield field, before, after


def _names(events: list[tuple[type[models.Model], Any, Any]]) -> dict[tuple[type[models.Model], Any], str]:
    """Return the names of all objects that changed foreign keys point to, one query a model."""
    wanted: dict[type[models.Model], set[Any]] = {}
    for model, row, previous in events:
        for field, before, after in _changed(model, row, previous):
            if field.is_relation and isinstance(field.related_model, type):
                wanted.setdefault(field.related_model, set()).update({before, after} - {None})
    return {
        (model, key): str(item)
        for model, keys in wanted.items()
        for key, item in model._default_manager.in_bulk(keys).items()
    }


def _changes(
    model: type[models.Model], row: Any, previous: Any, names: dict[tuple[type[models.Model], Any], str]
) -> Iterable[Change]:
    for field, before, after in _changed(model, row, previous):
        label = str(field.verbose_name)
        yield Change(label[:1].upper() + label[1:], _words(field, before, names), _words(field, after, names))


def _words(field: models.Field[Any, Any], value: Any, names: dict[tuple[type[models.Model], Any], str]) -> str:
    """Return a recorded value as people read it."""
    if value is None or value == "":
        return EMPTY
    if field.is_relation and isinstance(field.related_model, type):
        return names.get((field.related_model, value), gettext("poistettu (%(key)s)") % {"key": value})
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    return _plain(field, value)


def _plain(field: models.Field[Any, Any], value: Any) -> str:
    if isinstance(value, bool):
        return gettext("kyllä") if value else gettext("ei")
    if isinstance(value, datetime):
        return format_instant(value)
    if isinstance(value, date):
        return format_date(value)
    if isinstance(field, MoneyField) and isinstance(value, Decimal):
        return format_euros(value)
    return str(value)
