"""From the snapshot to what people read: sections with a message, charts with their tables, definitions."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common import charts
from common.money import format_euros
from grants.statistics import size_labels
from reports.audiences import Audience
from reports.goal_sections import goal_sections
from reports.models import AnnualReport
from reports.plain import shorter
from reports.survey_sections import survey_sections
from reports.year_duties_sections import duty_sections, plan_sections, refused_section
from reports.year_pieces import Drawing, PlainTable, Section, change, count, drawn, euro, of, written
from reports.year_sections import HANDLING, TOLD_IN_SECTIONS, has_sections, table_of, year_sections

__all__ = ["Drawing", "Fact", "PlainTable", "Section", "change", "content", "facts", "figures_as_rows"]

#: Key figures on the first page of the document: with findings and proposals it stays one page.
MOST_KEY_FACTS = 12
MOST_ROWS = 13
#: What the first page tells, the most important from each room; then the others, as many as it holds.
KEY_FACTS = (
    "organisations.registered",
    "grants.granted",
    "grants.organisations",
    "grants.people_reached",
    "grants.handling_days",
    "grants.agreements",
    "liaisons.first_reply_days",
    "liaisons.ngo_seats",
    "forums.demanded_held",
    "forums.attendances",
    "forums.ideas",
    "premises.value",
)


@dataclass(frozen=True)
class Fact:
    """A key figure with last year's beside it and its definition; ``change`` is a percentage or empty.

    ``lang`` is the language of the label and the definition: the snapshot keeps them in Finnish.
    """

    label: str
    value: str
    before: str
    change: str
    definition: str
    lang: str = "fi"
    key: str = ""

    @property
    def note(self) -> str:
        """Last year's value with the change, as it stands under the figure."""
        if not self.change:
            return _("ei vertailuvuotta")
        return _("edellisvuonna %(before)s (%(change)s)") % {"before": self.before, "change": self.change}


def content(report: AnnualReport) -> dict[str, Any]:
    """Return what the page and the document show of a report whose figures have been collected.

    ``key_facts`` are those that say something, first in the rooms' order, and as many as the first page holds.
    """
    reader = report.reader
    told = [fact for fact in facts(report.figures) if reader.tells(fact.key)]
    with_texts = {"findings": report.findings, "proposals": report.proposals}
    return {
        "report": report,
        "facts": told[:MOST_KEY_FACTS] if reader.plain else told,
        "key_facts": told[:MOST_KEY_FACTS],
        "sections": [*build(report.figures, reader), *_rest(report, told[MOST_KEY_FACTS:])],
        **{name: [line for line in text.splitlines() if line.strip()] for name, text in with_texts.items()},
    }


def facts(figures: dict[str, Any]) -> list[Fact]:
    """Return the key figures of the snapshot in order; those without anything in both years come last.

    The most important of each room come first. An older snapshot keeps the rooms' order with which it was frozen.
    """
    rows = sorted(figures["headline"], key=lambda row: not (row["value"] or row["previous"]))
    if has_sections(figures):
        places = {key: place for place, key in enumerate(KEY_FACTS)}
        rows = sorted(rows, key=lambda row: (not says_something(row), places.get(row["key"], len(places))))
    return [
        Fact(
            label=row["label"],
            value=written(row["value"], row["unit"]),
            before=written(row["previous"], row["unit"]),
            change=change(row["value"], row["previous"]),
            definition=row["definition"],
            key=row["key"],
        )
        for row in rows
    ]


def says_something(row: dict[str, Any]) -> bool:
    """Tell whether the figure is more than nothing in either year."""
    return any(value is not None and Decimal(value) for value in (row["value"], row["previous"]))


def _rest(report: AnnualReport, told: list[Fact]) -> list[Section]:
    """Return the section of the figures that neither fit on the first page nor stand in a section of their own."""
    if not report.reader.gets("muut-luvut"):
        return []
    in_sections = TOLD_IN_SECTIONS if has_sections(report.figures) else frozenset[str]()
    left = [fact for fact in told if fact.key not in in_sections]
    if not left:
        return []
    rows = tuple((fact.label, fact.value, fact.before, fact.change or "–") for fact in left)
    head = (_("Luku"), str(report.year), str(report.year - 1), _("Muutos"))
    return [Section("muut-luvut", _("Muut luvut"), table=PlainTable(_("Muut luvut"), head, rows, lang="fi"))]


