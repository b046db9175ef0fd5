"""The area file's kinds of agreement."""

from typing import Any

from county.area import AreaFile, AreaReport, sync_rows
from county.area.sections import names
from grants.models import AgreementKind
from liaisons.models import Power


def load_agreement_kinds(area: AreaFile, report: AreaReport) -> None:
    """Provider of the ``area`` seam: bring the kinds of agreement into step with the file."""
    rows = area.section("agreement_kinds")
    sync_rows(AgreementKind, {row["key"]: _kind(row) for row in rows}, report, section="agreement_kinds")


def _kind(row: dict[str, Any]) -> dict[str, Any]:
    years = row.get("term_years", [])
    return {
        "key": row["key"],
        **names(row),
        "signed_with": row.get("signed_with", Power.AGREEMENT.value),
        "plan_years": row.get("implementation_plan_years"),
        "most_years": max(years) if years else None,
        "reporting_months": row.get("reporting_months"),
        "is_reference": row.get("is_reference", False),
    }
