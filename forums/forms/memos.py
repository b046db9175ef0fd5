"""Input of memos: the text place by place, comments, who writes and who reads."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.time_fields import InstantField
from forums.forms.voices import PlainAreaField
from forums.memo_content import Place
from forums.models import SeenBy

MOST_WRITERS = 10


class MemoTextForm(forms.Form):
    """The text, a field for each place; ``base`` is the revision on which the writing began."""

    base = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, places: Iterable[Place], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places = list(places)
        for place in self.places:
            self.fields[place.key] = PlainAreaField(label=place.label, required=False, rows=4, max_length=10_000)

    @property
    def texts(self) -> dict[str, str]:
        """Return the texts by place."""
        return {place.key: self.cleaned_data[place.key] for place in self.places}


class MemoTermsForm(forms.Form):
    """Who writes, whether names are shown, who reads."""

    writers = forms.CharField(
        label=_("Muut kirjoittajat"),
        required=False,
        help_text=_("Sähköpostiosoitteet, yksi riville. Kirjoittajalla on oltava tunnus."),
        widget=forms.Textarea({"rows": 3, "class": "small"}),
    )
    names_people = forms.BooleanField(
        label=_("Läsnä olleiden nimet saa näyttää"),
        required=False,
        help_text=_("Muuten näytetään vain järjestöt ja osallistujien määrä."),
    )
    seen_by = forms.ChoiceField(label=_("Kuka lukee muistion"), choices=SeenBy.choices, widget=forms.RadioSelect)

    def clean_writers(self) -> list[User]:
        """Return the people behind the addresses."""
        lines = [line.strip().lower() for line in self.cleaned_data["writers"].splitlines() if line.strip()]
        if len(lines) > MOST_WRITERS:
            raise forms.ValidationError(_("Kirjoittajia voi olla enintään kymmenen."))
        found = {user.email.lower(): user for user in User.objects.filter(email__in=lines, is_active=True)}
        missing = [line for line in lines if line not in found]
        if missing:
            raise forms.ValidationError(
                _("Näillä osoitteilla ei ole tunnusta: %(addresses)s.") % {"addresses": ", ".join(missing)}
            )
        return [found[line] for line in lines]


class MemoUntilForm(forms.Form):
    """Until when the draft may be commented on."""

    until = InstantField(label=_("Kommentit viimeistään"), help_text=_("Esimerkiksi 8.12.2026 klo 16.00."))


class MemoCommentForm(forms.Form):
    """What a participant says of the draft."""

    text = PlainAreaField(label=_("Kommenttisi"), rows=3, error_messages={"required": _("Kirjoita kommentti.")})


class MemoAnswerForm(forms.Form):
    """What became of a comment."""

    answer = forms.CharField(label=_("Mitä kommentista seurasi"), max_length=500)