def build(figures: dict[str, Any], reader: Audience | None = None) -> list[Section]:
    """Return the report's sections in reading order: those that the reader gets, all without a reader."""
    made = [part for part in _all(figures) if reader is None or reader.gets(part.key)]
    return [shorter(part, figures) for part in made] if reader and reader.plain else made


def _all(figures: dict[str, Any]) -> list[Section]:
    return [
        _field(figures),
        _grants(figures),
        _handling(figures),
        *refused_section(figures),
        _use(figures),
        *year_sections(figures),
        *survey_sections(figures),
        *_goals(figures),
        *duty_sections(figures),
        *plan_sections(figures),
    ]


def _goals(figures: dict[str, Any]) -> list[Section]:
    """Return the section of the development goals; none in a snapshot from before they were followed."""
    return [
        Section(
            "tavoitteet",
            part["heading"],
            part["paragraphs"],
            table=PlainTable(part["caption"], part["head"], part["rows"], lang="fi", words=True),
        )
        for part in goal_sections(figures)
    ]


def _field(figures: dict[str, Any]) -> Section:
    rows = figures["organisations"]["by_municipality"]
    total = figures["organisations"]["registered"]
    parts = tuple(charts.Bar(row["label"] or _("Kotipaikka puuttuu"), row["count"]) for row in rows[:MOST_ROWS])
    heading = _("Järjestökentässä on %(count)s rekisteröityä järjestöä") % {"count": count(total)}
    chart = charts.bars(
        key="kentta",
        heading=_("Eniten järjestöjä on kunnassa %(name)s") % {"name": parts[0].label} if parts else heading,
        rows=parts,
        row_label=_("Kunta"),
        value_label=_("Järjestöjä"),
    )
    new = figures["organisations"]["new"]
    sentence = (
        ngettext(
            "Vuoden aikana rekisteröitiin %(count)s uusi järjestö.",
            "Vuoden aikana rekisteröitiin %(count)s uutta järjestöä.",
            new,
        )
        % {"count": count(new)}
        if new
        else _("Vuoden aikana ei rekisteröity uusia järjestöjä.")
    )
    return Section("kentta", heading, (sentence,), drawn(chart, bool(parts)))


def _grants(figures: dict[str, Any]) -> Section:
    now, before = figures["grants"], figures["before"]
    last = {row["label"]: row["granted"] for row in before["by_municipality"]}
    rows = now["by_municipality"]
    growth = {row["label"]: Decimal(row["granted"]) - Decimal(last.get(row["label"], 0)) for row in rows}
    hot = max(growth, key=lambda name: growth[name]) if growth and max(growth.values()) > 0 and last else None
    by_municipality = charts.bars(
        key="kunnat",
        heading=_("Avustukset kasvoivat eniten: %(name)s") % {"name": hot}
        if hot
        else _("Myönnetyt avustukset kunnittain"),
        rows=tuple(
            charts.Bar(
                row["label"] or _("Kotipaikka puuttuu"),
                Decimal(row["granted"]),
                previous=Decimal(last.get(row["label"], 0)),
                hot=row["label"] == hot,
            )
            for row in rows[:MOST_ROWS]
        ),
        row_label=_("Kunta"),
        value_label=str(now["year"]),
        previous_label=str(before["year"]),
        note=_("Palkki: %(now)s. Ohut viivoitettu palkki: %(before)s.")
        % {"now": now["year"], "before": before["year"]},
        written=charts.in_euros,
    )
    sizes = charts.share(
        key="koot",
        heading=_("Avustusten koko"),
        parts=tuple(charts.Part(label, count) for label, count in zip(size_labels(), now["by_size"], strict=True)),
        row_label=_("Avustuksen koko"),
        value_label=_("Avustuksia"),
    )
    asked, granted = Decimal(now["asked"]), Decimal(now["granted"])
    heading = _("Avustuksia myönnettiin %(granted)s, haettiin %(asked)s") % {
        "granted": euro(granted),
        "asked": euro(asked),
    }
    sentences = (
        _("Avustuksen sai %(organisations)s järjestöä. Niistä %(new)s ei saanut avustusta edellisvuonna.")
        % {"organisations": count(now["organisations"]), "new": count(now["new_organisations"])},
    )
    kinds = PlainTable(
        _("Avustukset lajeittain"),
        (_("Avustuslaji"), _("Hakemuksia"), _("Haettu"), _("Avustuksia"), _("Myönnetty")),
        tuple(
            (
                row["label"],
                count(row["applications"]),
                euro(row["asked"]),
                count(row["grants"]),
                euro(row["granted"]),
            )
            for row in now["by_kind"]
        ),
    )
    drawings = (*drawn(by_municipality, bool(rows)), *drawn(sizes, any(now["by_size"]), "chart_share"))
    return Section("avustukset", heading, sentences, drawings, kinds if kinds.rows else None)


