"""Forms of development goals."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.text_fields import PlainTextField
from common.time_fields import DayField
from common.times import local_date
from reports.models import GoalIndicator, GoalUpdate, IndicatorSource, Light, Wish


def _text(label: Any, help_text: Any = "", *, longest: int = 3000, rows: int = 5) -> PlainTextField:
    return PlainTextField(
        label=label, help_text=help_text, max_length=longest, widget=forms.Textarea(attrs={"rows": rows})
    )


class ResponsibleForm(forms.Form):
    """Who answers for a goal."""

    email = forms.EmailField(
        label=_("Vastuuhenkilön sähköposti"),
        required=False,
        help_text=_("Henkilöllä on oltava tunnus portaaliin. Jätä tyhjäksi, jos vastuuhenkilöä ei ole vielä nimetty."),
    )


class UpdateForm(forms.ModelForm):  # type: ignore[type-arg]
    """What was done for the goal and how it goes."""

    on = DayField(label=_("Päivä"))
    light = forms.ChoiceField(label=_("Miten tavoite etenee"), choices=Light.choices, widget=forms.RadioSelect)
    text = _text(
        _("Mitä tavoitteen eteen on tehty"), _("Kirjoita niin, että järjestön ihminen ymmärtää. Teksti on julkinen.")
    )

    class Meta:
        model = GoalUpdate
        fields = ["on", "light", "text", "evidence", "evidence_url"]
        labels = {"evidence": _("Mistä sen näkee"), "evidence_url": _("Linkki")}
        help_texts = {
            "evidence": _("Esimerkiksi: valtuuston päätös 14.4.2026 § 31."),
            "evidence_url": _("Verkko-osoite, josta lukija näkee saman."),
        }

    def __init__(self, *args: Any, now: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = local_date(now)


class IndicatorForm(forms.ModelForm):  # type: ignore[type-arg]
    """An indicator: counted by the portal, or entered by hand."""

    figure_key = forms.ChoiceField(label=_("Mistä luku tulee"), required=False)
    wish = forms.ChoiceField(label=_("Kumpi on parempi"), choices=Wish.choices, widget=forms.RadioSelect)

    class Meta:
        model = GoalIndicator
        fields = ["label", "unit", "figure_key", "wish", "baseline", "target"]
        labels = {"label": _("Mittarin nimi"), "unit": _("Yksikkö")}
        help_texts = {
            "unit": _("Esimerkiksi: kpl, %, €. Jätä tyhjäksi, jos yksikköä ei tarvita."),
            "baseline": _("Luku ennen kauden alkua."),
            "target": _("Mihin kauden lopussa pyritään."),
        }

    def __init__(self, *args: Any, figures: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: Any = self.fields["figure_key"]
        chosen.choices = [("", _("Kirjataan käsin")), *figures]
        chosen.help_text = _("Portaali laskee luvun joka yö. Käsin kirjattavan luvun lisäät itse vuosittain.")
        for name in ("baseline", "target"):
            field: Any = self.fields[name]
            field.localize = True

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        chosen = data.get("figure_key")
        self.instance.source = IndicatorSource.FIGURE if chosen else IndicatorSource.HAND
        return data


class ValueForm(forms.Form):
    """An indicator's value of a year."""

    year = forms.IntegerField(label=_("Vuosi"), min_value=2000, max_value=2100)
    value = forms.DecimalField(label=_("Luku"), max_digits=14, decimal_places=2, localize=True)
    note = forms.CharField(
        label=_("Mistä luku on"),
        max_length=300,
        required=False,
        help_text=_("Esimerkiksi: järjestökysely 2025, vastaajia 184."),
    )

    def clean_value(self) -> Decimal:
        value: Decimal = self.cleaned_data["value"]
        return value.quantize(Decimal("0.01"))
