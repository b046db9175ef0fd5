"""Sections of what the rooms did in the year: agreements, events, representation, requests, premises, ideas.

A snapshot from before they were collected has none of them.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common import charts
from reports.year_pieces import Drawing, PlainTable, Section, change, count, drawn, euro, of, written

MOST_BARS = 12
#: A series that lacks something names so many of those for whom it does.
MOST_NAMES = 5
#: Answer times are told of kinds with so many requests.
FEWEST = 5
Figures = dict[str, Any]

AGREEMENTS = (
    "grants.agreements",
    "grants.agreement_organisations",
    "grants.agreements_begun",
    "grants.agreements_ended",
    "grants.agreement_reports",
    "grants.agreement_evaluations",
    "grants.agreement_talks",
)
EVENTS = (
    "forums.held",
    "forums.demanded_held",
    "forums.attendances",
    "forums.first_timers",
    "forums.remote_share",
    "forums.feedback_mean",
    "forums.feedback_answers",
)
REPRESENTATION = (
    "liaisons.ngo_seats",
    "liaisons.nominations",
    "liaisons.nominated_seats",
    "liaisons.candidates",
    "liaisons.seated",
)
REQUESTS = (
    "liaisons.requests",
    "liaisons.first_reply_days",
    "liaisons.answer_days_p90",
    "liaisons.helped_share",
    "liaisons.posts_held",
    "liaisons.trainings",
)
PREMISES = (
    "premises.hours",
    "premises.bookings",
    "premises.organisations",
    "premises.value",
    "premises.refused",
    "premises.misses",
    "premises.season_turns",
    "premises.season_refused",
)
VOICES = ("forums.ideas", "forums.topics_answered", "forums.actions_done")
REFUSED = ("grants.refused", "grants.not_examined", "grants.partly", "grants.claims")
HANDLING = ("grants.handling_days_p90", "grants.supplemented", "grants.continuing")
#: Headline figures that a section tells.
TOLD_IN_SECTIONS = frozenset(
    (*AGREEMENTS, *EVENTS, *REPRESENTATION, *REQUESTS, *PREMISES, *VOICES, *REFUSED, *HANDLING)
)


def has_sections(figures: Figures) -> bool:
    """Tell whether the snapshot was collected with what these sections tell."""
    return "parameters" in figures


def year_sections(figures: Figures) -> list[Section]:
    """Return the sections of the rooms in reading order; none for an older snapshot."""
    if not has_sections(figures):
        return []
    return [
        _agreements(figures),
        _wheel(figures),
        _events(figures),
        _representation(figures),
        _requests(figures),
        *_times(figures),
        _premises(figures),
        _voices(figures),
    ]


def by_key(figures: Figures) -> dict[str, dict[str, Any]]:
    """Return the headline figures by their key."""
    return {row["key"]: row for row in figures["headline"]}


def table_of(figures: Figures, keys: Iterable[str], caption: str) -> PlainTable | None:
    """Return the headline figures of these keys as a table with last year's and the change; None without any."""
    known = by_key(figures)
    rows = tuple(
        (
            row["label"],
            written(row["value"], row["unit"]),
            written(row["previous"], row["unit"]),
            change(row["value"], row["previous"]) or "–",
        )
        for row in (known[key] for key in keys if key in known)
    )
    head = (_("Luku"), str(figures["year"]), str(figures["year"] - 1), _("Muutos"))
    return PlainTable(caption, head, rows, lang="fi") if rows else None


def number_of(figures: Figures, key: str) -> int:
    """Return a headline figure as a whole number; 0 where there is none."""
    return int(Decimal((by_key(figures).get(key) or {}).get("value") or 0))


def _nothing(figures: Figures, keys: Iterable[str]) -> bool:
    known = by_key(figures)
    return not any(Decimal(known[key]["value"] or 0) for key in keys if key in known)


def bars_of(figures: Figures, key: str, *, chart: str, heading: str, row_label: str) -> tuple[Drawing, ...]:
    """Return a figure's rows as bars with last year's beside; nothing where all are nothing."""
    rows = [row for row in (by_key(figures).get(key) or {}).get("rows") or [] if row[1] or row[2]]
    drawing = charts.bars(
        key=chart,
        heading=heading,
        rows=[charts.Bar(row[0] or _("Ei tiedossa"), _bare(row[1]), _bare(row[2] or 0)) for row in rows[:MOST_BARS]],
        row_label=row_label,
        value_label=str(figures["year"]),
        previous_label=str(figures["year"] - 1),
        note=_both_years(figures),
    )
    return drawn(drawing, bool(rows))


