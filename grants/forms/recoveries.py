"""Input about recoveries."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.money import EuroFormField, format_euros
from common.text_fields import PlainTextField
from common.time_fields import DayField
from grants.life_cycles_recovery import RECOVERY
from grants.models import RecoveryGround
from grants.workflow.recoveries import Decided

MOST = 8000
#: Rows of a plan to pay in parts.
PARTS = 6


def _area(rows: int, most: int = MOST) -> forms.Textarea:
    return forms.Textarea({"rows": rows, "maxlength": most})


class OpenForm(forms.Form):
    """Why and how much is asked back."""

    ground = forms.ChoiceField(label=_("Peruste"), choices=RecoveryGround.choices, widget=forms.RadioSelect)
    facts = PlainTextField(
        label=_("Mitä on tapahtunut?"),
        help_text=_("Järjestö lukee tämän, kun sitä kuullaan. Esimerkiksi: Käyttöselvityksen mukaan 500 € jäi yli."),
        max_length=MOST,
        widget=_area(5),
    )
    sum = EuroFormField(label=_("Takaisin perittävä summa"))

    def __init__(self, *args: Any, most: Decimal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sum"].help_text = _("Enintään %(most)s, joka on maksettu.") % {"most": format_euros(most)}


class HearForm(forms.Form):
    """Until when the organisation may answer."""

    answer_by = DayField(label=_("Lausuma viimeistään"), help_text=_("Järjestö voi vastata tämän päivän loppuun asti."))


class StatementForm(forms.Form):
    """The organisation's own words."""

    statement = PlainTextField(
        label=_("Lausumanne"),
        help_text=_("Kertokaa, oletteko samaa mieltä. Jos ette ole, kertokaa miksi ja mihin raha käytettiin."),
        max_length=MOST,
        widget=_area(10),
    )


class EndForm(forms.Form):
    """Why money is not asked back, or no longer."""

    reason = PlainTextField(label=_("Miksi rahaa ei peritä?"), max_length=2000, widget=_area(4, 2000))


class DecideForm(forms.Form):
    """What was decided."""

    sum = EuroFormField(label=_("Takaisin maksettava summa"))
    reasons = PlainTextField(label=_("Perustelut"), max_length=MOST, widget=_area(8))
    legal_basis = PlainTextField(label=_("Oikeusperuste"), max_length=2000, widget=_area(3, 2000))
    unheard_why = PlainTextField(
        label=_("Miksi kuuleminen oli ilmeisen tarpeetonta?"),
        help_text=_("Vain jos järjestöä ei kuultu (hallintolaki 34 §). Esimerkiksi: järjestö ilmoitti itse summan."),
        max_length=2000,
        required=False,
        widget=_area(2, 2000),
    )
    decided_on = DayField(label=_("Päätöspäivä"))
    section_number = forms.IntegerField(label=_("Pykälä"), min_value=1, max_value=9999)
    due_on = DayField(
        label=_("Eräpäivä"), help_text=_("Oikaisuvaatimuksen ajan jälkeen, yleensä 30 päivää päätöksen lähettämisestä.")
    )
    interest_rate = forms.DecimalField(
        label=_("Viivästyskorko, % vuodessa"),
        help_text=_("Korkolain 4 §: viitekorko ja seitsemän prosenttiyksikköä."),
        min_value=0,
        max_value=25,
        decimal_places=2,
        localize=True,
    )

    def __init__(self, *args: Any, was_heard: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if was_heard:
            del self.fields["unheard_why"]

    def given(self) -> Decided:
        """Return what a valid form says."""
        return Decided(**self.cleaned_data)


class RepayForm(forms.Form):
    """Money that came back."""

    sum = EuroFormField(label=_("Summa"))
    paid_on = DayField(label=_("Maksupäivä"))
    entry = forms.CharField(
        label=_("Tilitapahtuman tai tositteen numero"),
        help_text=_("Saman numeron voi kirjata vain kerran, joten sama maksu ei tule kahdesti."),
        max_length=60,
    )


class PartsForm(forms.Form):
    """The days and sums of a plan to pay in parts; empty rows are left out. ``left``: euros that they add up to."""

    def __init__(self, *args: Any, left: Decimal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.hint = _("Maksamatta on %(left)s. Erien summa on sama. Jätä ylimääräiset rivit tyhjiksi.") % {
            "left": format_euros(left)
        }
        for number in range(1, PARTS + 1):
            self.fields[f"due_on-{number}"] = DayField(label=_("Eräpäivä %(n)s") % {"n": number}, required=False)
            self.fields[f"sum-{number}"] = EuroFormField(label=_("Summa %(n)s") % {"n": number}, required=False)
        for field in self.fields.values():
            field.needed_later = True  # type: ignore[attr-defined]  # the page says that rows may stay empty

    def clean(self) -> dict[str, Any]:
        """A row has both or neither."""
        data = super().clean() or {}
        for number in range(1, PARTS + 1):
            day, part = data.get(f"due_on-{number}"), data.get(f"sum-{number}")
            if (day is None) != (part is None) and not {f"due_on-{number}", f"sum-{number}"} & set(self.errors):
                missing = f"due_on-{number}" if day is None else f"sum-{number}"
                self.add_error(missing, _("Kirjoita erälle sekä päivä että summa."))
        return data

    def parts(self) -> list[tuple[date, Decimal]]:
        """Return the filled rows of a valid form."""
        data = self.cleaned_data
        rows = [(data[f"due_on-{number}"], data[f"sum-{number}"]) for number in range(1, PARTS + 1)]
        return [(day, part) for day, part in rows if day is not None]


class RecoveryFilter(forms.Form):
    """Which recoveries are listed; the field names stand in the address."""

    q = forms.CharField(label=_("Järjestö tai asianumero"), required=False)
    tila = forms.ChoiceField(
        label=_("Tila"), required=False, choices=[("", _("Kaikki")), ("velka", _("Maksamatta")), *RECOVERY.choices()]
    )
