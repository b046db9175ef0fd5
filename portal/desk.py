"""Where an officer's work is: links by role, shown only when their room has the page."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

COORDINATOR = frozenset({"coordinator"})
DESK_ROLES = frozenset(
    {
        "coordinator",
        "registrar",
        "payments_clerk",
        "auditor",
        "administrator",
        "assessor",
        "body.member",
        "body.deputy",
        "body.presenter",
        "body.substitute_presenter",
        "body.secretary",
    }
)


@dataclass(frozen=True)
class DeskLink:
    """One place of work with a sentence on what is done there."""

    url: str
    label: Any
    text: Any


_LINKS: tuple[tuple[str, frozenset[str], Promise, Promise], ...] = (
    (
        "grants:call_list",
        frozenset({"coordinator", "registrar", "auditor"}),
        _("Haut"),
        _("Valmistele, julkaise ja käsittele avustushakuja."),
    ),
    ("grants:assessments", frozenset({"assessor"}), _("Arvioinnit"), _("Pisteytä sinulle annetut hakemukset.")),
    (
        "grants:payments",
        frozenset({"coordinator", "payments_clerk", "auditor"}),
        _("Maksatukset"),
        _("Valmistele maksueriä, hyväksy maksuun, vie kirjanpitoon."),
    ),
    (
        "grants:use_reports",
        frozenset({"coordinator", "payments_clerk", "registrar", "auditor"}),
        _("Käyttöselvitykset"),
        _("Tarkista, mitä avustuksilla tehtiin."),
    ),
    (
        "organisations:claims",
        COORDINATOR,
        _("Edustukset"),
        _("Hyväksy järjestöjen edustajat."),
    ),
    (
        "organisations:bank_accounts",
        frozenset({"coordinator", "payments_clerk"}),
        _("Tilinumerot"),
        _("Tarkista järjestöjen ilmoittamat tilinumerot."),
    ),
    (
        "organisations:register",
        frozenset({"coordinator", "registrar"}),
        _("Järjestörekisteri"),
        _("Tuo yhdistysrekisterin ote, ratkaise tarkistukset, yhdistä kaksoiskappaleet."),
    ),
    ("organisations:merges", frozenset({"auditor"}), _("Yhdistämiset"), _("Järjestöt, jotka on todettu samaksi.")),
    (
        "organisations:lahella",
        COORDINATOR,
        _("Toiminta Lähellä.fi-palveluun"),
        _("Lataa järjestöjen toiminta tiedostona vietäväksi Lähellä.fi-palveluun."),
    ),
    (
        "liaisons:bodies",
        frozenset({"coordinator", "administrator", "auditor", "body.secretary"}),
        _("Toimielimet"),
        _("Jäsenet, toimikaudet, kokoukset ja esityslistat."),
    ),
    (
        "liaisons:meetings",
        frozenset({"body.member", "body.deputy", "body.presenter", "body.substitute_presenter", "body.secretary"}),
        _("Kokoukset"),
        _("Lue esitykset ja ilmoita esteellisyys ennen kokousta."),
    ),
    (
        "reports:manage",
        COORDINATOR,
        _("Vuosiraportit"),
        _("Kokoa vuoden yhteistyö raportiksi lautakunnalle."),
    ),
    (
        "notifications:messages",
        frozenset({"coordinator", "administrator"}),
        _("Lähtevät viestit"),
        _("Katso, mitkä viestit ovat lähteneet ja mitkä odottavat."),
    ),
    ("accounts:users", frozenset({"administrator", "auditor"}), _("Käyttäjät"), _("Henkilöstön roolit ja oikeudet.")),
    (
        "county:settings",
        frozenset({"coordinator", "administrator"}),
        _("Alueen asetukset"),
        _("Yhteystiedot, asianumerot, oikaisuvaatimusohje."),
    ),
)


def desk_links(roles: set[str]) -> list[DeskLink]:
    """Return the places of work of these role keys, in a fixed order."""
    return [DeskLink(reverse(name), label, text) for name, wanted, label, text in _LINKS if roles & wanted]
