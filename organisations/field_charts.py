"""The figures of the NGO field as charts and as files: the same numbers, from ``organisations/statistics.py``."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common import charts
from common.charts import BarChart, LineChart, ShareChart, plain
from common.exports import Cell
from common.tile_map import Place, TileMap, levels, tile_map
from common.times import format_date, local_date
from organisations import statistics
from organisations.statistics import MunicipalityRow, Row, YearRow

YEARS = 15

type File = tuple[list[Any], list[list[Cell]]]


@dataclass(frozen=True)
class FieldPage:
    """Everything on the statistics page; a chart that has nothing to show is None."""

    facts: tuple[dict[str, str], ...]
    map: TileMap | None
    per_thousand: BarChart | None
    without_inhabitants: tuple[str, ...]
    sectors: BarChart | None
    legal_forms: ShareChart | None
    reach: BarChart | None
    years: LineChart


def field_page(now: datetime) -> FieldPage:
    """Return the page's figures; nine queries."""
    rows = statistics.field_rows(now)
    today = local_date(now)
    municipalities = statistics.by_municipality(rows)
    reach, not_told = statistics.by_reach(rows)
    years = statistics.by_year(rows, today.year - YEARS + 1, today.year)
    forms = statistics.by_legal_form(rows)
    return FieldPage(
        facts=_facts(sum(row.count for row in forms), years[-1]),
        map=_map(municipalities),
        per_thousand=_per_thousand(municipalities),
        without_inhabitants=tuple(row.label for row in municipalities if not row.inhabitants),
        sectors=_bars("toimialat", statistics.by_sector(rows), _("Toimiala"), _("Yleisin toimiala: %(name)s")),
        legal_forms=_legal_forms(forms),
        reach=_reach(reach, not_told),
        years=_years(years),
    )


def _facts(registered: int, year: YearRow) -> tuple[dict[str, str], ...]:
    return (
        {"label": _("Järjestöjä rekisterissä"), "value": plain(registered)},
        {"label": _("Rekisteröity vuonna %(year)s") % {"year": year.year}, "value": plain(year.new)},
        {"label": _("Lopettanut vuonna %(year)s") % {"year": year.year}, "value": plain(year.gone)},
    )


def _map(rows: Sequence[MunicipalityRow]) -> TileMap | None:
    if not rows:
        return None
    shades = levels([row.count for row in rows])
    page = reverse("organisations:organisations")
    places = [
        Place(
            label=row.label,
            value=plain(row.count),
            column=row.column,
            row=row.row,
            level=shade,
            url=f"{page}?kunta={row.key}",
            more=(_inhabitants(row), _written(row)),
        )
        for row, shade in zip(rows, shades, strict=True)
    ]
    return tile_map(
        key="kunnat",
        heading=_("Eniten järjestöjä: %(name)s (%(count)s)") % {"name": rows[0].label, "count": plain(rows[0].count)},
        note=_(
            "Rekisterissä olevat järjestöt kotipaikan mukaan. Mitä vahvempi sävy ja pitempi palkki, sitä enemmän. "
            "Ruudusta pääset kunnan järjestöihin."
        ),
        places=places,
        head=(_("Kunta"), _("Järjestöjä"), _("Asukkaita"), _("Järjestöjä 1 000 asukasta kohti")),
    )


def _inhabitants(row: MunicipalityRow) -> str:
    if row.inhabitants is None or row.inhabitants_on is None:
        return _("asukasluku puuttuu")
    return f"{plain(row.inhabitants)} ({format_date(row.inhabitants_on)})"


def _written(row: MunicipalityRow) -> str:
    return "–" if row.per_thousand is None else plain(row.per_thousand)


def _per_thousand(rows: Sequence[MunicipalityRow]) -> BarChart | None:
    known = [(row.per_thousand, row.label) for row in rows if row.per_thousand is not None]
    if not known:
        return None
    known.sort(key=lambda pair: -pair[0])
    return charts.bars(
        key="asukasta-kohti",
        heading=_("Asukaslukuun nähden eniten järjestöjä: %(name)s") % {"name": known[0][1]},
        note=_("Järjestöjä tuhatta asukasta kohti."),
        rows=[charts.Bar(label, value, hot=place == 0) for place, (value, label) in enumerate(known)],
        row_label=_("Kunta"),
        value_label=_("Järjestöjä 1 000 asukasta kohti"),
    )


