"""Input for meetings: time and notice, matters, answers, attendance."""

import re
from collections.abc import Iterable
from datetime import datetime, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.time_fields import DayField, InstantField
from common.times import HELSINKI, format_clock, local_date
from documents.uploads import UploadField
from liaisons.models import AgendaItem, Attendance, ItemKind, Meeting, Presence, Seat

_CLOCK = re.compile(r"(?:klo\s*)?(\d{1,2})[.:](\d{2})", re.IGNORECASE)


class ClockField(forms.Field):
    """A clock time on the meeting's day, ``16.05``; gives an aware datetime, or None."""

    def __init__(self, *, starts_at: datetime, **kwargs: Any) -> None:
        self.starts_at = starts_at
        super().__init__(
            required=False, widget=forms.TextInput(attrs={"class": "time", "autocomplete": "off"}), **kwargs
        )

    def prepare_value(self, value: Any) -> Any:
        return format_clock(value) if isinstance(value, datetime) else value

    def to_python(self, value: Any) -> datetime | None:
        if not value:
            return None
        found = _CLOCK.fullmatch(str(value).strip())
        if not found or int(found[1]) > 23 or int(found[2]) > 59:
            raise ValidationError(_("Kirjoita kellonaika näin: 16.05."))
        day = local_date(self.starts_at)
        return datetime.combine(day, time(int(found[1]), int(found[2])), HELSINKI)


