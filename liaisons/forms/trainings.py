"""Input for courses, trainings, sign-ups and what people have taken."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.time_fields import DayField, InstantField
from liaisons.forms.choices import filter_choices
from liaisons.forms.units import NamesForm
from liaisons.models import PostLevel, TrainingCourse
from liaisons.models.trainings import LONGEST_HOURS
from organisations.models import Organisation


class CatalogueForm(NamesForm):
    """A course of the catalogue."""

    audience = forms.CharField(label=_("Kenelle"), max_length=300, help_text=_("Esimerkiksi: uudet yhteyshenkilöt."))
    learns = forms.CharField(
        label=_("Mitä koulutuksessa oppii"),
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 6, "maxlength": 3000}),
        help_text=_("Yksi asia riville. Teksti tulee myös todistukseen."),
    )
    hours = forms.DecimalField(
        label=_("Kesto tunteina"),
        max_digits=4,
        decimal_places=1,
        min_value=0,
        max_value=LONGEST_HOURS,
        localize=True,
        help_text=_("Esimerkiksi 2,5."),
    )
    is_introduction = forms.BooleanField(
        label=_("Tämä on yhteyshenkilöiden perehdytys"),
        required=False,
        help_text=_("Vain yksi kurssi voi olla perehdytys. Sen käyminen merkitään yhteyshenkilön nimeämiseen."),
    )
    is_offered = forms.BooleanField(
        label=_("Kurssia pidetään"),
        required=False,
        initial=True,
        help_text=_("Poista valinta, kun uusia koulutuksia ei enää suunnitella. Suoritukset säilyvät."),
    )

    @property
    def facts(self) -> dict[str, Any]:
        """Return what the verb takes."""
        names = ("audience", "learns", "hours", "is_introduction", "is_offered")
        return {**self.names, **{name: self.cleaned_data[name] for name in names}}


class TrainingForm(forms.Form):
    """When, where and by whom a course is held."""

    starts_at = InstantField(label=_("Alkaa"), help_text=_("Esimerkiksi 8.12.2026 klo 13.00."))
    ends_at = InstantField(label=_("Päättyy"))
    town = forms.CharField(
        label=_("Paikkakunta"),
        max_length=100,
        required=False,
        help_text=_("Näkyy kaikille, jotka voivat ilmoittautua."),
    )
    place = forms.CharField(
        label=_("Paikka"),
        max_length=200,
        required=False,
        help_text=_("Osoite ja huone. Näkyy vain niille, joilla on paikka koulutuksessa."),
    )
    remote_url = forms.URLField(
        label=_("Kokouslinkki"),
        max_length=500,
        required=False,
        assume_scheme="https",
        help_text=_("Jos koulutukseen voi tulla etänä. Näkyy vain niille, joilla on paikka koulutuksessa."),
    )
    leaders = forms.CharField(label=_("Vetäjät"), max_length=300, help_text=_("Nimet niin kuin ne näytetään."))
    led_by = forms.CharField(
        label=_("Järjestö, joka pitää koulutuksen"),
        max_length=200,
        required=False,
        help_text=_("Kirjoita järjestön nimi niin kuin se on järjestöluettelossa. Jätä muuten tyhjäksi."),
    )
    capacity = forms.IntegerField(
        label=_("Paikkoja"),
        min_value=1,
        max_value=5000,
        required=False,
        help_text=_("Jätä tyhjäksi, jos paikkoja ei rajata. Kun paikat ovat täynnä, ilmoittautuneet jonottavat."),
    )
    sign_up_until = InstantField(label=_("Ilmoittaudu viimeistään"))
    note = forms.CharField(
        label=_("Ohje osallistujille"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"class": "small", "rows": 3, "maxlength": 2000}),
        help_text=_("Esimerkiksi ennakkotehtävä. Näkyy vain niille, joilla on paikka koulutuksessa."),
    )

    def clean_led_by(self) -> Organisation | None:
        """Return the organisation of that name, or None."""
        name = self.cleaned_data["led_by"].strip()
        if not name:
            return None
        found = list(Organisation.objects.filter(name__iexact=name).order_by("pk")[:2])
        if len(found) != 1:
            raise forms.ValidationError(
                _("Tämännimistä järjestöä ei löytynyt. Tarkista nimi järjestöluettelosta."), code="unknown"
            )
        return found[0]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        start, end, until = data.get("starts_at"), data.get("ends_at"), data.get("sign_up_until")
        if start and end and end <= start:
            self.add_error("ends_at", _("Koulutus päättyy ennen kuin se alkaa. Korjaa jompikumpi aika."))
        if start and until and until > start:
            self.add_error("sign_up_until", _("Ilmoittautuminen päättyy viimeistään, kun koulutus alkaa."))
        return data


class NewTrainingForm(TrainingForm):
    """A new session of one of the courses that are held."""

    course = forms.ModelChoiceField(
        label=_("Kurssi"), queryset=TrainingCourse.objects.filter(is_offered=True), empty_label=None
    )

    field_order = ("course",)


class SignUpPersonForm(forms.Form):
    """Whom the coordinator signs up."""

    full_name = forms.CharField(label=_("Nimi"), max_length=150)
    email = forms.EmailField(
        label=_("Sähköpostiosoite"),
        help_text=_("Osoite, jolla henkilö kirjautuu. Jos hänellä ei ole vielä tunnusta, se luodaan."),
    )


class CancelTrainingForm(forms.Form):
    """Why a session is not held."""

    reason = forms.CharField(
        label=_("Syy"), max_length=300, help_text=_("Kaikki kutsutut ja ilmoittautuneet saavat syyn sähköpostiin.")
    )


class EarlierForm(SignUpPersonForm):
    """What somebody took elsewhere."""

    course = forms.ModelChoiceField(label=_("Kurssi"), queryset=TrainingCourse.objects.all(), empty_label=None)
    completed_on = DayField(label=_("Suoritettu"))
    organiser = forms.CharField(label=_("Järjestäjä"), max_length=300)
    source = forms.CharField(
        label=_("Mistä tieto on"),
        max_length=300,
        help_text=_("Esimerkiksi todistus tai esihenkilön ilmoitus ja sen päivä."),
    )
    hours = forms.DecimalField(
        label=_("Kesto tunteina"),
        max_digits=4,
        decimal_places=1,
        min_value=0,
        max_value=LONGEST_HOURS,
        localize=True,
        required=False,
    )

    def clean_hours(self) -> Any:
        """Return the hours; nought is no length."""
        return self.cleaned_data["hours"] or None


class TrainingFilter(forms.Form):
    """The coordinator's list."""

    tila = forms.ChoiceField(
        label=_("Tila"),
        required=False,
        choices=[
            ("", _("Tulevat")),
            ("menneet", _("Menneet ja perutut")),
            ("kaikki", _("Kaikki")),
        ],
    )
    kurssi = forms.ChoiceField(label=_("Kurssi"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["kurssi"]
        field.choices = [("", _("Kaikki kurssit")), *((str(row.pk), row.name) for row in TrainingCourse.objects.all())]


class RegisterFilter(forms.Form):
    """The register of who has taken what."""

    perehdytys = forms.ChoiceField(
        label=_("Perehdytys"),
        required=False,
        choices=[
            ("", _("Kaikki")),
            ("puuttuu", _("Puuttuu")),
            ("on", _("Käyty")),
            ("vanha", _("Käyty yli kaksi vuotta sitten")),
        ],
    )
    taso = forms.ChoiceField(label=_("Taso"), required=False, choices=[("", _("Kaikki tasot")), *PostLevel.choices])
    yksikko = forms.ChoiceField(label=_("Yksikkö"), required=False)
    kurssi = forms.ChoiceField(label=_("Käynyt kurssin"), required=False)
    q = forms.CharField(
        label=_("Nimi"), required=False, max_length=100, widget=forms.TextInput({"autocomplete": "off"})
    )

    def __init__(self, *args: Any, day: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["yksikko"].choices = [("", _("Kaikki yksiköt")), *filter_choices(("yksikko",), day)["yksikko"]]
        fields["kurssi"].choices = [
            ("", _("Mikä tahansa")),
            *((str(row.pk), row.name) for row in TrainingCourse.objects.all()),
        ]
