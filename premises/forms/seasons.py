"""Input for allocating a season: the round with its rules, an application with ranked wishes, a turn by hand."""

from collections.abc import Iterator, Sequence
from datetime import time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.text_fields import PlainTextField
from common.time_fields import DayField, InstantField
from county.models import TargetGroup
from organisations.forms.choosing import OrganisationField
from premises.forms.bookings import BY_OFFICER
from premises.forms.clock import ClockField
from premises.models import BookingSource, Feature, Room, SeasonApplication, SeasonRound, Weekday
from premises.models.seasons import MOST_TURNS, MOST_WEIGHT
from premises.workflow.seasons import ApplicationFacts, RoundFacts, TimeWish
from premises.workflow.seasons.turns import TurnTime

#: How many rooms and times one can wish for on the page.
WISHES = 3
_LENGTHS = [
    (30, _("puoli tuntia")),
    (60, _("1 tunti")),
    (90, _("1,5 tuntia")),
    (120, _("2 tuntia")),
    (150, _("2,5 tuntia")),
    (180, _("3 tuntia")),
    (240, _("4 tuntia")),
    (300, _("5 tuntia")),
    (360, _("6 tuntia")),
]
_WEIGHTS = [
    (0, _("0 – ei vaikuta")),
    *((number, str(number)) for number in range(1, MOST_WEIGHT)),
    (MOST_WEIGHT, _("10 – vaikuttaa eniten")),
]