class MeetingForm(forms.Form):
    """Time, place and notice of a meeting."""

    starts_at = InstantField(label=_("Alkaa"), help_text=_("Päivä ja kellonaika, esimerkiksi 8.12.2026 klo 16.00."))
    ends_at = InstantField(label=_("Päättyy"), required=False)
    place = forms.CharField(
        label=_("Paikka"), max_length=200, required=False, help_text=_("Esimerkiksi kokoushuoneen nimi tai Teams.")
    )
    remote_url = forms.URLField(
        label=_("Etäyhteyden osoite"),
        required=False,
        assume_scheme="https",
        help_text=_("Näkyy vain kokoukseen kutsutuille."),
    )
    notice_due_on = DayField(
        label=_("Kutsu lähetetään viimeistään"), required=False, help_text=_("Muistutamme sihteeriä kutsusta.")
    )
    notice_text = forms.CharField(
        label=_("Kutsun saatesanat"), max_length=3000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        start, end, due = data.get("starts_at"), data.get("ends_at"), data.get("notice_due_on")
        if start and end and end <= start:
            self.add_error("ends_at", _("Kokous päättyy ennen kuin se alkaa. Korjaa jompikumpi aika."))
        if start and due and due > local_date(start):
            self.add_error("notice_due_on", _("Kutsu lähetetään ennen kokousta. Valitse aikaisempi päivä."))
        return data

    @classmethod
    def initial_of(cls, meeting: Meeting) -> dict[str, Any]:
        """Return what the form shows of a meeting."""
        return {name: getattr(meeting, name) for name in cls.base_fields}


class CancelForm(forms.Form):
    """Why something is cancelled."""

    reason = forms.CharField(label=_("Miksi?"), max_length=300, help_text=_("Syy kerrotaan niille, joita asia koskee."))


class MinutesForm(forms.Form):
    """Where the checked minutes can be read."""

    minutes_url = forms.URLField(
        label=_("Linkki pöytäkirjaan"), required=False, assume_scheme="https", help_text=_("Julkinen verkko-osoite.")
    )


class AgendaItemForm(forms.ModelForm):  # type: ignore[type-arg]
    """A matter that does not come from a grant case."""

    class Meta:
        model = AgendaItem
        fields = (
            "title",
            "kind",
            "text",
            "proposal",
            "presenter",
            "case_label",
            "is_confidential",
            "confidential_ground",
        )
        widgets = {"kind": forms.RadioSelect, "text": forms.Textarea(attrs={"rows": 8})}
        labels = {"title": _("Asia"), "text": _("Selostus"), "proposal": _("Ehdotus")}
        help_texts = {
            "text": _("Mistä on kyse? Älä kirjoita tähän asiakkaiden tai potilaiden tietoja."),
            "proposal": _("Mitä ehdotetaan päätettäväksi tai sovittavaksi? Pöytäkirja alkaa tästä."),
            "is_confidential": _("Asia näkyy vain toimielimen jäsenille ja sihteerille, ei koskaan julkisesti."),
            "confidential_ground": _("Laki ja pykälä, esimerkiksi julkisuuslaki 24 § 1 mom. 25 kohta."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].required = False

    def clean_kind(self) -> str:
        return self.cleaned_data["kind"] or ItemKind.DECISION

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("is_confidential") and not data.get("confidential_ground"):
            self.add_error("confidential_ground", _("Kerro, mihin salassapito perustuu."))
        return data

    def _post_clean(self) -> None:
        """The verb checks the constraints under the meeting's lock; the form only reads and changes no instance."""


class AttachForm(forms.Form):
    """A file for a matter."""

    upload = UploadField(label=_("Liite"))


class SectionForm(forms.Form):
    """The matter's § in the minutes."""

    section_number = forms.IntegerField(
        label=_("Pykälä"),
        min_value=1,
        max_value=9999,
        error_messages={"min_value": _("Pykälän numero on vähintään 1.")},
    )


class ReplyForm(forms.Form):
    """Whether one comes."""

    coming = forms.TypedChoiceField(
        label=_("Tuletko kokoukseen?"),
        choices=[("kylla", _("Tulen")), ("en", _("En pääse"))],
        widget=forms.RadioSelect,
        coerce=lambda value: value == "kylla",
        empty_value=None,
    )
    note = forms.CharField(label=_("Viesti sihteerille"), max_length=300, required=False)


class VisitorForm(forms.Form):
    """Somebody who takes part without a seat."""

    name = forms.CharField(label=_("Nimi"), max_length=150)
    task = forms.CharField(label=_("Tehtävä tai taho"), max_length=200, required=False)


class PresenceForm(forms.Form):
    """Who was there: one row of the table."""

    presence = forms.ChoiceField(label=_("Läsnäolo"), choices=Presence.choices, required=False)

    def __init__(self, data: Any = None, *, row: Attendance) -> None:
        self.row = row
        initial = {name: getattr(row, name) for name in ("presence", "arrived_at", "left_at")}
        super().__init__(data, prefix=f"rivi-{row.pk}", initial=initial)
        for name, label in (("arrived_at", _("Saapui")), ("left_at", _("Poistui"))):
            self.fields[name] = ClockField(starts_at=row.meeting.starts_at, label=label)
        for field in self.fields.values():
            field.widget.attrs["aria-label"] = f"{field.label}: {row.name}"


class CourseForm(forms.Form):
    """How the meeting went: when it was opened and closed, who presided."""

    presided_by: Any = forms.ModelChoiceField(
        label=_("Puhetta johti"), queryset=User.objects.none(), required=False, empty_label=_("Valitse")
    )

    def __init__(self, data: Any = None, *, meeting: Meeting, rows: Iterable[Attendance]) -> None:
        initial = {name: getattr(meeting, name) for name in ("opened_at", "closed_at", "presided_by")}
        super().__init__(data, initial=initial)
        choice: Any = self.fields["presided_by"]
        people = [row.user_id for row in rows if row.user_id and row.role in ("member", "deputy")]
        choice.queryset = User.objects.filter(pk__in=people).order_by("full_name")
        for name, label in (("opened_at", _("Avattiin klo")), ("closed_at", _("Päätettiin klo"))):
            self.fields[name] = ClockField(starts_at=meeting.starts_at, label=label)
        self.order_fields(["presided_by", "opened_at", "closed_at"])


class ConflictForm(forms.Form):
    """Why a person withdraws from a matter."""

    attendance: Any = forms.ModelChoiceField(
        label=_("Kuka on esteellinen?"), queryset=Attendance.objects.none(), empty_label=None
    )
    ground = forms.CharField(
        label=_("Mihin esteellisyys perustuu?"),
        max_length=300,
        help_text=_("Esimerkiksi: olen järjestön hallituksen jäsen. Peruste näkyy pöytäkirjassa."),
    )
    is_private = forms.BooleanField(
        label=_("Perustetta ei näytetä muille. Pöytäkirjassa lukee silloin vain lain kohta."), required=False
    )

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["attendance"]
        choice.queryset = people
        choice.label_from_instance = lambda row: row.name


class ItemChairForm(forms.Form):
    """Who presides over a matter from which the chair has withdrawn."""

    attendance: Any = forms.ModelChoiceField(
        label=_("Kuka johti puhetta asiassa?"),
        queryset=Attendance.objects.none(),
        empty_label=_("Valitse"),
        error_messages={"required": _("Valitse, kuka johti puhetta.")},
    )
    part = forms.CharField(max_length=60, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["attendance"]
        choice.queryset = people
        choice.label_from_instance = lambda row: row.name


class ItemDeputyForm(forms.Form):
    """Which deputy sat in a matter instead of a member who had withdrawn."""

    seat: Any = forms.ModelChoiceField(
        label=_("Varajäsen tässä asiassa"),
        queryset=Seat.objects.none(),
        empty_label=_("Valitse"),
        error_messages={"required": _("Valitse varajäsen.")},
    )

    def __init__(self, *args: Any, seats: Iterable[Seat], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["seat"]
        choice.queryset = Seat.objects.filter(pk__in=[seat.pk for seat in seats]).select_related("user")
        choice.label_from_instance = lambda seat: seat.user.full_name or seat.user.email
