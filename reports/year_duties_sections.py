"""Sections of the statutory duties with their evidence, of refused applications, and of the next year's plan."""

from collections import Counter
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.times import NBSP, format_date
from forums.wheel import quarter_of
from forums.wheel_calendar import quarter_name
from reports.duties import WORDS
from reports.year_pieces import PlainTable, Section, count, of
from reports.year_sections import REFUSED, bars_of, has_sections, number_of, table_of

#: A kind of day that comes more often is told by quarters.
MOST_ALONE = 12


def refused_section(figures: dict[str, Any]) -> list[Section]:
    """Return the section of refusals and claims for revision; none for an older snapshot."""
    if not has_sections(figures):
        return []
    refused, claims = (number_of(figures, f"grants.{key}") for key in ("refused", "claims"))
    if not refused and not claims:
        words = _("Vuoden päätöksistä ei myöskään tehty oikaisuvaatimuksia.")
        return [Section("kielteiset", _("Yhtään hakemusta ei hylätty"), (words,))]
    heading = ngettext(
        "Kielteisen päätöksen sai yksi hakemus", "Kielteisen päätöksen sai %(count)s hakemusta", refused
    ) % {"count": count(refused)}
    words = ngettext(
        "Päätöksistä tehtiin yksi oikaisuvaatimus.", "Päätöksistä tehtiin %(count)s oikaisuvaatimusta.", claims
    ) % {"count": count(claims)}
    grounds = bars_of(
        figures,
        "grants.refused",
        chart="hylkaysperusteet",
        heading=_("Miksi hakemus hylättiin tai jätettiin tutkimatta"),
        row_label=_("Perustelu"),
    )
    outcomes = bars_of(
        figures,
        "grants.claims",
        chart="oikaisuvaatimukset",
        heading=_("Miten oikaisuvaatimukset ratkaistiin"),
        row_label=_("Ratkaisu"),
    )
    table = table_of(figures, REFUSED, _("Kielteiset päätökset ja oikaisuvaatimukset"))
    return [
        Section(
            "kielteiset",
            heading if refused else _("Yhtään hakemusta ei hylätty"),
            (words if claims else _("Päätöksistä ei tehty oikaisuvaatimuksia."),),
            (*grounds, *outcomes),
            table,
        )
    ]


def duty_sections(figures: dict[str, Any]) -> list[Section]:
    """Return the section of the statutory duties; none for a snapshot without them."""
    rows = figures.get("duties") or []
    if not rows:
        return []
    met = sum(row["met"] == "yes" for row in rows)
    unknown = sum(row["met"] == "unknown" for row in rows)
    sentences = [_("Velvoitteet tulevat laeista 611/2021 ja 612/2021. Näyttö on koottu tämän portaalin tiedoista.")]
    if unknown:
        sentences.append(_("Näyttöä ei ole portaalissa %(count)s kohdasta.") % {"count": unknown})
    return [
        Section(
            "velvoitteet",
            _("Lain velvoitteista toteutui %(met)s") % {"met": of(met, len(rows))},
            (" ".join(sentences),),
            table=PlainTable(
                _("Lain velvoitteet ja näyttö"),
                (_("Velvoite"), _("Laki"), _("Tilanne"), _("Näyttö")),
                tuple((row["duty"], _law(row["law"]), str(WORDS[row["met"]]), row["evidence"]) for row in rows),
                lang="fi",
                words=True,
            ),
        )
    ]


def _law(law: str) -> str:
    """Return the law with its sections on one line."""
    return law.replace(" §", f"{NBSP}§")


def plan_sections(figures: dict[str, Any]) -> list[Section]:
    """Return the section of the next year's plan; none for a snapshot without it."""
    plan = figures.get("plan")
    if plan is None:
        return []
    sentences = []
    if plan["needed"]:
        told = {"planned": of(plan["needed"] - plan["missing"], plan["needed"])}
        sentences.append(_("Vaadituista tapahtumista on merkitty vuosikelloon %(planned)s.") % told)
    if not plan["days"]:
        sentences.append(_("Hakujen, tapahtumien ja määräpäivien ajat täydentyvät, kun ne julkaistaan."))
        heading = _("Vuodelle %(year)s ei ole vielä julkaistuja päiviä") % {"year": plan["year"]}
        return [Section("suunnitelma", heading, (" ".join(sentences),))]
    heading = ngettext(
        "Vuodelle %(year)s on julkaistu yksi päivä",
        "Vuodelle %(year)s on julkaistu %(count)s päivää",
        len(plan["days"]),
    ) % {"year": plan["year"], "count": count(len(plan["days"]))}
    table = PlainTable(
        _("Vuoden %(year)s suunnitelma") % {"year": plan["year"]},
        (_("Milloin"), _("Mitä"), _("Laji")),
        tuple(_plan_rows(plan["days"])),
        lang="fi",
        words=True,
    )
    return [Section("suunnitelma", heading, (" ".join(sentences),) if sentences else (), table=table)]


def _plan_rows(days: list[dict[str, str]]) -> list[tuple[str, str, str]]:
    """Return the days in order; a kind with many is told as one row a quarter, where its first day stands."""
    sizes = Counter(day["group"] for day in days)
    quarters = Counter((day["group"], _quarter(day)) for day in days)
    rows: list[tuple[str, str, str]] = []
    told = set()
    for day in days:
        group, quarter = day["group"], _quarter(day)
        if sizes[group] <= MOST_ALONE:
            rows.append((format_date(date.fromisoformat(day["on"])), day["title"], group))
        elif (group, quarter) not in told:
            told.add((group, quarter))
            number = quarters[group, quarter]
            words = ngettext("Yksi julkaistu päivä", "%(count)s julkaistua päivää", number) % {"count": number}
            rows.append((quarter_name(quarter), words, group))
    return rows


def _quarter(day: dict[str, str]) -> int:
    return quarter_of(date.fromisoformat(day["on"]))
