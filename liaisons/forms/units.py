"""Input for changes of the county's own organisation."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.time_fields import DayField
from common.times import local_date
from county.models import Municipality
from liaisons.models import Unit, UnitKind


class UnitChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A unit of those in force, with the unit above it so that two of the same name are told apart."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name} ({obj.parent.name})" if obj.parent else str(obj.name)


class UnitChoices(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Several units, told apart like ``UnitChoice``."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name} ({obj.parent.name})" if obj.parent else str(obj.name)


def units_on(day: date) -> Any:
    """Return the units to choose from on a day, with what their labels need."""
    return Unit.objects.on(day).select_related("parent")


class NamesForm(forms.Form):
    """A name in three languages."""

    name_fi = forms.CharField(label=_("Nimi suomeksi"), max_length=200)
    name_sv = forms.CharField(label=_("Nimi ruotsiksi"), max_length=200, required=False)
    name_en = forms.CharField(label=_("Nimi englanniksi"), max_length=200, required=False)

    @property
    def names(self) -> dict[str, str]:
        """Return the three names."""
        return {name: self.cleaned_data[name].strip() for name in ("name_fi", "name_sv", "name_en")}


class UnitForm(NamesForm):
    """A new unit."""

    kind = forms.ChoiceField(label=_("Taso"), choices=UnitKind.choices, widget=forms.RadioSelect)
    parent = UnitChoice(
        label=_("Kuuluu yksikköön"), queryset=Unit.objects.none(), required=False, empty_label=_("Ei mihinkään")
    )
    valid_from = DayField(label=_("Alkaa"), help_text=_("Päivä, josta alkaen yksikkö on olemassa."))

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parent: Any = self.fields["parent"]
        parent.queryset = units_on(local_date(now))
        self.fields["valid_from"].initial = local_date(now)


class _DatedChange(forms.Form):
    """From which day, and on what ground."""

    from_day = DayField(label=_("Alkaen"), help_text=_("Ensimmäinen päivä, jona muutos on voimassa. Voi olla tulossa."))
    reason = forms.CharField(
        label=_("Peruste"), max_length=200, required=False, help_text=_("Esimerkiksi aluehallituksen päätös ja pykälä.")
    )


class UnitRenameForm(NamesForm, _DatedChange):
    """New names from a day."""

    field_order = ("name_fi", "name_sv", "name_en", "from_day", "reason")


class UnitMoveForm(_DatedChange):
    """Another place in the tree from a day."""

    parent = UnitChoice(
        label=_("Siirtyy yksikköön"), queryset=Unit.objects.none(), required=False, empty_label=_("Ylimmälle tasolle")
    )

    field_order = ("parent", "from_day", "reason")

    def __init__(self, *args: Any, unit: Unit, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parent: Any = self.fields["parent"]
        parent.queryset = units_on(local_date(now)).exclude(pk=unit.pk)


class UnitEndForm(forms.Form):
    """The last day, and who continues."""

    last_day = DayField(label=_("Viimeinen päivä"))
    successors = UnitChoices(
        label=_("Työtä jatkavat"),
        queryset=Unit.objects.none(),
        required=False,
        help_text=_("Valitse yksi, jos yksikkö yhdistyy toiseen, ja useita, jos se jakautuu."),
    )
    move_to = UnitChoice(
        label=_("Alayksiköt ja tehtävät siirtyvät"),
        queryset=Unit.objects.none(),
        required=False,
        empty_label=_("Ei siirrettävää"),
        help_text=_("Yksi jatkavista. Yhteyshenkilötehtävät siirtyvät heti, alayksiköt viimeisen päivän jälkeen."),
    )
    reason = forms.CharField(label=_("Peruste"), max_length=200, required=False)

    def __init__(self, *args: Any, unit: Unit, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = units_on(local_date(now)).exclude(pk=unit.pk)
        for name in ("successors", "move_to"):
            choice: Any = self.fields[name]
            choice.queryset = others

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("move_to") and data["move_to"] not in data.get("successors", []):
            self.add_error("move_to", _("Valitse sama yksikkö myös kohdasta ”Työtä jatkavat”."))
        return data


class UnitMunicipalitiesForm(forms.ModelForm):  # type: ignore[type-arg]
    """The municipalities that a unit serves."""

    class Meta:
        model = Unit
        fields = ("municipalities",)
        widgets = {"municipalities": forms.CheckboxSelectMultiple}
        help_texts = {"municipalities": _("Jätä tyhjäksi, jos yksikkö palvelee koko hyvinvointialuetta.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["municipalities"]
        choice.queryset = Municipality.objects.filter(is_own=True)


class TreeDayForm(forms.Form):
    """The day of which the tree is shown."""

    paiva = DayField(label=_("Päivä"), required=False, help_text=_("Tänään, jos tyhjä."))
