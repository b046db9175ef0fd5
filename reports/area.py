"""The area file's development goals, word for word."""

from typing import Any

from county.area import AreaFile, AreaReport, sync_rows
from reports.models import DevelopmentGoal


def load_goals(area: AreaFile, report: AreaReport) -> None:
    """Provider of the ``area`` seam: bring the development goals into step with the file."""
    sync_rows(DevelopmentGoal, _goals(area), report, section="development_goals")


def _goals(area: AreaFile) -> dict[str, dict[str, Any]]:
    """Return the goals by period and place: the words may be mended without making a new goal."""
    given = area.data.get("development_goals")
    if not given:
        return {}
    first, last = given["period"]
    texts = {language: given.get(language, []) for language in ("fi", "sv", "en")}
    return {
        f"{first}-{order + 1}": {
            "first_year": first,
            "last_year": last,
            "order": order,
            **{f"text_{key}": lines[order] if order < len(lines) else "" for key, lines in texts.items()},
        }
        for order in range(len(texts["fi"]))
    }
