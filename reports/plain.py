"""The shorter texts of the report in plain language: short sentences, one thing in each, no table of numbers.

A section without a shorter text, or with nothing to tell, keeps its ordinary words.
"""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from reports.year_pieces import Section, count, euro, written
from reports.year_sections import by_key, has_sections, number_of

Words = tuple[str, tuple[str, ...]]
Figures = dict[str, Any]


def shorter(part: Section, figures: Figures) -> Section:
    """Return the section in plain words with its first picture; as it is where no shorter text stands."""
    write = _TEXTS.get(part.key)
    words = write(figures) if write else None
    if words is None:
        return part
    heading, sentences = words
    return replace(part, heading=heading, paragraphs=sentences, drawings=part.drawings[:1], table=None)


def _grants(figures: Figures) -> Words | None:
    now = figures["grants"]
    if not now["organisations"]:
        return None
    return (
        _("Avustuksen saaneita järjestöjä oli %(count)s") % {"count": count(now["organisations"])},
        (
            _("Hyvinvointialue myönsi järjestöille avustuksia yhteensä %(sum)s.") % {"sum": euro(now["granted"])},
            _("Avustus on rahaa, jolla järjestö järjestää toimintaa asukkaille."),
        ),
    )


def _use(figures: Figures) -> Words | None:
    use = figures["grants"]["use"]
    if not use["people_reached"]:
        return None
    sentences = [_("Järjestöt ovat kertoneet luvut itse.")]
    if use["volunteers"]:
        sentences.insert(0, _("Vapaaehtoisia oli mukana %(count)s.") % {"count": count(use["volunteers"])})
    heading = _("Ihmisiä oli mukana avustetussa toiminnassa %(count)s") % {"count": count(use["people_reached"])}
    return heading, tuple(sentences)


def _events(figures: Figures) -> Words | None:
    times = number_of(figures, "forums.attendances") if has_sections(figures) else 0
    if not times:
        return None
    return (
        _("Yhteisissä tapahtumissa käyntejä oli %(count)s") % {"count": count(times)},
        (_("Tapahtumissa järjestöt ja hyvinvointialue puhuvat yhteisistä asioista."),),
    )


def _seats(figures: Figures) -> Words | None:
    demanded, filled = (sum(row[name] for row in figures.get("seats", ())) for name in ("demanded", "filled"))
    if not demanded:
        return None
    return (
        _("Järjestöt ovat mukana toimielimissä"),
        (
            _("Toimielin on ryhmä, joka päättää asioista tai antaa niihin neuvoja."),
            _("Järjestöillä on toimielimissä paikkoja %(demanded)s. Niistä on täytetty %(filled)s.")
            % {"demanded": count(demanded), "filled": count(filled)},
        ),
    )


def _requests(figures: Figures) -> Words | None:
    asked = number_of(figures, "liaisons.requests") if has_sections(figures) else 0
    if not asked:
        return None
    sentences = [_("Järjestö voi pyytää meiltä esimerkiksi lausuntoa tai työntekijää mukaan tilaisuuteen.")]
    median = by_key(figures)["liaisons.first_reply_days"]["value"]
    if median is not None and Decimal(median):
        told = {"days": written(median, "")}
        sentences.append(_("Puolet pyynnöistä sai vastauksen nopeammin kuin %(days)s päivässä.") % told)
    return _("Järjestöiltä tulleita pyyntöjä oli %(count)s") % {"count": count(asked)}, tuple(sentences)


def _ideas(figures: Figures) -> Words | None:
    ideas = number_of(figures, "forums.ideas") if has_sections(figures) else 0
    if not ideas:
        return None
    return (
        _("Kerrottuja ideoita oli %(count)s") % {"count": count(ideas)},
        (_("Kuka tahansa voi kertoa idean. Kerromme jokaisesta, mitä sille tapahtuu."),),
    )


_TEXTS: dict[str, Callable[[Figures], Words | None]] = {
    "avustukset": _grants,
    "kaytto": _use,
    "foorumit": _events,
    "edustus": _seats,
    "pyynnot": _requests,
    "ideat": _ideas,
}
