"""Input of the registry: claims, decisions, people, own data, account, extract."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.time_fields import DayField
from county.models import Municipality
from documents.uploads import UploadField
from organisations import numbers
from organisations.models import MembershipRole, Organisation
from organisations.models.people import ROLE_EXPLANATIONS


def role_choices() -> list[tuple[str, Any]]:
    """Return the roles with the sentence that says what each lets a person do."""
    return [(role.value, ROLE_EXPLANATIONS[role]) for role in MembershipRole]


class ClaimForm(forms.Form):
    """A person asks for the right to act for an organisation."""

    role = forms.ChoiceField(
        label=_("Mitä haluat tehdä järjestön puolesta?"), choices=role_choices, widget=forms.RadioSelect
    )
    position = forms.CharField(
        label=_("Asemasi järjestössä"),
        max_length=200,
        help_text=_("Esimerkiksi puheenjohtaja, sihteeri, rahastonhoitaja tai toiminnanjohtaja."),
    )
    evidence = forms.CharField(
        label=_("Mistä asemasi näkyy?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "Kerro esimerkiksi, että olet nimenkirjoittaja yhdistysrekisterissä, tai missä kokouksessa "
            "sinut valittiin tai valtuutettiin. Älä kirjoita henkilötunnusta."
        ),
    )
    attachment = UploadField(
        label=_("Pöytäkirjaote tai valtakirja"),
        required=False,
        help_text=_("Liitä, jos et ole nimenkirjoittaja. Sallitut tiedostot: PDF, Word, kuva."),
    )


class ClaimApprovalForm(forms.Form):
    """The coordinator gives the right, in the asked role or another."""

    role = forms.ChoiceField(label=_("Rooli"), choices=role_choices, widget=forms.RadioSelect)


class ReasonForm(forms.Form):
    """Why something was not accepted; the person reads it."""

    reason = forms.CharField(
        label=_("Perustelu"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Henkilö saa perustelun viestissä. Kerro myös, mitä hän voi tehdä."),
    )


class InvitationForm(forms.Form):
    """Invite a person by e-mail."""

    email = forms.EmailField(
        label=_("Sähköpostiosoite"),
        help_text=_("Kutsuttu kirjautuu tällä osoitteella. Jos hänellä ei ole tunnusta, hän luo sen samalla."),
    )
    role = forms.ChoiceField(label=_("Rooli"), choices=role_choices, widget=forms.RadioSelect, initial="editor")


class RoleForm(forms.Form):
    """Another role for a person."""

    role = forms.ChoiceField(label=_("Rooli"), choices=role_choices, widget=forms.RadioSelect)


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
            "municipalities",
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
        website: Any = self.fields["contact_website"]
        website.assume_scheme = "https"


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


class ExtractForm(forms.Form):
    """A register extract to read."""

    file = forms.FileField(
        label=_("Rekisteriote"),
        help_text=_("CSV- tai JSON Lines -tiedosto. Merkistön ja erottimen tunnistamme itse."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.json,.jsonl"}),
    )
    extract_on = DayField(
        label=_("Otteen päivä"), help_text=_("Minkä päivän tiedot otteessa ovat. Esimerkiksi 16.11.2026.")
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["extract_on"].initial = today


class ClaimStateFilter(forms.Form):
    """Which claims the coordinator looks at: waiting ones unless asked otherwise."""

    tila = forms.ChoiceField(
        label=_("Tila"),
        required=False,
        choices=[
            ("", _("Odottavat")),
            ("approved", _("Hyväksytyt")),
            ("refused", _("Hylätyt")),
            ("withdrawn", _("Perutut")),
            ("kaikki", _("Kaikki")),
        ],
    )


class LineKindFilter(forms.Form):
    """Which remarks of an import's report are shown."""

    laji = forms.ChoiceField(
        label=_("Näytä"),
        required=False,
        choices=[
            ("", _("Kaikki")),
            ("refused", _("Hylätyt rivit")),
            ("warning", _("Huomautukset")),
            ("changed", _("Muuttuneet")),
            ("missing", _("Ei enää otteessa")),
            ("returned", _("Palanneet otteeseen")),
        ],
    )
