"""What the snapshot of a year holds beside the rooms' headline figures: lists by series, body, kind and room.

Everything is plain data in Finnish, told as on the year's last day, or today while the year runs.
"""

from datetime import date, datetime, timedelta
from typing import Any

from common.seams import Period
from common.times import local_date
from forums.statistics import by_series
from forums.wheel import Wheel
from liaisons.representation_statistics import ngo_seats
from liaisons.statistics import request_figures
from premises.statistics import utilisation


def as_of(period: Period, now: datetime) -> date:
    """Return the day as on which the year is told."""
    return min(local_date(period.end - timedelta(microseconds=1)), local_date(now))


def parameters(period: Period, now: datetime) -> dict[str, Any]:
    """Return with what the figures were asked: the year, its first and last instant, and the day they stand on."""
    return {
        "year": period.year,
        "start": period.start.isoformat(),
        "end": period.end.isoformat(),
        "as_of": as_of(period, now),
        "version": 2,
    }


def demanded(wheel: Wheel) -> list[dict[str, Any]]:
    """Return each series of the wheel with what the year demands, what was held, and for whom something is missing."""
    found: dict[int, dict[str, Any]] = {}
    for row in wheel.rows:
        line = found.setdefault(
            row.series.pk,
            {"series": row.series.name, "demand": row.demand, "needed": 0, "held": 0, "planned": 0, "missing": []},
        )
        line["needed"] += row.least or 0
        line["held"] += row.held
        line["planned"] += row.planned
        if row.held < (row.least or 0):
            line["missing"].append(row.target.name)
    return [line for line in found.values() if line["needed"] or line["held"] or line["planned"]]


def attendance_by_series(period: Period, before: Period) -> list[dict[str, Any]]:
    """Return how often people came to events of each series, the most first, with last year's beside; two queries."""
    earlier = {one.key: one.attendances for one in by_series(before)}
    return [
        {"label": one.name, "attendances": one.attendances, "people": one.people, "previous": earlier.get(one.key, 0)}
        for one in by_series(period)
    ]


def seats(day: date) -> list[dict[str, Any]]:
    """Return NGOs' seats by body: demanded and filled."""
    return [{"label": one.name, "demanded": one.demanded, "filled": one.filled} for one in ngo_seats(day)]


def requests(year: int, day: date) -> list[dict[str, Any]]:
    """Return the requests by kind with their answer times; one query."""
    return [
        {
            "label": line.label,
            "count": line.count,
            "first": line.first.median,
            "answer": line.answer.median,
            "p90": line.answer.p90,
        }
        for line in request_figures(year, day).by_kind
    ]


def rooms(period: Period) -> list[dict[str, Any]]:
    """Return the rooms that were used, by how much of their offered hours; seven queries."""
    return [
        {"label": row.name, "offered": row.offered, "used": row.used, "share": row.share}
        for row in utilisation(period)
        if row.used and row.share is not None
    ]
