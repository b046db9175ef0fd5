"""The posts that a county has established, made from the levels that its area file names.

``liaison_levels.established`` says on which levels the county promises a liaison (S004 §3.1, S002 §5.2); what it
calls them stands in ``titles``. A level that is only ``possible`` gets its posts in the portal.
"""

from collections.abc import Iterator
from typing import Any

from county.area import AreaFile, AreaReport, sync_rows
from county.area.sections import names
from county.models import Municipality, Title
from liaisons.models import COUNTIES_BEGAN, Post, PostLevel, Unit, UnitKind

#: What a post is called where the county has no word of its own. Data, in Finnish like the file.
TITLES = {
    PostLevel.STRATEGIC: "kumppanuuspäällikkö",
    PostLevel.COUNTY_LIAISON: "järjestöyhdyshenkilö",
    PostLevel.SERVICE_AREA: "toimialueen järjestöyhdyshenkilö",
    PostLevel.SERVICE_DISTRICT: "palvelualueen järjestöyhdyshenkilö",
    PostLevel.UNIT: "yksikön järjestöyhdyshenkilö",
    PostLevel.DIAGNOSIS_OR_THEME: "teeman yhdyshenkilö",
    PostLevel.LINKKIHENKILO: "linkkihenkilö",
    PostLevel.RESCUE: "pelastustoimen järjestöyhdyshenkilö",
    PostLevel.RESCUE_DISTRICT: "pelastustoimen alueellinen järjestöyhdyshenkilö",
    PostLevel.MUNICIPAL: "kunnan järjestöyhdyshenkilö",
}
_UNITS_OF = {
    PostLevel.SERVICE_AREA: UnitKind.SERVICE_AREA,
    PostLevel.SERVICE_DISTRICT: UnitKind.SERVICE_DISTRICT,
    PostLevel.UNIT: UnitKind.UNIT,
    PostLevel.LINKKIHENKILO: UnitKind.UNIT,
    PostLevel.RESCUE_DISTRICT: UnitKind.SERVICE_DISTRICT,
}


def load_posts(area: AreaFile, report: AreaReport) -> None:
    """Bring the established posts into step with the file; the units and municipalities are there already."""
    rows: dict[str, dict[str, Any]] = {}
    for level in PostLevel:
        if level.value in area.data.get("liaison_levels", {}).get("established", []):
            for place in _places(level):
                key = "-".join(["post", level.value, *(str(value) for value in place.values())])
                rows[key] = _post(area, level, place, len(rows))
    sync_rows(Post, rows, report, section="liaison_levels")


def _places(level: PostLevel) -> Iterator[dict[str, str]]:
    """Yield where the level has a post: the area keys of its unit or municipality, or nothing for the whole county."""
    if level in _UNITS_OF:
        units = Unit.objects.filter(kind=_UNITS_OF[level], area_key__isnull=False)
        yield from ({"unit": str(unit.area_key)} for unit in units)
    elif level == PostLevel.MUNICIPAL:
        own = Municipality.objects.filter(is_own=True, area_key__isnull=False)
        yield from ({"municipality": str(municipality.area_key)} for municipality in own)
    elif level != PostLevel.DIAGNOSIS_OR_THEME:  # a contact for each illness or theme is named one by one
        yield {}


def usual_title(level: str) -> dict[str, str]:
    """Return the name columns of the level's title in this county, for a post made in the portal."""
    own = Title.objects.filter(key=level).first()
    if own is None:
        return {"name_fi": TITLES[PostLevel(level)], "name_sv": "", "name_en": ""}
    return {"name_fi": own.name_fi, "name_sv": own.name_sv, "name_en": own.name_en}


def title_of(area: AreaFile, level: PostLevel) -> dict[str, str]:
    """Return the title's name columns: the county's own, or the usual one."""
    own = area.data.get("titles", {}).get(level.value)
    return names({"name": own or {"fi": TITLES[level]}})


def _post(area: AreaFile, level: PostLevel, place: dict[str, str], order: int) -> dict[str, Any]:
    return {
        "level": level.value,
        **title_of(area, level),
        "unit": None,
        "municipality": None,
        **place,
        "is_established": True,
        "order": order,
        "valid_from": COUNTIES_BEGAN,
    }
