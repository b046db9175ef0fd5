"""Input of the account number."""

from django import forms
from django.utils.translation import gettext_lazy as _

from documents.uploads import UploadField
from organisations import numbers


class BankAccountForm(forms.Form):
    """The account to which grants are paid."""

    iban = forms.CharField(
        label=_("Tilinumero (IBAN)"),
        max_length=50,
        help_text=_("Esimerkiksi FI21 1234 5600 0007 85."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    holder = forms.CharField(
        label=_("Tilin omistaja"), max_length=200, help_text=_("Nimi, joka on tiliotteessa. Yleensä järjestön nimi.")
    )
    statement = UploadField(
        label=_("Tiliote tai pankin todistus"),
        help_text=_("Asiakirja, josta näkyvät tilinumero ja omistaja. Muut tiedot voi peittää. PDF tai kuva."),
        error_messages={
            "required": _("Liitä tiliote tai pankin todistus, josta näkyvät tilinumero ja tilin omistaja.")
        },
    )

    def clean_iban(self) -> str:
        """Return the number without spaces, its check digits right."""
        return numbers.parse_iban(self.cleaned_data["iban"])
