"""What the calendar and the desk's list are narrowed to; every value stands in the address."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from county.models import Municipality, Theme
from forums.happenings import EVENINGS, TRAININGS, Wish
from forums.life_cycles import EVENT
from forums.models import EventForm, EventSeries

_PAST = "menneet"


class CalendarFilter(forms.Form):
    """The public calendar."""

    aika = forms.ChoiceField(label=_("Aika"), required=False, choices=[("", _("Tulevat")), (_PAST, _("Menneet"))])
    sarja = forms.ChoiceField(label=_("Mitä"), required=False)
    teema = forms.ChoiceField(label=_("Teema"), required=False)
    kunta = forms.ChoiceField(label=_("Kunta"), required=False)
    tapa = forms.ChoiceField(
        label=_("Miten"), required=False, choices=[("", _("Kaikki tavat")), *EventForm.choices[:2]]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        series = [(row.key, row.name) for row in EventSeries.objects.all()]
        own = [(EVENINGS, _("Kuntien järjestöillat")), (TRAININGS, _("Koulutukset"))]
        fields["sarja"].choices = [("", _("Kaikki")), *series, *own]
        fields["teema"].choices = [("", _("Kaikki teemat")), *((str(row.pk), row.name) for row in Theme.objects.all())]
        towns = Municipality.objects.filter(is_own=True).order_by("name_fi")
        fields["kunta"].choices = [("", _("Kaikki kunnat")), *((row.code, row.name) for row in towns)]

    @property
    def wish(self) -> Wish:
        """Return what is asked; a value that is not offered asks for nothing."""
        self.is_valid()
        data = getattr(self, "cleaned_data", {})
        return Wish(
            past=data.get("aika") == _PAST,
            theme=int(data.get("teema") or 0) or None,
            municipality=data.get("kunta", ""),
            series=data.get("sarja", ""),
            form=data.get("tapa", ""),
        )


class DeskFilter(forms.Form):
    """The desk's list of events."""

    tila = forms.ChoiceField(
        label=_("Tila"),
        required=False,
        choices=[("", _("Tulevat ja keskeneräiset")), *EVENT.choices(), ("kaikki", _("Kaikki"))],
    )
    sarja = forms.ChoiceField(label=_("Sarja"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["sarja"].choices = [
            ("", _("Kaikki sarjat")),
            *((row.key, row.name) for row in EventSeries.objects.all()),
        ]
