"""Three charts as SVG made on the server: bars, line, share. One message a chart, in its heading.

A function here computes the geometry in whole units of the drawing (so that no language's decimal comma gets
into the SVG) and returns a frozen chart; ``components/chart_bars.html``, ``chart_line.html`` and
``chart_share.html`` draw it, on the screen and in the PDF, with the same numbers as a table. What differs by
colour differs by pattern, shape or weight too, and every value stands beside its mark.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from common.money import format_euros
from common.times import NBSP

type Number = Decimal | int | float
type Formatter = Callable[[Number], str]

WIDTH = 860
LETTER = 8  # a little more than the mean width of a letter at 15 units
FONT = 15
MARKERS = ("circle", "square", "diamond")
LINES = ("a", "hot", "b")


def plain(value: Number) -> str:
    """``11 460`` or ``12,5``: a bare number."""
    if isinstance(value, int) or value == int(value):
        return f"{int(value):,}".replace(",", NBSP)
    return f"{value:,.1f}".replace(",", NBSP).replace(".", ",")


def in_euros(value: Number) -> str:
    """``61 200 €``: whole euros."""
    return format_euros(Decimal(str(value)).quantize(Decimal(1)), cents=False)


@dataclass(frozen=True)
class Table:
    """The chart's numbers as text: column headings and rows, the first cell of a row being its heading."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


# Bars


@dataclass(frozen=True)
class Bar:
    """One row: its value, last period's value (or None), and whether the heading speaks of it."""

    label: str
    value: Number
    previous: Number | None = None
    hot: bool = False


@dataclass(frozen=True)
class DrawnBar:
    label: str
    text: str
    hot: bool
    width: int
    previous_width: int | None
    label_y: int
    y: int
    previous_y: int
    text_x: int
    text_y: int


@dataclass(frozen=True)
class BarChart:
    key: str
    heading: str
    note: str
    description: str
    height: int
    left: int
    label_x: int
    bars: tuple[DrawnBar, ...]
    table: Table
    caption: str
    width: int = WIDTH


def bars(
    *,
    key: str,
    heading: str,
    rows: Sequence[Bar],
    row_label: str,
    value_label: str,
    previous_label: str = "",
    note: str = "",
    written: Formatter = plain,
) -> BarChart:
    """Return horizontal bars, longest scale shared. ``heading`` is the message: "Avustukset kasvoivat Lieksassa".

    ``previous_label`` (for example "2024") adds a thin hatched bar above each; ``written`` turns a value into text.
    Values below zero are drawn as nothing and written as they are.
    """
    with_previous = bool(previous_label)
    step = 40 if with_previous else 32
    left = min(max((len(row.label) for row in rows), default=0) * LETTER + 16, 320)
    right = max((len(written(row.value)) for row in rows), default=0) * (LETTER + 1) + 16
    room = WIDTH - left - right
    top = max([float(row.value) for row in rows] + [float(row.previous or 0) for row in rows] + [0.0]) or 1.0

    def length(value: Number) -> int:
        return max(round(float(value) / top * room), 0)

    drawn = []
    for index, row in enumerate(rows):
        y = index * step + (14 if with_previous else 6)
        previous_width = length(row.previous) if with_previous and row.previous is not None else None
        drawn.append(
            DrawnBar(
                label=_fitting(row.label, left),
                text=written(row.value),
                hot=row.hot,
                width=length(row.value),
                previous_width=previous_width,
                label_y=y + 13,
                y=y,
                previous_y=y - 9,
                text_x=left + max(length(row.value), previous_width or 0 if with_previous else 0) + 10,
                text_y=y + 13,
            )
        )
    head = (row_label, value_label, *([previous_label] if with_previous else []))
    table_rows = tuple(
        (row.label, written(row.value), *([_or_dash(row.previous, written)] if with_previous else [])) for row in rows
    )
    return BarChart(
        key=key,
        heading=heading,
        note=note,
        description=_sentence(value_label, [(row.label, written(row.value)) for row in rows]),
        height=len(rows) * step + 6,
        left=left,
        label_x=left - 12,
        bars=tuple(drawn),
        table=Table(head, table_rows),
        caption=heading,
    )


