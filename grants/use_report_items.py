"""What is looked at in each of the two checks of a use report: the items of the check lists."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.errors import Refused
from grants.models import ItemResult, ReportStep, UseReportCheck

#: Step -> item -> what is to be in order. Keys are stored; words may be made better.
ITEMS: dict[str, dict[str, Any]] = {
    ReportStep.CONTENT: {
        "purpose": gettext_lazy("Avustus käytettiin päätöksen mukaiseen tarkoitukseen"),
        "story": gettext_lazy("Selvityksestä näkee, mitä tehtiin ja mitä siitä seurasi"),
        "figures": gettext_lazy("Luvut ovat uskottavia, ja erot tavoitteista on selitetty"),
        "places": gettext_lazy("Toimintaa oli luvatuissa kunnissa"),
        "pictures": gettext_lazy("Kuvissa olevilta on kuvauslupa"),
    },
    ReportStep.MONEY: {
        "sum": gettext_lazy("Käytetty summa täsmää menoihin ja on enintään myönnetty summa"),
        "costs": gettext_lazy("Menot vastaavat talousarviota, tai poikkeamat on selitetty"),
        "period": gettext_lazy("Menot kuuluvat avustuksen käyttöaikaan"),
        "papers": gettext_lazy("Tilinpäätös tai tositteet tukevat summaa"),
        "unused": gettext_lazy("Käyttämättä jäänyt osa on todettu ja takaisinperintä harkittu"),
    },
}


def check_items(step: str, given: Mapping[str, str]) -> dict[str, str]:
    """Return the items of the step with their results; refused ``unchecked`` unless each is answered.

    Unknown items and results are not kept.
    """
    found = {key: given[key] for key in ITEMS[step] if given.get(key) in ItemResult.values}
    lacking = [str(label) for key, label in ITEMS[step].items() if key not in found]
    if lacking:
        raise Refused("unchecked", _("Tarkista vielä: %(items)s.") % {"items": "; ".join(lacking)})
    return found


def shown(check: UseReportCheck) -> list[dict[str, Any]]:
    """Return the rows of a check to be read: label and result, in the order of the list."""
    return [
        {"label": label, "result": ItemResult(check.items[key]).label}
        for key, label in ITEMS[check.step].items()
        if key in check.items
    ]
