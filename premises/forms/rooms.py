"""Input about rooms: what they are, the rules of booking, features, pictures; and the sheet that brings many."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from documents.uploads import UploadField
from premises.forms.sites import long_text
from premises.models import Feature, FeatureGroup, Room, RoomFileKind, Site


class RoomForm(forms.ModelForm):  # type: ignore[type-arg]
    """What a room is."""

    description = long_text(_("Kuvaus"), _("Millainen tila on ja mihin se sopii."), 2000)
    layouts = long_text(
        _("Pöytien ja tuolien järjestys"), _("Esimerkiksi: 12 pöydän ympärillä, 30 tuoliriveissä."), 1000, rows=3
    )
    restrictions = long_text(
        _("Rajoitukset"), _("Mitä tilassa ei voi tehdä ja miksi. Esimerkiksi: ei hajusteita, ei ruoanlaittoa."), 2000
    )
    how_to_find = long_text(
        _("Näin löydät tilan"), _("Ovelta tilaan. Tämä näkyy kaikille: älä kirjoita ovikoodia."), 1000, rows=3
    )

    class Meta:
        model = Room
        fields = (
            "name_fi",
            "name_sv",
            "name_en",
            "kind",
            "parent",
            "capacity",
            "description",
            "layouts",
            "restrictions",
            "how_to_find",
        )

    def __init__(self, *args: Any, site: Site, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        if self.instance.pk:
            del self.fields["parent"]  # its bookings hold the leaves of the tree as it stands
        else:
            fields["parent"].queryset = site.rooms.order_by("order", "name_fi", "pk")
            fields["parent"].empty_label = _("Ei minkään: oma tilansa")
            fields["parent"].help_text = _("Esimerkiksi salin puolikas on salin osa. Salin varaus varaa myös osat.")

    def _get_validation_exclusions(self) -> set[str]:
        # The site is known to the verb, which asks the database's rules and says their words.
        return {*super()._get_validation_exclusions(), "site"}  # type: ignore[misc]


class RulesForm(forms.ModelForm):  # type: ignore[type-arg]
    """By what rules a room is booked."""

    class Meta:
        model = Room
        fields = (
            "is_bookable",
            "who_may",
            "approval",
            "least_minutes",
            "most_minutes",
            "tidy_minutes",
            "book_days_ahead",
            "cancel_hours",
            "hourly_price",
            "hourly_value",
        )
        help_texts = {
            "is_bookable": _("Poista valinta, jos tila on vain kokonaisuus, jonka osat varataan."),
            "tidy_minutes": _("Tila pidetään tyhjänä näin kauan jokaisen varauksen jälkeen."),
            "hourly_price": _("0 tarkoittaa, että järjestö käyttää tilaa maksutta."),
            "hourly_value": _("Mitä tunti maksaisi muualla. Arvosta lasketaan järjestön saama välillinen tuki."),
        }


class FeaturesForm(forms.Form):
    """Which features a room has: a box for each, and a line for what is told of it."""

    def __init__(self, *args: Any, features: list[Feature], standing: dict[int, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.features = features
        for feature in features:
            self.fields[f"f{feature.pk}"] = forms.BooleanField(
                label=feature.name, required=False, initial=feature.pk in standing
            )
            if feature.asks_detail:
                self.fields[f"t{feature.pk}"] = forms.CharField(
                    label=_("%(feature)s: tarkenna") % {"feature": feature.name},
                    help_text=feature.asks_detail.capitalize(),
                    max_length=200,
                    required=False,
                    initial=standing.get(feature.pk, ""),
                )

    @property
    def groups(self) -> list[tuple[Any, list[tuple[Any, Any]]]]:
        """Return the groups with the bound fields of their features, for the page."""
        found = []
        for group in FeatureGroup:
            rows = [
                (self[f"f{one.pk}"], self[f"t{one.pk}"] if one.asks_detail else None)
                for one in self.features
                if one.group == group
            ]
            if rows:
                found.append((group.label, rows))
        return found

    @property
    def details(self) -> dict[int, str]:
        """Return the chosen features with what is told of them; a told detail chooses its feature."""
        data = self.cleaned_data
        return {
            one.pk: data.get(f"t{one.pk}", "")
            for one in self.features
            if data.get(f"f{one.pk}") or data.get(f"t{one.pk}")
        }


class PictureForm(forms.Form):
    """A photo or a floor plan."""

    kind = forms.ChoiceField(label=_("Mikä tämä on"), choices=RoomFileKind.choices, widget=forms.RadioSelect)
    upload = UploadField(
        label=_("Kuvatiedosto"),
        help_text=_("JPG- tai PNG-kuva, pohjakuva myös PDF. Enintään 5 Mt. Kuvassa ei saa olla ihmisiä."),
        widget=forms.ClearableFileInput(attrs={"accept": ".jpg,.jpeg,.png,.pdf"}),
    )
    alt = forms.CharField(
        label=_("Mitä kuvassa on"),
        max_length=250,
        help_text=_(
            "Kerro kuva sanoin sille, joka ei näe sitä. Esimerkiksi: kahdeksan tuolia pyöreän pöydän ympärillä."
        ),
    )


class SheetForm(forms.Form):
    """A sheet of sites and rooms."""

    file = forms.FileField(
        label=_("Tiedosto"),
        help_text=_("Excel- tai CSV-tiedosto, enintään 5 Mt ja 2 000 riviä."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.xlsx"}),
        error_messages={
            "required": _("Valitse tiedosto."),
            "empty": _("Tiedosto on tyhjä. Tarkista, että valitsit oikean tiedoston."),
        },
    )
