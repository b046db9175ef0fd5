"""Input for posts, delegated power, and the filters of their lists."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.time_fields import DayField
from common.times import local_date
from county.models import LifeSituation, Municipality, Theme
from liaisons.forms.units import UnitChoice, units_on
from liaisons.models import Body, Post, PostLevel, Power, Unit
from liaisons.overview import SIGNS, STATES


class PostForm(forms.ModelForm):  # type: ignore[type-arg]
    """What a post is and what it answers for."""

    valid_from = DayField(label=_("Käytössä alkaen"))

    class Meta:
        model = Post
        fields = (
            "level",
            "name_fi",
            "name_sv",
            "name_en",
            "unit",
            "municipality",
            "themes",
            "life_situations",
            "sectors",
            "services",
            "tasks_fi",
            "tasks_sv",
            "tasks_en",
            "answer_days",
            "is_established",
            "allows_many",
            "valid_from",
        )
        labels = {
            "name_fi": _("Nimike suomeksi"),
            "name_sv": _("Nimike ruotsiksi"),
            "name_en": _("Nimike englanniksi"),
        }
        help_texts = {
            "name_fi": _("Miksi tehtävää kutsutaan, esimerkiksi muistihoitaja tai järjestöyhdyshenkilö."),
            "themes": _("Jätä valitsematta, jos tehtävä vastaa tasollaan kaikesta."),
            "services": _("Yksi palvelu tai aihe riville. Näillä sanoilla tehtävä löytyy haussa."),
            "tasks_fi": _("Selkeästi järjestölle: missä asioissa tähän henkilöön otetaan yhteyttä."),
            "answer_days": _("Jätä tyhjäksi, jos aika on sama kuin alueen asetuksissa."),
            "is_established": _("Vain vakiinnutettu tehtävä näkyy avoimena, kun siinä ei ole ketään."),
            "allows_many": _("Esimerkiksi linkkihenkilöitä voi yksikössä olla useita."),
        }
        widgets = {
            "level": forms.RadioSelect,
            "services": forms.Textarea(attrs={"rows": 4}),
            "tasks_fi": forms.Textarea(attrs={"rows": 5}),
            "tasks_sv": forms.Textarea(attrs={"rows": 3, "lang": "sv"}),
            "tasks_en": forms.Textarea(attrs={"rows": 3, "lang": "en"}),
            "themes": forms.CheckboxSelectMultiple,
            "life_situations": forms.CheckboxSelectMultiple,
            "sectors": forms.CheckboxSelectMultiple,
        }
        field_classes = {"unit": UnitChoice}

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["level"].choices = PostLevel.choices
        fields["unit"].queryset = units_on(local_date(now))
        fields["unit"].empty_label = fields["municipality"].empty_label = _("Ei valittu")
        fields["municipality"].queryset = Municipality.objects.filter(is_own=True)
        if not self.instance.pk:
            fields["valid_from"].initial = local_date(now)


class LastDayForm(forms.Form):
    """The last day of something."""

    ends_on = DayField(label=_("Viimeinen päivä"))


class PowerForm(forms.Form):
    """Power that a decision delegates to the post."""

    power = forms.ChoiceField(label=_("Toimivalta"), choices=Power.choices, widget=forms.RadioSelect)
    body = forms.ModelChoiceField(
        label=_("Päättänyt toimielin"), queryset=Body.objects.all(), required=False, empty_label=_("Viranhaltija")
    )
    decided_by = forms.CharField(
        label=_("Päättänyt viranhaltija"), max_length=200, required=False, help_text=_("Virkanimike riittää.")
    )
    decided_on = DayField(label=_("Päätöksen päivä"))
    section = forms.IntegerField(label=_("Pykälä"), min_value=1, max_value=9999, required=False)
    valid_from = DayField(label=_("Voimassa alkaen"))
    valid_until = DayField(
        label=_("Voimassa asti"), required=False, help_text=_("Jätä tyhjäksi, jos toimivalta on toistaiseksi.")
    )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if not data.get("body") and not data.get("decided_by"):
            self.add_error("body", _("Valitse toimielin tai kirjoita viranhaltija, joka päätti toimivallasta."))
        _check_order(self, data)
        return data


def _check_order(form: forms.Form, data: dict[str, Any]) -> None:
    start, end = data.get("valid_from"), data.get("valid_until")
    if start and end and end < start:
        form.add_error("valid_until", _("Päättymispäivä on ennen alkamispäivää. Korjaa jompikumpi."))


class PostFilter(forms.Form):
    """The coordinator's list, kept in the URL."""

    tila = forms.ChoiceField(
        label=_("Tila"),
        required=False,
        choices=[("", _("Kaikki")), *((key, label) for key, (label, _tone) in STATES.items()), *SIGNS.items()],
    )
    taso = forms.ChoiceField(label=_("Taso"), required=False, choices=[("", _("Kaikki tasot")), *PostLevel.choices])
    yksikko = UnitChoice(
        label=_("Yksikkö"), queryset=Unit.objects.none(), required=False, empty_label=_("Kaikki yksiköt")
    )
    kunta = forms.ModelChoiceField(
        label=_("Kunta"),
        queryset=Municipality.objects.filter(is_own=True),
        to_field_name="code",
        required=False,
        empty_label=_("Kaikki kunnat"),
    )

    def __init__(self, *args: Any, day: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unit: Any = self.fields["yksikko"]
        unit.queryset = units_on(day)


class CoverageFilter(forms.Form):
    """The coverage of one municipality."""

    kunta = forms.ModelChoiceField(
        label=_("Kunta"),
        queryset=Municipality.objects.filter(is_own=True),
        to_field_name="code",
        required=False,
        empty_label=_("Kaikki kunnat"),
    )


class DirectoryFilter(forms.Form):
    """The public directory, kept in the URL."""

    q = forms.CharField(
        label=_("Sana"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    kunta = forms.ModelChoiceField(
        label=_("Kunta"),
        queryset=Municipality.objects.filter(is_own=True),
        to_field_name="code",
        required=False,
        empty_label=_("Kaikki kunnat"),
    )
    teema = forms.ModelChoiceField(
        label=_("Teema"), queryset=Theme.objects.all(), required=False, empty_label=_("Kaikki teemat")
    )
    tilanne = forms.ModelChoiceField(
        label=_("Elämäntilanne"), queryset=LifeSituation.objects.all(), required=False, empty_label=_("Kaikki")
    )
    yksikko = UnitChoice(
        label=_("Yksikkö"), queryset=Unit.objects.none(), required=False, empty_label=_("Kaikki yksiköt")
    )
    taso = forms.ChoiceField(label=_("Taso"), required=False, choices=[("", _("Kaikki tasot")), *PostLevel.choices])

    def __init__(self, *args: Any, day: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unit: Any = self.fields["yksikko"]
        unit.queryset = units_on(day)
