"""Input about an organisation's activities."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from common.time_fields import DayField
from county.models import Municipality
from organisations.lahella_reading import is_lahella
from organisations.models import Activity


def check_lahella_address(url: str) -> str:
    """Return the address if it leads to Lähellä.fi (or is empty), else raise ``ValidationError``."""
    if url and not is_lahella(url):
        raise ValidationError(
            _("Osoite ei ole Lähellä.fi-palvelussa. Kopioi se selaimen osoiteriviltä, esimerkiksi %(example)s."),
            params={"example": "https://www.lahella.fi/…"},
        )
    return url


class LahellaFileForm(forms.Form):
    """An export of Lähellä.fi."""

    file = forms.FileField(
        label=_("Tiedosto"),
        help_text=_("CSV- tai JSON-tiedosto, enintään 2 Mt ja 500 toimintaa."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.json"}),
        error_messages={
            "required": _("Valitse tiedosto."),
            "empty": _("Tiedosto on tyhjä. Tarkista, että valitsit oikean tiedoston."),
        },
    )


#: The form's parts in order: heading and the fields under it.
PARTS = (
    (_("Mitä toiminta on"), ("kind", "name", "description")),
    (_("Kenelle"), ("target_groups", "life_situations")),
    (_("Missä ja milloin"), ("municipalities", "is_remote", "place", "when", "starts_on", "ends_on")),
    (_("Miten mukaan"), ("how_to_join", "room", "price", "accessibility")),
    (_("Lisätietoa"), ("leader", "service_path", "lahella_url")),
)


class ActivityForm(forms.ModelForm):  # type: ignore[type-arg]
    """One activity. Nothing about clients is ever asked."""

    starts_on = DayField(label=_("Alkaa"), required=False, help_text=_("Jos toiminta ei ole vielä alkanut."))
    ends_on = DayField(
        label=_("Päättyy"), required=False, help_text=_("Viimeinen päivä. Sen jälkeen toiminta ei enää näy muille.")
    )

    class Meta:
        model = Activity
        fields = (
            "kind",
            "name",
            "description",
            "target_groups",
            "life_situations",
            "municipalities",
            "is_remote",
            "place",
            "when",
            "starts_on",
            "ends_on",
            "price",
            "accessibility",
            "how_to_join",
            "room",
            "leader",
            "service_path",
            "lahella_url",
        )
        widgets = {
            "kind": forms.RadioSelect,
            "room": forms.RadioSelect,
            "description": forms.Textarea(attrs={"rows": 6, "maxlength": 3000}),
            "how_to_join": forms.Textarea(attrs={"rows": 3, "maxlength": 1000}),
            "target_groups": forms.CheckboxSelectMultiple,
            "life_situations": forms.CheckboxSelectMultiple,
            "municipalities": forms.CheckboxSelectMultiple,
        }
        help_texts = {
            "name": _("Esimerkiksi Omaishoitajien vertaisryhmä."),
            "description": _("Mitä toiminnassa tehdään. Älä kirjoita osallistujien tietoja."),
            "life_situations": _("Näillä ammattilainen löytää toiminnan asiakkaalle. Valitse 1–4 tärkeintä."),
            "municipalities": _("Kunnat, joiden asukkaat voivat osallistua."),
            "place": _("Osoite ja miten perille löytää."),
            "when": _("Esimerkiksi joka toinen tiistai klo 17.30–19.00."),
            "price": _("Jätä tyhjäksi, jos toiminta on maksutonta."),
            "accessibility": _("Esimerkiksi: kynnyksetön sisäänkäynti, induktiosilmukka, selkokieltä."),
            "how_to_join": _("Mitä tulija tekee ensin ja mistä voi kysyä: puhelin tai sähköposti."),
            "leader": _("Esimerkiksi koulutettu vertaisohjaaja. Kirjoita nimi vain, jos henkilö on antanut luvan."),
            "service_path": _("Esimerkiksi: kotiutuminen aivoverenkiertohäiriön jälkeen."),
            "lahella_url": _("Jos toiminta on jo Lähellä.fi-palvelussa, lisää sivun osoite."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        municipalities: Any = self.fields["municipalities"]
        municipalities.queryset = Municipality.objects.filter(is_own=True)
        url: Any = self.fields["lahella_url"]
        url.assume_scheme = "https"
        for name, blank in (("kind", False), ("room", False)):
            field: Any = self.fields[name]
            field.choices = [choice for choice in field.choices if choice[0] or blank]

    def parts(self) -> list[tuple[Any, list[Any]]]:
        """Return the headings with their bound fields, for the template."""
        return [(heading, [self[name] for name in names]) for heading, names in PARTS]

    def clean_lahella_url(self) -> str:
        """The address leads to Lähellä.fi."""
        return check_lahella_address(self.cleaned_data["lahella_url"])

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        start, end = data.get("starts_on"), data.get("ends_on")
        if start and end and end < start:
            self.add_error("ends_on", _("Päättymispäivä on ennen alkamispäivää. Korjaa jompikumpi."))
        if "municipalities" in data and not data["municipalities"] and not data.get("is_remote"):
            self.add_error("municipalities", _("Valitse vähintään yksi kunta tai merkitse, että voi osallistua etänä."))
        return data
