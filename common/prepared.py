"""Queries of a fixed shape that every page asks: their SQL is made once in a process and not at each request.

Django writes the SQL of a query anew whenever it is asked, which takes longer than the database takes to answer a
small one. A query may be prepared when nothing but who asks, when, of which row and for which words changes in it;
that is proved, not believed: it is written for two people at two instants, and every parameter must be the same in
both, or be the person's key, the row's key, the local day, the instant itself or one of the words. What else changes
the SQL (an order, which filters are set) is its ``shape``: each has a plan of its own. A query of rights depends on the
person's staff roles too: it is prepared for each set of them, and not at all where those are not known from the door
(``accounts.roles.remember_staff_roles``).
"""

import copy
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import QuerySet
from django.db.models.query import ModelIterable

from common.times import local_date

#: Nobody's keys and instants at which nothing happens, as different from each other as from real ones.
PROBES = (
    (2**61 - 1, datetime(7001, 3, 5, 11, 17, 23, 101, tzinfo=UTC), 2**59 + 3),
    (2**60 + 7, datetime(6113, 8, 22, 9, 41, 59, 977, tzinfo=UTC), 2**58 + 11),
)
#: Words that nobody writes; their signs show whether the query escapes what is looked for (``LIKE``).
WORDS = ("\ue010{}%\ue011", "\ue012{}%\ue013")
USER, DAY, NOW, KEY = "user", "day", "now", "key"
MOST_PLANS = 200  # shapes come from addresses: a stranger's many must not fill the memory


class NotFixed(ValueError):
    """The query depends on more than who asks, when, of what and for which words."""


class _Asked(Exception):
    """What a query would have asked of the database."""

    def __init__(self, sql: str, params: Any) -> None:
        super().__init__(sql)
        self.sql, self.params = sql, tuple(params or ())


def _catch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
    raise _Asked(sql, params)


@dataclass(frozen=True)
class Place:
    """Where a parameter changes: by what, and of a word what stands around it and whether it is escaped."""

    at: int
    name: str
    before: str = ""
    after: str = ""
    escaped: bool = False

    def filled(self, known: dict[str, Any]) -> Any:
        """Return the parameter."""
        value = known[self.name]
        if not (self.before or self.after or self.escaped):
            return value
        return f"{self.before}{_escape(value) if self.escaped else value}{self.after}"


def _escape(text: str) -> str:
    """Return the text as Django writes it into a ``LIKE``."""
    return text.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")


@dataclass(frozen=True)
class Plan:
    """The SQL, its parameters as they are, those that change, and how rows become objects (``None``: plain rows)."""

    sql: str
    params: tuple[Any, ...]
    places: tuple[Place, ...]
    compiler: Any = None
    fetch_mode: Any = None

    def filled(self, known: dict[str, Any]) -> list[Any]:
        """Return the parameters for what is asked now."""
        params = list(self.params)
        for place in self.places:
            params[place.at] = place.filled(known)
        return params


@dataclass
class Prepared:
    """A query by a person and an instant.

    ``build`` is given the person, the instant, where one is asked for a row's key, and where they are given ``words``
    (texts) and ``shape``. It returns a ``values_list`` or rows of a model (for ``objects``), or a function that asks
    one query (an aggregate; for ``rows``). With ``by_roles`` the rows depend on the person's staff roles, as every
    query of rights does; without, ``build`` must not ask for them.
    """

    build: Callable[..., Any]
    by_roles: bool = False
    _plans: dict[Any, Plan] = field(default_factory=dict, repr=False)

    def rows(
        self, user: Any, now: datetime | None, *key: int, words: tuple[str, ...] = (), shape: Hashable = None
    ) -> list[tuple[Any, ...]]:
        """Return the rows as the database gives them; one query. Raises ``NotFixed`` where it cannot be prepared."""
        plan = self._plan(user, bool(key), len(words), shape, of_objects=False)
        if plan is None or not plan.sql:
            return _asked_plainly(self._built(user, now, key, words, shape))
        with connection.cursor() as cursor:
            cursor.execute(plan.sql, plan.filled(_known(user, now, key, words)))
            found: list[tuple[Any, ...]] = cursor.fetchall()
        return found

    def objects(
        self,
        user: Any,
        now: datetime | None,
        *key: int,
        words: tuple[str, ...] = (),
        shape: Hashable = None,
        window: slice | None = None,
    ) -> list[Any]:
        """Return the rows as objects of the model, as the queryset would; one query.

        ``window`` is a slice of them with a start and an end.
        """
        plan = self._plan(user, bool(key), len(words), shape, of_objects=True)
        if plan is None or not plan.sql:
            rows = self._built(user, now, key, words, shape)
            return list(rows if window is None else rows[window])
        compiler = copy.copy(plan.compiler)
        compiler.connection = connections[DEFAULT_DB_ALIAS]
        sql = plan.sql if window is None else f"{plan.sql} LIMIT {window.stop - window.start:d} OFFSET {window.start:d}"
        params = plan.filled(_known(user, now, key, words))
        compiler.as_sql = lambda: (sql, params)
        source: Any = SimpleNamespace(
            db=DEFAULT_DB_ALIAS,
            query=SimpleNamespace(get_compiler=lambda using: compiler),
            _fetch_mode=plan.fetch_mode,
            _known_related_objects={},
        )
        return list(ModelIterable(source))

    def _built(self, user: Any, now: datetime | None, key: tuple[int, ...], words: tuple[str, ...], shape: Any) -> Any:
        given: dict[str, Any] = {} if shape is None else {"shape": shape}
        if words:
            given["words"] = words
        return self.build(user, now, *key, **given)

    def _plan(self, user: Any, with_key: bool, words: int, shape: Hashable, *, of_objects: bool) -> Plan | None:
        """Return the plan, made where there is none; None where the person's staff roles are not known."""
        kinds: frozenset[str] | None = getattr(user, "_staff_kinds", None) if self.by_roles else None
        if self.by_roles and kinds is None:
            return None
        of = (kinds, with_key, words, shape)
        plan = self._plans.get(of)
        if plan is None:
            if len(self._plans) >= MOST_PLANS:
                self._plans.clear()
            plan = self._plans[of] = self._prepare(kinds, with_key, words, shape, of_objects)
        return plan

    def _prepare(self, kinds: frozenset[str] | None, with_key: bool, words: int, shape: Any, of_objects: bool) -> Plan:
        texts = [tuple(word.format(number) for number in range(words)) for word in WORDS]
        written = []
        with connection.execute_wrapper(_catch):
            for (pk, now, key), typed in zip(PROBES, texts, strict=True):
                try:
                    built = self._built(_somebody(pk, kinds), now, (key,) if with_key else (), typed, shape)
                except _Asked as asked:  # what it found would be fixed too
                    raise NotFixed(f"Asked while the query is made: {asked.sql}") from asked
                written.append((built, *_written(built)))
        (rows, sql, params), (_other, again, others) = written
        if sql != again or len(params) != len(others):
            raise NotFixed(sql)
        places = []
        for at, pair in enumerate(zip(params, others, strict=True)):
            place = _place(at, pair, texts)
            if place:
                places.append(place)
            elif pair[0] != pair[1]:
                raise NotFixed(f"{pair} in {sql}")
        if not of_objects or not sql:
            return Plan(sql, params, tuple(places))
        return Plan(sql, params, tuple(places), _compiler(rows), rows._fetch_mode)


