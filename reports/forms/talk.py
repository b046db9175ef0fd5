"""Input of the talk about a report: a section's comment, a question, an answer."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.text_fields import PlainTextField
from reports.models import COMMENT_LENGTH, QUESTION_LENGTH


class CommentForm(forms.Form):
    """The comment of one section; ``version`` is the one that is typed over."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    text = PlainTextField(
        label=_("Kommentti"),
        required=False,
        max_length=COMMENT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_(
            "Kerro lyhyesti, mitä luvut tarkoittavat ja mistä ne johtuvat. Tyhjennä kenttä, jos kommenttia ei tarvita."
        ),
    )

    def see(self, version: int) -> None:
        """Take the words that stand now as seen: saving again writes over them. What was typed stays."""
        self.data = {**self.data.dict(), "version": str(version)}  # type: ignore[attr-defined]


class QuestionForm(forms.Form):
    """A question about one place of the report."""

    section = forms.ChoiceField(label=_("Mistä kohdasta kysyt?"))
    text = PlainTextField(
        label=_("Kysymys"),
        max_length=QUESTION_LENGTH,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Älä kirjoita henkilötietoja: kysymys julkaistaan vastauksen kanssa."),
    )

    def __init__(self, *args: Any, places: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["section"]
        choice.choices = list(places.items())


class ReportAnswerForm(forms.Form):
    """The coordinator's answer."""

    answer = PlainTextField(label=_("Vastaus"), max_length=COMMENT_LENGTH, widget=forms.Textarea(attrs={"rows": 6}))
