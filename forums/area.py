"""The area file's series of events: what is demanded, how often, for whom."""

from typing import Any

from county.area import AreaFile, AreaReport, sync_rows
from county.area.sections import names
from forums.models import EventSeries, Per, SchoolBreak


def load_series(area: AreaFile, report: AreaReport) -> None:
    """Provider of the ``area`` seam: bring the series into step with the file; bodies are there already."""
    sync_rows(EventSeries, _series(area), report, section="series")
    sync_rows(SchoolBreak, _breaks(area), report, section="school_breaks")


def _series(area: AreaFile) -> dict[str, dict[str, Any]]:
    rows = {}
    for order, row in enumerate(area.section("series")):
        yearly = row.get("a_year", {})
        rows[row["key"]] = {
            "key": row["key"],
            **names(row),
            "forms": row.get("form", []),
            "open_to": row.get("open_to", "everyone"),
            "per": row.get("per", Per.COUNTY.value),
            "a_year_min": yearly.get("min"),
            "a_year_max": yearly.get("max"),
            "statute": row.get("statute", ""),
            "bodies": [*row.get("with", []), *row.get("may_be_with", [])],
            "order": order,
        }
    return rows


def _breaks(area: AreaFile) -> dict[str, dict[str, Any]]:
    return {
        row["key"]: {
            **names(row),
            "starts_on": row["starts"],
            "ends_on": row["ends"],
            "source": row.get("src", ""),
        }
        for row in area.section("school_breaks")
    }
