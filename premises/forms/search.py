"""What is sought: when first, where, how many, and what the room must have."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.time_fields import DayField
from county.models import Municipality
from premises.forms.clock import ClockField
from premises.models import Feature
from premises.recurrence import Rule

LONGEST_SEARCH = timedelta(days=366)
WEEKDAYS = [
    ("", _("Yhtenä päivänä")),
    ("0", _("Maanantaisin")),
    ("1", _("Tiistaisin")),
    ("2", _("Keskiviikkoisin")),
    ("3", _("Torstaisin")),
    ("4", _("Perjantaisin")),
    ("5", _("Lauantaisin")),
    ("6", _("Sunnuntaisin")),
]
EVERY = [("1", _("joka viikko")), ("2", _("joka toinen viikko")), ("4", _("joka neljäs viikko"))]


class RoomSearch(forms.Form):
    """A search whose every value stands in the address."""

    milloin = forms.TypedChoiceField(label=_("Milloin"), choices=WEEKDAYS, coerce=int, empty_value=None, required=False)
    alkaen = DayField(label=_("Päivä, josta alkaen"))
    asti = DayField(label=_("Viimeinen päivä"), required=False)
    valein = forms.TypedChoiceField(
        label=_("Kuinka usein"), choices=EVERY, coerce=int, empty_value=None, required=False
    )
    klo = ClockField(label=_("Kello"))
    loppuu = ClockField(label=_("Loppuu"))
    kunta = forms.ModelChoiceField(
        label=_("Missä"), queryset=Municipality.objects.none(), required=False, empty_label=_("Koko alueella")
    )
    naapurit = forms.BooleanField(label=_("myös naapurikunnissa"), required=False)
    henkiloita = forms.IntegerField(label=_("Henkilöitä"), required=False, min_value=1, max_value=2000)
    tilassa = forms.MultipleChoiceField(
        label=_("Tilassa on"), required=False, widget=forms.CheckboxSelectMultiple, choices=()
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        where: Any = self.fields["kunta"]
        where.queryset = Municipality.objects.filter(is_own=True)
        must: Any = self.fields["tilassa"]
        self.features = {row.key: row for row in Feature.objects.filter(is_filter=True)}
        must.choices = [(row.key, row.name) for row in self.features.values()]
        self.fields["henkiloita"].widget.attrs["class"] = "short"

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        start, end = data.get("klo"), data.get("loppuu")
        if start and end and end <= start:
            self.add_error("loppuu", _("Aika loppuu ennen kuin se alkaa. Korjaa jompikumpi kellonaika."))
        first, last = data.get("alkaen"), data.get("asti")
        if data.get("milloin") is None:
            data["asti"] = first
        elif first:
            self._check_days(data, first, last)
        return data

    def _check_days(self, data: dict[str, Any], first: date, last: date | None) -> None:
        if last is None:
            self.add_error("asti", _("Kirjoita myös viimeinen päivä, esimerkiksi 25.5.2027."))
        elif last < first:
            self.add_error("asti", _("Viimeinen päivä on ennen ensimmäistä. Korjaa jompikumpi."))
        elif last - first > LONGEST_SEARCH:
            self.add_error("asti", _("Hae enintään vuosi kerrallaan."))
        elif self._weekday_on(first, data["milloin"]) > last:
            self.add_error("asti", _("Valitsemallesi ajalle ei osu yhtään tätä viikonpäivää."))

    @staticmethod
    def _weekday_on(day: date, weekday: int | None) -> date:
        """Return the first such weekday on or after the day."""
        return day if weekday is None else day + timedelta(days=(weekday - day.weekday()) % 7)

    def rule(self) -> Rule:
        """Return the times that are sought; one day is a rule of one occasion."""
        data = self.cleaned_data
        return Rule(
            first_day=self._weekday_on(data["alkaen"], data["milloin"]),
            last_day=data["asti"],
            every_weeks=data["valein"] or 1,
            start_time=data["klo"],
            end_time=data["loppuu"],
            skips_holidays=data["milloin"] is not None,
        )

    @property
    def is_series(self) -> bool:
        """Tell whether more than one day is sought."""
        return self.cleaned_data["milloin"] is not None
