"""Input of campaigns and mailings: the texts, whom they go to, the code that came."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from organisations import claim_codes
from organisations.models import CODE_LIFE, Campaign, Channel, Mailing
from organisations.models.texts import LANGUAGES, TEXT_MAX

TEXT_FIELDS = tuple(f"{part}_{language}" for language in LANGUAGES for part in ("subject", "text"))


def _text_widgets() -> dict[str, Any]:
    return {
        f"text_{language}": forms.Textarea(attrs={"rows": 8, "maxlength": TEXT_MAX, "lang": language})
        for language in LANGUAGES
    } | {f"subject_{language}": forms.TextInput(attrs={"lang": language}) for language in LANGUAGES}


class _TextForm(forms.ModelForm):  # type: ignore[type-arg]
    """Finnish is needed; a Swedish or English text without a subject gets the Finnish one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("subject_fi", "text_fi"):
            self.fields[name].required = True


class CampaignForm(_TextForm):
    """The name and the letter of a campaign."""

    class Meta:
        model = Campaign
        fields = ("name", *TEXT_FIELDS, "valid_days")
        widgets = _text_widgets()
        help_texts = {
            "name": _("Vain hyvinvointialueen omaan käyttöön, esimerkiksi ”Käyttöönotto, kevät 2027”."),
            "text_fi": _(
                "Kerro, mikä portaali on ja miksi järjestön kannattaa ottaa se käyttöön. Koodi, osoite ja viimeinen "
                "päivä tulevat tekstin jälkeen itsestään. Tyhjä rivi erottaa kappaleet."
            ),
            "text_sv": _("Tulee suomenkielisen tekstin jälkeen."),
            "text_en": _("Tulee muiden kielten jälkeen."),
            "valid_days": _("Päiviä lähettämisestä. Tavallisesti 90."),
        }


class MailingForm(_TextForm):
    """Who gets the mail, and its text."""

    class Meta:
        model = Mailing
        fields = ("audience", *TEXT_FIELDS)
        widgets = _text_widgets() | {"audience": forms.RadioSelect}
        help_texts = {
            "audience": _(
                "Henkilöt saavat viestin omalla kielellään. Yhteysosoitteisiin lähetetään kaikki kirjoittamasi kielet."
            ),
            "text_fi": _("Tavallista tekstiä. Verkko-osoitteet muuttuvat linkeiksi. Tyhjä rivi erottaa kappaleet."),
        }


class RemindForm(forms.Form):
    """Who of those who have not used their code gets a new one."""

    who = forms.MultipleChoiceField(
        label=_("Ketkä saavat uuden koodin?"),
        choices=[
            ("email", _("Ne, jotka saivat koodin sähköpostilla eivätkä ole käyttäneet sitä.")),
            ("letter", _("Ne, jotka saivat koodin kirjeellä eivätkä ole käyttäneet sitä.")),
            (
                "bounced",
                _("Ne, joiden sähköposti ei mennyt perille: he saavat nyt kirjeen, jos postiosoite on tiedossa."),
            ),
        ],
        initial=["email"],
        widget=forms.CheckboxSelectMultiple,
    )


class CodeFilter(forms.Form):
    """Which organisations of a campaign are shown."""

    q = forms.CharField(label=_("Järjestön nimi"), required=False, max_length=100)
    tila = forms.ChoiceField(
        label=_("Tila"),
        required=False,
        choices=[("", _("Kaikki")), *CODE_LIFE.choices(), ("failed", _("Sähköposti ei mennyt perille"))],
    )
    tapa = forms.ChoiceField(label=_("Tapa"), required=False, choices=[("", _("Kaikki")), *Channel.choices])


class CodeForm(forms.Form):
    """The code that came by letter or e-mail."""

    code = forms.CharField(
        label=_("Koodi"),
        max_length=60,
        help_text=_("12 merkkiä kirjeestä tai viestistä, esimerkiksi ACDE-FGHJ-KMNP."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )

    def clean_code(self) -> str:
        """Return the code without spaces, its check right."""
        return claim_codes.parse_code(self.cleaned_data["code"])


class CodeUseForm(CodeForm):
    """The code again, and one's own position in the organisation that it belongs to."""

    position = forms.CharField(
        label=_("Asemasi järjestössä"),
        max_length=150,
        help_text=_("Esimerkiksi puheenjohtaja, sihteeri, rahastonhoitaja tai toiminnanjohtaja."),
    )
    confirmed = forms.BooleanField(
        label=_("Vakuutan, että minulla on oikeus ottaa portaali käyttöön tämän järjestön puolesta."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget = forms.HiddenInput()
