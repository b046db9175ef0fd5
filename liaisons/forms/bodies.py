"""Input for bodies, their seats and duties."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.time_fields import DayField
from common.times import local_date
from county.models import Municipality, RegionalGroup
from liaisons.forms.units import NamesForm
from liaisons.models import (
    AppointmentRole,
    Body,
    BodyKind,
    Party,
    Position,
    RecordKind,
    Seat,
    SeatRole,
)
from organisations.models import Organisation


class BodyFilter(forms.Form):
    """The list's filter, in the URL."""

    laji = forms.ChoiceField(label=_("Laji"), required=False, choices=[("", _("Kaikki")), *BodyKind.choices])


class BodyForm(NamesForm):
    """A body that the area file does not give."""

    kind = forms.ChoiceField(label=_("Laji"), choices=BodyKind.choices, widget=forms.RadioSelect)
    is_self_run = forms.BooleanField(
        label=_("Oma sihteeri pyörittää"),
        required=False,
        help_text=_("Toimielin ei ole hyvinvointialueen oma. Nimeät vain ensimmäisen sihteerin, joka hoitaa muun."),
    )
    under = forms.CharField(label=_("Minkä alainen"), max_length=200, required=False)
    record_kind = forms.ChoiceField(
        label=_("Miten kokoukset kirjataan"), choices=RecordKind.choices, widget=forms.RadioSelect, initial="memo"
    )
    municipality: Any = forms.ModelChoiceField(
        label=_("Kunta"),
        queryset=Municipality.objects.filter(is_own=True),
        required=False,
        empty_label=_("Ei yhden kunnan"),
    )
    regional_group: Any = forms.ModelChoiceField(
        label=_("Alue"), queryset=RegionalGroup.objects.all(), required=False, empty_label=_("Koko hyvinvointialue")
    )

    @property
    def fields_of_body(self) -> dict[str, Any]:
        """Return what the verb takes besides the names and the kind."""
        names = ("is_self_run", "under", "record_kind", "municipality", "regional_group")
        return {name: self.cleaned_data[name] for name in names}


class BodySettingsForm(forms.ModelForm):  # type: ignore[type-arg]
    """How the body's meetings are recorded and when they may decide."""

    class Meta:
        model = Body
        fields = ("record_kind", "quorum")
        widgets = {"record_kind": forms.RadioSelect}
        help_texts = {"quorum": _("Kuinka monta jäsentä. Jätä tyhjäksi, jos tarvitaan yli puolet jäsenistä.")}


class RenameForm(NamesForm):
    """A new name from a day."""

    from_day = DayField(label=_("Nimi on käytössä alkaen"))
    reason = forms.CharField(
        label=_("Peruste"), max_length=200, required=False, help_text=_("Esimerkiksi hallintosäännön muutos 1.6.2026.")
    )


