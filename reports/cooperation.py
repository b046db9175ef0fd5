"""The chapters of the co-operation document: declared here, filled from the portal's own data and the edited texts.

The order and the subjects are those of S004 (its table of contents).
"""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from common.times import local_date
from forums.wheel import TERM_BEGAN, TERM_YEARS
from reports import cooperation_facts as facts
from reports.cooperation_facts import Line
from reports.models import CooperationChapter, CooperationDocument

LANGUAGE = "fi"
TITLE = "Järjestöyhteistyön asiakirja"


@dataclass(frozen=True)
class Chapter:
    """One chapter: its title, what to write in it, what the portal knows, and its living pages (label, route)."""

    key: str
    title: Any
    hint: Any
    lines: Callable[[datetime, int], Iterator[Line]] | None = None
    pages: tuple[tuple[Any, str], ...] = ()

    @property
    def links(self) -> list[tuple[Any, str]]:
        """Return the living pages with their addresses."""
        return [(label, reverse(route)) for label, route in self.pages]


CHAPTERS: tuple[Chapter, ...] = (
    Chapter(
        "johdanto",
        _("Johdanto"),
        _("Miksi yhteistyötä tehdään, mitä laki siitä sanoo ja miten se liittyy hyvinvointialueen strategiaan."),
    ),
    Chapter(
        "jarjestokentta",
        _("Järjestökenttä"),
        _("Millaisia järjestöjä alueella on ja ketkä niitä edustavat yhdessä."),
        facts.field,
        ((_("Järjestöt"), "organisations:organisations"),),
    ),
    Chapter(
        "yhdyshenkilot",
        _("Järjestöyhdyshenkilöt"),
        _("Mitä yhdyshenkilöt tekevät, millä tasoilla heitä on ja miten heidän työaikansa on turvattu."),
        facts.posts,
        ((_("Yhteyshenkilöt"), "liaisons:directory"),),
    ),
    Chapter(
        "avustukset",
        _("Järjestöavustukset"),
        _("Mihin avustuksia annetaan, kuka päättää ja millä perusteilla."),
        facts.grants,
        ((_("Avustushaut"), "grants:calls"), (_("Myönnetyt avustukset"), "grants:public_grants")),
    ),
    Chapter(
        "tilat",
        _("Hyvinvointialueen tilat järjestöille"),
        _("Millä ehdoilla järjestöt saavat käyttää tiloja ja kuka sovitusta vastaa."),
        facts.rooms,
        ((_("Varaa tila"), "premises:search"), (_("Toimipaikat"), "premises:sites")),
    ),
    Chapter(
        "viestinta",
        _("Viestintä ja viestintäkanavat"),
        _("Miten hyvinvointialue kertoo järjestöille ja miten järjestöt saavat viestinsä perille."),
        facts.channels,
        (
            (_("Uutiskirje"), "portal:newsletters"),
            (_("Ideat"), "forums:ideas"),
            (_("Kommentointikierrokset"), "liaisons:public_rounds"),
        ),
    ),
    Chapter(
        "palvelut",
        _("Järjestöt palvelujen tuottajina"),
        _("Miten järjestöt tuottavat palveluja. Hankinta ei kuulu tähän portaaliin: kerro, mistä se löytyy."),
    ),
    Chapter(
        "toimielimet",
        _("Toimielimet, joissa järjestöt ovat mukana"),
        _("Missä järjestöt vaikuttavat, kuka niiden edustajat valitsee ja kuinka usein kokoonnutaan."),
        facts.bodies,
        ((_("Toimielimet"), "liaisons:public_bodies"),),
    ),
    Chapter(
        "verkostot",
        _("Verkostot ja yhteistyöryhmät"),
        _("Mitä verkostot tekevät ja miten niihin pääsee mukaan."),
        facts.networks,
        ((_("Verkostot"), "liaisons:networks"),),
    ),
    Chapter(
        "foorumit",
        _("Foorumit ja muut tilaisuudet"),
        _("Mitä tilaisuuksia pidetään, kenelle ja kenen kanssa ne järjestetään."),
        facts.series,
        ((_("Tapahtumat"), "forums:events"), (_("Vuosikello"), "forums:public_year")),
    ),
    Chapter(
        "seuranta",
        _("Seuranta ja arviointi"),
        _("Kuka yhteistyötä seuraa, mistä tiedoista ja kuinka usein."),
        facts.follow_up,
        ((_("Raportit"), "reports:reports"),),
    ),
    Chapter(
        "tavoitteet",
        _("Kehittämistavoitteet"),
        _("Mistä tavoitteet tulevat ja miten niiden eteneminen näkyy."),
        facts.goals,
        ((_("Näin edistymme"), "reports:goals"),),
    ),
)
BY_KEY = {chapter.key: chapter for chapter in CHAPTERS}


@dataclass(frozen=True)
class Written:
    """A chapter as it is read: title, text, lines; and, where it is edited, the row of its text."""

    chapter: Chapter
    title: str
    text: str
    lines: tuple[Line, ...]
    row: CooperationChapter | None = None

    @property
    def key(self) -> str:
        return self.chapter.key

    @property
    def is_empty(self) -> bool:
        """Tell whether there is nothing to read."""
        return not self.text and not self.lines


def draft_chapters(document: CooperationDocument, now: datetime) -> list[Written]:
    """Return the chapters as they stand now: the edited texts and what the portal knows today, in Finnish."""
    rows = {row.key: row for row in document.chapters.all()}
    found = []
    with translation.override(LANGUAGE):
        for chapter in CHAPTERS:
            row = rows.get(chapter.key)
            lines = tuple(chapter.lines(now, document.first_year)) if chapter.lines else ()
            found.append(Written(chapter, str(chapter.title), row.text if row else "", lines, row))
    return found


def frozen_chapters(document: CooperationDocument) -> list[Written]:
    """Return the chapters of a decided document as they were frozen; a chapter that is no more has no living pages."""
    return [
        Written(
            BY_KEY.get(one["key"]) or Chapter(one["key"], one["title"], ""),
            one["title"],
            one["text"],
            tuple(Line(**line) for line in one["lines"]),
        )
        for one in document.contents.get("chapters", ())
    ]


def freeze_contents(chapters: list[Written], now: datetime) -> dict[str, Any]:
    """Return what a decided document keeps: the chapters that say something, and the day on which the lines stand."""
    return {
        "as_of": local_date(now).isoformat(),
        "chapters": [
            {"key": one.key, "title": one.title, "text": one.text, "lines": [asdict(line) for line in one.lines]}
            for one in chapters
            if not one.is_empty
        ],
    }


def terms(day: date) -> list[int]:
    """Return the first years of the council's term that goes on and of the next one (611/2021 23 §: from June on)."""
    year = day.year if day.month >= 6 else day.year - 1
    began = TERM_BEGAN + (year - TERM_BEGAN) // TERM_YEARS * TERM_YEARS
    return [began, began + TERM_YEARS]
