"""Input about external calendars of rooms."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.text_fields import PlainTextField
from premises.models import ExternalCalendar


class CalendarForm(forms.Form):
    """The name and the secret address of a calendar; a standing address is never shown again."""

    name = PlainTextField(
        label=_("Kalenterin nimi"),
        max_length=100,
        help_text=_("Esimerkiksi Outlook tai Timmi. Varaajat näkevät nimen sulun syynä."),
    )
    address = forms.CharField(
        label=_("iCal-osoite"),
        max_length=2000,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "inputmode": "url"}),
        help_text=_(
            "Outlookissa: Asetukset, Jaetut kalenterit, Julkaise kalenteri, kopioi ICS-linkki. "
            "Osoite on salainen: sitä ei näytetä tallentamisen jälkeen kenellekään."
        ),
    )

    def __init__(self, *args: Any, calendar: ExternalCalendar | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if calendar is not None:
            fields: dict[str, Any] = self.fields
            fields["name"].initial = calendar.name
            fields["address"].required = False
            fields["address"].label = _("Uusi iCal-osoite")
            fields["address"].help_text = _("Jätä tyhjäksi, jos osoite ei muutu.")
