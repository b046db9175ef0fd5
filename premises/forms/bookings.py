"""Input for booking a room: the times, what for, and what becomes of the dates that clash."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common import clock
from common.text_fields import PlainTextField
from common.time_fields import DayField, InstantField
from common.times import local_date
from liaisons.models import Unit
from organisations.forms.choosing import OrganisationField
from organisations.models import Organisation
from premises.forms.clock import ClockField
from premises.forms.search import EVERY, LONGEST_SEARCH
from premises.models import Booking, BookingSource, OpenTo, Room, UseTerms
from premises.recurrence import Rule
from premises.spans import Span, wall
from premises.workflow import Details

#: How a booking comes that an officer writes in.
BY_OFFICER = [
    (BookingSource.PHONE.value, BookingSource.PHONE.label),
    (BookingSource.EMAIL.value, BookingSource.EMAIL.label),
    (BookingSource.PAPER.value, BookingSource.PAPER.label),
]


class TimesForm(forms.Form):
    """A day and the clock times on it."""

    paiva = DayField(label=_("Päivä"))
    klo = ClockField(label=_("Alkaa klo"), help_text=_("Esimerkiksi 17 tai 17.30."))
    loppuu = ClockField(label=_("Loppuu klo"))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        start, end = data.get("klo"), data.get("loppuu")
        if start and end and end <= start:
            self.add_error("loppuu", _("Varaus loppuu ennen kuin se alkaa. Korjaa jompikumpi kellonaika."))
        return data

    @property
    def span(self) -> Span:
        """Return the time asked for."""
        data = self.cleaned_data
        return Span(wall(data["paiva"], data["klo"]), wall(data["paiva"], data["loppuu"]))


class DetailsForm(forms.Form):
    """What the room is used for, and who answers for it on the day."""

    purpose = PlainTextField(
        label=_("Mihin tilaa käytetään"), max_length=200, help_text=_("Esimerkiksi omaishoitajien vertaisryhmä.")
    )
    expected_number = forms.IntegerField(label=_("Henkilöitä"), min_value=1, max_value=2000)
    open_to = forms.ChoiceField(label=_("Kenelle"), choices=OpenTo.choices, widget=forms.RadioSelect)
    contact_name = PlainTextField(label=_("Yhteyshenkilö paikalla"), max_length=120)
    contact_phone = forms.CharField(
        label=_("Yhteyshenkilön puhelin"),
        max_length=40,
        widget=forms.TextInput(attrs={"class": "medium", "type": "tel", "autocomplete": "tel"}),
        help_text=_("Tilavastaava soittaa tähän, jos tilassa on jotain. Tieto poistetaan 30 päivää varauksen jälkeen."),
    )
    wishes = PlainTextField(
        label=_("Toiveet tilavastaavalle"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": 1000}),
    )

    @property
    def details(self) -> Details:
        """Return what the verb takes."""
        data = self.cleaned_data
        return Details(
            purpose=data["purpose"],
            expected_number=data["expected_number"],
            open_to=data["open_to"],
            contact_name=data["contact_name"],
            contact_phone=data["contact_phone"],
            wishes=data["wishes"],
            source=data.get("source") or BookingSource.PORTAL,
        )

    @staticmethod
    def initial_of(booking: Booking) -> dict[str, Any]:
        """Return the details of a booking as the form's first values."""
        names = ("purpose", "expected_number", "open_to", "contact_name", "contact_phone", "wishes")
        return {name: getattr(booking, name) for name in names}