def _weight(label: Any, help_text: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(label=label, choices=_WEIGHTS, coerce=int, initial=3, help_text=help_text)


class _RoomsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Rooms by their house and name."""

    def label_from_instance(self, obj: Any) -> str:
        return room_label(obj)


def room_label(room: Room) -> str:
    """Return "Terveystalo, Ryhmähuone (14)": the number is how many fit."""
    return f"{room.site.name}, {room.name} ({room.capacity})"


class SeasonForm(forms.Form):
    """A round: its season, when one applies, its rooms and its rules."""

    name = PlainTextField(
        label=_("Vuorojaon nimi"), max_length=120, help_text=_("Esimerkiksi Kevätkauden 2027 vuorot, Joensuu.")
    )
    first_day = DayField(label=_("Kauden ensimmäinen päivä"))
    last_day = DayField(label=_("Kauden viimeinen päivä"))
    opens_at = InstantField(label=_("Haku alkaa"), help_text=_("Esimerkiksi 1.12.2026 klo 9.00."))
    closes_at = InstantField(label=_("Haku päättyy"))
    rooms = _RoomsField(
        label=_("Jaettavat tilat"),
        queryset=Room.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Valitse ainakin yksi tila, jonka vuoroja jaetaan.")},
        help_text=_("Suluissa on, montako henkilöä tilaan mahtuu."),
    )
    most_turns = forms.IntegerField(
        label=_("Vuoroja hakijaa kohden enintään"), min_value=1, max_value=MOST_TURNS, initial=2
    )
    first_timers = _weight(_("Uudet hakijat"), _("Hakija, joka ei ole saanut vuoroa aiemmissa jaoissa, saa etua."))
    target_weight = _weight(_("Kohderyhmä"), _("Toiminta, joka on tarkoitettu alla valituille ryhmille, saa etua."))
    target_groups = forms.ModelMultipleChoiceField(
        label=_("Etusijalla olevat kohderyhmät"),
        queryset=TargetGroup.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    last_use = _weight(
        _("Edellisen kauden toteutunut käyttö"),
        _("Hakija, joka käytti varaamansa ajat, saa enemmän etua kuin se, joka vapautti niitä."),
    )
    size = _weight(_("Ryhmän koko"), _("Ryhmä, joka täyttää tilan paremmin, saa etua."))
    information = PlainTextField(
        label=_("Lisätietoa hakijalle"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "maxlength": 2000}),
    )

    WEIGHTS = ("first_timers", "target_weight", "last_use", "size")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rooms: Any = self.fields["rooms"]
        rooms.queryset = (
            Room.objects.bookable()
            .filter(site__organisation=None)
            .exclude(who_may="county")
            .select_related("site")
            .order_by("site__name_fi", "order", "name_fi")
        )
        groups: Any = self.fields["target_groups"]
        groups.queryset = TargetGroup.objects.all()
        self.fields["most_turns"].widget.attrs["class"] = "short"

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("first_day"), data.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", _("Kausi päättyy ennen kuin se alkaa. Korjaa päivät."))
        opens, closes = data.get("opens_at"), data.get("closes_at")
        if opens and closes and closes <= opens:
            self.add_error("closes_at", _("Haku päättyy ennen kuin se alkaa. Korjaa ajat."))
        return data

    @property
    def facts(self) -> RoundFacts:
        """Return what the verb takes."""
        data = self.cleaned_data
        return RoundFacts(**{**data, "rooms": list(data["rooms"]), "target_groups": list(data["target_groups"])})

    @staticmethod
    def initial_of(season: SeasonRound) -> dict[str, Any]:
        """Return the round as the form's first values."""
        names = (
            "name",
            "first_day",
            "last_day",
            "opens_at",
            "closes_at",
            "most_turns",
            "first_timers",
            "target_weight",
            "last_use",
            "size",
            "information",
        )
        plain = {name: getattr(season, name) for name in names}
        return {**plain, "rooms": list(season.rooms.all()), "target_groups": list(season.target_groups.all())}


class ExtendForm(forms.Form):
    """A later end of applying."""

    closes_at = InstantField(label=_("Haku päättyy"), help_text=_("Esimerkiksi 15.12.2026 klo 16.00."))


class ApplicationForm(forms.Form):
    """An application: what for, ranked rooms, ranked times. A draft may be unfinished."""

    purpose = PlainTextField(
        label=_("Mihin tilaa käytetään"),
        max_length=200,
        required=False,
        help_text=_("Esimerkiksi omaishoitajien vertaisryhmä."),
    )
    number = forms.IntegerField(label=_("Henkilöitä"), min_value=1, max_value=2000, initial=10)
    target_groups = forms.ModelMultipleChoiceField(
        label=_("Kenelle toiminta on tarkoitettu"),
        queryset=TargetGroup.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    features = forms.ModelMultipleChoiceField(
        label=_("Mitä tilassa on oltava"),
        queryset=Feature.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Valitse vain välttämätön: tila, josta jokin näistä puuttuu, ei tule kysymykseen."),
    )
    turns_wanted = forms.TypedChoiceField(label=_("Montako vuoroa viikossa toivotte"), coerce=int, initial=1)
    any_room = forms.BooleanField(label=_("Myös muu jaossa oleva, sopiva tila käy"), required=False)
    contact_name = PlainTextField(label=_("Yhteyshenkilö paikalla"), max_length=120, required=False)
    contact_phone = forms.CharField(
        label=_("Yhteyshenkilön puhelin"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"class": "medium", "type": "tel", "autocomplete": "tel"}),
        help_text=_("Tieto siirtyy varauksiin ja poistetaan 30 päivää kauden jälkeen."),
    )
    wishes = PlainTextField(
        label=_("Muuta huomattavaa"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": 1000}),
    )

    def __init__(self, *args: Any, season: SeasonRound, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.season = season
        rooms = list(
            season.rooms.filter(is_in_use=True, is_bookable=True)
            .select_related("site")
            .order_by("site__name_fi", "order", "name_fi")
        )
        self.rooms = {str(room.pk): room for room in rooms}
        shown: Any = [("", _("Ei toivetta")), *((key, room_label(room)) for key, room in self.rooms.items())]
        for rank in range(1, WISHES + 1):
            self.fields[f"room_{rank}"] = forms.ChoiceField(
                label=_("%(rank)s. tilatoive") % {"rank": rank}, choices=shown, required=False
            )
            self._add_time(rank)
        groups: Any = self.fields["target_groups"]
        groups.queryset = TargetGroup.objects.all()
        features: Any = self.fields["features"]
        features.queryset = Feature.objects.filter(is_filter=True)
        wanted: Any = self.fields["turns_wanted"]
        wanted.choices = [(number, str(number)) for number in range(1, season.most_turns + 1)]
        self.fields["number"].widget.attrs["class"] = "short"

    def _add_time(self, rank: int) -> None:
        self.fields[f"weekday_{rank}"] = forms.TypedChoiceField(
            label=_("Viikonpäivä"),
            choices=[("", _("Ei toivetta")), *Weekday.choices],
            coerce=int,
            empty_value=None,
            required=False,
        )
        self.fields[f"earliest_{rank}"] = ClockField(label=_("Alkaa aikaisintaan klo"), required=False)
        self.fields[f"latest_{rank}"] = ClockField(
            label=_("Alkaa viimeistään klo"), required=False, help_text=_("Mitä väljempi aika, sitä varmemmin sen saa.")
        )
        self.fields[f"minutes_{rank}"] = forms.TypedChoiceField(
            label=_("Kesto"), choices=_LENGTHS, coerce=int, initial=120, required=False, empty_value=None
        )

    def room_fields(self) -> list[forms.BoundField]:
        """Return the fields of the ranked rooms, for the page."""
        return [self[f"room_{rank}"] for rank in range(1, WISHES + 1)]

    def time_fields(self) -> Iterator[tuple[int, list[forms.BoundField]]]:
        """Yield each wished time's place with its fields, for the page."""
        for rank in range(1, WISHES + 1):
            yield rank, [self[f"{name}_{rank}"] for name in ("weekday", "earliest", "latest", "minutes")]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        seen: set[str] = set()
        for rank in range(1, WISHES + 1):
            room = data.get(f"room_{rank}")
            if room and room in seen:
                self.add_error(f"room_{rank}", _("Sama tila on toiveissa kahdesti. Valitse toinen."))
            seen.add(room or "")
            self._check_time(data, rank)
        return data

    def _check_time(self, data: dict[str, Any], rank: int) -> None:
        weekday, first, last = (data.get(f"{name}_{rank}") for name in ("weekday", "earliest", "latest"))
        if weekday is None:
            if (first or last) and f"weekday_{rank}" not in self.errors:
                self.add_error(f"weekday_{rank}", _("Valitse viikonpäivä, tai tyhjennä kellonajat."))
            return
        if first is None and f"earliest_{rank}" not in self.errors:
            self.add_error(f"earliest_{rank}", _("Kirjoita, mihin aikaan vuoro voi alkaa, esimerkiksi 17."))
        elif first and last and last < first:
            self.add_error(f"latest_{rank}", _("Viimeisin alkamisaika on ennen aikaisinta. Korjaa jompikumpi."))

    def _times(self) -> Sequence[TimeWish]:
        data = self.cleaned_data
        found = []
        for rank in range(1, WISHES + 1):
            weekday, first = data.get(f"weekday_{rank}"), data.get(f"earliest_{rank}")
            if weekday is not None and first is not None:
                found.append(
                    TimeWish(weekday, first, data.get(f"latest_{rank}") or first, data.get(f"minutes_{rank}") or 120)
                )
        return found

    @property
    def facts(self) -> ApplicationFacts:
        """Return what the verb takes."""
        data = self.cleaned_data
        rooms = [self.rooms[key] for rank in range(1, WISHES + 1) if (key := data.get(f"room_{rank}"))]
        names = ("purpose", "number", "turns_wanted", "any_room", "contact_name", "contact_phone", "wishes")
        return ApplicationFacts(
            **{name: data[name] for name in names},
            rooms=rooms,
            times=self._times(),
            target_groups=list(data["target_groups"]),
            features=list(data["features"]),
            source=data.get("source") or BookingSource.PORTAL,
            source_note=data.get("source_note") or "",
        )

    @staticmethod
    def initial_of(row: SeasonApplication) -> dict[str, Any]:
        """Return an application as the form's first values."""
        names = (
            "purpose",
            "number",
            "turns_wanted",
            "any_room",
            "contact_name",
            "contact_phone",
            "wishes",
            "source",
            "source_note",
        )
        values: dict[str, Any] = {name: getattr(row, name) for name in names}
        values |= {"target_groups": list(row.target_groups.all()), "features": list(row.features.all())}
        values |= {f"room_{wish.rank}": str(wish.room_id) for wish in row.room_wishes.all()}
        for wish in row.time_wishes.all():
            values |= {
                f"weekday_{wish.rank}": wish.weekday,
                f"earliest_{wish.rank}": wish.earliest,
                f"latest_{wish.rank}": wish.latest,
                f"minutes_{wish.rank}": wish.minutes,
            }
        return values


class OfficerApplicationForm(ApplicationForm):
    """An application that an officer writes in from paper, mail or the telephone."""

    source = forms.ChoiceField(label=_("Miten hakemus tuli"), choices=BY_OFFICER)
    source_note = PlainTextField(
        label=_("Mistä ja milloin hakemus tuli"),
        max_length=200,
        help_text=_("Esimerkiksi: paperihakemus kirjaamosta 3.12.2026, tai puhelu puheenjohtajalta."),
    )


class ForWhomForm(forms.Form):
    """For which organisation an officer writes the application."""

    organisation = OrganisationField(label=_("Järjestö"))


class TurnForm(forms.Form):
    """A turn by hand."""

    room: Any = forms.ModelChoiceField(label=_("Tila"), queryset=Room.objects.none(), empty_label=None)
    weekday = forms.TypedChoiceField(label=_("Viikonpäivä"), choices=Weekday.choices, coerce=int)
    start_time = ClockField(label=_("Alkaa klo"))
    end_time = ClockField(label=_("Loppuu klo"))

    def __init__(self, *args: Any, season: SeasonRound, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["room"].queryset = season.rooms.select_related("site")  # type: ignore[attr-defined]
        self.fields["room"].label_from_instance = room_label  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        start: time | None = data.get("start_time")
        end: time | None = data.get("end_time")
        if start and end and end <= start:
            self.add_error("end_time", _("Vuoro päättyy ennen kuin se alkaa. Korjaa kellonajat."))
        return data

    @property
    def when(self) -> TurnTime:
        """Return what the verb takes."""
        return TurnTime(**self.cleaned_data)
