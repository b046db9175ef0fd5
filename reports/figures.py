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
from grants.statistics import grant_year
from organisations.statistics import organisation_field

Snapshot = dict[str, Any]


def period(year: int) -> seams.Period:
    """Return the calendar year in Finland."""
    start, end = year_period(year)
    return seams.Period(year, start, end)


def steps(year: int, now: datetime) -> list[tuple[str, Callable[[], Any]]]:
    """Return the parts of the snapshot, each with the function that collects it."""
    return [
        ("organisations", lambda: asdict(organisation_field(period(year)))),
        ("grants", lambda: asdict(grant_year(year))),
        ("before", lambda: asdict(grant_year(year - 1))),
        ("headline", lambda: [asdict(figure) for figure in headline(year)]),
        ("goals", lambda: _goals(year)),
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
            snapshot[name] = collect_part()
            progress(done * 100 // len(parts))
    plain: Snapshot = json.loads(json.dumps(snapshot, cls=DjangoJSONEncoder, ensure_ascii=False))
    return plain
