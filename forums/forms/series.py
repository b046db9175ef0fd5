"""Input for a series: what is demanded of the year's events."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from forums.models import EventForm, EventSeries


class SeriesForm(forms.ModelForm):  # type: ignore[type-arg]
    """A series; the constraints are asked by the verb."""

    forms = forms.MultipleChoiceField(
        label=_("Pitotavat"), choices=EventForm.choices, required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = EventSeries
        fields: tuple[str, ...] = (
            "name_fi",
            "name_sv",
            "name_en",
            "description_fi",
            "forms",
            "open_to",
            "per",
            "a_year_min",
            "a_year_max",
            "statute",
            "ended_on",
        )
        help_texts = {
            "a_year_min": _("Jätä tyhjäksi, jos tapahtumia pidetään tarpeen mukaan."),
            "statute": _("Vain lakisääteisessä neuvottelussa, esimerkiksi 612/2021 6 §."),
            "ended_on": _("Kun sarjaa ei enää pidetä. Pidetyt tapahtumat säilyvät."),
        }

    def _post_clean(self) -> None:
        """Leave the row as it is: the verb writes the locked one."""

    @property
    def facts(self) -> dict[str, Any]:
        """Return what the verb takes."""
        return dict(self.cleaned_data)
