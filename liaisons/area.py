"""The area file's units, established posts, bodies and networks."""

from typing import Any

from django.utils.text import slugify

from common import clock
from common.times import local_date
from county.area import AreaFile, AreaReport, sync_rows
from county.area.sections import names
from liaisons.area_bodies import load_bodies
from liaisons.area_networks import load_networks
from liaisons.area_posts import load_posts
from liaisons.area_theses import load_theses
from liaisons.models import COUNTIES_BEGAN, Unit, UnitKind
from liaisons.workflow.units import apply_due_changes, keep_versions

_BELOW = {UnitKind.SERVICE_AREA.value: UnitKind.SERVICE_LINE.value}


def load_liaisons_sections(area: AreaFile, report: AreaReport) -> None:
    """Provider of the ``area`` seam: bring units, established posts, bodies and networks into step with the file."""
    now = area.now or clock.now()
    apply_due_changes(now=now)
    rows = {**_units(area), **_service_districts(area)}
    sync_rows(Unit, rows, report, section="units")
    report.used.add("service_districts")
    keep_versions(local_date(now))
    load_posts(area, report)
    load_bodies(area, report)
    load_networks(area, report)
    load_theses(area, report)


def _units(area: AreaFile) -> dict[str, dict[str, Any]]:
    """Return every unit after its parent: those with a table of their own, and the plain names under them."""
    tables = {row["key"]: row for row in area.section("units")}
    rows: dict[str, dict[str, Any]] = {}

    def add(key: str) -> None:
        row = tables[key]
        parent = row.get("under")
        if key in rows:
            return
        if parent:
            add(parent)
        rows[key] = _unit(key, row["kind"], parent, names(row), len(rows))

    for key in tables:
        add(key)
    for key, row in tables.items():
        own = {other["name"]["fi"] for other in tables.values() if other.get("under") == key}
        for child in _children(row):
            if child["name_fi"] not in own:
                child_key = f"{key}-{slugify(child['name_fi'])}"
                kind = _BELOW.get(row["kind"], UnitKind.UNIT.value)
                rows[child_key] = _unit(child_key, kind, key, child, len(rows))
    return rows


def _unit(key: str, kind: str, parent: str | None, named: dict[str, str], order: int) -> dict[str, Any]:
    return {"key": key, "kind": kind, "parent": parent, **named, "order": order, "valid_from": COUNTIES_BEGAN}


def _children(row: dict[str, Any]) -> list[dict[str, str]]:
    return _named_list(row.get("children", {"fi": []}))


def _named_list(lists: dict[str, list[str]]) -> list[dict[str, str]]:
    """Turn lists by language into name columns, one a place in the Finnish list."""
    return [
        {
            "name_fi": name,
            **{
                f"name_{language}": lists[language][place] if place < len(lists.get(language, [])) else ""
                for language in ("sv", "en")
            },
        }
        for place, name in enumerate(lists["fi"])
    ]


def _service_districts(area: AreaFile) -> dict[str, dict[str, Any]]:
    """Return the regional service districts, which cross the service areas and have no parent."""
    rows = {}
    for order, named in enumerate(_named_list(area.data.get("service_districts", {"fi": []})), start=1000):
        key = f"palvelualue-{slugify(named['name_fi'])}"
        rows[key] = _unit(key, UnitKind.SERVICE_DISTRICT.value, None, named, order)
    return rows
