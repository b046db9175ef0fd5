"""Input of feedback: the answers, the questions, the summary."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from forums.feedback_results import question_text
from forums.forms.voices import PlainAreaField
from forums.models import FeedbackQuestion, QuestionKind
from forums.workflow.feedback import Reply

MARKS = (
    ("5", _("5 – erittäin")),
    ("4", _("4 – paljon")),
    ("3", _("3 – jonkin verran")),
    ("2", _("2 – vähän")),
    ("1", _("1 – ei lainkaan")),
)


class FeedbackForm(forms.Form):
    """The event's questions."""

    def __init__(self, *args: Any, questions: list[FeedbackQuestion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions = questions
        for row in questions:
            self.fields[f"q{row.pk}"] = self._field(row)

    def _field(self, row: FeedbackQuestion) -> forms.Field:
        label = question_text(row)
        if row.kind == QuestionKind.TEXT:
            return PlainAreaField(
                label=label, required=False, rows=3, help_text=_("Älä kirjoita nimiä tai terveystietoja.")
            )
        if row.kind == QuestionKind.RATING:
            return forms.ChoiceField(label=label, required=False, choices=MARKS, widget=forms.RadioSelect)
        return forms.ChoiceField(
            label=label, required=False, choices=[(text, text) for text in row.choices], widget=forms.RadioSelect
        )

    @property
    def reply(self) -> Reply:
        """Return what was answered."""
        numbers, texts = {}, {}
        for row in self.questions:
            given = self.cleaned_data.get(f"q{row.pk}", "")
            if row.kind == QuestionKind.RATING:
                if given:
                    numbers[row.pk] = int(given)
            else:
                texts[row.pk] = given
        return Reply(numbers, texts)


class QuestionForm(forms.Form):
    """One question."""

    kind = forms.ChoiceField(
        label=_("Miten vastataan"), choices=QuestionKind.choices, initial="text", widget=forms.RadioSelect
    )
    text_fi = forms.CharField(
        label=_("Kysymys suomeksi"), max_length=200, error_messages={"required": _("Kirjoita kysymys.")}
    )
    text_sv = forms.CharField(label=_("Kysymys ruotsiksi"), required=False, max_length=200)
    text_en = forms.CharField(label=_("Kysymys englanniksi"), required=False, max_length=200)
    choices = forms.CharField(
        label=_("Vaihtoehdot"),
        required=False,
        help_text=_("Vain kun vastaus valitaan luettelosta. Yksi vaihtoehto riville."),
        widget=forms.Textarea({"rows": 4, "class": "small"}),
    )

    def clean_choices(self) -> list[str]:
        """Return the choices line by line."""
        lines = (line.strip()[:150] for line in self.cleaned_data["choices"].splitlines())
        return list(dict.fromkeys(line for line in lines if line))[:20]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("kind") == QuestionKind.CHOICE and not data.get("choices"):
            self.add_error("choices", _("Kirjoita vaihtoehdot, yksi riville."))
        return data


class SummaryForm(forms.Form):
    """The summary of the feedback."""

    summary = PlainAreaField(
        label=_("Yhteenveto"),
        rows=6,
        max_length=4000,
        help_text=_("Mitä saimme kuulla ja mitä muutamme. Älä lainaa vastauksia, joista vastaajan voi tunnistaa."),
    )
    publish = forms.BooleanField(label=_("Julkaise yhteenveto tapahtuman sivulla"), required=False)
