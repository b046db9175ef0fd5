"""The annual wheel as a drawing: months around, a ring for each series, a mark for each event on its day.

Geometry is computed here in whole units, ``templates/forums/wheel/chart.html`` draws it; the page's table holds the
same facts. What differs by colour differs by shape too: held is full, coming is hollow, missing is a diamond.
"""

import math
from calendar import isleap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.urls import reverse
from django.utils import formats
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from common.seams import CalendarEntry
from common.times import format_date, local_date
from forums.models import Event, SchoolBreak
from forums.wheel import Wheel, WheelRow

SIZE, CENTRE = 1000, 500
MONTHS_AT_SIDE = 480
MONTHS_AT, OUTER, BAND, RINGS_FROM, RINGS_TO, HUB = 462, 430, 408, 372, 176, 128
DOT = 19
FULL = 360.0


@dataclass(frozen=True)
class Mark:
    """One event, or a place where one is missing."""

    x: int
    y: int
    css: str
    letter: str
    title: str
    url: str = ""


@dataclass(frozen=True)
class Ring:
    """One series: its circle, number and marks."""

    number: int
    name: str
    radius: int
    marks: tuple[Mark, ...]

    @property
    def badge_y(self) -> int:
        """Return where the ring's number stands: on the line of the year's turn."""
        return CENTRE - self.radius


@dataclass(frozen=True)
class Month:
    """A month's name and its place around."""

    name: str
    x: int
    y: int
    line: tuple[int, int, int, int]
    is_quarter: bool


@dataclass(frozen=True)
class Tick:
    """A day of another room at the edge: a call, a report, an agreement."""

    points: str
    title: str
    url: str


@dataclass(frozen=True)
class Shade:
    """A school holiday: a slice of the wheel."""

    path: str
    title: str


@dataclass(frozen=True)
class WheelChart:
    """Everything that the template draws."""

    heading: str
    description: str
    year: int
    share: str
    months: tuple[Month, ...]
    rings: tuple[Ring, ...]
    ticks: tuple[Tick, ...]
    shades: tuple[Shade, ...]
    hand: tuple[int, int, int, int] | None
    size: int = SIZE
    centre: int = CENTRE
    outer: int = OUTER
    hub: int = HUB
    dot: int = DOT


@dataclass
class _Places:
    """Angles taken on one ring, so that no mark covers another."""

    step: float
    taken: list[float] = field(default_factory=list)

    def free(self, angle: float) -> float:
        """Return the angle, or the next free one after it; before it where the year is full to its end."""
        for way in (1.0, -1.0):
            place = angle
            while 0 <= place <= FULL:
                if all(abs(place - other) >= self.step for other in self.taken):
                    self.taken.append(place)
                    return place
                place += way * self.step / 4
        return angle


def at(angle: float, radius: float) -> tuple[int, int]:
    """Return the point at an angle (degrees clockwise from the top) and a distance from the centre."""
    turn = math.radians(angle)
    return round(CENTRE + radius * math.sin(turn)), round(CENTRE - radius * math.cos(turn))


def angle_of(day: date) -> float:
    """Return the angle of the day in its year."""
    length = 366 if isleap(day.year) else 365
    return (day.timetuple().tm_yday - 0.5) / length * FULL


def slice_path(first: float, last: float, inner: int, outer: int) -> str:
    """Return the path of a slice of a ring between two angles."""
    a, b = at(first, outer), at(last, outer)
    c, d = at(last, inner), at(first, inner)
    big = int(last - first > FULL / 2)
    arcs = f"A{outer} {outer} 0 {big} 1 {b[0]} {b[1]}", f"A{inner} {inner} 0 {big} 0 {d[0]} {d[1]}"
    return f"M{a[0]} {a[1]}{arcs[0]}L{c[0]} {c[1]}{arcs[1]}Z"


def wheel_chart(
    wheel: Wheel, entries: Iterable[CalendarEntry], breaks: Iterable[SchoolBreak], now: datetime, *, plans: bool
) -> WheelChart:
    """Return the drawing of the year; what is missing leads to planning it where the reader ``plans``."""
    today = local_date(now)
    groups: dict[int, list[WheelRow]] = {}
    for row in wheel.rows:
        groups.setdefault(row.series.pk, []).append(row)
    return WheelChart(
        heading=heading_of(wheel),
        description=_describe(wheel),
        year=wheel.year,
        share=f"{wheel.in_order}/{len(wheel.demanded)}",
        months=_months(wheel.year),
        rings=tuple(
            _ring(number, rows, radius, wheel.year, today, plans)
            for number, (rows, radius) in enumerate(zip(groups.values(), _radii(len(groups)), strict=True), start=1)
        ),
        ticks=_ticks(entries),
        shades=_shades(breaks, wheel.year),
        hand=(*at(angle_of(today), HUB + 6), *at(angle_of(today), OUTER)) if today.year == wheel.year else None,
    )


