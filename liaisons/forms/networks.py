"""Input of networks: their facts, joining, goals, meetings, letters."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.time_fields import InstantField
from county.models import Theme
from liaisons.forms.units import NamesForm
from liaisons.models import NETWORK_GOAL_LIFE
from liaisons.models.networks import MOST_CONVENERS

_LONG = {"rows": 5, "maxlength": 3000}


class DescriptionForm(forms.Form):
    """What the network does, in three languages."""

    description_fi = forms.CharField(
        label=_("Kuvaus suomeksi"),
        required=False,
        max_length=3000,
        help_text=_("Mitä verkosto tekee, ketkä siihen kuuluvat ja miten mukaan pääsee. Näkyy kaikille."),
        widget=forms.Textarea(_LONG),
    )
    description_sv = forms.CharField(
        label=_("Kuvaus ruotsiksi"), required=False, max_length=3000, widget=forms.Textarea(_LONG)
    )
    description_en = forms.CharField(
        label=_("Kuvaus englanniksi"), required=False, max_length=3000, widget=forms.Textarea(_LONG)
    )


class NetworkForm(NamesForm, DescriptionForm):
    """A network as the coordinator makes or changes it."""

    theme = forms.ModelChoiceField(
        label=_("Teema"), required=False, queryset=Theme.objects.all(), empty_label=_("Ei yhtä teemaa")
    )
    conveners_wanted = forms.IntegerField(
        label=_("Montako koollekutsujaa"), min_value=1, max_value=MOST_CONVENERS, initial=2
    )

    field_order = (
        "name_fi",
        "name_sv",
        "name_en",
        "theme",
        "conveners_wanted",
        "description_fi",
        "description_sv",
        "description_en",
    )


class JoinForm(forms.Form):
    """For whom one joins, and a greeting."""

    organisation = forms.ChoiceField(label=_("Kenen edustajana?"), required=False, widget=forms.RadioSelect)
    words = forms.CharField(
        label=_("Terveiset koollekutsujille"),
        required=False,
        max_length=500,
        help_text=_("Esimerkiksi mitä teet ja mitä toivot verkostolta."),
        widget=forms.Textarea({"class": "small", "rows": 3, "maxlength": 500}),
    )

    def __init__(self, *args: Any, organisations: list[Any], of_an_authority: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organisations = {str(row.pk): row for row in organisations}
        field: Any = self.fields["organisation"]
        field.choices = [(str(row.pk), row.name) for row in organisations]
        if of_an_authority:
            field.choices = [*field.choices, ("", _("Hyvinvointialueen tai kunnan työntekijänä"))]
        field.required = not of_an_authority

    def clean_organisation(self) -> Any:
        """Return the organisation, or None for the county or a municipality."""
        return self.organisations.get(self.cleaned_data["organisation"])


class PersonOfNetworkForm(forms.Form):
    """Somebody with an account whom the coordinator adds."""

    email = forms.EmailField(label=_("Sähköpostiosoite"), help_text=_("Osoite, jolla henkilö kirjautuu."))
    organisation = forms.CharField(
        label=_("Minkä järjestön puolesta"),
        required=False,
        max_length=150,
        help_text=_("Nimi tai sen osa. Jätä tyhjäksi, jos henkilö on hyvinvointialueen tai kunnan työntekijä."),
    )
    is_convener = forms.BooleanField(label=_("Henkilö on koollekutsuja"), required=False)


class ReasonToRemoveForm(forms.Form):
    """Why somebody is not taken in, or is no longer a member."""

    reason = forms.CharField(
        label=_("Syy"),
        max_length=300,
        help_text=_("Henkilö saa syyn tiedoksi."),
        widget=forms.Textarea({"class": "small", "rows": 3, "maxlength": 300}),
    )


class GoalForm(forms.Form):
    """A new goal."""

    text = forms.CharField(label=_("Tavoite"), max_length=300, error_messages={"required": _("Kirjoita tavoite.")})


class GoalProgressForm(GoalForm):
    """How a goal goes."""

    state = forms.ChoiceField(label=_("Tila"), choices=NETWORK_GOAL_LIFE.choices(), widget=forms.RadioSelect)
    progress = forms.CharField(
        label=_("Miten etenee"),
        required=False,
        max_length=500,
        help_text=_("Näkyy kaikille verkoston sivulla. Pakollinen, kun tavoite on saavutettu tai siitä luovutaan."),
        widget=forms.Textarea({"class": "small", "rows": 3, "maxlength": 500}),
    )


class NetworkMeetingForm(forms.Form):
    """When and where the network meets; only members see it."""

    starts_at = InstantField(label=_("Milloin"), help_text=_("Esimerkiksi 8.12.2026 klo 13.00."))
    place = forms.CharField(label=_("Paikka"), required=False, max_length=200)
    link = forms.URLField(label=_("Etäyhteyden osoite"), required=False, max_length=500, assume_scheme="https")
    agenda = forms.CharField(
        label=_("Asialista"),
        required=False,
        max_length=5000,
        widget=forms.Textarea({"rows": 6, "maxlength": 5000}),
    )

    def clean(self) -> dict[str, Any]:
        """Ask for a place or a link."""
        data: dict[str, Any] = super().clean() or {}
        if not data.get("place") and not data.get("link") and "link" not in self.errors:
            self.add_error("place", _("Kirjoita paikka tai etäyhteyden osoite."))
        return data


class MemoForm(forms.Form):
    """The short memo of a meeting."""

    memo = forms.CharField(
        label=_("Muistio"),
        max_length=10000,
        help_text=_("Mitä sovittiin ja kuka tekee mitä. Näkyy vain jäsenille. Älä kirjoita tietoja asiakkaista."),
        widget=forms.Textarea({"rows": 12, "maxlength": 10000}),
    )


class LetterForm(forms.Form):
    """A message to the members."""

    subject = forms.CharField(label=_("Otsikko"), max_length=150)
    text = forms.CharField(
        label=_("Viesti"),
        max_length=5000,
        help_text=_("Näet seuraavaksi, kuinka monelle viesti lähtee. Mitään ei lähetetä vielä."),
        widget=forms.Textarea({"rows": 10, "maxlength": 5000}),
    )
