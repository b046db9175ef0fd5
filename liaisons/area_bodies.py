"""The area file's bodies: its own list, one for each municipality or regional group, and the seats that rules give."""

from datetime import date
from typing import Any

from common.times import local_date
from county.area import AreaFile, AreaReport, sync_rows
from county.area.sections import all_municipalities, names
from liaisons.models import COUNTIES_BEGAN, Body, BodyKind, BodyName, Party, RecordKind, SeatRequirement, SeatRole

#: How bodies of a kind keep their meetings until the portal is told otherwise: formal ones in the county's system.
_RECORDS = {
    BodyKind.COMMITTEE.value: RecordKind.ELSEWHERE,
    BodyKind.PARTICIPATION_BODY.value: RecordKind.ELSEWHERE,
    BodyKind.NGO_COUNCIL.value: RecordKind.MINUTES,
}
_ROLES = (
    ("members", SeatRole.MEMBER, ""),
    ("deputies", SeatRole.DEPUTY, ""),
    ("experts_of_county", SeatRole.EXPERT, Party.COUNTY.value),
)
NAME_FIELDS = ("name_fi", "name_sv", "name_en")


def load_bodies(area: AreaFile, report: AreaReport) -> None:
    """Bring bodies, their names and the seats demanded into step with the file."""
    today = local_date(area.now) if area.now else COUNTIES_BEGAN
    sync_rows(Body, _bodies(area), report, section="bodies")
    sync_rows(SeatRequirement, _requirements(area), report, section="bodies")
    keep_names(today)


def _bodies(area: AreaFile) -> dict[str, dict[str, Any]]:
    rows: dict[str, dict[str, Any]] = {}
    for row in area.section("bodies"):
        if row.get("per") == "municipality":
            rows.update(_local(area, row, len(rows)))
        elif row.get("per") == "regional_group":
            rows.update(_regional(area, row, len(rows)))
        else:
            rows[row["key"]] = _body(row, len(rows))
    rows.update(_groups(area, len(rows)))
    return rows


def _body(row: dict[str, Any], order: int, **more: Any) -> dict[str, Any]:
    return {
        "key": row["key"],
        "kind": row["kind"],
        **names(row),
        "under": row.get("under", {}).get("fi", ""),
        "run_by": row.get("run_by", ""),
        "is_self_run": bool(row.get("under") or row.get("run_by") or row.get("per")),
        "municipality": None,
        "regional_group": None,
        "record_kind": _RECORDS.get(row["kind"], RecordKind.MEMO).value,
        "decides": row.get("decides", []),
        "reads": row.get("reads", []),
        "assumed": row.get("assumed", False),
        "draft": row.get("draft", False),
        "order": order,
        **more,
    }


def _named(row: dict[str, Any], place: dict[str, str]) -> dict[str, str]:
    """Return the names with the place's after them: ``Paikallis-JANE, Lieksa``."""
    given = names(row)
    return {field: f"{given[field]}, {place[field]}" if given[field] else "" for field in NAME_FIELDS}


def _local(area: AreaFile, row: dict[str, Any], order: int) -> dict[str, dict[str, Any]]:
    """Return one body for each of the county's municipalities."""
    rows = {}
    for place, own in enumerate(area.section("municipalities")):
        fact = all_municipalities()[own["code"]]
        key = f"{row['key']}-{own['code']}"
        called = {"name_fi": fact["name_fi"], "name_sv": fact["name_sv"] or fact["name_fi"], "name_en": fact["name_fi"]}
        more = {"key": key, "municipality": own["code"], **_named(row, called)}
        rows[key] = _body(row, order + place, **more)
    return rows


def _regional(area: AreaFile, row: dict[str, Any], order: int) -> dict[str, dict[str, Any]]:
    """Return one body for each regional group."""
    rows = {}
    for place, group in enumerate(area.section("regional_groups")):
        key = f"{row['key']}-{group['key']}"
        more = {"key": key, "regional_group": group["key"], **_named(row, names(group))}
        rows[key] = _body(row, order + place, **more)
    return rows


def _groups(area: AreaFile, order: int) -> dict[str, dict[str, Any]]:
    """Return the regional partnership groups as bodies; their own secretaries run them."""
    rows = {}
    for place, group in enumerate(area.section("regional_groups")):
        key = f"kumppanuusryhma-{group['key']}"
        row = {**group, "key": key, "kind": BodyKind.PARTNERSHIP_GROUP.value}
        more = {"regional_group": group["key"], "is_self_run": True}
        rows[key] = _body(row, order + place, **more)
    return rows


def _requirements(area: AreaFile) -> dict[str, dict[str, Any]]:
    rows: dict[str, dict[str, Any]] = {}
    naming = {key: row["key"] for row in area.section("bodies") for key in row.get("names_candidates_for", [])}
    for row in area.section("bodies"):
        if row.get("per"):
            continue
        for name, role, party in _ROLES:
            _add(rows, row["key"], role, party, row.get("seats", {}).get(name))
        given = row.get("ngo_seats", {})
        _add_ngo_seats(rows, row["key"], given, given.get("decided_by"), naming.get(row["key"]))
    for group in area.section("regional_groups"):
        given = group.get("ngo_seats", {})
        _add_ngo_seats(rows, f"kumppanuusryhma-{group['key']}", given, given.get("decided_by"), None)
    return rows


def _add_ngo_seats(
    rows: dict[str, dict[str, Any]], body: str, given: dict[str, Any], chooser: str | None, nominator: str | None
) -> None:
    """Add the seats of NGOs; ``chooser`` fills them, a ``nominator`` only names whom another body appoints."""
    more = {
        "chooser": chooser or nominator,
        "chooser_appoints": chooser is not None,
        "source": " ".join(str(given[key]) for key in ("src", "as_of") if key in given),
    }
    _add(rows, body, SeatRole.MEMBER, Party.NGO.value, given.get("members"), **more)
    _add(rows, body, SeatRole.DEPUTY, Party.NGO.value, given.get("deputies"), **more)


def _add(
    rows: dict[str, dict[str, Any]], body: str, role: SeatRole, party: str, number: int | None, **more: Any
) -> None:
    if number:
        rows[f"{body}:{role.value}:{party}"] = {
            "body": body,
            "role": role.value,
            "party": party,
            "number": number,
            "chooser": None,
            "chooser_appoints": False,
            "source": "",
            **more,
        }


def keep_names(today: date) -> None:
    """Give every body that has none its first name, and write down a name that the file has changed; two queries
    besides what is written."""
    for body in Body.objects.prefetch_related("names"):
        known = sorted(body.names.all(), key=lambda row: row.valid_from)
        current = {field: getattr(body, field) for field in NAME_FIELDS}
        last = known[-1] if known else None
        if last is None:
            BodyName.objects.create(body=body, valid_from=COUNTIES_BEGAN, **current)
        elif last.valid_from < today and {field: getattr(last, field) for field in NAME_FIELDS} != current:
            BodyName.objects.filter(pk=last.pk).update(valid_until=date.fromordinal(today.toordinal() - 1))
            BodyName.objects.create(body=body, valid_from=today, **current)
