"""Input for events: what, when, where and with which room, for whom, signing up."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.policies import allowed
from common.text_fields import PlainTextField
from common.time_fields import DayField, InstantField
from common.times import helsinki, local_date
from county.models import RegionalGroup
from forums.models import Event, EventSeries, Visibility
from forums.workflow.event_copies import PARTS
from forums.workflow.event_rooms import RoomWish
from liaisons.models import Body, Network, Unit
from premises.forms.clock import ClockField
from premises.models import Room
from premises.policies.bookings import own_units
from premises.rules import terms_of
from premises.spans import Span, wall

_NAMES = ("name_fi", "name_sv", "name_en")
_TEXTS = ("description_fi", "description_sv", "description_en")
_GROUPS = (("regional_group", _("Kumppanuusryhmät")), ("network", _("Verkostot")), ("body", _("Toimielimet")))


class _RoomChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A room told by its site."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.site.name}: {obj.name} ({obj.capacity})"


class WhenForm(forms.Form):
    """A day and the clock times on it."""

    paiva = DayField(label=_("Päivä"))
    klo = ClockField(label=_("Alkaa klo"), help_text=_("Esimerkiksi 17 tai 17.30."))
    loppuu = ClockField(label=_("Loppuu klo"))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        start, end = data.get("klo"), data.get("loppuu")
        if start and end and end <= start:
            self.add_error("loppuu", _("Tapahtuma loppuu ennen kuin se alkaa. Korjaa jompikumpi kellonaika."))
        return data

    @property
    def span(self) -> Span:
        """Return the time of the event."""
        data = self.cleaned_data
        return Span(wall(data["paiva"], data["klo"]), wall(data["paiva"], data["loppuu"]))

    @staticmethod
    def when_of(event: Event) -> dict[str, Any]:
        """Return the time of an event as the form's first values."""
        return {
            "paiva": local_date(event.starts_at),
            "klo": helsinki(event.starts_at).time(),
            "loppuu": helsinki(event.ends_at).time(),
        }