def _bars(key: str, rows: Sequence[Row], row_label: str, heading: str, note: str = "") -> BarChart | None:
    if not any(row.count for row in rows):
        return None
    most = max(rows, key=lambda row: row.count)
    return charts.bars(
        key=key,
        heading=heading % {"name": most.label},
        note=note,
        rows=[charts.Bar(row.label, row.count, hot=row is most) for row in rows],
        row_label=row_label,
        value_label=_("Järjestöjä"),
    )


def _legal_forms(rows: Sequence[Row]) -> ShareChart | None:
    if not rows:
        return None
    most = max(rows, key=lambda row: row.count)
    return charts.share(
        key="muodot",
        heading=_("Yleisin yhteisömuoto: %(name)s") % {"name": most.label},
        parts=[charts.Part(row.label, row.count, hot=row is most) for row in rows],
        row_label=_("Yhteisömuoto"),
        value_label=_("Järjestöjä"),
    )


def _reach(rows: Sequence[Row], not_told: int) -> BarChart | None:
    note = ngettext(
        "Järjestön oman ilmoituksen mukaan. %(count)s järjestö ei ole kertonut ulottuvuuttaan.",
        "Järjestön oman ilmoituksen mukaan. %(count)s järjestöä ei ole kertonut ulottuvuuttaan.",
        not_told,
    ) % {"count": plain(not_told)}
    return _bars("ulottuvuus", rows, _("Ulottuvuus"), _("Yleisin ulottuvuus: %(name)s"), note)


def _years(rows: Sequence[YearRow]) -> LineChart:
    new, gone = (sum(getattr(row, name) for row in rows) for name in ("new", "gone"))
    return charts.line(
        key="vuodet",
        heading=_("Viidessätoista vuodessa rekisteröitiin %(new)s järjestöä ja %(gone)s lopetti")
        % {"new": plain(new), "gone": plain(gone)},
        note=_("Vuosi %(year)s on kesken. Luvuissa ovat ne järjestöt, jotka rekisteriote tuntee.")
        % {"year": rows[-1].year},
        points=[str(row.year) for row in rows],
        series=[
            charts.Series(_("Uusia"), [row.new for row in rows]),
            charts.Series(_("Lopettaneita"), [row.gone for row in rows]),
        ],
        row_label=_("Vuosi"),
    )


# The same numbers as files


def _municipality_file(now: datetime) -> File:
    head: list[Any] = [_("Kuntanumero"), _("Kunta"), _("Järjestöjä"), _("Asukkaita"), _("Asukasluvun päivä")]
    head.append(_("Järjestöjä 1 000 asukasta kohti"))
    rows = statistics.by_municipality(statistics.field_rows(now))
    return head, [
        [row.key, row.label, row.count, row.inhabitants, row.inhabitants_on, row.per_thousand] for row in rows
    ]


def _file(head: list[Any], rows: Sequence[Row]) -> File:
    return head, [[row.label, row.count] for row in rows]


def _sector_file(now: datetime) -> File:
    return _file([_("Toimiala"), _("Järjestöjä")], statistics.by_sector(statistics.field_rows(now)))


def _legal_form_file(now: datetime) -> File:
    return _file([_("Yhteisömuoto"), _("Järjestöjä")], statistics.by_legal_form(statistics.field_rows(now)))


def _reach_file(now: datetime) -> File:
    reach, not_told = statistics.by_reach(statistics.field_rows(now))
    return _file([_("Ulottuvuus"), _("Järjestöjä")], [*reach, Row(_("ei kertonut"), not_told)])


def _year_file(now: datetime) -> File:
    last = local_date(now).year
    rows = statistics.by_year(statistics.field_rows(now), last - YEARS + 1, last)
    return [_("Vuosi"), _("Uusia"), _("Lopettaneita")], [[row.year, row.new, row.gone] for row in rows]


TABLES: dict[str, Callable[[datetime], File]] = {
    "kunnat": _municipality_file,
    "toimialat": _sector_file,
    "muodot": _legal_form_file,
    "ulottuvuus": _reach_file,
    "vuodet": _year_file,
}
