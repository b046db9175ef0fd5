"""Input for naming a person to a post, their answer, substitutes and absences."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.time_fields import DayField
from common.times import local_date
from liaisons.forms.bodies import PersonForm
from liaisons.models import Appointment


class AppointForm(PersonForm):
    """Who is named to the post, for which term and on what terms."""

    working_time = forms.IntegerField(
        label=_("Osuus työajasta, prosenttia"),
        min_value=1,
        max_value=100,
        required=False,
        help_text=_("Esimerkiksi 10. Kirjoita se, mistä on sovittu esihenkilön kanssa."),
    )
    tasks = forms.CharField(
        label=_("Sovitut tehtävät"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    supervisor = forms.CharField(
        label=_("Esihenkilö"),
        max_length=150,
        help_text=_("Esihenkilön nimi näkyy nimetylle henkilölle, jotta hän tietää, kenen kanssa asiasta on sovittu."),
    )
    source = forms.CharField(
        label=_("Mihin nimeäminen perustuu"),
        max_length=200,
        required=False,
        help_text=_("Esimerkiksi toimialajohtajan päätös ja päivä."),
    )

    field_order = ("full_name", "email", "supervisor", "valid_from", "valid_until", "working_time", "tasks", "source")


class AcceptForm(forms.Form):
    """The person's yes, and what of them is shown to others."""

    phone = forms.CharField(label=_("Työpuhelin"), max_length=40, required=False)
    shows_phone = forms.BooleanField(
        label=_("Puhelinnumeroni saa näyttää kaikille"),
        required=False,
        help_text=_("Jos et valitse tätä, sinuun otetaan yhteyttä lomakkeella."),
    )
    shows_email = forms.BooleanField(
        label=_("Sähköpostiosoitteeni saa näyttää kirjautuneille"),
        required=False,
        help_text=_("Osoite ei koskaan näy julkisella sivulla."),
    )


class ReasonForm(forms.Form):
    """Why; the other party reads it."""

    reason = forms.CharField(
        label=_("Syy"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Näkyy toiselle osapuolelle. Älä kirjoita terveystietoja."),
    )


class EndAppointmentForm(ReasonForm):
    """The last day and why."""

    ends_on = DayField(label=_("Viimeinen päivä"), help_text=_("Tehtävä on voimassa tähän päivään asti."))

    field_order = ("ends_on", "reason")


class OwnAppointmentForm(forms.ModelForm):  # type: ignore[type-arg]
    """What a liaison person keeps about the appointment."""

    class Meta:
        model = Appointment
        fields: tuple[str, ...] = ("working_time", "phone", "shows_phone", "shows_email")
        help_texts = {
            "working_time": _("Esimerkiksi 10."),
            "shows_email": _("Osoite ei koskaan näy julkisella sivulla."),
        }

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("shows_phone") and not data.get("phone"):
            self.add_error("phone", _("Kirjoita numero, jonka saa näyttää, tai poista valinta."))
        return data


class OfficerAppointmentForm(OwnAppointmentForm):
    """What the coordinator keeps about the appointment besides."""

    introduced_on = DayField(label=_("Perehdytetty"), required=False, help_text=_("Päivä, jona perehdytys on annettu."))

    class Meta(OwnAppointmentForm.Meta):
        fields = (*OwnAppointmentForm.Meta.fields, "tasks", "supervisor", "source", "introduced_on")
        widgets = {"tasks": forms.Textarea(attrs={"rows": 4})}


class SubstituteForm(PersonForm):
    """Who stands in, in which order."""

    order = forms.IntegerField(
        label=_("Järjestys"), min_value=1, max_value=9, initial=1, help_text=_("1 vastaa ensimmäisenä.")
    )

    field_order = ("full_name", "email", "order", "valid_from", "valid_until")


class AbsenceForm(forms.Form):
    """Days away; never why."""

    valid_from = DayField(label=_("Ensimmäinen poissaolopäivä"))
    valid_until = DayField(
        label=_("Viimeinen poissaolopäivä"),
        required=False,
        help_text=_("Jätä tyhjäksi, jos paluusta ei ole vielä tietoa. Syytä ei kirjata."),
    )

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["valid_from"].initial = local_date(now)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        start, end = data.get("valid_from"), data.get("valid_until")
        if start and end and end < start:
            self.add_error("valid_until", _("Viimeinen päivä on ennen ensimmäistä. Korjaa jompikumpi."))
        return data
