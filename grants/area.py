"""The area file's kinds of grant."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from county.area import AreaFile, AreaReport, sync_rows
from county.area.sections import names
from grants.models import DecisionMaker, GrantKind

#: Keys that have a column of their own; everything else is kept word for word in ``facts``.
_COLUMNS = (
    "key",
    "name",
    "procedure",
    "decided_by",
    "decision_maker",
    "decided_by_post",
    "claims_to",
    "no_double_funding_with",
    "light",
    "four_eyes",
    "full_report_from_eur",
    "change_limits",
    "eligible",
    "content_areas",
    "criteria",
    "requires",
)


def load_grant_kinds(area: AreaFile, report: AreaReport) -> None:
    """Provider of the ``area`` seam: bring the kinds of grant into step with the file.

    ``decided_by`` names a body of the same file; the bodies stand in a lower room and are loaded before.
    """
    rows = area.section("grant_kinds")
    for place, row in enumerate(rows):
        _check_decider(area, place, row)
    sync_rows(GrantKind, {row["key"]: _kind(row) for row in rows}, report, section="grant_kinds")


def _check_decider(area: AreaFile, place: int, row: dict[str, Any]) -> None:
    """Refuse a kind of which the file says two things about who decides."""
    is_officer = row.get("decision_maker") == DecisionMaker.OFFICE_HOLDER
    if is_officer and not row.get("decided_by_post"):
        area.fail(
            ("grant_kinds", place),
            _('Avustuslajista päättää viranhaltija. Kerro virka: decided_by_post.fi = "hyvinvointijohtaja".'),
        )
    if is_officer and row.get("decided_by"):
        area.fail(
            ("grant_kinds", place, "decided_by"),
            _("Avustuslajista päättää viranhaltija. Toimielin, jolle oikaisuvaatimus tehdään, on avain claims_to."),
        )
    if row.get("claims_to") and not is_officer:
        area.fail(
            ("grant_kinds", place, "claims_to"),
            _('Avain claims_to kerrotaan vain, kun päättäjä on viranhaltija: decision_maker = "office_holder".'),
        )
    if row.get("decided_by_post") and not is_officer:
        area.fail(
            ("grant_kinds", place, "decided_by_post"),
            _('Virka kerrotaan vain, kun päättäjä on viranhaltija: decision_maker = "office_holder".'),
        )


def _kind(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "key": row["key"],
        **names(row),
        "procedure": row["procedure"],
        "decided_by": row.get("decided_by"),
        "decision_maker": row.get("decision_maker", DecisionMaker.BODY.value),
        "claims_to": row.get("claims_to"),
        "decided_by_post_fi": row.get("decided_by_post", {}).get("fi", ""),
        "no_double_funding_with": row.get("no_double_funding_with", []),
        "light": row.get("light", False),
        "four_eyes": row.get("four_eyes", False),
        "full_report_from": _euros(row.get("full_report_from_eur")),
        "change_most_months": row.get("change_limits", {}).get("months"),
        "change_most_sum": _euros(row.get("change_limits", {}).get("sum_eur")),
        "eligible_fi": row.get("eligible", {}).get("fi", ""),
        "content_areas_fi": row.get("content_areas", {}).get("fi", []),
        "criteria_fi": row.get("criteria", {}).get("fi", []),
        "requires_fi": row.get("requires", {}).get("fi", []),
        "facts": _as_json({key: value for key, value in row.items() if key not in _COLUMNS}),
    }


def _euros(value: Any) -> Decimal | None:
    """Return a sum of the file as the row has it."""
    return None if value is None else Decimal(str(value))


def _as_json(value: Any) -> Any:
    """Return the value with dates as ISO texts, at every depth, as JSON keeps them."""
    if isinstance(value, dict):
        return {key: _as_json(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_as_json(part) for part in value]
    return value.isoformat() if isinstance(value, date) else value
