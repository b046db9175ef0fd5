"""Input of what the organisation keeps itself: own data and the account number."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from county.models import Municipality
from organisations import numbers
from organisations.forms.activities import check_lahella_address
from organisations.models import Organisation


class OwnDataForm(forms.ModelForm):  # type: ignore[type-arg]
    """What the organisation tells about itself."""

    class Meta:
        model = Organisation
        fields = (
            "description_fi",
            "description_sv",
            "description_en",
            "sectors",
            "themes",
            "target_groups",
            "municipalities",
            "reach",
            "run_by",
            "member_count",
            "volunteer_count",
            "employee_count",
            "is_service_producer",
            "accessibility",
            "lahella_url",
            "contact_email",
            "contact_phone",
            "contact_website",
        )
        widgets = {
            "description_fi": forms.Textarea(attrs={"rows": 6, "maxlength": 3000}),
            "description_sv": forms.Textarea(attrs={"rows": 4, "maxlength": 3000, "lang": "sv"}),
            "description_en": forms.Textarea(attrs={"rows": 4, "maxlength": 3000, "lang": "en"}),
            "sectors": forms.CheckboxSelectMultiple,
            "themes": forms.CheckboxSelectMultiple,
            "municipalities": forms.CheckboxSelectMultiple,
            "target_groups": forms.CheckboxSelectMultiple,
            "accessibility": forms.Textarea(attrs={"rows": 3, "maxlength": 1000}),
        }
        help_texts = {
            "description_fi": _("Mitä teette, kenelle ja missä. Näkyy kaikille järjestön sivulla."),
            "sectors": _("Valitse toimialat, joilla järjestöllä on toimintaa."),
            "themes": _("Valitse teemat, joihin toimintanne liittyy."),
            "municipalities": _("Valitse kunnat, joissa teillä on toimintaa."),
            "contact_email": _("Osoite, johon kuka tahansa voi kirjoittaa. Näkyy kaikille."),
            "contact_phone": _("Näkyy kaikille."),
            "contact_website": _("Esimerkiksi https://www.yhdistys.fi."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        municipalities: Any = self.fields["municipalities"]
        municipalities.queryset = Municipality.objects.filter(is_own=True)
        for name in ("description_fi", "description_sv", "description_en"):
            self.fields[name].max_length = 3000  # type: ignore[attr-defined]
        for name in ("contact_website", "lahella_url"):
            address: Any = self.fields[name]
            address.assume_scheme = "https"

    def clean_lahella_url(self) -> str:
        """The address leads to Lähellä.fi."""
        return check_lahella_address(self.cleaned_data["lahella_url"])


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

    def clean_iban(self) -> str:
        """Return the number without spaces, its check digits right."""
        return numbers.parse_iban(self.cleaned_data["iban"])
