"""What every field, parameter and address means: one text for the OpenAPI document, the page and the dictionary."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

FIELDS: dict[str, dict[str, Promise]] = {
    "Organisation": {
        "id": _("Järjestön numero tässä palvelussa. Pysyy samana."),
        "url": _("Järjestön sivu ihmisille."),
        "name": _("Nimi, kuten rekisterissä."),
        "earlier_names": _("Nimet, joita järjestö on käyttänyt ennen."),
        "business_id": _("Y-tunnus. Kaikilla yhdistyksillä sitä ei ole."),
        "association_number": _("Yhdistysrekisterin numero ilman pistettä."),
        "legal_form": _("Yhteisömuoto."),
        "status": _("Tila rekisterissä: onko järjestö olemassa, selvitystilassa vai purettu."),
        "status_on": _("Mistä päivästä tila on ollut voimassa."),
        "registered_on": _("Milloin järjestö rekisteröitiin."),
        "domicile": _("Kotipaikka: kunta ja sen kuntanumero."),
        "postcode": _("Postinumero rekisterissä. Katuosoitetta ei anneta, koska se voi olla jonkun koti."),
        "post_town": _("Postitoimipaikka rekisterissä."),
        "in_last_extract": _("Oliko järjestö viimeisimmässä rekisteriotteessa, joka on luettu."),
        "missing_since": _("Mistä päivästä järjestö ei ole enää ollut otteessa."),
        "description": _("Järjestön oma kuvaus suomeksi, ruotsiksi ja englanniksi."),
        "sectors": _("Toimialat, jotka järjestö on valinnut."),
        "themes": _("Yhteistyön teemat, jotka järjestö on valinnut."),
        "target_groups": _("Kohderyhmät, joille järjestö toimii."),
        "municipalities": _("Kunnat, joissa järjestö toimii omasta mielestään."),
        "reach": _("Kuinka laajalla alueella järjestö toimii."),
        "run_by": _("Tekevätkö työn vapaaehtoiset, palkatut vai molemmat."),
        "is_service_producer": _("Tuottaako järjestö palveluja. Tyhjä, jos järjestö ei ole kertonut."),
        "accessibility": _("Toiminnan ja tilojen esteettömyys ja saavutettavuus."),
        "website": _("Verkkosivu: järjestön oma tieto tai, jos sitä ei ole, rekisterissä oleva."),
        "links": _("Muita osoitteita, joita järjestö on antanut."),
        "lahella_url": _("Järjestön sivu Lähellä.fi-palvelussa."),
        "email": _("Sähköpostiosoite, jonka järjestö on julkaissut."),
        "phone": _("Puhelinnumero, jonka järjestö on julkaissut."),
        "contacts": _("Yhteyshenkilöt, jotka ovat antaneet suostumuksen julkaisemiseen."),
        "confirmed_on": _("Milloin järjestö viimeksi vahvisti tietonsa oikeiksi."),
        "updated_at": _("Milloin jokin näistä tiedoista viimeksi muuttui. Koodien nimien muutos ei vaikuta tähän."),
    },
    "Activity": {
        "id": _("Toiminnan numero tässä palvelussa. Pysyy samana."),
        "url": _("Sivu ihmisille."),
        "organisation": _("Järjestö, joka järjestää toiminnan, ja sen julkiset yhteystiedot."),
        "kind": _("Toiminnan laji."),
        "name": _("Toiminnan nimi."),
        "description": _("Mitä toiminnassa tehdään."),
        "target_groups": _("Kenelle toiminta on tarkoitettu."),
        "life_situations": _("Elämäntilanteet, joissa toiminnasta on apua."),
        "municipalities": _("Kunnat, joissa toimintaa on."),
        "is_remote": _("Voiko osallistua etänä."),
        "place": _("Paikka tai osoite."),
        "when": _("Aika järjestön omin sanoin."),
        "price": _("Mitä osallistuminen maksaa."),
        "accessibility": _("Paikan esteettömyys."),
        "how_to_join": _("Miten mukaan pääsee."),
        "room": _("Mahtuuko mukaan."),
        "service_path": _("Mitä palvelupolkua toiminta tukee."),
        "lahella_url": _("Toiminnan sivu Lähellä.fi-palvelussa."),
        "starts_on": _("Ensimmäinen päivä."),
        "ends_on": _("Viimeinen päivä. Tyhjä, jos toiminta jatkuu toistaiseksi."),
        "confirmed_on": _("Milloin järjestö viimeksi vahvisti tiedon."),
        "updated_at": _("Milloin jokin näistä tiedoista viimeksi muuttui. Koodien nimien muutos ei vaikuta tähän."),
    },
    "Page": {
        "licence": _("Käyttöehdot: Creative Commons Nimeä 4.0 Kansainvälinen."),
        "source": _("Lähde, joka mainitaan, kun tietoa käytetään."),
        "next": _("Seuraavan sivun osoite. Tyhjä viimeisellä sivulla."),
        "items": _("Tämän sivun tiedot numerojärjestyksessä."),
    },
    "ContactPerson": {
        "name": _("Nimi."),
        "duty": _("Tehtävä järjestössä."),
        "about": _("Missä asioissa voi ottaa yhteyttä."),
        "email": _("Sähköpostiosoite."),
        "phone": _("Puhelinnumero."),
    },
    "ActivityOrganisation": {
        "id": _("Järjestön numero."),
        "url": _("Järjestön sivu ihmisille."),
        "name": _("Järjestön nimi."),
        "business_id": _("Y-tunnus."),
        "association_number": _("Yhdistysrekisterin numero."),
        "website": _("Verkkosivu."),
        "email": _("Sähköpostiosoite, jonka järjestö on julkaissut."),
        "phone": _("Puhelinnumero, jonka järjestö on julkaissut."),
    },
    "Municipality": {
        "code": _("Kuntanumero, kolme numeroa."),
        "name": _("Kunnan nimi."),
        "is_own": _("Kuuluuko kunta tähän hyvinvointialueeseen."),
    },
    "Code": {"code": _("Koodi, joka pysyy samana."), "name": _("Nimi.")},
    "Item": {"id": _("Koodin numero tässä palvelussa."), "name": _("Nimi.")},
    "Problem": {
        "status": _("HTTP-vastauksen numero."),
        "code": _("Virheen tunnus ohjelmalle."),
        "title": _("Mikä meni vikaan."),
        "detail": _("Mitä tapahtui ja mitä voi tehdä."),
        "parameters": _("Hakuehdot, joissa on virhe."),
    },
    "WrongParameter": {"name": _("Hakuehdon nimi."), "message": _("Mikä siinä on vikana.")},
}
FIELDS["OrganisationPage"] = FIELDS["ActivityPage"] = FIELDS["ServicePage"] = FIELDS["Page"]

PARAMETERS: dict[str, Promise] = {
    "q": _("Y-tunnus, yhdistysrekisterinumero tai nimen tai aiemman nimen alku."),
    "municipality": _("Kuntanumero. Järjestön kotipaikka tai kunta, jossa se toimii; toiminnan kunta."),
    "sector": _("Toimialan numero."),
    "theme": _("Teeman numero."),
    "target_group": _("Kohderyhmän numero."),
    "life_situation": _("Elämäntilanteen numero."),
    "organisation": _("Järjestön numero."),
    "status": _("Tila rekisterissä."),
    "legal_form": _("Yhteisömuoto."),
    "kind": _("Toiminnan laji."),
    "updated_since": _(
        "Vain tänä hetkenä tai sen jälkeen muuttuneet. Aika ilman aikavyöhykettä on Suomen aikaa. Kysy tunnin verran "
        "päällekkäin: muutos tulee näkyviin vähän myöhemmin kuin sen updated_at kertoo."
    ),
    "limit": _("Rivejä sivulla, enintään 100."),
    "cursor": _("Sivun tunniste edellisen vastauksen kentästä next."),
    "id": _("Järjestön tai toiminnan numero."),
}

OPERATIONS: dict[str, Promise] = {
    "list_organisations": _("Järjestöt"),
    "download_organisations": _("Kaikki järjestöt tai hakuehtoja vastaavat CSV-tiedostona"),
    "get_organisation": _("Yksi järjestö"),
    "list_activities": _("Toiminta, johon voi tulla mukaan nyt"),
    "download_activities": _("Kaikki toiminta tai hakuehtoja vastaava CSV-tiedostona"),
    "get_activity": _("Yksi toiminta"),
    "list_services": _("Toiminta palvelukuvauksina palvelutarjotinta varten (PTV:n kenttien nimin)"),
    "list_municipalities": _("Kunnat"),
    "list_sectors": _("Toimialat"),
    "list_themes": _("Teemat"),
    "list_target_groups": _("Kohderyhmät"),
    "list_life_situations": _("Elämäntilanteet"),
}

ANSWERS: dict[str, Promise] = {
    "200": _("Pyydetyt tiedot."),
    "304": _("Sinulla on jo tämä: tieto ei ole muuttunut."),
    "400": _("Hakuehdoissa on virhe; vastaus kertoo, missä ja mikä."),
    "404": _("Tällaista ei ole, tai se ei ole enää julkinen."),
    "429": _("Liian monta pyyntöä minuutissa; otsake Retry-After kertoo, kuinka monta sekuntia odottaa."),
}

ABOUT = _(
    "Alueen järjestöjen julkiset rekisteritiedot, järjestöjen itse julkaisemat tiedot ja toiminta, johon voi tulla "
    "mukaan. Vain lukemista varten, ilman tunnuksia. Tuntematon hakuehto on virhe. Sivut kuljetaan kentän next "
    "osoitteilla. Vastauksissa on ETag: lähetä se otsakkeessa If-None-Match, niin muuttumaton vastaus on tyhjä (304). "
    "Lisenssi ei koske henkilötietojen suojaa: yhteyshenkilön tietoja saa käyttää vain yhteydenottoon järjestöön."
)
