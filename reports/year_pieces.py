"""What a section of the yearly report is made of, and how its numbers are written."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from common import charts
from common.money import format_euros
from common.times import NBSP

Chart = charts.BarChart | charts.ShareChart
_TENTH, _WHOLE = Decimal("0.1"), Decimal(1)
#: Larger numbers are told without decimals.
TOLD_WHOLE_FROM = 100


@dataclass(frozen=True)
class Drawing:
    """A chart with the template that draws it."""

    chart: Chart
    template: str


@dataclass(frozen=True)
class PlainTable:
    """A table of written values; the first cell of a row is its heading, in ``lang`` where it is not the page's.

    ``words``: its cells are words, not numbers to be read down a column.
    """

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    lang: str = ""
    words: bool = False

    @property
    def cells(self) -> list[list[tuple[str, str]]]:
        """Each row as pairs of column heading and value, for a table that becomes cards on a phone."""
        return [list(zip(self.head, row, strict=True)) for row in self.rows]


@dataclass(frozen=True)
class Section:
    """One section: its message as heading, sentences, drawings and a table."""

    key: str
    heading: str
    paragraphs: tuple[str, ...] = ()
    drawings: tuple[Drawing, ...] = ()
    table: PlainTable | None = None


def euro(value: Any) -> str:
    """Return a sum in whole euros."""
    return format_euros(Decimal(value), cents=False)


def count(value: int) -> str:
    """Return a whole number with its thousands apart."""
    return f"{value:,}".replace(",", NBSP)


def written(value: Any, unit: str) -> str:
    """Return a number with its unit; below a hundred to one decimal where it has any, none where it is nothing."""
    if value is None:
        return "–"
    if unit == "€":
        return euro(value)
    exact = Decimal(value)
    rounded = exact.quantize(_WHOLE if abs(exact) >= TOLD_WHOLE_FROM else _TENTH, ROUND_HALF_UP)
    number = charts.plain(rounded)
    return f"{number}{NBSP}{unit}" if unit else number


def change(now: Any, before: Any) -> str:
    """Return ``+6 %``, ``±0 %``, or nothing when there is nothing to compare."""
    if now is None or before is None or not Decimal(before):
        return ""
    percent = round((Decimal(now) - Decimal(before)) * 100 / Decimal(before))
    sign = "±" if percent == 0 else "+" if percent > 0 else "\N{MINUS SIGN}"
    return f"{sign}{abs(percent)}{NBSP}%"


def of(part: int, whole: int) -> str:
    """Return ``3 / 4`` that stays on one line."""
    return f"{count(part)}{NBSP}/{NBSP}{count(whole)}"


def drawn(chart: Chart, worth: bool, name: str = "chart_bars") -> tuple[Drawing, ...]:
    """Return the chart with its template; nothing when there is nothing worth drawing."""
    return (Drawing(chart, f"components/{name}.html"),) if worth else ()
