"""Input of the yearly report."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.times import local_date
from reports.audiences import CHOICES, COMMITTEE
from reports.models import AnnualReport
from reports.workflow import FIRST_YEAR


class OrderForm(forms.Form):
    """Which year's report is begun."""

    year = forms.TypedChoiceField(label=_("Minkä vuoden raportti?"), coerce=int)
    audience = forms.ChoiceField(
        label=_("Kenelle?"),
        choices=CHOICES,
        required=False,
        help_text=_("Luvut ovat kaikissa samat. Lukija saa niistä ne osiot, jotka koskevat häntä."),
    )

    def __init__(self, *args: Any, now: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        last = local_date(now).year
        self.fields["year"].choices = [(year, str(year)) for year in range(last, FIRST_YEAR - 1, -1)]  # type: ignore[attr-defined]

    def clean_audience(self) -> str:
        """Without a choice the report is the committee's."""
        return self.cleaned_data["audience"] or COMMITTEE


class TextsForm(forms.ModelForm):  # type: ignore[type-arg]
    """The coordinator's own words in the report."""

    class Meta:
        model = AnnualReport
        fields = ["findings", "proposals", "change_note"]
        labels = {
            "findings": _("Kolme havaintoa"),
            "proposals": _("Kolme ehdotusta"),
            "change_note": _("Mikä muuttui edellisestä versiosta?"),
        }
        help_texts = {
            "findings": _("Yksi havainto riville. Kirjoita se, mikä lukijan on hyvä muistaa."),
            "proposals": _("Yksi ehdotus riville. Kirjoita, mitä lautakunta voisi päättää."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.version == 1:
            del self.fields["change_note"]