class RequirementForm(forms.Form):
    """How many seats of a kind the rules give."""

    role = forms.ChoiceField(label=_("Tehtävä"), choices=SeatRole.choices, widget=forms.RadioSelect, initial="member")
    party = forms.ChoiceField(
        label=_("Taho"), required=False, choices=[("", _("Kaikki tahot yhteensä")), *Party.choices]
    )
    number = forms.IntegerField(
        label=_("Paikkoja"), min_value=0, max_value=200, help_text=_("Kirjoita 0, jos määrää ei enää ole.")
    )
    chooser: Any = forms.ModelChoiceField(
        label=_("Kuka valitsee"),
        queryset=Body.objects.none(),
        required=False,
        empty_label=_("Ei erillistä valitsijaa"),
        help_text=_("Toimielin, joka valitsee tai nimeää näille paikoille."),
    )
    chooser_appoints = forms.BooleanField(label=_("Valinta täyttää paikan ilman toista päätöstä"), required=False)
    source = forms.CharField(label=_("Mistä määrä on"), max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["chooser"]
        choice.queryset = Body.objects.filter(draft=False)


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


class SeatFactsForm(forms.Form):
    """Whom a seat represents, who presides, who nominated and who appointed."""

    position = forms.ChoiceField(label=_("Puheenjohto"), required=False, choices=Position.choices)
    party = forms.ChoiceField(label=_("Taho"), required=False, choices=[("", _("Ei tiedossa")), *Party.choices])
    organisation_represented = forms.CharField(
        label=_("Edustettu järjestö tai muu taho"),
        max_length=200,
        required=False,
        help_text=_("Kun kirjoitat järjestön nimen kuten se on rekisterissä, se linkittyy järjestön sivuun."),
    )
    nominated_by = forms.CharField(
        label=_("Kuka nimesi ehdolle"), max_length=200, required=False, help_text=_("Esimerkiksi JANE.")
    )
    nominated_on = DayField(label=_("Nimetty ehdolle"), required=False)
    nominated_section = forms.IntegerField(label=_("Ehdolle nimeämisen pykälä"), min_value=1, required=False)
    appointed_by = forms.CharField(
        label=_("Kuka valitsi tehtävään"), max_length=200, required=False, help_text=_("Esimerkiksi aluehallitus.")
    )
    appointed_on = DayField(label=_("Valittu tehtävään"), required=False)
    appointed_section = forms.IntegerField(label=_("Valinnan pykälä"), min_value=1, required=False)
    appointed_case = forms.CharField(label=_("Valinnan asianumero"), max_length=60, required=False)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        for who, day in (("nominated_by", "nominated_on"), ("appointed_by", "appointed_on")):
            if bool(data.get(who)) != bool(data.get(day)):
                self.add_error(day, _("Kirjaa sekä se, kuka päätti, että päivä."))
        return data

    @property
    def facts(self) -> dict[str, Any]:
        """Return the facts of the seat; the NGO of the registry where the written name is one's."""
        facts = {name: self.cleaned_data.get(name) for name in SeatFactsForm.base_fields}
        written = (facts["organisation_represented"] or "").strip()
        found = Organisation.objects.filter(name__iexact=written).first() if written else None
        return {**facts, "organisation": found, "organisation_represented": "" if found else written}


class SeatForm(SeatFactsForm, PersonForm):
    """A new seat in a body."""

    role = forms.ChoiceField(label=_("Tehtävä"), choices=SeatRole.choices, widget=forms.RadioSelect, initial="member")
    deputy_for: Any = forms.ModelChoiceField(
        label=_("Kenen varajäsen"),
        queryset=Seat.objects.none(),
        required=False,
        empty_label=_("Ei henkilökohtainen"),
        help_text=_("Valitse vain, jos varajäsen on henkilökohtainen."),
    )

    field_order = ("full_name", "email", "role", "deputy_for", "valid_from", "valid_until")

    def __init__(self, *args: Any, body: Body, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, now=now, **kwargs)
        choice: Any = self.fields["deputy_for"]
        members = Seat.objects.in_force(now).filter(body=body, role="member")
        choice.queryset = members.select_related("user", "body")
        choice.label_from_instance = lambda seat: str(seat.user)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("role") != "deputy" and data.get("deputy_for"):
            self.add_error("deputy_for", _("Vain varajäsen voi olla toisen jäsenen sijainen. Poista valinta."))
        if data.get("role") != "member" and data.get("position"):
            self.add_error("position", _("Vain varsinainen jäsen voi olla puheenjohtaja. Poista valinta."))
        return data

    @property
    def seat(self) -> dict[str, Any]:
        """Return what the verb takes."""
        names = ("full_name", "email", "role", "deputy_for", "valid_from", "valid_until")
        return {**{name: self.cleaned_data[name] for name in names}, **self.facts}


class DutyForm(PersonForm):
    """A new duty to a body."""

    role = forms.ChoiceField(label=_("Tehtävä"), choices=AppointmentRole.choices, widget=forms.RadioSelect)

    field_order = ("full_name", "email", "role", "valid_from", "valid_until")


class EndForm(forms.Form):
    """The last day of a seat or duty."""

    ends_on = DayField(label=_("Viimeinen päivä"), help_text=_("Tämän päivän jälkeen henkilö ei enää pääse asioihin."))
