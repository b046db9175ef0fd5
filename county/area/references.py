"""What a fact of the file refers to must be in the file: bodies, units, municipalities, kinds of grant."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext as _

from county.area.file import AreaFile, FactPath

Reference = tuple[FactPath, Any]


def check_references(area: AreaFile, known_municipalities: Iterable[str]) -> None:
    """Refuse the file at the first reference to something that is not there."""
    own = {row["code"] for row in area.section("municipalities")}
    known = set(known_municipalities)
    for path, code in _each(area, "municipalities", "code"):
        if code not in known:
            area.fail(path, _("Kuntaa %(code)s ei ole Suomen kuntaluettelossa (4/2024).") % {"code": code})
    _all_in(area, _each(area, "regional_groups", "municipalities"), own, _("Kuntaa ”%(key)s” ei ole tällä alueella."))
    _all_in(area, _each(area, "sites", "municipality"), own, _("Kuntaa ”%(key)s” ei ole tällä alueella."))
    _all_in(area, _unit_references(area), _keys(area, "units"), _("Yksikköä ”%(key)s” ei ole tiedostossa."))
    _all_in(area, _body_references(area), _keys(area, "bodies"), _("Toimielintä ”%(key)s” ei ole tiedostossa."))
    _all_in(
        area,
        _each(area, "bodies", "decides"),
        _keys(area, "grant_kinds"),
        _("Avustuslajia ”%(key)s” ei ole tiedostossa."),
    )
    _all_in(
        area,
        _each(area, "bodies", "decides_seats_of"),
        _keys(area, "regional_groups"),
        _("Kumppanuusryhmää ”%(key)s” ei ole tiedostossa."),
    )
    _check_tree(area)
    _check_order(area)


def _keys(area: AreaFile, section: str) -> set[str]:
    return {row["key"] for row in area.section(section)}


def _each(area: AreaFile, section: str, *keys: str) -> Iterator[Reference]:
    """Yield the references that stand under ``keys`` in every table of the section, lists item by item."""
    for index, row in enumerate(area.section(section)):
        value: Any = row
        for key in keys:
            value = value.get(key, {}) if isinstance(value, dict) else {}
        path: FactPath = (section, index, *keys)
        if isinstance(value, list):
            yield from (((*path, number), item) for number, item in enumerate(value))
        elif value:
            yield path, value


def _unit_references(area: AreaFile) -> Iterator[Reference]:
    yield from _each(area, "units", "under")
    yield from _each(area, "networks", "unit")
    yield from _each(area, "networks", "units")
    yield from _each(area, "grant_kinds", "unit")


def _body_references(area: AreaFile) -> Iterator[Reference]:
    yield from _each(area, "grant_kinds", "decided_by")
    yield from _each(area, "grant_kinds", "claims_to")
    yield from _each(area, "bodies", "names_candidates_for")
    yield from _each(area, "bodies", "ngo_seats", "decided_by")
    yield from _each(area, "regional_groups", "ngo_seats", "decided_by")
    yield from _each(area, "series", "with")
    yield from _each(area, "series", "may_be_with")
    decided = area.data.get("cooperation_document", {}).get("decided", {})
    if decided:
        yield ("cooperation_document", "decided", "body"), decided["body"]


def _all_in(area: AreaFile, references: Iterable[Reference], known: set[str], reason: str) -> None:
    for path, key in references:
        if key not in known:
            area.fail(path, reason % {"key": key})


def _check_tree(area: AreaFile) -> None:
    """Refuse units that stand under one another in a circle."""
    parents = {row["key"]: row.get("under") for row in area.section("units")}
    for index, row in enumerate(area.section("units")):
        seen, parent = {row["key"]}, row.get("under")
        while parent:
            if parent in seen:
                area.fail(("units", index, "under"), _("Yksiköt ovat kehässä: %(key)s.") % {"key": row["key"]})
            seen.add(parent)
            parent = parents.get(parent)


def _check_order(area: AreaFile) -> None:
    """Refuse calls and periods that end before they begin."""
    for index, row in enumerate(area.section("grant_kinds")):
        for number, call in enumerate(row.get("calls", [])):
            if call["closes"] < call["opens"]:
                area.fail(("grant_kinds", index, "calls", number), _("Haku päättyy ennen kuin se alkaa."))
    goals = area.data.get("development_goals")
    if goals and goals["period"][1] < goals["period"][0]:
        area.fail(("development_goals", "period"), _("Kausi päättyy ennen kuin se alkaa."))
