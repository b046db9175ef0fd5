"""How many organisations each choice of a filter would leave, and one page of what is found, in one statement.

A choice is counted within the other filters, not within its own: beside ``Lieksa`` stands how many there would be
if Lieksa were chosen too. At most ``MOST`` are counted: a county's whole register fits in; of more the page says
"yli 10 000" and shows the counts when the search has been narrowed. So a word of half the country's names costs as
little as a rare one.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

from django.db import connection
from django.db.models import BooleanField, ExpressionWrapper, F, Func, IntegerField, Q, QuerySet, TextField, Value
from django.db.models.expressions import RawSQL

from organisations.models import Organisation
from organisations.search import Query

MOST = 10_000

# A filter's name in the URL: the column of the organisation that it counts by.
COLUMNS = {"tila": "status", "ulottuvuus": "reach", "muoto": "legal_form"}
# Or the table that joins it to many: the table and its column.
_LINKS = {
    "ala": ("organisations_organisation_sectors", "sector_id"),
    "teema": ("organisations_organisation_themes", "theme_id"),
    "ryhma": ("organisations_organisation_target_groups", "targetgroup_id"),
}
_ORDERS = {
    "osuvuus": "degree, sort_key, id",
    "nimi": "sort_key, id",
    "-nimi": "sort_key DESC, id DESC",
    "rekisteroity": "registered_on NULLS LAST, sort_key, id",
    "-rekisteroity": "registered_on DESC NULLS LAST, sort_key, id",
}
ORDERS = tuple(_ORDERS)


@dataclass
class Counted:
    """What one look found.

    ``total`` is how many pass every filter, None when over ``MOST``; ``matching`` the same without the filters.
    ``counts`` gives for each counted filter its choices; a filter that is not there could not be counted.
    ``page`` holds the keys of the page's rows, in order.
    """

    total: int | None = None
    matching: int | None = None
    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    page: list[int] = field(default_factory=list)


def ordering(order: str, query: Query) -> list[Any]:
    """Return the order as ``order_by`` takes it; the same as the statement's."""
    registered = F("registered_on")
    orders: dict[str, list[Any]] = {
        "osuvuus": [query.rank() if query else Value(0), "sort_key", "pk"],
        "nimi": ["sort_key", "pk"],
        "-nimi": ["-sort_key", "-pk"],
        "rekisteroity": [registered.asc(nulls_last=True), "sort_key", "pk"],
        "-rekisteroity": [registered.desc(nulls_last=True), "sort_key", "pk"],
    }
    return orders[order]


def look(
    rows: QuerySet[Organisation],
    query: Query,
    filters: Mapping[str, Q],
    *,
    order: str,
    offset: int,
    limit: int,
    most: int = MOST,
) -> Counted:
    """Return the counts and one page of what ``rows`` hold of the query within the filters that are chosen."""
    part = _Part(order, offset, limit, most)
    counted = Counted() if _seems_many(rows, query, most) else _ask(rows, query, filters, part)
    if counted.matching is not None:
        return counted
    # Too many to count by the words alone: count within the chosen filters, which themselves stay uncounted.
    for condition in filters.values():
        rows = rows.filter(condition)
    if filters and not _too_many(rows, query, most):
        counted = _ask(rows, query, {}, part)
    counted.counts = {name: counts for name, counts in counted.counts.items() if name not in filters}
    if counted.matching is None:
        counted.page = _first(rows, query, part)
    counted.matching = None
    return counted


def _named(rows: QuerySet[Organisation], query: Query) -> QuerySet[Organisation]:
    return (rows.filter(query.named) if query else rows).order_by()


def _too_many(rows: QuerySet[Organisation], query: Query, most: int) -> bool:
    """Tell whether there are more than ``most`` by name, which is quickly seen when there are many more."""
    return _named(rows, query).values("pk")[: most + 1].count() > most


def _seems_many(rows: QuerySet[Organisation], query: Query, most: int) -> bool:
    """Tell whether there are too many; for words, only when the database's own estimate says so is it looked at."""
    if query:
        plan = json.loads(_named(rows, query).values("pk").explain(format="json"))
        if plan[0]["Plan"]["Plan Rows"] <= most:
            return False
    return _too_many(rows, query, most)


