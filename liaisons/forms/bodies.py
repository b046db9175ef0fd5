"""Input for seats, duties, meetings and what the minutes say."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.time_fields import DayField, InstantField
from common.times import local_date
from liaisons.models import AppointmentRole, Body, BodyKind, Seat, SeatRole


class PersonForm(forms.Form):
    """Who, and for which term."""

    full_name = forms.CharField(label=_("Nimi"), max_length=150)
    email = forms.EmailField(
        label=_("Sähköpostiosoite"),
        help_text=_("Osoite, jolla henkilö kirjautuu. Jos hänellä ei ole vielä tunnusta, se luodaan."),
    )
    valid_from = DayField(label=_("Alkaa"), help_text=_("Esimerkiksi 1.8.2026."))
    valid_until = DayField(
        label=_("Päättyy"), required=False, help_text=_("Viimeinen päivä. Jätä tyhjäksi, jos sitä ei ole päätetty.")
    )

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["valid_from"].initial = local_date(now)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        start, end = data.get("valid_from"), data.get("valid_until")
        if start and end and end < start:
            self.add_error("valid_until", _("Päättymispäivä on ennen alkamispäivää. Korjaa jompikumpi."))
        return data


class SeatForm(PersonForm):
    """A new seat in a body."""

    role = forms.ChoiceField(label=_("Tehtävä"), choices=SeatRole.choices, widget=forms.RadioSelect, initial="member")
    deputy_for = forms.ModelChoiceField(
        label=_("Kenen varajäsen"),
        queryset=Seat.objects.none(),
        required=False,
        empty_label=_("Ei henkilökohtainen"),
        help_text=_("Valitse vain, jos varajäsen on henkilökohtainen."),
    )
    organisation_represented = forms.CharField(
        label=_("Edustettu järjestö"), max_length=200, required=False, help_text=_("Jos henkilö edustaa järjestöä.")
    )

    field_order = ("full_name", "email", "role", "deputy_for", "organisation_represented", "valid_from", "valid_until")

    def __init__(self, *args: Any, body: Body, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, now=now, **kwargs)
        choice: Any = self.fields["deputy_for"]
        members = Seat.objects.in_force(now).filter(body=body, role="member")
        choice.queryset = members.select_related("user", "body")
        choice.label_from_instance = lambda seat: str(seat.user)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("role") == "member" and data.get("deputy_for"):
            self.add_error("deputy_for", _("Vain varajäsen voi olla toisen jäsenen sijainen. Poista valinta."))
        return data


class DutyForm(PersonForm):
    """A new duty to a body."""

    role = forms.ChoiceField(label=_("Tehtävä"), choices=AppointmentRole.choices, widget=forms.RadioSelect)

    field_order = ("full_name", "email", "role", "valid_from", "valid_until")


class EndForm(forms.Form):
    """The last day of a seat or duty."""

    ends_on = DayField(label=_("Viimeinen päivä"), help_text=_("Tämän päivän jälkeen henkilö ei enää pääse asioihin."))


class MeetingForm(forms.Form):
    """Time and place of a meeting."""

    starts_at = InstantField(label=_("Alkaa"), help_text=_("Päivä ja kellonaika, esimerkiksi 8.12.2026 klo 16.00."))
    place = forms.CharField(
        label=_("Paikka"), max_length=200, required=False, help_text=_("Esimerkiksi kokoushuoneen nimi tai Teams.")
    )


class MinutesForm(forms.Form):
    """Where the checked minutes can be read."""

    minutes_url = forms.URLField(
        label=_("Linkki pöytäkirjaan"), required=False, assume_scheme="https", help_text=_("Julkinen verkko-osoite.")
    )


class AgendaItemForm(forms.Form):
    """A matter that does not come from a grant case."""

    title = forms.CharField(label=_("Asia"), max_length=300)
    case_label = forms.CharField(label=_("Asianumero"), max_length=60, required=False)


class SectionForm(forms.Form):
    """The matter's § in the minutes."""

    section_number = forms.IntegerField(
        label=_("Pykälä"),
        min_value=1,
        max_value=9999,
        error_messages={"min_value": _("Pykälän numero on vähintään 1.")},
    )


class BodyFilter(forms.Form):
    """The list of bodies, by kind."""

    laji = forms.ChoiceField(label=_("Laji"), required=False, choices=[("", _("Kaikki")), *BodyKind.choices])
