"""What the import report says, by code; ``%(detail)s`` is data from the file and is escaped where shown."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

MESSAGES = {
    # refused
    "no_name": _("Riviltä puuttuu nimi."),
    "no_number": _("Riviltä puuttuu kelvollinen rekisterinumero tai Y-tunnus."),
    "long_name": _("Nimi on yli 500 merkkiä."),
    "control_characters": _("Nimessä on ohjausmerkkejä."),
    "few_columns": _("Rivillä on vähemmän sarakkeita kuin otsikossa (%(detail)s)."),
    "many_columns": _("Rivillä on enemmän sarakkeita kuin otsikossa (%(detail)s), joten tiedot ovat siirtyneet."),
    "long_line": _("Rivi on liian pitkä (%(detail)s merkkiä)."),
    "open_quote": _("Rivillä alkaa lainausmerkki, joka ei pääty."),
    "bad_row": _("Riviä ei voi lukea: %(detail)s."),
    "encoding": _("Rivillä on merkkejä, jotka eivät ole luettavissa tiedoston merkistöllä."),
    "not_json": _("Rivi ei ole JSON-olio."),
    "number_conflict": _("Sama numero (%(detail)s) on tiedostossa eri nimillä. Kumpaakaan ei otettu."),
    "business_id_conflict": _("Sama Y-tunnus (%(detail)s) on eri rekisterinumeroilla. Kumpaakaan ei otettu."),
    "organisation_twice": _("Y-tunnus (%(detail)s) kuuluu järjestölle, joka on tiedostossa jo toisella rivillä."),
    # entered with a warning
    "repeated": _("Sama rivi on tiedostossa toistamiseen. Ensimmäinen otettiin."),
    "business_id_wrong": _("Y-tunnus ”%(detail)s” ei ole oikein. Kenttä jätettiin tyhjäksi."),
    "business_id_taken": _("Y-tunnus ”%(detail)s” on jo toisella järjestöllä. Kenttä jätettiin tyhjäksi."),
    "association_number_wrong": _("Rekisterinumero ”%(detail)s” ei ole oikein. Kenttä jätettiin tyhjäksi."),
    "municipality_unknown": _("Kuntaa ”%(detail)s” ei ole. Kotipaikka jätettiin tyhjäksi."),
    "municipality_mismatch": _(
        "Kunnan nimi ja numero eivät ole samasta kunnasta (%(detail)s). Kotipaikka jäi tyhjäksi."
    ),
    "date_wrong": _("Päivää ”%(detail)s” ei ole. Kenttä jätettiin tyhjäksi."),
    "legal_form_unknown": _("Yhteisömuotoa ”%(detail)s” ei tunneta. Kenttä jätettiin tyhjäksi."),
    "status_unknown": _("Tilaa ”%(detail)s” ei tunneta. Tilaa ei muutettu."),
    "postcode_wrong": _("Postinumero ”%(detail)s” ei ole viisi numeroa. Kenttä jätettiin tyhjäksi."),
    "field_long": _("Kenttä ”%(detail)s” on liian pitkä. Kenttä jätettiin tyhjäksi."),
    "field_control_characters": _("Kentässä ”%(detail)s” on ohjausmerkkejä. Kenttä jätettiin tyhjäksi."),
    # what changed
    "changed": _("Muuttui: %(detail)s."),
    "renamed": _("Nimi muuttui. Aiempi nimi: %(detail)s."),
    "missing": _("Ei enää otteessa. Järjestöä ei poistettu."),
    "returned": _("Palasi otteeseen."),
    "new": _("Uusi järjestö."),
    # for information
    "merged": _("Järjestö on yhdistetty järjestöön ”%(detail)s”. Rivi ei muuttanut mitään."),
    "own_word_agrees": _("Ote vahvisti tiedon: %(detail)s. Sitä ei enää pidetä rekisterin ohi."),
    "own_word_over": _("Järjestön ilmoituksen aika on päättynyt: %(detail)s. Rekisterin tieto otettiin."),
    "own_word_kept": _("Pidettiin rekisterin ohi: %(detail)s."),
    "review_opened": _("Ote ja pidetty tieto eroavat: %(detail)s. Tieto on tarkistettavana."),
}
_ABOUT_FIELDS = {"changed", "own_word_agrees", "own_word_over", "own_word_kept", "review_opened"}

FIELD_LABELS = {
    "name": _("nimi"),
    "business_id": _("Y-tunnus"),
    "association_number": _("yhdistysrekisterinumero"),
    "legal_form": _("yhteisömuoto"),
    "domicile_id": _("kotipaikka"),
    "registered_on": _("rekisteröintipäivä"),
    "status": _("tila"),
    "status_on": _("tilan päivä"),
    "street_address": _("katuosoite"),
    "postcode": _("postinumero"),
    "post_town": _("postitoimipaikka"),
    "email": _("sähköposti"),
    "phone": _("puhelin"),
    "website": _("verkkosivu"),
    "signing_rule": _("nimenkirjoitustapa"),
    "signatories": _("nimenkirjoittajat"),
}

COUNT_LABELS = {
    "rows": _("Rivejä tiedostossa"),
    "new": _("Uusia järjestöjä"),
    "changed": _("Muuttuneita"),
    "unchanged": _("Ennallaan"),
    "warnings": _("Huomautuksia"),
    "refused": _("Hylättyjä rivejä"),
    "missing": _("Ei enää otteessa"),
    "returned": _("Palanneita otteeseen"),
    "reviews": _("Tarkistettavaksi"),
}


def describe(code: str, detail: str = "") -> str:
    """Return the remark in the active language; an unknown code is shown as it is."""
    text = MESSAGES.get(code)
    if text is None:
        return f"{code} {detail}".strip()
    if code in _ABOUT_FIELDS:
        detail = ", ".join(str(FIELD_LABELS.get(name, name)) for name in detail.split(","))
    return str(text) % {"detail": detail}


def format_name(kind: str, delimiter: str, encoding: str, *, bom: bool) -> str:
    """Return the name of the detected form, such as ``CSV, puolipiste, UTF-8 (BOM)``."""
    charset = {"utf-8": "UTF-8", "cp1252": "Windows-1252"}[encoding] + (" (BOM)" if bom else "")
    if kind == "jsonl":
        return f"JSON Lines, {charset}"
    separator = gettext("puolipiste") if delimiter == ";" else gettext("pilkku")
    return f"CSV, {separator}, {charset}"