class EventForm(WhenForm, forms.ModelForm):  # type: ignore[type-arg]
    """An event; the constraints are asked by the verb, which tells their sentences."""

    ryhma = forms.ChoiceField(
        label=_("Kenen tapahtuma"),
        required=False,
        help_text=_("Kumppanuusryhmän, verkoston tai toimielimen oma tapahtuma. Muuten jätä tyhjäksi."),
    )
    room = _RoomChoice(
        label=_("Tila"), queryset=Room.objects.none(), required=False, empty_label=_("Ei portaalin tilaa")
    )
    unit = forms.ModelChoiceField(
        label=_("Varaajana yksikkö"),
        queryset=Unit.objects.none(),
        required=False,
        empty_label=_("Tilaa ei varata tästä"),
        help_text=_("Tila varataan tapahtuman ajaksi, kun valitset yksikön. Peruttaessa se vapautuu."),
    )
    terms_accepted = forms.BooleanField(label=_("Hyväksymme tilan käyttöehdot"), required=False)
    sign_up_until = InstantField(
        label=_("Ilmoittaudu viimeistään"),
        required=False,
        help_text=_("Jätä tyhjäksi, jos voi ilmoittautua loppuun asti. Esimerkiksi 24.11.2026 klo 16."),
    )
    despite = forms.BooleanField(label=_("Tallenna päällekkäisyyksistä huolimatta"), required=False)

    class Meta:
        model = Event
        fields: tuple[str, ...] = (
            "series",
            "name_fi",
            "name_sv",
            "name_en",
            "description_fi",
            "description_sv",
            "description_en",
            "theme",
            "form",
            "place",
            "municipality",
            "meeting_url",
            "meeting_note",
            "visibility",
            "takes_sign_ups",
            "places_on_site",
            "places_remote",
            "asks_access",
            "asks_diet",
            "asks_interpretation",
        )
        widgets = {
            "description_fi": forms.Textarea(attrs={"rows": 6}),
            "description_sv": forms.Textarea(attrs={"rows": 4}),
            "description_en": forms.Textarea(attrs={"rows": 4}),
            "meeting_note": forms.Textarea(attrs={"rows": 3}),
        }
        help_texts = {
            "place": _("Jos paikka ei ole portaalin tila: osoite ja mistä löytää perille."),
            "meeting_url": _("Näkyy vain niille, joilla on paikka: sivulla ja kalenterissa."),
            "places_on_site": _("Jätä tyhjäksi, jos määrää ei rajata."),
            "places_remote": _("Jätä tyhjäksi, jos määrää ei rajata."),
        }

    SECTIONS = (
        (
            _("Mitä"),
            ("series", "name_fi", "name_sv", "name_en", "description_fi", "description_sv", "description_en", "theme"),
        ),
        (_("Milloin"), ("paiva", "klo", "loppuu")),
        (
            _("Missä ja miten"),
            ("form", "room", "unit", "terms_accepted", "place", "municipality", "meeting_url", "meeting_note"),
        ),
        (_("Kenelle"), ("visibility", "ryhma")),
        (
            _("Ilmoittautuminen"),
            (
                "takes_sign_ups",
                "sign_up_until",
                "places_on_site",
                "places_remote",
                "asks_access",
                "asks_diet",
                "asks_interpretation",
            ),
        ),
    )

    #: What the view found that the time clashes with: shown before the event is saved.
    found_clashes: Sequence[Any] = ()

    def __init__(self, *args: Any, by: Any, now: datetime, all_units: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        day = local_date(now)
        held = self.instance
        for name in ("series", "theme", "municipality"):
            fields[name].empty_label = _("Valitse")
        series = EventSeries.objects.on(day)
        fields["series"].queryset = series | EventSeries.objects.filter(pk=held.series_id) if held.pk else series
        rooms = allowed("premises.room.book", by, now=now) | Room.objects.filter(pk=held.room_id)
        fields["room"].queryset = rooms.select_related("site").order_by("site__name_fi", "order", "name_fi").distinct()
        units = Unit.objects.on(day)
        fields["unit"].queryset = units if all_units else units.filter(own_units(by, now))
        fields["ryhma"].choices = [("", _("Ei minkään ryhmän")), *_group_choices(day)]

    def _post_clean(self) -> None:
        """Leave the row as it is: the verb writes the locked one."""

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("visibility") == Visibility.MEMBERS and not data.get("ryhma"):
            self.add_error("ryhma", _("Valitse, kenen jäsenille tapahtuma on."))
        room, unit = data.get("room"), data.get("unit")
        self.terms = terms_of([room])[room.pk] if room and unit else None
        if self.terms is not None and not data.get("terms_accepted"):
            self.add_error("terms_accepted", _("Tilan voi varata, kun käyttöehdot on hyväksytty."))
        return data

    @property
    def sections(self) -> list[tuple[Any, list[Any]]]:
        """Return the fields under their headings."""
        return [(heading, [self[name] for name in names]) for heading, names in self.SECTIONS]

    @property
    def facts(self) -> dict[str, Any]:
        """Return what the verb takes."""
        data = self.cleaned_data
        kind, _colon, key = data["ryhma"].partition(":")
        group: dict[str, Any] = {f"{name}_id": int(key) if kind == name else None for name, _label in _GROUPS}
        names = (*self.Meta.fields, "room", "sign_up_until")
        return {**{name: data[name] for name in names}, **group, "starts_at": self.span.start, "ends_at": self.span.end}

    @property
    def wish(self) -> RoomWish | None:
        """Return for whom the room is booked, or nothing."""
        unit = self.cleaned_data["unit"]
        return RoomWish(unit, self.terms) if unit and self.cleaned_data["room"] else None

    @staticmethod
    def group_of(event: Event) -> str:
        """Return whose event it is as the field's value."""
        found = ((name, getattr(event, f"{name}_id")) for name, _label in _GROUPS)
        return next((f"{name}:{key}" for name, key in found if key), "")


def _group_choices(day: Any) -> list[Any]:
    rows: dict[str, Any] = {
        "regional_group": RegionalGroup.objects.all(),
        "network": Network.objects.filter(ended_on=None),
        "body": Body.objects.all(),
    }
    return [(label, [(f"{name}:{row.pk}", row.name) for row in rows[name]]) for name, label in _GROUPS]


class CancelEventForm(forms.Form):
    """Why the event is cancelled."""

    reason = PlainTextField(
        label=_("Syy"),
        max_length=300,
        help_text=_("Kaikki näkevät tämän tapahtuman sivulla, ja ilmoittautuneet saavat sen viestissä."),
    )


class CopyEventForm(WhenForm):
    """When the new event is, and what comes along."""

    parts = forms.MultipleChoiceField(
        label=_("Mitä kopioidaan"),
        choices=list(PARTS.items()),
        required=False,
        initial=list(PARTS),
        widget=forms.CheckboxSelectMultiple,
    )
