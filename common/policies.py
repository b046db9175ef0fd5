"""Named permissions. Each is a queryset of what a person may see or do; nothing else decides rights.

An app's ``policies.py`` registers them; page, list, file, export and task ask the same name. Loading an
object and checking the right is one call, which can also take the row lock.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db.models import BooleanField, Exists, Model, OuterRef, QuerySet, Value
from django.db.models.expressions import Combinable
from django.http import Http404

from common import clock

Rule = Callable[[Any, datetime], QuerySet[Any]]
POLICIES: dict[str, Rule] = {}


def policy(name: str) -> Callable[[Rule], Rule]:
    """Register ``rule(user, now) -> QuerySet`` under a name such as ``grants.application.view``."""

    def register(rule: Rule) -> Rule:
        if name in POLICIES and POLICIES[name].__qualname__ != rule.__qualname__:
            raise ValueError(f"The permission {name} is defined twice.")
        POLICIES[name] = rule
        return rule

    return register


def allowed(name: str, user: Any, *, now: datetime | None = None) -> QuerySet[Any]:
    """Return what ``user`` may reach under the permission; an unknown name raises KeyError."""
    return POLICIES[name](user, now or clock.now())


def get_allowed(name: str, user: Any, *, now: datetime | None = None, lock: bool = False, **lookup: Any) -> Any:
    """Return the one object that ``lookup`` names and the permission reaches, else raise Http404.

    With ``lock`` the row is locked (``FOR UPDATE OF self``); call it inside a transaction.
    """
    found = allowed(name, user, now=now).filter(**lookup)
    if lock:
        # Joins and DISTINCT cannot be locked: the right is asked in a subquery, the row is locked outside.
        found = found.model._default_manager.filter(pk__in=found.values("pk")).select_for_update(of=("self",))
    item = found.first()
    if item is None:
        raise Http404
    return item


def may(name: str, user: Any, item: Model, *, now: datetime | None = None) -> bool:
    """Tell whether the permission reaches this one object."""
    return allowed(name, user, now=now).filter(pk=item.pk).exists()


def reaches(name: str, user: Any, now: datetime) -> Combinable:
    """Return, for an annotation of rows of the permission's model, whether it reaches the row.

    Where the permission reaches all rows or none, as of the staff's roles many do, the database is not asked.
    """
    found = allowed(name, user, now=now)
    if found.query.is_empty():
        return Value(False, BooleanField())
    if not found.query.where and not found.query.combinator:
        return Value(True, BooleanField())
    return Exists(found.filter(pk=OuterRef("pk")))