@dataclass(frozen=True)
class _Part:
    """Which part of what is found: a page in an order, and how many are counted at most."""

    order: str
    offset: int
    limit: int
    most: int


def _ask(rows: QuerySet[Organisation], query: Query, filters: Mapping[str, Q], part: _Part) -> Counted:
    """Return counts and page in one statement; empty when there are too many."""
    sql, parameters = _found(rows, query, filters, part.most)
    statement = _statement(sql, list(filters), part.order)
    with connection.cursor() as cursor:
        cursor.execute(statement, [*parameters, part.most, part.limit, part.offset])
        answer = cursor.fetchall()
    counted = Counted()
    for kind, value, number in sorted(answer, key=itemgetter(2)):
        if kind == "found":
            counted.matching = number if number >= 0 else None
        elif kind == "all":
            counted.total = number
        elif kind == "row":
            counted.page.append(int(value))
        elif value:
            counted.counts.setdefault(kind, {})[value] = number
    if counted.matching is None:
        return Counted()
    for name in (*COLUMNS, *_LINKS, "kunta"):
        counted.counts.setdefault(name, {})
    return counted


def _found(rows: QuerySet[Organisation], query: Query, filters: Mapping[str, Q], most: int) -> tuple[str, list[Any]]:
    """Return the SQL of at most one more than ``most`` of what matches: how good it is, whether it passes each filter.

    Names are looked through first; earlier names and texts only when the names alone are not too many. Each row is
    read once, and judged (``_judged``) only then.
    """
    rows = rows.order_by()
    judged, of_judged = _judged(query, filters)
    if not query:
        every, of_every = rows.values(*_READ)[: most + 1].query.sql_with_params()
        return _with(_EVERYTHING, every=every, judged=judged), [*of_every, *of_judged]
    by_name = rows.filter(query.named).values(*_READ)[: most + 1]
    by_key = rows.filter(pk__in=RawSQL("SELECT id FROM others", ())).values(*_READ)[: most + 1]
    names, of_names = by_name.query.sql_with_params()
    earlier, of_earlier = query.earlier().query.sql_with_params()
    told, of_told = query.told().query.sql_with_params()
    more, of_more = by_key.query.sql_with_params()
    sql = _with(_MATCHING, names=names, earlier=earlier, told=told, more=more, judged=judged)
    return sql, [*of_names, most, *of_earlier, *of_told, *of_more, *of_judged]


def _judged(query: Query, filters: Mapping[str, Q]) -> tuple[str, tuple[Any, ...]]:
    """Return the SQL that judges the rows of the common table ``matching`` as if it were the table itself."""
    passes = {
        f"passes_{name}": ExpressionWrapper(condition, output_field=BooleanField())
        for name, condition in filters.items()
    }
    degree: Any = query.rank() if query else Value(0, output_field=IntegerField())
    judged = Organisation.everything.order_by().annotate(degree=degree, **passes).values(*_READ, "degree", *passes)
    sql, parameters = judged.query.sql_with_params()
    table = f'"{Organisation._meta.db_table}"'
    before, after = sql.rsplit(f" FROM {table}", 1)  # the outermost FROM is the last: there is no WHERE after it
    return f"{before} FROM matching AS {table}{after}", parameters