# Line


@dataclass(frozen=True)
class Series:
    """One line: a value for each point on the axis, None where there is none."""

    label: str
    values: Sequence[Number | None]


@dataclass(frozen=True)
class Mark:
    x: int
    y: int
    text: str
    text_y: int


@dataclass(frozen=True)
class DrawnLine:
    label: str
    css: str
    marker: str
    path: str
    marks: tuple[Mark, ...]
    end_x: int
    end_y: int
    end_text: str


@dataclass(frozen=True)
class Tick:
    at: int
    text: str


@dataclass(frozen=True)
class LineChart:
    key: str
    heading: str
    note: str
    description: str
    height: int
    left: int
    right: int
    bottom: int
    lines: tuple[DrawnLine, ...]
    y_ticks: tuple[Tick, ...]
    x_ticks: tuple[Tick, ...]
    show_values: bool
    table: Table
    caption: str
    width: int = WIDTH


def nice_top(value: float) -> float:
    """Return the next round number at or above that divides into four round steps."""
    if value <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next((m * power for m in (1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 8, 10) if m * power >= value), 10 * power)


def line(
    *,
    key: str,
    heading: str,
    points: Sequence[str],
    series: Sequence[Series],
    row_label: str,
    note: str = "",
    written: Formatter = plain,
) -> LineChart:
    """Return at most three lines over the same points (years, months), from zero, each named at its end."""
    if len(series) > len(LINES):
        raise ValueError("A line chart holds at most three series; draw another chart.")
    top = nice_top(max((float(v) for one in series for v in one.values if v is not None), default=0.0))
    y_texts = [written(_tidy(top * quarter / 4)) for quarter in range(5)]
    left = max(len(text) for text in y_texts) * LETTER + 12
    ends = [f"{one.label} {_or_dash(_last(one), written)}" for one in series]
    right = WIDTH - (max((len(text) for text in ends), default=0) * LETTER + 24)
    height, ceiling, bottom = 300, 24, 262
    show_values = len(series) == 1 and len(points) <= 8
    inset = max((len(written(v)) for one in series for v in one.values if v is not None), default=0) * LETTER // 2
    first = left + (inset + 6 if show_values else 0)
    gap = (right - first) / max(len(points) - 1, 1)

    def x_of(index: int) -> int:
        return round(first + index * gap)

    def y_of(value: float) -> int:
        return round(bottom - value / top * (bottom - ceiling))

    lines = []
    for number, one in enumerate(series):
        marks = tuple(
            Mark(x_of(i), y_of(float(v)), written(v), y_of(float(v)) - 12)
            for i, v in enumerate(one.values)
            if v is not None
        )
        last = marks[-1] if marks else Mark(left, bottom, "", bottom)
        lines.append(
            DrawnLine(
                label=one.label,
                css=LINES[number],
                marker=MARKERS[number],
                path=" ".join(f"{mark.x},{mark.y}" for mark in marks),
                marks=marks,
                end_x=last.x + 14,
                end_y=last.y + 5,
                end_text=ends[number],
            )
        )
    return LineChart(
        key=key,
        heading=heading,
        note=note,
        description=" ".join(
            _sentence(one.label, [(p, _or_dash(v, written)) for p, v in zip(points, one.values, strict=True)])
            for one in series
        ),
        height=height,
        left=left,
        right=right,
        bottom=bottom,
        lines=_apart(lines),
        y_ticks=tuple(Tick(y_of(top * quarter / 4), y_texts[quarter]) for quarter in range(5)),
        x_ticks=tuple(Tick(x_of(i), text) for i, text in enumerate(points)),
        show_values=show_values,
        table=Table(
            (row_label, *(one.label for one in series)),
            tuple((p, *(_or_dash(one.values[i], written) for one in series)) for i, p in enumerate(points)),
        ),
        caption=heading,
    )


