"""The area file's networks: their names, the units that they are about, how many convene and meet."""

from typing import Any

from django.utils.text import slugify

from county.area import AreaFile, AreaReport, sync_rows
from county.area.sections import names
from liaisons.models import Network


def load_networks(area: AreaFile, report: AreaReport) -> None:
    """Bring the networks into step with the file; the units are there already. A network's key is its Finnish name."""
    sync_rows(Network, _networks(area), report, section="networks")


def _networks(area: AreaFile) -> dict[str, dict[str, Any]]:
    rows = {}
    for order, row in enumerate(area.section("networks")):
        key = slugify(row["name"]["fi"])[:100]
        yearly = row.get("meetings_a_year", {})
        rows[key] = {
            "key": key,
            **names(row),
            "units": [*row.get("units", []), *([row["unit"]] if "unit" in row else [])],
            "conveners_wanted": row.get("conveners", 2),
            "meetings_min": yearly.get("min"),
            "meetings_max": yearly.get("max"),
            "has_regional_forums": row.get("regional_forums", False),
            "order": order,
        }
    return rows
