"""Grants as open data: what is published of each, why it may be, and the rows as CSV and JSON.

``FIELDS`` is the one list of what is public. What is not in it goes nowhere: no contact persons, no reasons of a
decision, no answers, no accounts.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from common.exports import Cell
from grants.public_list import PublicGrant
from organisations.numbers import format_association_number

LICENCE = "https://creativecommons.org/licenses/by/4.0/"


@dataclass(frozen=True)
class Field:
    """One published field: its name in the files, what it means, and the ground of its publicity."""

    name: str
    meaning: Any
    ground: Any


_PARTY = _("Asianosaisen yhteisön nimi ja tunnus päätöksessä: julkinen (JulkL 621/1999 6 §).")
_DECISION = _("Päätöksen tieto: julkinen, kun päätös on annettu (JulkL 621/1999 6 §).")
_APPLICATION = _("Hakemuksen tieto: julkinen, kun viranomainen on sen saanut (JulkL 621/1999 7 §).")

FIELDS: tuple[Field, ...] = (
    Field("case_number", _("Asianumero hyvinvointialueella."), _DECISION),
    Field("year", _("Avustusvuosi: vuosi, jonka toimintaan rahaa haettiin."), _APPLICATION),
    Field("kind", _("Avustuslaji."), _DECISION),
    Field("organisation", _("Järjestön nimi."), _PARTY),
    Field("business_id", _("Y-tunnus. Kaikilla yhdistyksillä sitä ei ole."), _PARTY),
    Field("association_number", _("Yhdistysrekisterin numero."), _PARTY),
    Field("municipality_code", _("Järjestön kotipaikan kuntanumero."), _PARTY),
    Field("municipality", _("Järjestön kotipaikka."), _PARTY),
    Field("title", _("Toiminta, johon avustusta haettiin, hakijan nimeämänä."), _APPLICATION),
    Field("asked", _("Haettu summa euroina."), _APPLICATION),
    Field("granted", _("Myönnetty summa euroina; 0, jos hakemus hylättiin."), _DECISION),
    Field("outcome", _("Tulos: granted (kaikki haettu), partly (osa) tai rejected (ei mitään)."), _DECISION),
    Field("decided_on", _("Päätöspäivä."), _DECISION),
    Field("section", _("Pykälä pöytäkirjassa."), _DECISION),
    Field("official_number", _("Viranhaltijapäätöksen numero ja vuosi, kun viranhaltija päätti."), _DECISION),
    Field("body", _("Toimielin tai viranhaltija, joka päätti."), _DECISION),
)

#: What is asked for, why it is not published.
WITHHELD: tuple[tuple[Any, Any], ...] = (
    (
        _("Yhteyshenkilöiden ja vastuuhenkilöiden nimet ja yhteystiedot"),
        _("Henkilötietoja, joita ei tarvita päätöksen seuraamiseen (tietosuoja-asetus 5 artikla, JulkL 16 § 3 mom.)."),
    ),
    (
        _("Päätöksen perustelut ja arviointien tekstit"),
        _("Ne voivat sisältää henkilötietoja. Päätöksen saa pyytämällä (JulkL 13 §)."),
    ),
    (
        _("Hakemuksen vastaukset, talousarvio ja liitteet"),
        _("Niissä voi olla henkilötietoja tai salassa pidettävää (JulkL 24 §). Muun saa pyytämällä."),
    ),
    (_("Tilinumerot ja maksut"), _("Niitä ei tarvita avustusten seuraamiseen, ja niitä voi käyttää väärin.")),
    (_("Yksityishenkilöiden avustukset"), _("Henkilötietoja. Rivi, jonka saaja ei ole yhteisö, jää pois.")),
    (_("Peruutetut hakemukset"), _("Asia on rauennut, eikä siitä ole päätöstä.")),
)
CODES = {"myonnetty": "granted", "osittain": "partly", "hylatty": "rejected"}


def as_object(grant: PublicGrant) -> dict[str, Any]:
    """Return one grant as JSON tells it: names of ``FIELDS``, sums as numbers, days as ISO texts."""
    return {
        "case_number": grant.case_number,
        "year": grant.year,
        "kind": grant.kind,
        "organisation": grant.name,
        "business_id": grant.business_id or None,
        "association_number": format_association_number(grant.association_number) or None,
        "municipality_code": grant.municipality.code if grant.municipality else None,
        "municipality": grant.municipality.name_fi if grant.municipality else None,
        "title": grant.title,
        "asked": float(grant.asked) if grant.asked is not None else None,
        "granted": float(grant.granted),
        "outcome": CODES[grant.outcome],
        "decided_on": grant.decided_on.isoformat() if grant.decided_on else None,
        "section": grant.section,
        "official_number": grant.official_reference or None,
        "body": grant.body,
    }


def head() -> list[str]:
    """Return the names of the columns."""
    return [field.name for field in FIELDS]


def lines(grants: Iterable[PublicGrant]) -> Iterator[list[Cell]]:
    """Yield one line of cells a grant, in the order of ``FIELDS``; sums with a decimal comma for spreadsheets."""
    for grant in grants:
        told = as_object(grant) | {"asked": grant.asked, "granted": grant.granted}
        yield [told[field.name] for field in FIELDS]
