"""Queries of a fixed shape that every page asks: their SQL is made once in a process and not at each request.

Django writes the SQL of a query anew whenever it is asked, which takes longer than the database takes to answer a
small one. A query may be prepared when nothing but who asks, when and of which row changes in it; that is proved, not
believed: it is written for two people at two instants, and every parameter must be the same in both, or be the
person's key, the row's key, the local day or the instant itself. A query of rights depends on the person's staff roles
too: it is prepared for each set of them, and not at all where they are not known from the door
(``accounts.roles.remember_staff_roles``).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db import connection
from django.db.models import QuerySet

from common.times import local_date

#: Nobody's keys and instants at which nothing happens, as different from each other as from real ones.
PROBES = (
    (2**61 - 1, datetime(7001, 3, 5, 11, 17, 23, 101, tzinfo=UTC), 2**59 + 3),
    (2**60 + 7, datetime(6113, 8, 22, 9, 41, 59, 977, tzinfo=UTC), 2**58 + 11),
)
USER, DAY, NOW, KEY = "user", "day", "now", "key"


class NotFixed(ValueError):
    """The query depends on more than who asks and when."""


@dataclass(frozen=True)
class Plan:
    """The SQL, its parameters as they are, and by their places those that change."""

    sql: str
    params: tuple[Any, ...]
    places: tuple[tuple[int, str], ...]


@dataclass
class Prepared:
    """A query of plain rows by a signed-in person and an instant; ``build`` returns a ``values_list``.

    With ``by_roles`` the rows depend on the person's staff roles, as every query of rights does. ``build`` is given
    the person, the instant and, where ``rows`` is given one, a row's key.
    """

    build: Callable[..., QuerySet[Any, Any]]
    by_roles: bool = False
    _plans: dict[frozenset[str] | None, Plan] = field(default_factory=dict, repr=False)

    def rows(self, user: Any, now: datetime, *key: int) -> list[tuple[Any, ...]]:
        """Return the rows for the person; one query. Raises ``NotFixed`` for a query that cannot be prepared."""
        kinds: frozenset[str] | None = getattr(user, "_staff_kinds", None) if self.by_roles else None
        if self.by_roles and kinds is None:
            return list(self.build(user, now, *key))
        if kinds not in self._plans:
            self._plans[kinds] = self._prepare(kinds, bool(key))
        plan = self._plans[kinds]
        known: dict[str, Any] = {USER: user.pk, DAY: local_date(now), NOW: now, **dict(zip([KEY], key, strict=False))}
        params = list(plan.params)
        for place, name in plan.places:
            params[place] = known[name]
        with connection.cursor() as cursor:
            cursor.execute(plan.sql, params)
            found: list[tuple[Any, ...]] = cursor.fetchall()
        return found

    def _prepare(self, kinds: frozenset[str] | None, with_key: bool) -> Plan:
        written = [self._written(kinds, pk, now, *[key][: int(with_key)]) for pk, now, key in PROBES]
        (sql, params), (again, others) = written
        if sql != again or len(params) != len(others):
            raise NotFixed(sql)
        places = []
        for place, pair in enumerate(zip(params, others, strict=True)):
            name = _name_of(pair)
            if name:
                places.append((place, name))
            elif pair[0] != pair[1]:
                raise NotFixed(f"{pair} in {sql}")
        return Plan(sql, tuple(params), tuple(places))

    def _written(self, kinds: frozenset[str] | None, pk: int, now: datetime, *key: int) -> tuple[str, tuple[Any, ...]]:
        somebody: Any = get_user_model()(pk=pk)
        if kinds is not None:
            somebody._staff_kinds = kinds
        sql, params = self.build(somebody, now, *key).query.sql_with_params()
        return sql, tuple(params)


def _name_of(pair: tuple[Any, Any]) -> str:
    """Return which of the things that change the two parameters are; empty when none."""
    one, other = PROBES
    told: dict[str, tuple[Any, Any]] = {
        USER: (one[0], other[0]),
        DAY: (local_date(one[1]), local_date(other[1])),
        NOW: (one[1], other[1]),
        KEY: (one[2], other[2]),
    }
    kinds = {USER: int, DAY: date, NOW: datetime, KEY: int}
    return next((name for name, two in told.items() if type(pair[0]) is kinds[name] and pair == two), "")
