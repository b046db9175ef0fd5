"""Input about the practice example: its text with model points, and an assessor's own points."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.text_fields import PlainTextField
from grants.models import CalibrationExample, Criterion
from grants.workflow.assessment import Scored

MAX_TEXT = 10000


def _points(criterion: Criterion) -> forms.IntegerField:
    return forms.IntegerField(
        label=_("Pisteet (0–%(most)s)") % {"most": criterion.weight},
        min_value=0,
        max_value=criterion.weight,
        error_messages={
            "required": _("Anna pisteet."),
            "invalid": _("Kirjoita pisteet kokonaislukuna."),
            "min_value": _("Pisteitä on vähintään 0."),
            "max_value": _("Pisteitä voi antaa enintään %(most)s.") % {"most": criterion.weight},
        },
        widget=forms.TextInput({"class": "number", "inputmode": "numeric", "autocomplete": "off"}),
    )


class PractiseForm(forms.Form):
    """An assessor's own points of each criterion."""

    def __init__(self, *args: Any, criteria: list[Criterion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.criteria = criteria
        for criterion in criteria:
            self.fields[f"points_{criterion.pk}"] = _points(criterion)

    def rows(self) -> list[dict[str, Any]]:
        """Return each criterion with its fields."""
        return [
            {
                "criterion": row,
                "points": self[f"points_{row.pk}"],
                "reason": self[f"reason_{row.pk}"] if f"reason_{row.pk}" in self.fields else None,
            }
            for row in self.criteria
        ]

    @property
    def given(self) -> dict[int, int]:
        """The points of a valid form by the criterion's key."""
        return {row.pk: self.cleaned_data[f"points_{row.pk}"] for row in self.criteria}


class ExampleForm(PractiseForm):
    """The example's text, and the model points of each criterion with their reasons."""

    title = PlainTextField(
        label=_("Esimerkin nimi"),
        max_length=200,
        help_text=_("Esimerkiksi: Keksitty hakemus kyläyhdistyksen kyydeistä."),
    )
    text = PlainTextField(
        label=_("Esimerkkihakemus"),
        max_length=MAX_TEXT,
        widget=forms.Textarea({"rows": 14, "maxlength": MAX_TEXT}),
        help_text=_("Keksi hakemus tai poista oikeasta kaikki, mistä hakijan ja ihmiset tunnistaa."),
    )

    def __init__(
        self, *args: Any, criteria: list[Criterion], example: CalibrationExample | None, **kwargs: Any
    ) -> None:
        super().__init__(*args, criteria=criteria, **kwargs)
        if example is not None:
            self.fields["title"].initial, self.fields["text"].initial = example.title, example.text
        scores = {score.criterion_id: score for score in example.scores.all()} if example else {}
        for criterion in criteria:
            score = scores.get(criterion.pk)
            points = self.fields[f"points_{criterion.pk}"]
            points.label = _("Mallipisteet (0–%(most)s)") % {"most": criterion.weight}
            points.initial = score.points if score else None
            self.fields[f"reason_{criterion.pk}"] = PlainTextField(
                label=_("Miksi nämä pisteet?"),
                max_length=2000,
                initial=score.reason if score else "",
                widget=forms.Textarea({"class": "small", "rows": 3, "maxlength": 2000}),
            )

    @property
    def scores(self) -> list[Scored]:
        """The model points of a valid form."""
        data = self.cleaned_data
        return [Scored(row.pk, data[f"points_{row.pk}"], data[f"reason_{row.pk}"]) for row in self.criteria]
