"""The snapshot of one year: every figure as plain data, collected in steps so that progress can be shown."""

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.utils import translation

from common import seams
from common.times import year_period
from forums.wheel import wheel
from grants.statistics import grant_year
from organisations.statistics import organisation_field
from reports import year_parts
from reports.duties import duties
from reports.survey_sections import surveys_of_year
from reports.year_plan import plan

Snapshot = dict[str, Any]


def period(year: int) -> seams.Period:
    """Return the calendar year in Finland."""
    start, end = year_period(year)
    return seams.Period(year, start, end)


def steps(year: int, now: datetime) -> list[tuple[str, Callable[[Snapshot], Any]]]:
    """Return the parts of the snapshot, each with the function that collects it; it is given what stands already."""
    this, day = period(year), year_parts.as_of(period(year), now)
    return [
        ("parameters", lambda _done: year_parts.parameters(this, now)),
        ("organisations", lambda _done: asdict(organisation_field(this))),
        ("grants", lambda _done: asdict(grant_year(year))),
        ("before", lambda _done: asdict(grant_year(year - 1))),
        ("headline", lambda _done: [asdict(figure) for figure in headline(year)]),
        ("demanded", lambda _done: year_parts.demanded(wheel(year, this.end))),
        ("attendance", lambda _done: year_parts.attendance_by_series(this, period(year - 1))),
        ("seats", lambda _done: year_parts.seats(day)),
        ("requests", lambda _done: year_parts.requests(year, day)),
        ("rooms", lambda _done: year_parts.rooms(this)),
        ("surveys", lambda _done: surveys_of_year(year)),
        ("goals", lambda _done: _goals(year)),
        ("duties", lambda done: duties(this, wheel(year, this.end), done["headline"], day, now)),
        ("plan", lambda _done: plan(year + 1, now)),
    ]


def _goals(year: int) -> list[dict[str, Any]]:
    from reports.goals import goals_of_year  # reads this module's headline for its indicators

    return goals_of_year(year)


def headline(year: int) -> Iterator[seams.Figure]:
    """Return the headline figures of all rooms with their definitions, through the seam."""
    for provider in seams.statistics:
        yield from provider(period(year))


def collect(year: int, now: datetime, progress: Callable[[int], None]) -> Snapshot:
    """Collect the snapshot of ``year``; ``progress`` is told a percentage after each part.

    Labels and definitions are written in Finnish, the language of the official report; sums are strings of
    exact decimals.
    """
    parts = steps(year, now)
    snapshot: Snapshot = {"year": year, "collected_at": now.isoformat()}
    with translation.override("fi"):
        for done, (name, collect_part) in enumerate(parts, start=1):
            snapshot[name] = collect_part(snapshot)
            progress(done * 100 // len(parts))
    plain: Snapshot = json.loads(json.dumps(snapshot, cls=DjangoJSONEncoder, ensure_ascii=False))
    return plain
