"""Input about state aid: the applicant's declaration, one earlier aid, the officer's mark, the central register."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.money import EuroFormField
from common.text_fields import PlainTextField
from common.time_fields import DayField
from grants.models import AidMark, StateAidDeclaration
from grants.models.state_aid import nace_code
from grants.models.undertakings import Control
from organisations.forms.choosing import OrganisationField


def _yes_no(label: Any, yes: Any, no: Any, **kwargs: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        choices=[("yes", yes), ("no", no)],
        coerce=lambda value: value == "yes",
        empty_value=None,
        widget=forms.RadioSelect,
        **kwargs,
    )


def _said(value: bool | None) -> str:
    return {True: "yes", False: "no"}.get(value, "") if value is not None else ""


class DeclarationForm(forms.Form):
    """Is the activity economic, and has other de minimis aid been got."""

    is_economic = _yes_no(
        _("Onko toiminta, johon haette, taloudellista?"),
        _("On, ainakin osaksi"),
        _("Ei ole"),
        error_messages={"required": _("Valitse, onko toiminta taloudellista.")},
    )
    has_earlier = _yes_no(
        _("Onko järjestö saanut muuta vähämerkityksistä tukea kolmen viime vuoden aikana?"),
        _("On saanut"),
        _("Ei ole saanut"),
        required=False,
        help_text=_(
            "Vastaa, jos toiminta on taloudellista. Tuen päätöksessä lukee, että se on vähämerkityksistä tukea eli "
            "de minimis -tukea. Tämän palvelun kautta saatuja avustuksia ei ilmoiteta: ne ovat jo luettelossa."
        ),
    )
    linked = PlainTextField(
        label=_("Muut samaan yritykseen kuuluvat"),
        required=False,
        max_length=1000,
        widget=forms.Textarea({"class": "small", "rows": 2}),
        help_text=_(
            "Nimeä Y-tunnuksella ne, joissa järjestöllä on määräysvalta tai joilla on määräysvalta järjestössä (kohta "
            "Samaan yritykseen kuuluvat). Kirjoita tähän vain ne, joilla ei ole suomalaista Y-tunnusta. Ilmoita tuissa "
            "myös se, mitä ne ovat saaneet: enimmäismäärä on kaikille yhteinen."
        ),
    )

    def __init__(self, *args: Any, declaration: StateAidDeclaration | None, **kwargs: Any) -> None:
        if declaration is not None:
            kwargs["initial"] = {
                "is_economic": _said(declaration.is_economic),
                "has_earlier": _said(declaration.has_earlier),
                "linked": declaration.linked,
            }
        super().__init__(*args, **kwargs)
        self.fields["has_earlier"].needed_later = True  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """An economic activity needs the second answer."""
        data = super().clean() or {}
        if data.get("is_economic") and data.get("has_earlier") is None and "has_earlier" not in self.errors:
            self.add_error("has_earlier", _("Kerro, onko muuta vähämerkityksistä tukea saatu."))
        return data


class UndertakingForm(forms.Form):
    """One enterprise or organisation that is one undertaking with the organisation."""

    name = PlainTextField(
        label=_("Nimi"),
        max_length=200,
        help_text=_("Yrityksen tai yhteisön nimi, niin kuin se on rekisterissä."),
        error_messages={"required": _("Kirjoita yrityksen tai yhteisön nimi.")},
    )
    business_id = forms.CharField(
        label=_("Y-tunnus"),
        max_length=20,
        widget=forms.TextInput({"class": "medium", "autocomplete": "off"}),
        help_text=_("Muodossa 1234567-1."),
        error_messages={"required": _("Kirjoita Y-tunnus.")},
    )
    control = forms.ChoiceField(
        label=_("Miten ne liittyvät toisiinsa?"),
        choices=Control.choices,
        widget=forms.RadioSelect,
        help_text=_("Myös toisen kautta: jos järjestö omistaa yrityksen, joka omistaa toisen, nimeä molemmat."),
        error_messages={"required": _("Valitse, miten ne liittyvät toisiinsa.")},
    )


class AidForm(forms.Form):
    """One aid of another granter."""

    granter = PlainTextField(
        label=_("Myöntäjä"),
        max_length=200,
        help_text=_("Viranomainen, joka tuen myönsi, esimerkiksi Lieksan kaupunki."),
        error_messages={"required": _("Kirjoita, kuka tuen myönsi.")},
    )
    granted_on = DayField(label=_("Myönnetty"), help_text=_("Tuen päätöksen päivä, esimerkiksi 8.12.2025."))
    sum = EuroFormField(label=_("Summa"), help_text=_("Päätöksessä sanottu tuen määrä, esimerkiksi 4 500."))
    purpose = PlainTextField(
        label=_("Mihin tuki annettiin?"),
        max_length=300,
        error_messages={"required": _("Kirjoita, mihin tuki annettiin.")},
    )


class NewAidForm(AidForm):
    """Aid that an officer writes down of any organisation."""

    organisation = OrganisationField(label=_("Järjestö rekisteristä"))
    field_order = ("organisation", "granter", "granted_on", "sum", "purpose")


class MarkForm(forms.Form):
    """The officer's mark on a case."""

    is_de_minimis = _yes_no(
        _("Onko avustus vähämerkityksistä tukea (de minimis)?"),
        _("On"),
        _("Ei ole"),
        error_messages={"required": _("Valitse, onko avustus vähämerkityksistä tukea.")},
    )
    why = PlainTextField(
        label=_("Perustelu"),
        max_length=2000,
        widget=forms.Textarea({"class": "small", "rows": 3}),
        help_text=_("Miksi toiminta on tai ei ole taloudellista."),
        error_messages={"required": _("Kirjoita perustelu: miksi avustus on tai ei ole vähämerkityksistä tukea.")},
    )
    nace = forms.CharField(
        label=_("Toimiala (NACE)"),
        required=False,
        max_length=5,
        validators=[nace_code],
        widget=forms.TextInput({"class": "short", "autocomplete": "off"}),
        help_text=_("Tarvitaan keskusrekisteriin, esimerkiksi 88.99 (muut sosiaalipalvelut)."),
    )

    def __init__(self, *args: Any, mark: AidMark | None, is_de_minimis: bool, **kwargs: Any) -> None:
        start = {"is_de_minimis": _said(is_de_minimis)}
        if mark is not None:
            start |= {"why": mark.why, "nace": mark.nace}
        kwargs["initial"] = start
        super().__init__(*args, **kwargs)


