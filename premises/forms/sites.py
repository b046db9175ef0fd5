"""Input about sites: what they are, who manages, opening, how one gets in, terms."""

from datetime import time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.text_fields import PlainTextField
from common.time_fields import DayField
from county.models import Municipality
from liaisons.models import Unit
from premises.forms.clock import ClockField
from premises.models import OpeningHours, Room, Site, SiteKind, WayIn, Weekday
from premises.workflow.opening import Hours

#: Empty lines for each weekday beside what stands.
SPARE = 1
LEAST_LINES = 2


def long_text(label: Any, help_text: Any, most: int, *, rows: int = 4, required: bool = False) -> PlainTextField:
    """Return a field for a longer text."""
    widget = forms.Textarea(attrs={"rows": rows, "maxlength": most, "class": "small"})
    return PlainTextField(label=label, help_text=help_text, max_length=most, required=required, widget=widget)


class SiteForm(forms.ModelForm):  # type: ignore[type-arg]
    """A site of the county."""

    how_to_find = long_text(
        _("Näin löydät perille"),
        _("Bussi, pysäköinti, mistä ovesta, mihin kerrokseen. Tämä näkyy kaikille: älä kirjoita ovikoodia."),
        2000,
    )
    points = long_text(_("Pisteet talossa"), _("Esimerkiksi OLKA-piste tai hyvinvointipiste, yksi riville."), 1000)
    safety_rules = long_text(
        _("Turvallisuusohjeet"),
        _("Poistumistiet, kokoontumispaikka, enimmäismäärät, mitä tehdä hälytyksen tullen. Näkyy kaikille."),
        4000,
        rows=6,
    )

    class Meta:
        model = Site
        fields: tuple[str, ...] = (
            "name_fi",
            "name_sv",
            "name_en",
            "kind",
            "unit",
            "municipality",
            "street_address",
            "postcode",
            "post_office",
            "phone",
            "email",
            "how_to_find",
            "points",
            "safety_rules",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["municipality"].queryset = Municipality.objects.filter(is_own=True).order_by("name_fi")
        fields["municipality"].empty_label = _("Valitse kunta")
        if "unit" in fields:
            fields["unit"].queryset = Unit.objects.order_by("name_fi", "pk")
            fields["unit"].help_text = _("Kenen käytössä talo on. Voit jättää tyhjäksi.")
            fields["kind"].choices = [choice for choice in SiteKind.choices if choice[0] != SiteKind.NGO_HOUSE]


class OwnSiteForm(SiteForm):
    """A site in which an organisation offers rooms: it is of the organisation's, not of a unit's."""

    class Meta(SiteForm.Meta):
        fields = tuple(name for name in SiteForm.Meta.fields if name not in ("kind", "unit"))


class ManagersForm(forms.Form):
    """Who manages a site; people with an account, by the address with which they sign in."""

    manager = forms.EmailField(
        label=_("Tilavastaavan sähköpostiosoite"),
        required=False,
        help_text=_("Osoite, jolla henkilö kirjautuu portaaliin. Tilavastaava vahvistaa varaukset."),
    )
    deputy = forms.EmailField(
        label=_("Sijaisen sähköpostiosoite"),
        required=False,
        help_text=_("Sijainen saa tehdä samat asiat kuin tilavastaava."),
    )

    def _person(self, name: str) -> User | None:
        address = self.cleaned_data[name]
        if not address:
            return None
        user = User.objects.filter(email__iexact=address, is_active=True).first()
        if user is None:
            raise forms.ValidationError(
                _("Tällä osoitteella ei ole tunnusta. Tarkista osoite, tai pyydä henkilöä ensin luomaan tunnus."),
                code="unknown",
            )
        return user

    def clean_manager(self) -> User | None:
        """Return the person, or None."""
        return self._person("manager")

    def clean_deputy(self) -> User | None:
        """Return the person, or None."""
        return self._person("deputy")


class WeekForm(forms.Form):
    """The hours of a week: a few lines for each weekday, an empty line says nothing."""

    closed_on_holidays = forms.BooleanField(
        label=_("Suljettu pyhinä"),
        required=False,
        help_text=_("Pyhäpäivinä tiloja ei voi varata."),
    )

    def __init__(self, *args: Any, standing: list[OpeningHours], with_holidays: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not with_holidays:
            del self.fields["closed_on_holidays"]
        self.days: list[tuple[Any, list[tuple[str, str, str]]]] = []
        for weekday in Weekday:
            rows = [row for row in standing if row.weekday == weekday]
            lines = []
            for number in range(max(LEAST_LINES, len(rows) + SPARE)):
                row = rows[number] if number < len(rows) else None
                lines.append(self._line(weekday, number, row))
            self.days.append((weekday, lines))

    def _line(self, weekday: Weekday, number: int, row: OpeningHours | None) -> tuple[str, str, str]:
        names = (f"d{weekday}_{number}_opens", f"d{weekday}_{number}_closes", f"d{weekday}_{number}_after")
        day = str(weekday.label).capitalize()
        opens, closes, after = _("%(day)s, avataan"), _("%(day)s, suljetaan"), _("%(day)s, ei henkilökuntaa")
        self.fields[names[0]] = ClockField(
            label=opens % {"day": day}, required=False, initial=row.opens if row else None
        )
        self.fields[names[1]] = ClockField(
            label=closes % {"day": day}, required=False, initial=row.closes if row else None
        )
        self.fields[names[2]] = forms.BooleanField(
            label=after % {"day": day}, required=False, initial=bool(row and row.is_after_hours)
        )
        return names

    @property
    def week(self) -> list[tuple[Any, list[tuple[Any, Any, Any]]]]:
        """Return the weekdays with the bound fields of their lines, for the page."""
        return [
            (weekday.label, [(self[names[0]], self[names[1]], self[names[2]]) for names in lines])
            for weekday, lines in self.days
        ]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        for _weekday, lines in self.days:
            for opens, closes, _after in lines:
                if opens in self.errors or closes in self.errors:
                    continue
                if bool(data.get(opens)) != bool(data.get(closes)):
                    missing = closes if data.get(opens) else opens
                    self.add_error(missing, _("Kirjoita sekä avaamis- että sulkemisaika."))
        return data

    @property
    def hours(self) -> list[Hours]:
        """Return the lines that say something, for the verb."""
        data = self.cleaned_data
        found = []
        for weekday, lines in self.days:
            for opens, closes, after in lines:
                start: time | None = data.get(opens)
                end: time | None = data.get(closes)
                if start is not None and end is not None:
                    found.append(Hours(int(weekday), start, end, bool(data.get(after))))
        return found


class _OfSite(forms.Form):
    """Something of a site, or of one of its rooms."""

    room = forms.ModelChoiceField(
        label=_("Mitä koskee"), queryset=Room.objects.none(), required=False, empty_label=_("Koko toimipaikka")
    )

    def __init__(self, *args: Any, site: Site, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["room"]
        field.queryset = site.rooms.order_by("order", "name_fi", "pk")


class ExceptionForm(_OfSite):
    """Days with other hours."""

    first_day = DayField(label=_("Ensimmäinen päivä"))
    last_day = DayField(label=_("Viimeinen päivä"), required=False, help_text=_("Jätä tyhjäksi, jos päivä on yksi."))
    opens = ClockField(label=_("Avataan"), required=False, help_text=_("Jätä ajat tyhjiksi, jos paikka on suljettu."))
    closes = ClockField(label=_("Suljetaan"), required=False)
    reason = forms.CharField(label=_("Miksi"), max_length=200, help_text=_("Näkyy kaikille. Esimerkiksi: kesäsulku."))


class AccessForm(_OfSite):
    """How one gets in, from a day on."""

    way_in = forms.ChoiceField(label=_("Miten sisään pääsee"), choices=WayIn.choices, widget=forms.RadioSelect)
    text = long_text(
        _("Ohje varaajalle"),
        _(
            "Tämän lukee vain varaaja, jonka varaus on vahvistettu, ja tilavastaava. "
            "Ohje menee myös muistutusviestissä, ovikoodi ei koskaan."
        ),
        1000,
        required=True,
    )
    valid_from = DayField(label=_("Voimassa alkaen"))
    valid_until = DayField(
        label=_("Voimassa viimeistään"),
        required=False,
        help_text=_("Jätä tyhjäksi, jos ohje on voimassa toistaiseksi. Vaihtuvalle koodille merkitse viimeinen päivä."),
    )


class TermsForm(forms.Form):
    """A new version of the terms of use."""

    text_fi = long_text(
        _("Ehdot suomeksi"), _("Yksi ehto kappaleeseen. Varaaja hyväksyy ehdot."), 8000, rows=10, required=True
    )
    text_sv = long_text(_("Ehdot ruotsiksi"), "", 8000, rows=6)
    text_en = long_text(_("Ehdot englanniksi"), "", 8000, rows=6)


class SiteFilter(forms.Form):
    """The public list of sites."""

    kunta = forms.ChoiceField(label=_("Kunta"), required=False)
    ominaisuus = forms.ChoiceField(label=_("Tilassa on"), required=False)
    kenen = forms.ChoiceField(
        label=_("Kenen tila"),
        required=False,
        choices=[("", _("Kaikki")), ("alue", _("Hyvinvointialueen")), ("jarjesto", _("Järjestöjen"))],
    )

    def __init__(self, *args: Any, places: list[Municipality], features: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["kunta"].choices = [("", _("Kaikki kunnat")), *((place.code, place.name) for place in places)]
        fields["ominaisuus"].choices = [("", _("Mitä vain")), *((one.key, one.name) for one in features)]
