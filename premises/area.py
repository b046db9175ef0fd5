"""The area file's sites and the catalogue of facts by which rooms are sought; rooms are made in the portal."""

from typing import Any

from django.utils.text import slugify

from county.area import AreaFile, AreaReport, sync_rows
from county.area.sections import names
from premises.models import Feature, Site, SiteKind


def load_premises_sections(area: AreaFile, report: AreaReport) -> None:
    """Provider of the ``area`` seam: bring sites and features into step with the file.

    The wishes of professionals (``room_wishes``) are what the catalogue of features was made of: they make no rows.
    """
    sync_rows(Site, _sites(area), report, section="sites")
    sync_rows(Feature, _features(area), report, section="room_features")
    report.used.add("room_wishes")


def _sites(area: AreaFile) -> dict[str, dict[str, Any]]:
    """Return the sites by municipality and name: two towns may both have their ``terveysasema``."""
    return {
        f"{row['municipality']}-{slugify(row['name']['fi'])}": {
            **names(row),
            "municipality": row["municipality"],
            "kind": row.get("kind") if row.get("kind") in SiteKind.values else SiteKind.OTHER.value,
            "points": _points(row),
        }
        for row in area.section("sites")
    }


def _points(row: dict[str, Any]) -> str:
    """Return the OLKA and wellbeing points of the house, one a line; data, in Finnish like the file."""
    lines = []
    if "olka_point" in row:
        run_by = row["olka_point"].get("run_by", "")
        lines.append(f"OLKA-piste, jota pitää {run_by}" if run_by else "OLKA-piste")
    if "wellbeing_point" in row:
        lines.append("Hyvinvointipiste")
    return "\n".join(lines)


def _features(area: AreaFile) -> dict[str, dict[str, Any]]:
    return {
        row["key"]: {
            "key": row["key"],
            **names(row),
            "group": row["group"],
            "asks_detail": row.get("asks_detail", ""),
            "is_filter": row.get("is_filter", True),
            "order": order,
        }
        for order, row in enumerate(area.section("room_features"))
    }