# The parts of the statement; what stands in angle brackets is our own columns and conditions, never input.
_BY_COLUMN = "SELECT '<name>', f.<column>, count(*) FROM found f, few WHERE <within> GROUP BY 2"
_BY_LINK = """
    SELECT '<name>', t.<column>::text, count(*) FROM <table> t
    WHERE t.organisation_id = ANY (ARRAY(SELECT f.id FROM found f, few WHERE <within>)) GROUP BY 2
"""
# Domiciled there, or works there by its own word; both is one.
_BY_MUNICIPALITY = """
    SELECT 'kunta', m.code, count(*) FROM (
        SELECT f.id, f.domicile_id AS municipality FROM found f, few WHERE <within>
        UNION
        SELECT t.organisation_id, t.municipality_id FROM organisations_organisation_municipalities t
        WHERE t.organisation_id = ANY (ARRAY(SELECT f.id FROM found f, few WHERE <within>))
    ) x JOIN county_municipality m ON m.id = x.municipality AND m.is_own GROUP BY 2
"""
_TOTALS = (
    "SELECT 'found', '', CASE WHEN few.yes THEN (SELECT count(*) FROM found) ELSE -1 END FROM few",
    "SELECT 'all', '', count(*) FROM found f, few WHERE <within>",
)
_PAGE = """
    SELECT 'row', x.id::text, row_number() OVER () FROM (
        SELECT f.id FROM found f, few WHERE <within> ORDER BY <order> LIMIT %s OFFSET %s
    ) x
"""
_READ = (
    *("id", "domicile_id", "status", "legal_form", "reach", "registered_on", "sort_key"),
    *("search_key", "association_number", "business_id"),
)
_EVERYTHING = """
    goes_on AS (SELECT true AS yes),
    matching AS MATERIALIZED (<every>),
    found AS MATERIALIZED (<judged>)
"""
# When the names alone are too many, all that is asked of them is that they are.
_MATCHING = """
    names AS MATERIALIZED (<names>),
    goes_on AS MATERIALIZED (SELECT count(*) <= %s AS yes FROM names),
    others (id) AS MATERIALIZED (
        SELECT e.organisation_id FROM (<earlier>) e, goes_on WHERE goes_on.yes
        UNION SELECT t.organisation_id FROM (<told>) t, goes_on WHERE goes_on.yes
        EXCEPT SELECT id FROM names
    ),
    matching AS MATERIALIZED (
        SELECT names.* FROM names, goes_on WHERE goes_on.yes UNION ALL (<more>)
    ),
    found AS MATERIALIZED (<judged>)
"""
_WHOLE = """
    WITH <found>,
    few AS MATERIALIZED (SELECT goes_on.yes AND (SELECT count(*) FROM found) <= %s AS yes FROM goes_on)
    <parts>
"""


def _with(text: str, **parts: str) -> str:
    for name, part in parts.items():
        text = text.replace(f"<{name}>", part)
    return text


def _statement(found: str, chosen: list[str], order: str) -> str:
    """Return the whole statement; its parameters are those of ``found``, then most, limit and offset."""

    def within(*, but: str = "") -> str:
        return " AND ".join(["few.yes", *(f"f.passes_{name}" for name in chosen if name != but)])

    parts = [
        *(_with(text, within=within()) for text in _TOTALS),
        *(_with(_BY_COLUMN, name=name, column=column, within=within(but=name)) for name, column in COLUMNS.items()),
        *(
            _with(_BY_LINK, name=name, table=table, column=column, within=within(but=name))
            for name, (table, column) in _LINKS.items()
        ),
        _with(_BY_MUNICIPALITY, within=within(but="kunta")),
        _with(_PAGE, within=within(), order=_ORDERS[order]),
    ]
    return _with(_WHOLE, parts=" UNION ALL ".join(parts), found=found)


def _first(rows: QuerySet[Organisation], query: Query, part: _Part) -> list[int]:
    """Return a page of very many by walking the index of names, instead of putting all of them in order.

    By relevance: the number, the names that begin as typed (the exact one is the first of them), then the rest.
    """
    if not query or part.order != "osuvuus":
        return _keys(_named(rows, query).order_by(*ordering(part.order, query)), part.offset, part.limit)
    typed = Func(Value(query.text), function="fi_sort", output_field=TextField())
    begins = Q(sort_key__startswith=typed)
    page: list[int] = []
    passed = 0
    for degree in (query.number, begins & ~query.number, query.named & ~begins & ~query.number):
        found = rows.filter(degree).order_by("sort_key", "pk")
        here = _keys(found, max(part.offset - passed, 0), part.limit - len(page))
        page += here
        if len(page) == part.limit:
            break
        passed += len(here) if part.offset <= passed else found.count()
    return page


def _keys(rows: QuerySet[Organisation], offset: int, limit: int) -> list[int]:
    return list(rows.values_list("pk", flat=True)[offset : offset + limit])
