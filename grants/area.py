"""The area file's kinds of grant."""

from datetime import date
from typing import Any

from county.area import AreaFile, AreaReport, sync_rows
from county.area.sections import names
from grants.models import GrantKind

#: Keys that have a column of their own; everything else is kept word for word in ``facts``.
_COLUMNS = ("key", "name", "procedure", "decided_by", "eligible", "content_areas", "criteria", "requires")


def load_grant_kinds(area: AreaFile, report: AreaReport) -> None:
    """Provider of the ``area`` seam: bring the kinds of grant into step with the file.

    ``decided_by`` names a body of the same file; the bodies stand in a lower room and are loaded before.
    """
    sync_rows(GrantKind, {row["key"]: _kind(row) for row in area.section("grant_kinds")}, report, section="grant_kinds")


def _kind(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "key": row["key"],
        **names(row),
        "procedure": row["procedure"],
        "decided_by": row.get("decided_by"),
        "eligible_fi": row.get("eligible", {}).get("fi", ""),
        "content_areas_fi": row.get("content_areas", {}).get("fi", []),
        "criteria_fi": row.get("criteria", {}).get("fi", []),
        "requires_fi": row.get("requires", {}).get("fi", []),
        "facts": _as_json({key: value for key, value in row.items() if key not in _COLUMNS}),
    }


def _as_json(value: Any) -> Any:
    """Return the value with dates as ISO texts, at every depth, as JSON keeps them."""
    if isinstance(value, dict):
        return {key: _as_json(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_as_json(part) for part in value]
    return value.isoformat() if isinstance(value, date) else value