def heading_of(wheel: Wheel) -> str:
    """Return the message of the wheel in one sentence."""
    if not wheel.demanded:
        return _("Vuodelle %(year)s ei ole vaadittu tapahtumia") % {"year": wheel.year}
    if wheel.missing:
        return _("Vuodesta %(year)s puuttuu vielä suunnitelmia: %(count)s") % {
            "year": wheel.year,
            "count": wheel.missing,
        }
    return _("Vuoden %(year)s kaikki vaaditut tapahtumat on suunniteltu tai pidetty") % {"year": wheel.year}


def _describe(wheel: Wheel) -> str:
    return " ".join(f"{row.series}, {row.target.name}: {row.light[1]}." for row in wheel.rows)


def _radii(count: int) -> list[int]:
    gap = min(58, (RINGS_FROM - RINGS_TO) // max(count - 1, 1))
    return [RINGS_FROM - index * gap for index in range(count)]


def _months(year: int) -> tuple[Month, ...]:
    found = []
    for number in range(1, 13):
        first = date(year, number, 1)
        begins = angle_of(first) - 0.5
        middle = angle_of(first + timedelta(days=14))
        x, y = at(middle, MONTHS_AT_SIDE)[0], at(middle, MONTHS_AT)[1]
        is_quarter = number % 3 == 1
        line = (*at(begins, HUB if is_quarter else RINGS_TO - 24), *at(begins, OUTER))
        found.append(Month(month_name(first), x, y + 9, line, is_quarter))
    return tuple(found)


def month_name(day: date) -> str:
    """Return the month's short name: ``tammi`` rather than the ``tam`` of the library, in others what it gives."""
    if (get_language() or "fi").startswith("fi"):
        return formats.date_format(day, "F").lower().removesuffix("ta").removesuffix("kuu")
    return formats.date_format(day, "M").strip(".").lower()


def _ring(number: int, rows: Sequence[WheelRow], radius: int, year: int, today: date, plans: bool) -> Ring:
    places = _Places(math.degrees(2.2 * DOT / radius), [0.0, FULL])
    marks = [
        _mark(row, event, places, radius)
        for row in rows
        for event in row.events
        if local_date(event.starts_at).year == year
    ]
    lacking = [row for row in rows for _one in range(row.missing)]
    first = max(today, date(year, 1, 1)) if today.year <= year else date(year, 1, 1)
    start = angle_of(first)
    for index, row in enumerate(lacking):
        angle = places.free(start + (FULL - start) * (index + 1) / (len(lacking) + 1))
        title = _("Puuttuu: %(series)s, %(target)s") % {"series": row.series, "target": row.target.name}
        marks.append(Mark(*at(angle, radius), "missing", row.target.letter, title, row.plan_url if plans else ""))
    return Ring(number, rows[0].series.name, radius, tuple(marks))


def _mark(row: WheelRow, event: Event, places: _Places, radius: int) -> Mark:
    angle = places.free(angle_of(local_date(event.starts_at)))
    held = event.state == "held"
    css = ("unfinished" if event.pk in row.unfinished else "held") if held else "coming"
    title = f"{event.name}, {row.target.name}, {format_date(event.starts_at)}"
    return Mark(*at(angle, radius), css, row.target.letter, title, event_url(event))


def event_url(event: Event) -> str:
    """Return the event's page for those who run events."""
    return reverse("forums:event_desk", args=[event.pk])


def _ticks(entries: Iterable[CalendarEntry]) -> tuple[Tick, ...]:
    found = []
    for entry in entries:
        angle = angle_of(entry.on)
        tip, left, right = at(angle, BAND), at(angle - 1.3, OUTER - 2), at(angle + 1.3, OUTER - 2)
        points = f"{tip[0]},{tip[1]} {left[0]},{left[1]} {right[0]},{right[1]}"
        found.append(Tick(points, f"{entry.title}, {format_date(entry.on)}", entry.url))
    return tuple(found)


def _shades(breaks: Iterable[SchoolBreak], year: int) -> tuple[Shade, ...]:
    found = []
    for row in breaks:
        first, last = max(row.starts_on, date(year, 1, 1)), min(row.ends_on, date(year, 12, 31))
        if first <= last:
            path = slice_path(angle_of(first) - 0.5, angle_of(last) + 0.5, HUB, OUTER)
            found.append(Shade(path, row.name))
    return tuple(found)
