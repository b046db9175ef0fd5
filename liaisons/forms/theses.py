"""Input of the self-assessment: the year, the county's scores, an organisation's answer."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.time_fields import InstantField
from liaisons.models import NgoScore, Score, Thesis
from liaisons.workflow.theses import Given


def score_choices() -> list[tuple[str, str]]:
    """Return the five scores with their anchors in the active language."""
    return [(str(score.value), f"{score.value} – {score.label}") for score in Score]


class YearForm(forms.Form):
    """Which year."""

    year = forms.IntegerField(label=_("Vuosi"), min_value=2023, max_value=2100)


class OpenForm(forms.Form):
    """Until when organisations may answer."""

    closes_at = InstantField(
        label=_("Järjestöt vastaavat viimeistään"), help_text=_("Esimerkiksi 8.12.2026 klo 16.00.")
    )


class CountyScoreForm(forms.Form):
    """The county's score of a thesis, with its reasons and evidence."""

    score = forms.TypedChoiceField(label=_("Pisteet"), choices=score_choices, coerce=int, widget=forms.RadioSelect)
    reasons = forms.CharField(
        label=_("Perustelu"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4, "maxlength": 2000})
    )
    evidence = forms.CharField(
        label=_("Näyttö"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4, "maxlength": 2000}),
        help_text=_("Mihin arvio nojaa: päätös, luku, sivu tai tapahtuma, jonka lukija voi tarkistaa."),
    )


class PromisesForm(forms.Form):
    """What the county will improve, published with the result."""

    promises = forms.CharField(
        label=_("Mitä aiomme parantaa"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6, "maxlength": 4000}),
    )


class NgoAssessmentForm(forms.Form):
    """An organisation's answer: a score and perhaps words for each thesis."""

    def __init__(self, *args: Any, theses: Iterable[Thesis], scores: Iterable[NgoScore] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.theses = list(theses)
        given = {row.thesis_id: row for row in scores}
        for number, thesis in enumerate(self.theses, start=1):
            row = given.get(thesis.pk)
            self.fields[f"pisteet-{thesis.pk}"] = forms.ChoiceField(
                label=f"{number}. {_('Hyvinvointialue')} {thesis.name}",
                required=False,
                choices=[*score_choices(), ("", _("En osaa sanoa"))],
                initial=str(row.score) if row else "",
                widget=forms.RadioSelect,
            )
            self.fields[f"sanat-{thesis.pk}"] = forms.CharField(
                label=_("Omin sanoin"),
                required=False,
                max_length=1000,
                initial=row.words if row else "",
                help_text=_("Julkaistaan ilman nimeä. Älä kirjoita, mistä järjestön voi tunnistaa."),
                widget=forms.Textarea(attrs={"rows": 2, "maxlength": 1000, "class": "small"}),
            )

    @property
    def scores(self) -> dict[int, Given]:
        """Return the scores by thesis; those that were left out are not in it."""
        found = {}
        for thesis in self.theses:
            score = self.cleaned_data.get(f"pisteet-{thesis.pk}")
            if score:
                found[thesis.pk] = Given(int(score), self.cleaned_data.get(f"sanat-{thesis.pk}", ""))
        return found

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        for thesis in self.theses:
            if data.get(f"sanat-{thesis.pk}") and not data.get(f"pisteet-{thesis.pk}"):
                self.add_error(f"pisteet-{thesis.pk}", _("Anna myös pisteet, niin sanasi tulevat mukaan."))
        return data
