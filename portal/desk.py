"""Where an officer's work is: links by role, shown only when their room has the page."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from liaisons.models import PostLevel

COORDINATOR = frozenset({"coordinator"})
LIAISON = frozenset({f"liaison.{level}" for level in PostLevel} | {"liaison.substitute"})
#: Who manages a site or stands in for who does; the coordinator keeps the register.
ROOM_KEEPERS = COORDINATOR | {"premises.manager", "premises.deputy"}
PRESENTS = ("body.presenter", "body.substitute_presenter")
#: To whom the county's trainings are open.
TRAINED = LIAISON | frozenset(
    {"coordinator", "registrar", "payments_clerk", "auditor", "administrator", *PRESENTS, "body.secretary"}
)
DESK_ROLES = LIAISON | frozenset(
    {
        "coordinator",
        "registrar",
        "payments_clerk",
        "auditor",
        "administrator",
        "assessor",
        "official",
        "body.member",
        "body.deputy",
        "body.expert",
        "body.presenter",
        "body.substitute_presenter",
        "body.secretary",
        "premises.manager",
        "premises.deputy",
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
    (
        "grants:inbox",
        frozenset({"coordinator", "registrar", "auditor"}),
        _("Käsiteltävät hakemukset"),
        _("Kuka käsittelee mitäkin ja mitä kukin hakemus odottaa."),
    ),
    ("grants:assessments", frozenset({"assessor"}), _("Arvioinnit"), _("Pisteytä sinulle annetut hakemukset.")),
    (
        "grants:payments",
        frozenset({"coordinator", "payments_clerk", "auditor"}),
        _("Maksatukset"),
        _("Valmistele maksueriä, hyväksy maksuun, vie kirjanpitoon."),
    ),
    (
        "grants:claims",
        frozenset({"coordinator", "registrar", "auditor"}),
        _("Oikaisuvaatimukset"),
        _("Seuraa ja ratkaise päätöksistä tehdyt oikaisuvaatimukset."),
    ),
    (
        "grants:agreements",
        frozenset({"coordinator", "registrar", "auditor"}),
        _("Sopimukset"),
        _("Neuvottele kumppanuus-, yhteistyö- ja aiesopimuksista järjestöjen kanssa."),
    ),
    (
        "grants:agreement_reports",
        LIAISON | {"coordinator", "registrar", "auditor"},
        _("Sopimusraportit"),
        _("Lue, mitä järjestöt kertovat sopimusten toteutumisesta, ja muistuta puuttuvista."),
    ),
    (
        "grants:recoveries",
        frozenset({"coordinator", "payments_clerk", "registrar", "auditor", "body.secretary"}),
        _("Takaisinperinnät"),
        _("Seuraa, mitä avustuksista peritään takaisin ja mitä on maksamatta."),
    ),
    (
        "grants:aid_ledger",
        frozenset({"coordinator", "registrar", "auditor"}),
        _("Vähämerkityksinen tuki"),
        _("Paljonko de minimis -tukea järjestöt ovat saaneet, ja mitä on vietävä keskusrekisteriin."),
    ),
    (
        "grants:changes",
        frozenset({"coordinator", "payments_clerk", "registrar", "auditor", "body.secretary", "official"}),
        _("Muutoshakemukset"),
        _("Ratkaise, saako myönnettyä avustusta käyttää toisin."),
    ),
    (
        "grants:official",
        frozenset({"official"}),
        _("Viranhaltijapäätökset"),
        _("Päätä avustuksista, jotka on esitetty viralle, jota hoidat."),
    ),
    (
        "grants:officials",
        frozenset({"administrator", "coordinator", "auditor"}),
        _("Päättävät viranhaltijat"),
        _("Kuka päättää avustuksista viranhaltijana ja kuka on sijainen."),
    ),
    ("grants:phrases", COORDINATOR, _("Fraasit"), _("Kirjoita valmiita perusteluja päätöksiin.")),
    (
        "grants:use_reports",
        frozenset({"coordinator", "payments_clerk", "registrar", "auditor"}),
        _("Käyttöselvitykset"),
        _("Tarkista, mitä avustuksilla tehtiin."),
    ),
    (
        "grants:records",
        frozenset({"coordinator", "registrar"}),
        _("Luovutus asianhallintaan"),
        _("Vie päätetyt avustusasiat asianhallintaan ja kirjaa kuittaukset."),
    ),
    (
        "grants:earlier_new",
        COORDINATOR,
        _("Aiemmat avustukset"),
        _("Tuo aiempien vuosien avustukset tiedostosta."),
    ),
    (
        "organisations:claims",
        COORDINATOR,
        _("Edustukset"),
        _("Hyväksy järjestöjen edustajat."),
    ),
    (
        "organisations:county_list",
        frozenset({"coordinator", "registrar", "auditor"}),
        _("Järjestöt"),
        _("Koko suhde järjestöön yhdellä sivulla, ja mitä rajatulle joukolle voi tehdä."),
    ),
    (
        "organisations:support_list",
        frozenset({"coordinator", "registrar", "auditor"}),
        _("Tuki järjestöittäin"),
        _("Mitä kukin järjestö on saanut vuoden aikana, ja mitä sopimuksista on sovittu."),
    ),
    (
        "organisations:verifications",
        frozenset({"coordinator", "registrar", "auditor"}),
        _("Tarkistukset"),
        _("Mitkä järjestöt on tarkistettu ja milloin tarkistus vanhenee."),
    ),
    (
        "organisations:observations",
        frozenset({"coordinator", "registrar", "auditor"}),
        _("Huomiot"),
        _("Vahvista toisen kirjaama huomio ja lue järjestöjen vastineet."),
    ),
    (
        "organisations:campaigns",
        frozenset({"coordinator", "auditor"}),
        _("Käyttöönottokampanjat"),
        _("Lähetä järjestöille koodit ja seuraa, ketkä ovat ottaneet portaalin käyttöön."),
    ),
    (
        "organisations:mailings",
        frozenset({"coordinator", "auditor"}),
        _("Viestit järjestöille"),
        _("Kirjoita rajatulle joukolle järjestöjä."),
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
        "organisations:handout_statistics",
        frozenset({"coordinator", "auditor"}),
        _("Ohjauslaput"),
        _("Mihin toimintaan asiakkaita ohjataan ja mitä ei löydy."),
    ),
    (
        "organisations:lahella",
        COORDINATOR,
        _("Toiminta Lähellä.fi-palveluun"),
        _("Lataa järjestöjen toiminta tiedostona vietäväksi Lähellä.fi-palveluun."),
    ),
    (
        "liaisons:posts",
        frozenset({"coordinator", "administrator", "auditor"}),
        _("Yhteyshenkilöt"),
        _("Nimeä henkilöt tehtäviin, katso avoimet ja vastaamatta olevat, pidä yksiköt ajan tasalla."),
    ),
    (
        "liaisons:requests_to_answer",
        LIAISON | {"coordinator", "auditor"},
        _("Yhteistyöpyynnöt"),
        _("Mitä järjestöt ovat pyytäneet: vastaa, kysy lisää tai siirrä oikealle henkilölle."),
    ),
    (
        "liaisons:own_municipality_first",
        frozenset({"liaison.municipal"}),
        _("Kunnan järjestötyö"),
        _("Kerro kunnan kanta hakemuksiin, ilmoita järjestöillat, löydä yhteyshenkilö hyvinvointialueelta."),
    ),
    (
        "liaisons:kept_contacts",
        LIAISON | {"coordinator", "registrar", "auditor"},
        _("Yhteydenpidot"),
        _("Kirjaa yhdellä rivillä, mitä järjestön kanssa puhuttiin, ja katso, mikä odottaa jatkoa."),
    ),
    ("liaisons:own_posts", LIAISON, _("Omat tehtävät"), _("Sijaiset, poissaolot ja mitä sinusta näkyy.")),
    (
        "forums:events_desk",
        frozenset({"coordinator", "auditor"}),
        _("Tapahtumien hallinta"),
        _("Foorumit, etäkahvit, työpajat ja neuvottelut: suunnittele, julkaise, peru ja merkitse pidetyksi."),
    ),
    (
        "forums:wheel",
        frozenset({"coordinator", "auditor"}),
        _("Vuosikello"),
        _("Mitä laki ja asiakirja vaativat vuodelta, mitä on suunniteltu ja pidetty, mitä puuttuu."),
    ),
    (
        "forums:negotiations",
        frozenset({"coordinator", "auditor"}),
        _("Lakisääteiset neuvottelut"),
        _("Kutsut osapuolittain, läsnäolo, muistio, tavoitteet ja niiden seuranta."),
    ),
    (
        "forums:date_polls",
        COORDINATOR,
        _("Aikaehdotukset"),
        _("Ehdota ryhmälle aikoja ja valitse se, joka sopii useimmille."),
    ),
    (
        "forums:figures",
        frozenset({"coordinator", "auditor"}),
        _("Tapahtumat lukuina"),
        _("Pidetyt tapahtumat ja osallistujat järjestöittäin, toimialoittain ja kunnittain."),
    ),
    (
        "portal:newsletter_desk",
        COORDINATOR,
        _("Uutiskirjeet"),
        _("Kokoa kuukauden uutiskirje, katso se ja lähetä tilaajille."),
    ),
    (
        "liaisons:trainings",
        frozenset({"coordinator", "auditor"}),
        _("Koulutukset"),
        _("Perehdytykset ja koulutukset: suunnittele, kutsu, kirjaa osallistujat, katso, keneltä perehdytys puuttuu."),
    ),
    (
        "liaisons:own_trainings",
        TRAINED,
        _("Omat koulutukset"),
        _("Ilmoittaudu koulutuksiin ja lataa todistuksesi."),
    ),
    (
        "liaisons:bodies",
        frozenset({"coordinator", "administrator", "auditor", "body.secretary"}),
        _("Toimielimet"),
        _("Jäsenet, toimikaudet, kokoukset ja esityslistat."),
    ),
    (
        "liaisons:networks_desk",
        frozenset({"coordinator", "auditor"}),
        _("Verkostot"),
        _("Kuka kutsuu koolle, ketkä ovat mukana ja milloin tavataan."),
    ),
    (
        "liaisons:meetings",
        frozenset({"body.member", "body.deputy", "body.expert", *PRESENTS, "body.secretary"}),
        _("Kokoukset"),
        _("Lue esitykset, vastaa kutsuihin ja ilmoita esteellisyys ennen kokousta."),
    ),
    (
        "liaisons:nominations",
        frozenset({"coordinator", "auditor", "registrar", "body.member", "body.deputy", "body.secretary"}),
        _("Ehdokashaut"),
        _("Hae järjestöiltä ehdokkaita, kirjaa valinta ja nimeäminen."),
    ),
    (
        "liaisons:rounds",
        frozenset({"coordinator", "auditor"}),
        _("Kommentointikierrokset"),
        _("Pyydä järjestöiltä kommentteja luonnokseen, vastaa jokaiseen ja julkaise yhteenveto."),
    ),
    (
        "liaisons:assessments",
        frozenset({"coordinator", "auditor"}),
        _("Järjestöystävällisyys"),
        _("Arvioi hyvinvointialue teesi teesiltä ja pyydä järjestöiltä vuosittain sama arvio."),
    ),
    (
        "liaisons:seats_ending",
        frozenset({"coordinator", "body.secretary"}),
        _("Päättyvät kaudet"),
        _("Toimikaudet, jotka päättyvät puolen vuoden sisällä."),
    ),
    (
        "premises:desk",
        ROOM_KEEPERS | {"auditor"},
        _("Tilavaraukset"),
        _("Vahvista varaukset, katso päivän lista ja viikko, sulje tila, käsittele vikailmoitukset."),
    ),
    (
        "premises:units",
        LIAISON | {"coordinator"},
        _("Yksiköiden tilavaraukset"),
        _("Katso yksikkösi varaukset ja jonot, ota vapautunut aika."),
    ),
    (
        "premises:managed",
        ROOM_KEEPERS | {"auditor"},
        _("Tilat ja toimipaikat"),
        _("Tilojen tiedot, aukioloajat, kulkuohjeet ja ehdot; koordinaattori nimeää tilavastaavat."),
    ),
    (
        "forums:ideas_desk",
        frozenset({"coordinator", "auditor"}),
        _("Ideat"),
        _("Julkaise ideat, kerro niiden tila ja kirjaa puhelimessa kerrotut."),
    ),
    (
        "forums:actions",
        frozenset({"coordinator", "auditor"}),
        _("Toimenpiteet"),
        _("Mitä tapahtumissa sovittiin, kuka tekee ja mihin mennessä."),
    ),
    (
        "reports:manage",
        COORDINATOR,
        _("Vuosiraportit"),
        _("Kokoa vuoden yhteistyö raportiksi lautakunnalle."),
    ),
    (
        "reports:cooperation_desk",
        COORDINATOR,
        _("Järjestöyhteistyön asiakirja"),
        _("Valmistele asiakirja valtuustokaudelle, pyydä kommentit ja kirjaa päätös."),
    ),
    (
        "reports:goals_desk",
        frozenset({"coordinator", "auditor"}),
        _("Kehittämistavoitteet"),
        _("Kirjaa, miten yhteistyön tavoitteet etenevät ja kuka niistä vastaa."),
    ),
    (
        "reports:surveys_desk",
        COORDINATOR,
        _("Kyselyt"),
        _("Laadi kysely, kutsu vastaajat ja julkaise tulokset nimettöminä."),
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


#: The headings of the places of work, by the room that has the page; in this order.
_HEADINGS: dict[str, Promise] = {
    "grants": _("Avustukset ja sopimukset"),
    "organisations": _("Järjestöt"),
    "liaisons": _("Yhteyshenkilöt, kokoukset ja verkostot"),
    "forums": _("Tapahtumat ja ideat"),
    "premises": _("Tilat"),
    "": _("Raportit ja asetukset"),
}


def desk_groups(roles: set[str]) -> list[tuple[Promise, list[DeskLink]]]:
    """Return the places of work of these role keys under their headings; no empty heading."""
    groups: dict[str, list[DeskLink]] = {room: [] for room in _HEADINGS}
    for name, wanted, label, text in _LINKS:
        if roles & wanted:
            room = name.partition(":")[0]
            groups[room if room in groups else ""].append(DeskLink(reverse(name), label, text))
    return [(_HEADINGS[room], links) for room, links in groups.items() if links]


def desk_links(roles: set[str]) -> list[DeskLink]:
    """Return the places of work of these role keys, in the order of the desk."""
    return [link for _heading, links in desk_groups(roles) for link in links]
