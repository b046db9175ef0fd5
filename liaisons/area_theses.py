"""The theses of an NGO-friendly county: the area's own, or the seven of the campaign where it gives none."""

from county.area import AreaFile, AreaReport, sync_rows
from county.area.sections import names
from liaisons.models import Thesis

#: Järjestöystävällinen kunta ja maakunta, S002 §2.7. Data, in Finnish like the file.
SEVEN = (
    "mahdollistaa asukkaiden aktiivisen osallistumisen",
    "tunnistaa ja tunnustaa järjestöt tasavertaisina kumppaneina",
    "nimeää järjestöyhdyshenkilön ja kutsuu järjestöt säännöllisesti koolle",
    "tarjoaa järjestöjen käyttöön maksuttomia tiloja",
    "maksaa järjestöavustuksia",
    "kerää ja hyödyntää asukkaiden kokemuksia palveluissaan",
    "viestii järjestötoiminnasta asukkaille",
)


def load_theses(area: AreaFile, report: AreaReport) -> None:
    """Bring the theses into step with the file. Other words are another thesis; one that is gone keeps its years."""
    lists = area.data.get("friendly_county_theses") or {"fi": list(SEVEN)}
    rows = {}
    for order, text in enumerate(lists["fi"]):
        named = {code: lists[code][order] for code in ("sv", "en") if order < len(lists.get(code, []))}
        rows[text] = {**names({"name": {"fi": text, **named}}), "order": order}
    sync_rows(Thesis, rows, report, section="friendly_county_theses")
    Thesis.objects.filter(area_key__isnull=False).exclude(area_key__in=rows).update(is_current=False)
    Thesis.objects.filter(area_key__in=rows).update(is_current=True)