class OfferForm(DetailsForm):
    """What the room is used for, of a slot whose time is already known."""

    terms_accepted = forms.BooleanField(
        label=_("Olemme lukeneet käyttöehdot ja noudatamme niitä"),
        error_messages={"required": _("Tilan voi varata, kun käyttöehdot on hyväksytty.")},
    )

    def __init__(self, *args: Any, room: Room, terms: UseTerms | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.room, self.terms = room, terms
        if terms is None:
            del self.fields["terms_accepted"]
        number: Any = self.fields["expected_number"]
        number.help_text = _("Tilaan mahtuu %(most)s henkeä.") % {"most": room.capacity}


class BookingForm(TimesForm, OfferForm):
    """A booking, of one day or of many: with a last day it repeats."""

    asti = DayField(
        label=_("Toistuu viimeiseen päivään asti"),
        required=False,
        help_text=_("Jätä tyhjäksi, jos varaat vain yhden päivän."),
    )
    valein = forms.TypedChoiceField(
        label=_("Kuinka usein"), choices=EVERY, coerce=int, empty_value=None, required=False
    )
    pyhat = forms.BooleanField(label=_("Jätä pyhäpäivät väliin"), required=False, initial=True)
    field_order: Sequence[str] = ("paiva", "klo", "loppuu", "asti", "valein", "pyhat")

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        first, last = data.get("paiva"), data.get("asti")
        if first and last and last < first:
            self.add_error("asti", _("Viimeinen päivä on ennen ensimmäistä. Korjaa jompikumpi."))
        elif first and last and last - first > LONGEST_SEARCH:
            self.add_error("asti", _("Varaa enintään vuosi kerrallaan."))
        return data

    @property
    def is_series(self) -> bool:
        """Tell whether more than one day is asked for."""
        last: date | None = self.cleaned_data["asti"]
        return last is not None and last > self.cleaned_data["paiva"]

    @property
    def rule(self) -> Rule:
        """Return how the booking repeats."""
        data = self.cleaned_data
        return Rule(
            first_day=data["paiva"],
            last_day=data["asti"] or data["paiva"],
            every_weeks=data["valein"] or 1,
            start_time=data["klo"],
            end_time=data["loppuu"],
            skips_holidays=data["pyhat"],
        )


class OfficerBookingForm(BookingForm):
    """A booking that an officer writes in for an organisation or a unit of the county that called."""

    organisation = OrganisationField(label=_("Järjestö"), required=False)
    unit = forms.ModelChoiceField(
        label=_("tai hyvinvointialueen yksikkö"),
        queryset=Unit.objects.none(),
        required=False,
        empty_label=_("Ei yksikölle"),
    )
    source = forms.ChoiceField(label=_("Miten varaus tuli"), choices=BY_OFFICER)
    field_order = ("organisation", "unit", "source", *BookingForm.field_order)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["unit"]
        choice.queryset = Unit.objects.on(local_date(clock.now())).order_by("name_fi", "pk")

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("organisation") and data.get("unit"):
            self.add_error("unit", _("Valitse joko järjestö tai yksikkö. Poista toinen."))
        elif not data.get("unit") and not data.get("organisation") and not self.has_error("organisation"):
            self.add_error("organisation", _("Kirjoita, mille järjestölle varaat, tai valitse yksikkö."))
        return data

    @property
    def holder(self) -> Organisation | Unit:
        """Return for whom the officer books; the form is valid."""
        chosen: Organisation | Unit = self.cleaned_data["organisation"] or self.cleaned_data["unit"]
        return chosen


class MoveForm(TimesForm):
    """Another time, or another room of the same site."""

    room = forms.ModelChoiceField(label=_("Tila"), queryset=Room.objects.none(), empty_label=None)

    def __init__(self, *args: Any, rooms: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["room"]
        choice.queryset = rooms


class QueueForm(TimesForm):
    """The slot one waits for, and what for."""

    purpose = PlainTextField(label=_("Mihin tilaa käytetään"), max_length=200)


class ReasonForm(forms.Form):
    """Why: read by who booked."""

    reason = PlainTextField(
        label=_("Syy"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": 500}),
        help_text=_("Varaaja lukee tämän viestistä."),
    )


class DamageForm(forms.Form):
    """What is broken or missing."""

    text = PlainTextField(
        label=_("Mikä on rikki tai puuttuu"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4, "maxlength": 2000}),
    )


class FeedbackForm(forms.Form):
    """What the booker thought of the room."""

    rating = forms.TypedChoiceField(
        label=_("Miten tila sopi?"),
        coerce=int,
        widget=forms.RadioSelect,
        choices=[
            ("5", _("erittäin hyvin")),
            ("4", _("hyvin")),
            ("3", _("kohtalaisesti")),
            ("2", _("huonosti")),
            ("1", _("ei lainkaan")),
        ],
    )
    text = PlainTextField(
        label=_("Mitä haluat sanoa tilasta?"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": 1000}),
    )


class TakeBackForm(ReasonForm):
    """Why a time is taken back, and which room is offered instead."""

    offer: Any = forms.ModelChoiceField(
        label=_("Tarjottava toinen tila"),
        queryset=Room.objects.none(),
        required=False,
        empty_label=_("Ei tarjota toista tilaa"),
    )

    def offer_rooms_of(self, booking: Booking) -> None:
        """Let one offer the other rooms of the municipality."""
        self.fields["offer"].queryset = (  # type: ignore[attr-defined]
            Room.objects.bookable()
            .filter(site__municipality=booking.room.site.municipality_id)
            .exclude(pk=booking.room_id)
            .select_related("site")
        )


class ClosureForm(forms.Form):
    """From when to when the county needs the room itself, and why."""

    starts_at = InstantField(label=_("Alkaa"), help_text=_("Esimerkiksi 8.12.2026 klo 8.00."))
    ends_at = InstantField(label=_("Päättyy"))
    reason = PlainTextField(label=_("Syy"), max_length=200, help_text=_("Varaajat näkevät tämän."))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        start, end = data.get("starts_at"), data.get("ends_at")
        if start and end and end <= start:
            self.add_error("ends_at", _("Sulku päättyy ennen kuin se alkaa. Korjaa ajat."))
        return data

    @property
    def span(self) -> Span:
        """Return the time in which the room is closed."""
        return Span(self.cleaned_data["starts_at"], self.cleaned_data["ends_at"])


class DamageAnswerForm(forms.Form):
    """What was done."""

    answer = PlainTextField(
        label=_("Mitä tehtiin"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4, "maxlength": 2000})
    )
