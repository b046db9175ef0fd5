"""Input for posts, delegated power, and the filters of their lists."""

from datetime import date, datetime
from typing import Any, ClassVar

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from common.time_fields import DayField
from common.times import local_date
from county.models import Municipality
from liaisons.area_posts import usual_title
from liaisons.forms.choices import filter_choices
from liaisons.forms.units import UnitChoice, units_on
from liaisons.models import Body, Post, PostLevel, Power
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
            "name_fi": _(
                "Esimerkiksi muistihoitaja. Jos jätät tyhjäksi, nimike on se, jota alueella käytetään tasosta."
            ),
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
        fields["name_fi"].required = False
        if not self.instance.pk:
            fields["valid_from"].initial = local_date(now)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if not data.get("name_fi") and data.get("level"):
            data.update(usual_title(data["level"]))
        return data


class LastDayForm(forms.Form):
    """The last day of something; with ``optional`` an empty day takes it back."""

    ends_on = DayField(label=_("Viimeinen päivä"))

    def __init__(self, *args: Any, optional: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        day = self.fields["ends_on"]
        day.required = day.widget.is_required = not optional


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


class _PlacesFilter(forms.Form):
    """A filter kept in the URL, whose choices of ``KINDS`` come in one query."""

    KINDS: ClassVar[dict[str, Promise]] = {}

    def __init__(self, *args: Any, day: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind, choices in filter_choices(self.KINDS, day).items():
            field: Any = self.fields[kind]
            field.choices = [("", self.KINDS[kind]), *choices]


class PostFilter(_PlacesFilter):
    """The coordinator's list."""

    KINDS = {"yksikko": _("Kaikki yksiköt"), "kunta": _("Kaikki kunnat")}

    tila = forms.ChoiceField(
        label=_("Tila"),
        required=False,
        choices=[("", _("Kaikki")), *((key, label) for key, (label, _tone) in STATES.items()), *SIGNS.items()],
    )
    taso = forms.ChoiceField(label=_("Taso"), required=False, choices=[("", _("Kaikki tasot")), *PostLevel.choices])
    yksikko = forms.ChoiceField(label=_("Yksikkö"), required=False)
    kunta = forms.ChoiceField(label=_("Kunta"), required=False)


class CoverageFilter(forms.Form):
    """The coverage of one municipality."""

    kunta = forms.ChoiceField(label=_("Kunta"), required=False)

    def __init__(self, *args: Any, places: list[Municipality], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["kunta"]
        field.choices = [("", _("Kaikki kunnat")), *((place.code, place.name) for place in places)]


class DirectoryFilter(_PlacesFilter):
    """The public directory."""

    KINDS = {
        "kunta": _("Kaikki kunnat"),
        "teema": _("Kaikki teemat"),
        "tilanne": _("Kaikki"),
        "yksikko": _("Kaikki yksiköt"),
    }

    q = forms.CharField(
        label=_("Sana"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    kunta = forms.ChoiceField(label=_("Kunta"), required=False)
    teema = forms.ChoiceField(label=_("Teema"), required=False)
    tilanne = forms.ChoiceField(label=_("Elämäntilanne"), required=False)
    yksikko = forms.ChoiceField(label=_("Yksikkö"), required=False)
    taso = forms.ChoiceField(label=_("Taso"), required=False, choices=[("", _("Kaikki tasot")), *PostLevel.choices])
