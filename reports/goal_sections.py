"""The report's part on development goals: one by one, each with its light in words, its indicators and a comment."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common import charts
from reports.models import Light


def goal_sections(figures: dict[str, Any]) -> list[dict[str, Any]]:
    """Return heading, sentence and table of the goals of the snapshot; nothing for snapshots without goals."""
    goals = figures.get("goals") or []
    if not goals:
        return []
    good = sum(goal["light"] in (Light.ON_TRACK, Light.REACHED) for goal in goals)
    heading = ngettext(
        "Yksi kehittämistavoite etenee tai on saavutettu",
        "%(good)s kehittämistavoitetta etenee tai on saavutettu",
        good,
    ) % {"good": good}
    silent = sum(not goal["light"] for goal in goals)
    sentences = [_("Tavoitteita on %(count)s.") % {"count": len(goals)}]
    if silent:
        sentences.append(_("Seurantaa ei ole kirjattu %(count)s tavoitteesta.") % {"count": silent})
    return [
        {
            "heading": heading if good else _("Kehittämistavoitteet"),
            "paragraphs": (" ".join(sentences),),
            "caption": _("Kehittämistavoitteet yksitellen"),
            "head": (_("Tavoite"), _("Tilanne"), _("Mittarit"), _("Mitä on tehty")),
            "rows": tuple(_row(goal) for goal in goals),
        }
    ]


def _row(goal: dict[str, Any]) -> tuple[str, ...]:
    light = str(Light(goal["light"]).label) if goal["light"] else _("Ei seurantaa")
    indicators = "; ".join(_indicator(row) for row in goal["indicators"]) or "–"
    return goal["text"], light, indicators, goal["comment"] or "–"


def _indicator(row: dict[str, Any]) -> str:
    value, target = _written(row["value"], row["unit"]), _written(row["target"], row["unit"])
    text = f"{row['label']} {value}"
    return text if row["target"] is None else _("%(text)s (tavoite %(target)s)") % {"text": text, "target": target}


def _written(value: Any, unit: str) -> str:
    return "–" if value is None else f"{charts.plain(Decimal(value).normalize())} {unit}".strip()
