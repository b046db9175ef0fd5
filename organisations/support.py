"""What the county has given to organisations by calendar year, drawn from the ``support`` seam alone.

The rooms that give (grants, free rooms) tell their sums; here they become tables, bars and files. Measures overlap
(what is paid was granted first), so they stand side by side and are never added together. Sums are euros.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common import charts, seams
from common.exports import Cell
from common.seams import SupportRow
from common.times import local_date
from organisations.models import Organisation

ZERO = Decimal(0)
#: How many years back the pages tell.
YEARS_BACK = 9

#: measure -> its name, and what it counts
MEASURES: dict[str, tuple[Promise, Promise]] = {
    "granted": (
        gettext_lazy("Myönnetty"),
        gettext_lazy("Vuoden aikana päätetyt avustukset, kun päätös on annettu tiedoksi."),
    ),
    "share": (
        gettext_lazy("Osuus yhteishakemuksista"),
        gettext_lazy("Kumppanin osuus toisen järjestön saamasta avustuksesta. Sisältyy hakijan myönnettyyn summaan."),
    ),
    "paid": (gettext_lazy("Maksettu"), gettext_lazy("Vuoden aikana maksetut avustuserät.")),
    "recovered": (
        gettext_lazy("Palautettu"),
        gettext_lazy("Takaisin perityistä avustuksista vuoden aikana takaisin maksettu raha."),
    ),
    "agreement": (
        gettext_lazy("Sopimuksissa"),
        gettext_lazy("Vuonna voimassa olleiden sopimusten koko kauden summat."),
    ),
    "de_minimis": (
        gettext_lazy("Josta vähämerkityksistä"),
        gettext_lazy("Vuoden aikana myönnetty vähämerkityksinen eli de minimis -tuki."),
    ),
    "in_kind": (gettext_lazy("Muu tuki"), gettext_lazy("Muun tuen kuin rahan arvo, esimerkiksi maksuttomat tilat.")),
}


def years_told(now: datetime) -> tuple[int, int]:
    """Return the first and the last year that the pages tell; the next year has agreements already."""
    year = local_date(now).year
    return year - YEARS_BACK, year + 1


def rows_of(organisations: Any, first: int, last: int, user: Any, now: datetime) -> list[SupportRow]:
    """Return what every room tells of the organisations (a queryset of keys, or a list) to this reader."""
    providers = [*seams.support, *seams.in_kind]
    return [row for provider in providers for row in provider(organisations, first, last, user, now)]


@dataclass(frozen=True)
class Column:
    """A measure as a column: its key, its name and what it counts."""

    key: str
    label: Promise
    meaning: Promise


@dataclass(frozen=True)
class Line:
    """A row of sums under the columns; None where nothing is told. ``head`` is a year or an organisation."""

    head: Any
    sums: tuple[Decimal | None, ...]


@dataclass(frozen=True)
class Table:
    """Sums by year or by organisation: only the measures that somebody has told of are columns."""

    columns: tuple[Column, ...]
    lines: tuple[Line, ...]


def _columns(rows: Iterable[SupportRow]) -> tuple[Column, ...]:
    told = {row.measure for row in rows}
    return tuple(Column(key, *words) for key, words in MEASURES.items() if key in told)


def _sums(rows: Iterable[SupportRow], by: str) -> dict[int, dict[str, Decimal]]:
    found: dict[int, dict[str, Decimal]] = defaultdict(dict)
    for row in rows:
        sums = found[getattr(row, by)]
        sums[row.measure] = sums.get(row.measure, ZERO) + row.sum
    return found


@dataclass(frozen=True)
class Overview:
    """One organisation's support: years with the newest first, the bars, and each sum by itself."""

    table: Table
    chart: charts.BarChart | None
    rows: tuple[SupportRow, ...]


def overview_of(organisation: Organisation, user: Any, now: datetime) -> Overview:
    """Return one organisation's support as the reader may know it."""
    rows = rows_of([organisation.pk], *years_told(now), user, now)
    order = list(MEASURES)
    rows.sort(key=lambda row: (-row.year, order.index(row.measure), row.kind, row.note))
    columns, sums = _columns(rows), _sums(rows, "year")
    lines = tuple(
        Line(year, tuple(sums[year].get(column.key) for column in columns)) for year in sorted(sums, reverse=True)
    )
    return Overview(Table(columns, lines), _chart(sums), tuple(rows))


def _chart(sums: dict[int, dict[str, Decimal]]) -> charts.BarChart | None:
    """Return what was granted in each year as bars, the oldest first; None when nothing was."""
    granted = {year: one["granted"] for year, one in sums.items() if "granted" in one}
    if not granted:
        return None
    years = range(min(granted), max(granted) + 1)
    return charts.bars(
        key="tuki",
        heading=_("Myönnetyt avustukset vuosittain"),
        rows=[charts.Bar(str(year), granted.get(year, ZERO)) for year in years],
        row_label=_("Vuosi"),
        value_label=_("Myönnetty"),
        note=_("Vuosi on se, jona avustuksesta päätettiin."),
        written=charts.in_euros,
    )


def overview_head() -> list[str]:
    """Return the names of the columns of one organisation's file."""
    return [_("Vuosi"), _("Mitä"), _("Laji"), _("Summa, euroa"), _("Lisätieto")]


def overview_lines(overview: Overview) -> Iterator[list[Cell]]:
    """Yield one line of cells a sum, in the order of the page."""
    for row in overview.rows:
        yield [row.year, str(MEASURES[row.measure][0]), row.kind, row.sum, row.note]


@dataclass(frozen=True)
class Supported:
    """An organisation on the county's list."""

    pk: int
    name: str
    sort_key: str
    domicile: str


def list_of(found: Any, year: int, order: str, user: Any, now: datetime) -> Table:
    """Return the organisations of a queryset that have had support in the year, ordered by a measure or by name.

    ``order`` is a measure or ``nimi``, with ``-`` the other way round; the biggest granted sum first where it is
    neither. The queries do not grow with the organisations.
    """
    rows = rows_of(found.order_by().values("pk"), year, year, user, now)
    columns, sums = _columns(rows), _sums(rows, "organisation")
    names = found.filter(pk__in=list(sums)).order_by()
    heads = [
        Supported(pk, name, sort_key, domicile or "")
        for pk, name, sort_key, domicile in names.values_list("pk", "name", "sort_key", "domicile__name_fi")
    ]
    heads.sort(key=lambda one: one.sort_key)
    key = order.removeprefix("-")
    if key == "nimi":
        heads.sort(key=lambda one: one.sort_key, reverse=order.startswith("-"))
    else:
        measure = key if key in MEASURES else "granted"
        is_rising = key in MEASURES and not order.startswith("-")
        heads.sort(key=lambda one: sums[one.pk].get(measure, ZERO), reverse=not is_rising)
    return Table(columns, tuple(Line(one, tuple(sums[one.pk].get(column.key) for column in columns)) for one in heads))


def list_head(table: Table) -> list[str]:
    """Return the names of the columns of the county's file."""
    return [_("Järjestö"), _("Kotipaikka"), *(str(column.label) for column in table.columns)]


def list_lines(table: Table) -> Iterator[list[Cell]]:
    """Yield one line of cells an organisation, in the order of the page."""
    for line in table.lines:
        yield [line.head.name, line.head.domicile, *line.sums]
