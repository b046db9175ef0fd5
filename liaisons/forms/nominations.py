"""Input for calls for candidates, candidates, the choice and the appointment."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.time_fields import DayField, InstantField
from common.times import local_date
from liaisons.models import Asked, Body, Candidate, Meeting, NominationCall, Wish
from liaisons.workflow import Choice
from organisations.forms.choosing import OrganisationField


class NominationForm(forms.Form):
    """A call for candidates."""

    title = forms.CharField(label=_("Otsikko"), max_length=200)
    body: Any = forms.ModelChoiceField(
        label=_("Mihin toimielimeen"), queryset=Body.objects.filter(draft=False), empty_label=_("Valitse")
    )
    chooser_appoints = forms.BooleanField(
        label=_("Valinta täyttää paikat"),
        required=False,
        help_text=_("Jätä pois, jos toinen toimielin tekee lopullisen päätöksen."),
    )
    members = forms.IntegerField(label=_("Varsinaisia jäseniä"), min_value=0, max_value=100)
    deputies = forms.IntegerField(label=_("Varajäseniä"), min_value=0, max_value=100, initial=0)
    in_pairs = forms.BooleanField(label=_("Varajäsenet ovat henkilökohtaisia"), required=False)
    valid_from = DayField(label=_("Toimikausi alkaa"))
    valid_until = DayField(label=_("Toimikausi päättyy"), required=False)
    criteria = forms.CharField(
        label=_("Mitä ehdokkaalta toivotaan"), max_length=4000, widget=forms.Textarea(attrs={"rows": 6})
    )
    asked = forms.ChoiceField(label=_("Keiltä ehdokkaita pyydetään"), choices=Asked.choices, widget=forms.RadioSelect)
    deadline = InstantField(label=_("Ehdotukset viimeistään"), help_text=_("Esimerkiksi 8.12.2026 klo 16.00."))

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        self.now = now
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        start, end = data.get("valid_from"), data.get("valid_until")
        if start and end and end < start:
            self.add_error("valid_until", _("Toimikausi päättyy ennen kuin se alkaa. Korjaa jompikumpi."))
        if data.get("deadline") and data["deadline"] <= self.now:
            self.add_error("deadline", _("Määräaika on jo mennyt. Valitse myöhempi aika."))
        if data.get("in_pairs") and data.get("members") != data.get("deputies"):
            self.add_error("deputies", _("Henkilökohtaisia varajäseniä on oltava yhtä monta kuin varsinaisia jäseniä."))
        return data

    @classmethod
    def initial_of(cls, call: NominationCall) -> dict[str, Any]:
        """Return what the form shows of a call."""
        return {name: getattr(call, name) for name in cls.base_fields}


class DeadlineForm(forms.Form):
    """A later deadline."""

    deadline = InstantField(label=_("Uusi määräaika"))


class CandidateForm(forms.Form):
    """A candidate whom an NGO proposes."""

    full_name = forms.CharField(label=_("Ehdokkaan nimi"), max_length=150)
    email = forms.EmailField(
        label=_("Ehdokkaan sähköposti"), help_text=_("Lähetämme linkin, josta hän itse suostuu tai kieltäytyy.")
    )
    wish = forms.ChoiceField(
        label=_("Mihin ehdotatte"), choices=Wish.choices, widget=forms.RadioSelect, initial=Wish.EITHER
    )
    grounds = forms.CharField(
        label=_("Miksi juuri hän?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Kokemus ja osaaminen, jota tehtävässä tarvitaan. Älä kirjoita terveystietoja."),
    )


class OfficeCandidateForm(CandidateForm):
    """A proposal that came on paper or by telephone."""

    organisation = OrganisationField(label=_("Järjestö, joka ehdottaa"))
    received_as = forms.CharField(
        label=_("Miten ehdotus saatiin"), max_length=200, help_text=_("Esimerkiksi: kirje 3.12.2026.")
    )

    field_order = ("organisation", "received_as")


class ConsentForm(forms.Form):
    """The candidate's own words, optional."""

    note = forms.CharField(label=_("Viesti ehdottajalle"), max_length=500, required=False)


class ChoiceForm(forms.Form):
    """The choice: what each candidate was chosen as, with the reasons, the day and the meeting."""

    chosen_on = DayField(label=_("Valintapäivä"))
    section = forms.IntegerField(label=_("Pykälä"), min_value=1, required=False)
    meeting: Any = forms.ModelChoiceField(
        label=_("Kokous, jossa valittiin"),
        queryset=Meeting.objects.none(),
        required=False,
        empty_label=_("Ei kokouksessa"),
    )
    reasons = forms.CharField(
        label=_("Perustelut"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Perustelut lähetetään ehdokkaille ja ehdottajille."),
    )

    def __init__(
        self, *args: Any, call: NominationCall, candidates: Iterable[Candidate], now: datetime, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.candidates = list(candidates)
        self.fields["chosen_on"].initial = local_date(now)
        chosen_in: Any = self.fields["meeting"]
        chosen_in.queryset = Meeting.objects.filter(body=call.chooser_id, starts_at__lte=now).select_related("body")
        chosen_in.label_from_instance = lambda meeting: local_date(meeting.starts_at).strftime("%-d.%-m.%Y")
        roles = [("", _("Ei valittu")), ("member", _("Varsinainen jäsen")), ("deputy", _("Varajäsen"))]
        others = [(str(row.pk), row.full_name) for row in self.candidates]
        for row in self.candidates:
            self.fields[f"role-{row.pk}"] = forms.ChoiceField(label=row.full_name, choices=roles, required=False)
            if call.in_pairs:
                self.fields[f"pair-{row.pk}"] = forms.ChoiceField(
                    label=_("%(name)s: kenen varajäsen") % {"name": row.full_name},
                    choices=[("", "–"), *(pair for pair in others if pair[0] != str(row.pk))],
                    required=False,
                )

    @property
    def choices(self) -> list[Choice]:
        """Return whom the form chooses."""
        chosen = []
        for row in self.candidates:
            role = self.cleaned_data.get(f"role-{row.pk}")
            pair = self.cleaned_data.get(f"pair-{row.pk}")
            if role:
                chosen.append(Choice(row.pk, role, int(pair) if pair and role == "deputy" else None))
        return chosen


class AppointmentRecordForm(forms.Form):
    """Who appointed, when, by which § and case."""

    appointed_by = forms.CharField(label=_("Kuka nimesi"), max_length=200)
    appointed_on = DayField(label=_("Nimetty"))
    section = forms.IntegerField(label=_("Pykälä"), min_value=1, required=False)
    case = forms.CharField(label=_("Asianumero"), max_length=60, required=False)
