"""Input of the co-operation document."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.text_fields import PlainTextField
from common.time_fields import DayField, InstantField
from common.times import local_date
from forums.wheel import TERM_YEARS
from liaisons.models import Body
from reports.cooperation import Chapter, terms
from reports.forms.talk import CommentForm
from reports.models import CHAPTER_LENGTH


class BeginForm(forms.Form):
    """For which council's term a document is begun."""

    first_year = forms.TypedChoiceField(label=_("Minkä valtuustokauden asiakirja?"), coerce=int)

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["first_year"]
        choice.choices = [(year, f"{year}–{year + TERM_YEARS}") for year in terms(local_date(now))]


class ChapterForm(CommentForm):
    """The text of one chapter; ``version`` is the one that is typed over."""

    text = PlainTextField(
        label=_("Luvun teksti"),
        required=False,
        max_length=CHAPTER_LENGTH,
        widget=forms.Textarea(attrs={"rows": 14}),
    )

    def __init__(self, *args: Any, chapter: Chapter, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].help_text = chapter.hint


class SendForm(forms.Form):
    """What is asked of the NGOs, and until when."""

    asks = PlainTextField(
        label=_("Mitä järjestöiltä kysytään?"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Kerro, mihin erityisesti toivot kommentteja ja milloin asiakirjasta päätetään."),
    )
    closes_at = InstantField(label=_("Kommentit viimeistään"), help_text=_("Esimerkiksi 8.12.2026 klo 16.00."))


class DecideForm(forms.Form):
    """Who decided, when and by which section."""

    body = forms.ModelChoiceField(
        label=_("Mikä toimielin päätti?"),
        queryset=Body.objects.filter(draft=False, is_self_run=False).order_by("order", "name_fi"),
        empty_label=_("Valitse toimielin"),
    )
    decided_on = DayField(label=_("Päätöksen päivä"))
    section = forms.IntegerField(label=_("Pykälä"), min_value=1, max_value=9999)