def _bare(value: Any) -> Decimal:
    number = Decimal(value)
    return number.quantize(Decimal(1)) if number == number.to_integral_value() else number


def _both_years(figures: Figures) -> str:
    year = figures["year"]
    return _("Palkki: %(now)s. Ohut viivoitettu palkki: %(before)s.") % {"now": year, "before": year - 1}


def _agreements(figures: Figures) -> Section:
    caption = _("Sopimukset lukuina")
    if _nothing(figures, AGREEMENTS):
        words = _("Kun järjestöjen kanssa tehdään sopimuksia, tässä kerrotaan, miten ne etenevät ja toimivat.")
        return Section("sopimukset", _("Sopimuksia ei ollut voimassa"), (words,))
    lasting = number_of(figures, "grants.agreements")
    heading = ngettext(
        "Järjestöjen kanssa oli voimassa yksi sopimus", "Järjestöjen kanssa oli voimassa %(count)s sopimusta", lasting
    ) % {"count": count(lasting)}
    reports = by_key(figures)["grants.agreement_reports"]
    due = reports["rows"][0][1]
    parties = number_of(figures, "grants.agreement_organisations")
    sentences = [
        ngettext(
            "Sopimuksissa oli osapuolena yksi järjestö.", "Sopimuksissa oli osapuolena %(count)s järjestöä.", parties
        )
        % {"count": count(parties)}
    ]
    if due:
        told = {"sent": of(reports["value"], due)}
        sentences.append(_("Vuoden aikana pyydetyistä sopimusraporteista saatiin %(sent)s.") % told)
    sentences.append(_graded(by_key(figures)["grants.agreement_evaluations"]))
    kinds = bars_of(
        figures,
        "grants.agreements",
        chart="sopimuslajit",
        heading=_("Voimassa olleet sopimukset lajeittain"),
        row_label=_("Sopimuslaji"),
    )
    return Section(
        "sopimukset",
        heading,
        (" ".join(sentences),),
        (*kinds, *_grades(by_key(figures)["grants.agreement_evaluations"])),
        table_of(figures, AGREEMENTS, caption),
    )


def _graded(evaluations: dict[str, Any]) -> str:
    if not evaluations["value"]:
        return _("Sopimusten toimivuutta ei arvioitu vuoden aikana.")
    if not evaluations["rows"]:
        return _("Arvioita on alle viisi, joten niiden jakaumaa ei kerrota.")
    good = sum(row[1] for row in evaluations["rows"][:2])
    return _("Arvioista %(good)s kertoo, että sopimus toimii hyvin tai pääosin.") % {
        "good": of(good, evaluations["value"])
    }


def _grades(evaluations: dict[str, Any]) -> tuple[Drawing, ...]:
    parts = [charts.Part(row[0], row[1]) for row in evaluations["rows"]]
    chart = charts.share(
        key="sopimusarviot",
        heading=_("Miten sopimukset toimivat"),
        parts=parts,
        row_label=_("Arvio"),
        value_label=_("Arvioita"),
    )
    return drawn(chart, bool(parts), "chart_share")


def _wheel(figures: Figures) -> Section:
    rows = figures["demanded"]
    needed = sum(row["needed"] for row in rows)
    if not needed:
        words = _("Kun vuosikellossa on vaadittuja tapahtumia, tässä verrataan pidettyjä vaadittuihin.")
        return Section("vuosikello", _("Vuodelle ei ollut vaadittuja tapahtumia"), (words,))
    held = number_of(figures, "forums.demanded_held")
    heading = _("Vaadituista tapahtumista pidettiin %(held)s") % {"held": of(held, needed)}
    words = _("Vaatimus tulee laista tai järjestöyhteistyön asiakirjasta.")
    table = PlainTable(
        _("Pidetyt ja vaaditut tapahtumat"),
        (_("Tapahtumasarja"), _("Vaatimus"), _("Pidetty"), _("Puuttuu")),
        tuple(
            (row["series"], row["demand"], of(row["held"], row["needed"]), _names(row["missing"]) or "–")
            for row in rows
        ),
        lang="fi",
        words=True,
    )
    return Section("vuosikello", heading, (words,), (), table)


def _names(names: list[str]) -> str:
    if len(names) <= MOST_NAMES:
        return ", ".join(names)
    rest = {"names": ", ".join(names[:MOST_NAMES]), "count": len(names) - MOST_NAMES}
    return _("%(names)s ja %(count)s muuta") % rest