def _handling(figures: dict[str, Any]) -> Section:
    now, before = figures["grants"], figures["before"]
    days = now["handling_days"]
    heading = _("Käsittely kesti %(days)s päivää") % {"days": days} if days is not None else _("Päätöksiä ei vielä ole")
    rows = (
        (_("Hakemuksia"), count(now["applications"]), count(before["applications"])),
        (_("Myönteisiä päätöksiä"), count(now["grants"]), count(before["grants"])),
        (_("Kielteisiä päätöksiä"), count(now["rejected"]), count(before["rejected"])),
        (_("Käsittelyaika päivinä (mediaani)"), _or_dash(days), _or_dash(before["handling_days"])),
        (_("Esteellisyysilmoituksia"), count(now["conflicts"]), count(before["conflicts"])),
        (_("Maksettu"), euro(now["paid"]), euro(before["paid"])),
        *_more_handling(figures),
    )
    sentence = _("Aika on laskettu hakemuksen saapumisesta päätökseen. Puolet hakijoista sai päätöksen tätä nopeammin.")
    table = PlainTable(_("Hakemuksesta maksuun"), (_("Vaihe"), str(now["year"]), str(before["year"])), rows)
    return Section("kasittely", heading, (sentence,) if days is not None else (), (), table)


def _more_handling(figures: dict[str, Any]) -> tuple[tuple[str, ...], ...]:
    """Return the rows that a snapshot has since it tells more of the handling."""
    table = table_of(figures, HANDLING, "") if has_sections(figures) else None
    return tuple(row[:3] for row in table.rows) if table else ()


def _or_dash(value: Any) -> str:
    return "–" if value is None else str(value)


def _use(figures: dict[str, Any]) -> Section:
    use, last = figures["grants"]["use"], figures["before"]["use"]
    if not use["sent"]:
        return Section(
            "kaytto",
            _("Käyttöselvityksiä ei ole vielä saapunut"),
            (_("Selvityksiä odotetaan %(due)s.") % {"due": use["due"]},),
        )
    people = use["people_reached"]
    rows = (
        (_("Selvityksiä saapunut"), *(of(row["sent"], row["due"]) for row in (use, last))),
        (_("Hyväksytty"), *(count(row["approved"]) for row in (use, last))),
        (_("Tavoitettuja ihmisiä"), *(count(row["people_reached"]) for row in (use, last))),
        (_("Tapaamisia"), *(count(row["meetings"]) for row in (use, last))),
        (_("Vapaaehtoisia"), *(count(row["volunteers"]) for row in (use, last))),
        (_("Vapaaehtoistunteja"), *(count(row["volunteer_hours"]) for row in (use, last))),
        (_("Avustuksesta käytetty"), *(euro(row["spent"]) for row in (use, last))),
        (
            _("Avustusta tavoitettua ihmistä kohti"),
            *(_each(row["spent"], row["people_reached"]) for row in (use, last)),
        ),
    )
    heading = _("Avustuksilla tavoitettiin %(people)s ihmistä") % {"people": count(people)}
    sentence = _("Luvut ovat järjestöjen ilmoittamia. Sama ihminen voi olla mukana usean järjestön luvussa.")
    years = (str(figures["grants"]["year"]), str(figures["before"]["year"]))
    table = PlainTable(_("Mitä avustuksilla tehtiin"), (_("Mittari"), *years), rows)
    return Section("kaytto", heading, (sentence,), (), table)


def _each(total: Any, people: int) -> str:
    return format_euros(Decimal(total) / people) if people else "–"


def figures_as_rows(figures: dict[str, Any], reader: Audience) -> Iterable[tuple[str, str, str, str]]:
    """Return the reader's key figures as rows for CSV: label, value, last year's value, definition."""
    for row in (row for row in figures["headline"] if reader.tells(row["key"])):
        yield row["label"], str(row["value"] or ""), str(row["previous"] or ""), row["definition"]
