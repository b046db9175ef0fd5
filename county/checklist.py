"""What the coordinator has not filled in yet: settings that the area files do not give."""

from django.urls import reverse
from django.utils.translation import gettext as _

from county.models import County


def missing_settings(county: County) -> list[tuple[str, str]]:
    """Return a sentence and the address of the field for every empty setting, in the order of the form."""
    needed = {
        "help_phone": _("Lisää neuvonnan puhelinnumero: se näkyy jokaisen sivun alareunassa."),
        "email": _("Lisää järjestöyhteistyön sähköpostiosoite: siihen tulevat palaute ja kysymykset."),
        "letterhead": _("Lisää kirjeiden lähettäjätiedot: ne tulevat päätöskirjeiden alkuun."),
        "case_number_prefix": _("Lisää asianumeron tunnus: se aloittaa jokaisen asianumeron."),
        "case_number_class": _("Lisää avustusasioiden tehtäväluokka tiedonohjaussuunnitelmasta."),
        "revision_body": _("Lisää viranomainen, jolta oikaisua vaaditaan: se nimetään oikaisuvaatimusohjeessa."),
        "revision_address": _("Lisää oikaisuvaatimuksen postiosoite oikaisuvaatimusohjetta varten."),
        "revision_email": _("Lisää oikaisuvaatimuksen sähköpostiosoite oikaisuvaatimusohjetta varten."),
        "revision_hours": _("Lisää kirjaamon aukioloajat oikaisuvaatimusohjetta varten."),
        "privacy_contact": _("Lisää tietosuojavastaavan yhteystiedot tietosuojaselostetta varten."),
    }
    page = reverse("county:settings")
    return [(label, f"{page}#id_{name}") for name, label in needed.items() if not str(getattr(county, name)).strip()]