def _events(figures: Figures) -> Section:
    if _nothing(figures, EVENTS):
        words = _("Kun foorumien, etäkahvien ja muiden tapahtumien läsnäolo kirjataan, luvut näkyvät tässä.")
        return Section("foorumit", _("Tapahtumia ei ole kirjattu pidetyiksi"), (words,))
    times = number_of(figures, "forums.attendances")
    first = number_of(figures, "forums.first_timers")
    heading = _("Tapahtumissa oltiin mukana %(count)s kertaa") % {"count": count(times)}
    sentences = [
        ngettext("Yksi ihminen oli mukana ensi kertaa.", "%(count)s ihmistä oli mukana ensi kertaa.", first)
        % {"count": count(first)}
    ]
    mean = by_key(figures).get("forums.feedback_mean", {}).get("value")
    if mean is not None:
        told = {"mean": written(mean, ""), "count": count(number_of(figures, "forums.feedback_answers"))}
        sentences.append(_("Hyödyllisyys sai keskiarvon %(mean)s asteikolla 1–5 (%(count)s vastausta).") % told)
    chart = charts.bars(
        key="tapahtumasarjat",
        heading=_("Osallistumiset tapahtumasarjoittain"),
        rows=[
            charts.Bar(row["label"] or _("Muut tapahtumat"), row["attendances"], row["previous"])
            for row in figures["attendance"][:MOST_BARS]
        ],
        row_label=_("Tapahtumasarja"),
        value_label=str(figures["year"]),
        previous_label=str(figures["year"] - 1),
        note=_both_years(figures),
    )
    return Section(
        "foorumit",
        heading if times else _("Tapahtumia pidettiin, läsnäoloja ei ole kirjattu"),
        (" ".join(sentences),) if times else (),
        drawn(chart, bool(figures["attendance"])),
        table_of(figures, EVENTS, _("Tapahtumat lukuina")),
    )


def _representation(figures: Figures) -> Section:
    seats = figures["seats"]
    demanded, filled = (sum(row[name] for row in seats) for name in ("demanded", "filled"))
    if not demanded and _nothing(figures, REPRESENTATION):
        words = _("Kun toimielimiin kirjataan järjestöjen paikat, tässä kerrotaan, onko niissä edustaja.")
        return Section("edustus", _("Järjestöjen paikkoja ei ole kirjattu"), (words,))
    heading = _("Järjestöjen paikoista toimielimissä on täytetty %(filled)s") % {"filled": of(filled, demanded)}
    seated, sought = (number_of(figures, f"liaisons.{key}") for key in ("seated", "nominated_seats"))
    words = (
        _("Vuoden edustajahauissa oli %(seats)s paikkaa. Niihin on nimetty %(seated)s.")
        % {"seats": count(sought), "seated": count(seated)}
        if sought
        else _("Vuoden aikana ei haettu edustajia toimielimiin.")
    )
    chart = charts.bars(
        key="paikat",
        heading=_("Järjestöjen paikat toimielimittäin"),
        rows=[charts.Bar(row["label"], row["filled"], row["demanded"]) for row in seats[:MOST_BARS]],
        row_label=_("Toimielin"),
        value_label=_("Täytetty"),
        previous_label=_("Paikkoja"),
        note=_("Palkki: täytetty. Ohut viivoitettu palkki: paikkoja."),
    )
    return Section(
        "edustus",
        heading,
        (words,),
        drawn(chart, bool(seats)),
        table_of(figures, REPRESENTATION, _("Edustus ja edustajahaut lukuina")),
    )


def _requests(figures: Figures) -> Section:
    known = by_key(figures)
    asked, established = number_of(figures, "liaisons.requests"), known["liaisons.posts_held"]["rows"][0][1]
    if not asked and not established:
        words = _("Kun järjestöt lähettävät yhteistyöpyyntöjä, tässä kerrotaan, miten nopeasti niihin vastattiin.")
        return Section("pyynnot", _("Yhteistyöpyyntöjä ei tullut"), (words,))
    held = of(number_of(figures, "liaisons.posts_held"), established)
    sentences = [_("Vakiinnutetuista yhteyshenkilön tehtävistä hoidossa on %(held)s.") % {"held": held}]
    median = known["liaisons.first_reply_days"]["value"]
    heading = _("Yhteistyöpyyntöjä tuli %(count)s") % {"count": count(asked)}
    if not asked:
        heading = _("Yhteistyöpyyntöjä ei tullut")
    if median is not None:
        heading = _("Puolet kysyjistä sai ensimmäisen vastauksen %(days)s päivässä") % {"days": written(median, "")}
        sentences.insert(0, _("Yhteistyöpyyntöjä tuli %(count)s.") % {"count": count(asked)})
    chart = bars_of(
        figures,
        "liaisons.requests",
        chart="pyynnot-lajeittain",
        heading=_("Mitä järjestöt pyysivät"),
        row_label=_("Laji"),
    )
    return Section(
        "pyynnot",
        heading,
        (" ".join(sentences),),
        chart,
        table_of(figures, REQUESTS, _("Yhteyshenkilöt ja vastausajat lukuina")),
    )


