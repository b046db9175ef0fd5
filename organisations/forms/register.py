"""Input about the register: an extract, a report's filter, an organisation entered by hand, an error reported."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.time_fields import DayField
from documents.uploads import UploadField
from organisations import numbers
from organisations.models import LegalForm, Organisation, RegisterField
from organisations.register.values import read_typed


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
            ("new", _("Uudet")),
            ("quiet", _("Tiedoksi")),
        ],
    )


class ManualOrganisationForm(forms.ModelForm):  # type: ignore[type-arg]
    """An organisation that is not in the extract, entered by an officer."""

    association_number = forms.CharField(
        label=_("Yhdistysrekisterinumero"),
        required=False,
        max_length=10,
        help_text=_("Jos sillä on, esimerkiksi 123.456. Ote yhdistyy tähän samalla numerolla."),
        widget=forms.TextInput(attrs={"class": "medium"}),
    )
    source = forms.CharField(
        label=_("Mistä tiedot ovat?"),
        max_length=400,
        help_text=_("Esimerkiksi säännöt, kokouksen pöytäkirja tai puhelu ja päivä."),
    )

    class Meta:
        model = Organisation
        fields = (
            "name",
            "legal_form",
            "association_number",
            "business_id",
            "domicile",
            "registered_on",
            "street_address",
            "postcode",
            "post_town",
            "email",
            "phone",
            "website",
        )
        field_classes = {"registered_on": DayField}
        labels = {"email": _("Sähköposti"), "phone": _("Puhelin"), "website": _("Verkkosivu")}
        help_texts = {
            "name": _("Koko nimi niin kuin säännöissä tai järjestön omissa papereissa."),
            "business_id": _("Jos sillä on, muodossa 1234567-1."),
            "registered_on": _("Jos järjestö on rekisterissä."),
        }

    field_order = ("name", "legal_form", "association_number", "business_id", "domicile")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["business_id"].widget.attrs["class"] = "medium"
        self.fields["postcode"].widget.attrs["class"] = "medium"
        legal_form: Any = self.fields["legal_form"]
        legal_form.choices = [("", _("rekisteröimätön ryhmä tai ei tiedossa")), *LegalForm.choices]

    def clean_association_number(self) -> int | None:
        """Return the number, or None when the group has none."""
        typed = self.cleaned_data["association_number"].strip()
        if not typed:
            return None
        number = numbers.parse_association_number(typed)
        if number is None:
            raise forms.ValidationError(_("Numero ei ole oikein. Kirjoita se muodossa 123.456."))
        return number

    def clean_business_id(self) -> str | None:
        """Return the number in its written form, or None."""
        typed: str = (self.cleaned_data["business_id"] or "").strip()
        return numbers.parse_business_id(typed) or typed or None

    def clean_postcode(self) -> str:
        """Return the five digits, or nothing."""
        typed: str = self.cleaned_data["postcode"].strip()
        if typed and not (len(typed) == 5 and typed.isascii() and typed.isdigit()):
            raise forms.ValidationError(_("Postinumerossa on viisi numeroa, esimerkiksi 81700."))
        return typed

    def values(self) -> dict[str, Any]:
        """Return the register fields for the verb."""
        return {name: value for name, value in self.cleaned_data.items() if name != "source"}


class RegisterErrorForm(forms.Form):
    """ "Rekisterin tiedoissa on virhe": which field, what it should be, and how that can be seen."""

    field = forms.ChoiceField(label=_("Missä tiedossa on virhe?"), choices=RegisterField.choices)
    value = forms.CharField(
        label=_("Mitä tiedon pitäisi olla?"),
        required=False,
        max_length=4000,
        help_text=_(
            "Kirjoita tieto niin kuin se on rekisteriotteessanne. Kunta nimellä, päivä muodossa 12.3.1946. "
            "Jätä tyhjäksi, jos et tiedä."
        ),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    note = forms.CharField(
        label=_("Mistä oikea tieto näkyy?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Esimerkiksi: muutosilmoitus on tehty 3.11.2026. Älä kirjoita henkilötunnusta."),
    )
    attachment = UploadField(
        label=_("Tuore rekisteriote (valinnainen)"),
        required=False,
        help_text=_("Ote nopeuttaa tarkistusta. Sallitut tiedostot: PDF, Word, kuva."),
    )

    def clean(self) -> dict[str, Any]:
        """Read what was typed as a value of the field."""
        data: dict[str, Any] = super().clean() or {}
        typed = data.get("value", "").strip()
        if typed and data.get("field"):
            read = read_typed(data["field"], typed)
            if read is None:
                self.add_error("value", _("Tätä emme ymmärtäneet. Tarkista kirjoitusasu tai jätä kohta tyhjäksi."))
            data["value"] = read or ""
        return data


class KeepForm(forms.Form):
    """Keep the organisation's value over the register's until a day."""

    until = DayField(
        label=_("Mihin päivään asti?"),
        help_text=_("Sen jälkeen rekisterin tieto otetaan seuraavassa tuonnissa. Vuosi riittää yleensä."),
    )
    reason = forms.CharField(
        label=_("Miksi järjestön tieto pidetään?"), max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["until"].initial = today + timedelta(days=365)


class QuestionForm(forms.Form):
    """A question to the organisation."""

    question = forms.CharField(
        label=_("Mitä kysyt?"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Kysymys lähtee viestinä järjestön pääkäyttäjille ja muokkaajille."),
    )


class AnswerForm(forms.Form):
    """The organisation's answer."""

    answer = forms.CharField(label=_("Vastaus"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))


class ReviewFilter(forms.Form):
    """Which disputes are shown: those that wait unless asked otherwise."""

    tila = forms.ChoiceField(
        label=_("Tila"),
        required=False,
        choices=[
            ("", _("Odottavat")),
            ("asked", _("Kysytty järjestöltä")),
            ("kept", _("Järjestön tieto pidettiin")),
            ("taken", _("Rekisterin tieto jäi voimaan")),
            ("kaikki", _("Kaikki")),
        ],
    )
    lahde = forms.ChoiceField(
        label=_("Mistä tuli"),
        required=False,
        choices=[("", _("Kaikki")), ("import", _("Otteen tuonnista")), ("organisation", _("Järjestöltä"))],
    )