def _apart(lines: list[DrawnLine], gap: int = 20) -> tuple[DrawnLine, ...]:
    """Push the names at the lines' ends apart, so that none covers another."""
    placed: dict[int, int] = {}
    floor = -gap
    for index in sorted(range(len(lines)), key=lambda i: lines[i].end_y):
        floor = max(lines[index].end_y, floor + gap)
        placed[index] = floor
    return tuple(
        DrawnLine(**{**one.__dict__, "end_y": placed[i]})  # frozen: a copy with the new place
        for i, one in enumerate(lines)
    )


# Share


@dataclass(frozen=True)
class Part:
    """One part of a whole."""

    label: str
    value: Number
    hot: bool = False


@dataclass(frozen=True)
class DrawnPart:
    label: str
    text: str
    hot: bool
    width: int
    y: int
    text_y: int


@dataclass(frozen=True)
class ShareChart:
    key: str
    heading: str
    note: str
    description: str
    height: int
    left: int
    label_x: int
    track: int
    text_x: int
    parts: tuple[DrawnPart, ...]
    table: Table
    caption: str
    width: int = WIDTH


def percentages(values: Sequence[Number]) -> list[int]:
    """Whole percentages that add up to 100 (largest remainder); all zero when there is nothing."""
    total = sum(Decimal(str(value)) for value in values)
    if total <= 0:
        return [0 for _value in values]
    exact = [Decimal(str(value)) * 100 / total for value in values]
    whole = [int(share) for share in exact]
    by_remainder = sorted(range(len(exact)), key=lambda i: (whole[i] - exact[i], i))
    for index in by_remainder[: 100 - sum(whole)]:
        whole[index] += 1
    return whole


def share(
    *,
    key: str,
    heading: str,
    parts: Sequence[Part],
    row_label: str,
    value_label: str,
    note: str = "",
    written: Formatter = plain,
) -> ShareChart:
    """Return parts of a whole: a track a part, its full length being everything, filled to the part's share."""
    shares = percentages([part.value for part in parts])
    texts = [f"{percent}{NBSP}% ({written(part.value)})" for percent, part in zip(shares, parts, strict=True)]
    left = min(max((len(part.label) for part in parts), default=0) * LETTER + 16, 320)
    track = WIDTH - left - (max((len(text) for text in texts), default=0) * LETTER + 24)
    step = 34
    total = sum(float(part.value) for part in parts) or 1.0
    drawn = tuple(
        DrawnPart(
            label=_fitting(part.label, left),
            text=text,
            hot=part.hot,
            width=round(float(part.value) / total * track),
            y=index * step + 6,
            text_y=index * step + 20,
        )
        for index, (part, text) in enumerate(zip(parts, texts, strict=True))
    )
    rows = tuple(
        (part.label, written(part.value), f"{percent}{NBSP}%") for part, percent in zip(parts, shares, strict=True)
    )
    return ShareChart(
        key=key,
        heading=heading,
        note=note,
        description=_sentence(value_label, [(part.label, text) for part, text in zip(parts, texts, strict=True)]),
        height=len(parts) * step + 6,
        left=left,
        label_x=left - 12,
        track=track,
        text_x=left + track + 12,
        parts=drawn,
        table=Table((row_label, value_label, "%"), rows),
        caption=heading,
    )


def _fitting(label: str, room: int) -> str:
    """Return the label, cut where it would not fit beside its bar; the table has it whole."""
    letters = (room - 16) // LETTER
    return label if len(label) <= letters else f"{label[: letters - 1].rstrip()}…"


def _last(one: Series) -> Number | None:
    return next((value for value in reversed(one.values) if value is not None), None)


def _tidy(value: float) -> Number:
    return int(value) if value == int(value) else value


def _or_dash(value: Number | None, written: Formatter) -> str:
    return "–" if value is None else written(value)


def _sentence(subject: str, pairs: Sequence[tuple[str, str]]) -> str:
    return f"{subject}: " + ", ".join(f"{label} {text}" for label, text in pairs) + "."