def _times(figures: Figures) -> list[Section]:
    """Return the answer times by kind of request; a kind with few requests has no times of its own."""
    rows = [row for row in figures["requests"] if row["count"] >= FEWEST and row["first"] is not None]
    if not rows:
        return []
    fastest = min(rows, key=lambda row: (Decimal(row["first"]), row["label"]))
    days = [tuple(written(row[key], "") for key in ("first", "answer", "p90")) for row in rows]
    table = PlainTable(
        _("Vastausajat päivinä pyynnön lajin mukaan"),
        (_("Laji"), _("Pyyntöjä"), _("Ensimmäinen vastaus, mediaani"), _("Vastaus, mediaani"), _("Vastaus, 90 %")),
        tuple((row["label"], count(row["count"]), *times) for row, times in zip(rows, days, strict=True)),
        lang="fi",
    )
    words = _("Mukana ovat lajit, joista tuli vuoden aikana vähintään %(count)s pyyntöä.") % {"count": FEWEST}
    heading = _("Nopeimmin vastattiin: %(kind)s") % {"kind": fastest["label"]}
    return [Section("vastausajat", heading, (words,), (), table)]


def _premises(figures: Figures) -> Section:
    if _nothing(figures, PREMISES):
        words = _("Kun järjestöt varaavat hyvinvointialueen tiloja, tässä kerrotaan käyttö ja sen arvo.")
        return Section("tilat", _("Tiloja ei varattu vuoden aikana"), (words,))
    value = by_key(figures)["premises.value"]["value"]
    heading = _("Maksuton tilankäyttö oli järjestöille %(value)s arvoista") % {"value": euro(value)}
    users = number_of(figures, "premises.organisations")
    words = ngettext("Tiloja käytti yksi järjestö.", "Tiloja käytti %(count)s järjestöä.", users) % {
        "count": count(users)
    }
    places = bars_of(
        figures,
        "premises.hours",
        chart="tilat-kunnittain",
        heading=_("Tilojen käyttö tunteina kunnittain"),
        row_label=_("Kunta"),
    )
    rooms = charts.bars(
        key="tilojen-kaytto",
        heading=_("Eniten käytetyt tilat: osuus varattavista tunneista, %"),
        rows=[charts.Bar(row["label"], Decimal(row["share"])) for row in figures["rooms"][:MOST_BARS]],
        row_label=_("Tila"),
        value_label=_("Käytetty, %"),
    )
    return Section(
        "tilat",
        heading if Decimal(value or 0) else _("Järjestöt eivät käyttäneet tiloja maksutta"),
        (words,),
        (*places, *drawn(rooms, bool(figures["rooms"]))),
        table_of(figures, PREMISES, _("Tilojen käyttö lukuina")),
    )


def _voices(figures: Figures) -> Section:
    known = by_key(figures)
    actions = known["forums.actions_done"]
    due, proposed = actions["rows"][0][1], known["forums.topics_answered"]["rows"][0][1]
    if _nothing(figures, VOICES) and not due and not proposed:
        words = _("Kun ideoita julkaistaan ja tapahtumissa sovitaan toimenpiteistä, tässä kerrotaan, mitä niistä tuli.")
        return Section("ideat", _("Ideoita tai toimenpiteitä ei kirjattu"), (words,))
    ideas = number_of(figures, "forums.ideas")
    heading = ngettext("Julkaistiin yksi idea", "Julkaistiin %(count)s ideaa", ideas) % {"count": count(ideas)}
    sentences = []
    if due:
        told = {"done": of(actions["value"], due)}
        sentences.append(_("Toimenpiteistä, joiden määräpäivä oli vuoden aikana, on tehty %(done)s.") % told)
    if proposed:
        told = {"answered": of(known["forums.topics_answered"]["value"], proposed)}
        sentences.append(_("Aihe-ehdotuksista on vastattu %(answered)s.") % told)
    chart = bars_of(
        figures,
        "forums.ideas",
        chart="ideat-tilan-mukaan",
        heading=_("Mitä ideoista on tullut"),
        row_label=_("Tila nyt"),
    )
    return Section(
        "ideat",
        heading if ideas else _("Uusia ideoita ei julkaistu"),
        (" ".join(sentences),) if sentences else (),
        chart,
        table_of(figures, VOICES, _("Ideat, aiheet ja toimenpiteet lukuina")),
    )