class RegisteredForm(forms.Form):
    """What was taken to the central register."""

    registered_on = DayField(label=_("Rekisteröity"), help_text=_("Päivä, jona tuki vietiin keskusrekisteriin."))
    nace = forms.CharField(
        label=_("Toimiala (NACE)"),
        max_length=5,
        validators=[nace_code],
        widget=forms.TextInput({"class": "short", "autocomplete": "off"}),
        help_text=_("Esimerkiksi 88.99 (muut sosiaalipalvelut)."),
        error_messages={"required": _("Kirjoita toimiala: rekisteri vaatii sen, esimerkiksi 88.99.")},
    )
    register_number = forms.CharField(label=_("Rekisterin antama tunnus"), required=False, max_length=60)


class LedgerFilter(forms.Form):
    """Which organisations the ledger lists; the field name stands in the address."""

    q = forms.CharField(label=_("Järjestö tai Y-tunnus"), required=False, max_length=200)


class RegisterFilter(forms.Form):
    """Which of the own grants are listed."""

    tila = forms.ChoiceField(
        label=_("Tila"),
        required=False,
        choices=[
            ("", _("Rekisteröitävät")),
            ("myohassa", _("Myöhässä")),
            ("rekisterissa", _("Rekisterissä")),
            ("kaikki", _("Kaikki omat myönnöt")),
        ],
    )
