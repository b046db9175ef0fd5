"""The county's own sections: itself, municipalities, regional groups, titles, themes, sectors."""

import csv
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings

from county.area.file import AreaFile
from county.area.report import AreaReport
from county.area.rows import sync_rows
from county.models import County, LifeSituation, Municipality, RegionalGroup, Sector, TargetGroup, Theme, Title

#: Settings that an area file may give; those it leaves out are filled in by the coordinator in the portal.
_OPTIONAL = (
    "help_phone",
    "email",
    "letterhead",
    "case_number_prefix",
    "case_number_class",
    "revision_body",
    "revision_address",
    "revision_email",
    "revision_hours",
    "privacy_contact",
)


def municipalities_file() -> Path:
    """Return the list of Finland's 309 municipalities (facts of April 2024)."""
    return Path(settings.BASE_DIR) / "config" / "areas" / "data" / "municipalities.csv"


@cache
def all_municipalities() -> dict[str, dict[str, str]]:
    """Return code -> name_fi, name_sv, region_fi, county_code, language of every municipality."""
    with municipalities_file().open(encoding="utf-8-sig", newline="") as lines:
        return {row["code"]: row for row in csv.DictReader(lines)}


def names(row: dict[str, Any]) -> dict[str, str]:
    """Return the name columns of a table that has ``name.fi`` and perhaps ``name.sv`` and ``name.en``."""
    return {f"name_{language}": row["name"].get(language, "") for language in ("fi", "sv", "en")}


def load_county_sections(area: AreaFile, report: AreaReport) -> None:
    """Provider of the ``area`` seam: bring the county's own tables into step with the file."""
    sync_rows(County, {area.data["county"]["code"]: _county(area)}, report, section="county")
    report.used.add("colours")
    sync_rows(Municipality, _municipalities(area), report, section="municipalities")
    sync_rows(RegionalGroup, _regional_groups(area), report, section="regional_groups")
    titles = {key: {"key": key, **names({"name": name})} for key, name in area.data.get("titles", {}).items()}
    sync_rows(Title, titles, report, section="titles")
    sync_rows(Theme, _ordered(area, "themes"), report, section="themes")
    sync_rows(Sector, _ordered(area, "sectors"), report, section="sectors")
    sync_rows(TargetGroup, _ordered(area, "target_groups"), report, section="target_groups")
    sync_rows(LifeSituation, _ordered(area, "life_situations"), report, section="life_situations")


def _county(area: AreaFile) -> dict[str, Any]:
    given = area.data["county"]
    return {
        "code": given["code"],
        **names(given),
        "area_name": area.name,
        "short_name": given.get("short_name", ""),
        "business_id": given.get("business_id", ""),
        "website": given.get("website", ""),
        "languages": given.get("languages", ["fi"]),
        "promise": given.get("promise", {}).get("fi", ""),
        "values": given.get("values", {}).get("fi", []),
        "colours": area.data.get("colours", {}),
        **{name: given[name] for name in _OPTIONAL if name in given},
    }


def _municipalities(area: AreaFile) -> dict[str, dict[str, Any]]:
    own = {row["code"]: row for row in area.section("municipalities")}
    return {
        code: {
            "code": code,
            "name_fi": fact["name_fi"],
            "name_sv": fact["name_sv"],
            "region_fi": fact["region_fi"],
            "county_code": fact["county_code"],
            "language": fact["language"],
            "business_id": own.get(code, {}).get("business_id", ""),
            "is_own": code in own,
            **_tile_and_people(own.get(code, {})),
        }
        for code, fact in all_municipalities().items()
    }


def _tile_and_people(own: dict[str, Any]) -> dict[str, Any]:
    """Return the place on the map of tiles and the number of inhabitants, where the file gives them."""
    column, row = own.get("tile", (None, None))
    inhabitants = own.get("inhabitants", {})
    return {
        "tile_column": column,
        "tile_row": row,
        "inhabitants": inhabitants.get("count"),
        "inhabitants_on": inhabitants.get("on"),
    }


def _regional_groups(area: AreaFile) -> dict[str, dict[str, Any]]:
    return {
        row["key"]: {
            "key": row["key"],
            **names(row),
            "municipalities": row["municipalities"],
            "assumed": row.get("assumed", False),
        }
        for row in area.section("regional_groups")
    }


def _ordered(area: AreaFile, section: str) -> dict[str, dict[str, Any]]:
    """Rows of a plain list of names; the Finnish name is the row's key."""
    lists = area.data.get(section, {"fi": []})
    rows = {}
    for order, name in enumerate(lists["fi"]):
        translated = {
            f"name_{language}": lists[language][order] if order < len(lists.get(language, [])) else ""
            for language in ("sv", "en")
        }
        rows[name] = {"name_fi": name, **translated, "order": order}
    return rows
