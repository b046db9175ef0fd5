"""For whom a yearly report is made, and what each of them gets: declared here, in one list.

The figures are collected whole for everybody; an audience decides which sections and which rooms' key figures its
report tells. So a report for another reader never says another number, it says fewer of them.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

COMMITTEE = "committee"


@dataclass(frozen=True)
class Audience:
    """One reader of reports.

    ``sections``: the keys of the sections it gets, in the report's own order; none means all of them. ``rooms``: whose
    key figures it gets; none means all. ``plain``: shorter texts where they stand (``reports.plain``), and of the
    definitions those of the first page. ``source`` says on what the choice rests.
    """

    key: str
    label: Any
    title: Any
    intro: Any
    source: str
    sections: frozenset[str] = frozenset()
    rooms: tuple[str, ...] = ()
    plain: bool = False

    def gets(self, section: str) -> bool:
        """Tell whether the section is told to this audience."""
        return not self.sections or section in self.sections

    def tells(self, figure: str) -> bool:
        """Tell whether the key figure is told to this audience."""
        return not self.rooms or figure.partition(".")[0] in self.rooms

    def title_of(self, year: int) -> str:
        """Return the report's title in the active language."""
        return str(self.title) % {"year": year}


AUDIENCES: tuple[Audience, ...] = (
    Audience(
        COMMITTEE,
        _("HYTE-lautakunta: koko raportti"),
        _("Järjestöyhteistyö %(year)s"),
        _("Seurantaraportti järjestöjen ja hyvinvointialueen yhteistyöstä."),
        "S004 §5: hyvinvoinnin ja terveyden edistämisen lautakunta seuraa järjestöyhteistyötä vuosittain "
        "avustusprosessin, avustusten raporttien ja palautteen pohjalta.",
    ),
    Audience(
        "participation",
        _("Osallisuusvaliokunta"),
        _("Järjestöjen osallisuus %(year)s"),
        _("Miten järjestöt ovat päässeet mukaan ja vaikuttamaan. Osa osallisuusohjelman arviointia."),
        "S004 §5: osallisuusvaliokunta seuraa järjestöyhteistyön toteutumista osana osallisuusohjelman arviointia. "
        "Siksi: paikat toimielimissä, tapahtumat, ideat ja niiden vastaukset, pyynnöt, tavoitteet; ei rahaa.",
        frozenset({"edustus", "vuosikello", "foorumit", "ideat", "pyynnot", "vastausajat", "kyselyt", "tavoitteet"}),
        ("liaisons", "forums"),
    ),
    Audience(
        "ministry",
        _("Ministeriö: vuosittainen neuvottelu"),
        _("Järjestöyhteistyö %(year)s, ohjausneuvottelun aineisto"),
        _("Tiedot järjestöjen kanssa tehdystä yhteistyöstä ja lain velvoitteista ministeriön neuvottelua varten."),
        "S002 §3.3 ja §5.2.1 (DOMAIN 8, rivi 38): aineisto ministeriön vuosineuvotteluun. Velvoitteet: 612/2021 6–7 §.",
        frozenset(
            {
                "kentta",
                "avustukset",
                "kaytto",
                "sopimukset",
                "vuosikello",
                "edustus",
                "tilat",
                "tavoitteet",
                "velvoitteet",
            }
        ),
    ),
    Audience(
        "safety",
        _("Asiakas- ja potilasturvallisuus"),
        _("Järjestöt ja asiakasturvallisuus %(year)s"),
        _("Mitä järjestöt ovat kertoneet ja pyytäneet ja miten niille on vastattu. Osa turvallisuuden seurantaa."),
        "S004 §5: järjestöjen kanssa tehtävää yhteistyötä seurataan ja arvioidaan myös osana asiakas- ja "
        "potilasturvallisuusstrategiaa. Siksi: mistä järjestöjen viesti tulee ja kuinka nopeasti siihen vastataan.",
        frozenset({"edustus", "foorumit", "ideat", "pyynnot", "vastausajat", "tavoitteet"}),
        ("liaisons", "forums"),
    ),
    Audience(
        "wellbeing",
        _("Hyvinvointikertomus"),
        _("Järjestöt hyvinvoinnin edistäjinä %(year)s"),
        _("Ote alueelliseen hyvinvointikertomukseen: järjestöt ja niiden toiminta alueella."),
        "612/2021 7 §: alueellinen hyvinvointikertomus; S002 §5.2.1 (DOMAIN 8, rivi 38). Siksi: järjestökenttä, "
        "avustukset ja mitä niillä saatiin, tapahtumat, tilat ja tavoitteet.",
        frozenset({"kentta", "avustukset", "kaytto", "foorumit", "tilat", "tavoitteet"}),
        ("organisations", "grants", "forums", "premises"),
    ),
    Audience(
        "ngos",
        _("Järjestöt: lyhyesti ja selkeästi"),
        _("Näin teimme yhteistyötä %(year)s"),
        _("Lyhyt raportti järjestöille siitä, mitä teimme yhdessä."),
        "S004 §6: järjestöt toivoivat parempaa viestintää ja avointa vuoropuhelua (kysely 2023, n = 184); S004 §3.3.",
        frozenset(
            {
                "avustukset",
                "kaytto",
                "foorumit",
                "edustus",
                "pyynnot",
                "vastausajat",
                "tilat",
                "ideat",
                "tavoitteet",
                "suunnitelma",
            }
        ),
        plain=True,
    ),
)
BY_KEY = {audience.key: audience for audience in AUDIENCES}
CHOICES = [(audience.key, audience.label) for audience in AUDIENCES]