def _known(user: Any, now: datetime | None, key: tuple[int, ...], words: tuple[str, ...]) -> dict[str, Any]:
    known: dict[str, Any] = {f"word {number}": word for number, word in enumerate(words)}
    if user is not None:
        known[USER] = user.pk
    if now is not None:
        known[NOW], known[DAY] = now, local_date(now)
    if key:
        known[KEY] = key[0]
    return known


def _somebody(pk: int, kinds: frozenset[str] | None) -> Any:
    somebody: Any = get_user_model()(pk=pk)
    if kinds is not None:
        somebody._staff_kinds = kinds
    return somebody


def _written(built: Any) -> tuple[str, tuple[Any, ...]]:
    """Return SQL and parameters of a queryset, or of the query that a function asks; nothing where nothing is asked."""
    try:
        if isinstance(built, QuerySet):
            sql, params = built.query.sql_with_params()
            return sql, tuple(params)
        built()
    except _Asked as asked:
        return asked.sql, asked.params
    except EmptyResultSet:  # what nobody with those roles sees
        pass
    return "", ()


def _asked_plainly(built: Any) -> list[tuple[Any, ...]]:
    if isinstance(built, QuerySet):
        return list(built)
    return [tuple(built().values())]


def _compiler(rows: Any) -> Any:
    """Return a compiler that knows how the rows of the queryset become objects."""
    compiler = rows.query.get_compiler(DEFAULT_DB_ALIAS)
    compiler.as_sql()
    chosen = [column[0] for column in compiler.select[: compiler.col_count]]
    converters, is_composite = compiler.get_converters(chosen), compiler.has_composite_fields(chosen)
    compiler.get_converters = lambda _columns: converters
    compiler.has_composite_fields = lambda _columns: is_composite
    return compiler


def _place(at: int, pair: tuple[Any, Any], texts: list[tuple[str, ...]]) -> Place | None:
    """Return which of the things that change the two parameters are; None when none."""
    one, other = PROBES
    told: dict[str, tuple[Any, Any]] = {
        USER: (one[0], other[0]),
        DAY: (local_date(one[1]), local_date(other[1])),
        NOW: (one[1], other[1]),
        KEY: (one[2], other[2]),
    }
    kinds = {USER: int, DAY: date, NOW: datetime, KEY: int}
    for name, two in told.items():
        if type(pair[0]) is kinds[name] and pair == two:
            return Place(at, name)
    if all(isinstance(part, str) for part in pair):
        return _place_of_word(at, pair, texts)
    return None


def _place_of_word(at: int, pair: tuple[str, str], texts: list[tuple[str, ...]]) -> Place | None:
    for number, two in enumerate(zip(*texts, strict=True)):
        for escaped in (True, False):
            typed = [_escape(word) if escaped else word for word in two]
            around = [part.partition(word) for part, word in zip(pair, typed, strict=True)]
            if all(middle for _before, middle, _after in around) and around[0][::2] == around[1][::2]:
                before, _middle, after = around[0]
                return Place(at, f"word {number}", before, after, escaped)
    return None
