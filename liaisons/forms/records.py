"""Input for minutes and memos: their texts, comments, checks."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.time_fields import InstantField
from liaisons.models import Approval, Meeting, RecordKind
from liaisons.record_places import Place


class RecordTextForm(forms.Form):
    """The texts of a record, one field a place; ``base`` is the revision on which the writing began."""

    base = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, places: list[Place], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for place in places:
            rows = 3 if place.key.endswith("decision") or place.item is None else 6
            self.fields[place.key] = forms.CharField(
                label=place.label, required=False, max_length=20000, widget=forms.Textarea(attrs={"rows": rows})
            )

    @property
    def texts(self) -> dict[str, str]:
        """Return place -> text."""
        return {name: value for name, value in self.cleaned_data.items() if name != "base"}


class RecordKindForm(forms.Form):
    """Minutes or a memo."""

    kind = forms.ChoiceField(label=_("Mitä kirjoitat?"), choices=RecordKind.choices[1:], widget=forms.RadioSelect)


class CommentsUntilForm(forms.Form):
    """Until when the draft may be commented."""

    until = InstantField(label=_("Kommentit viimeistään"), help_text=_("Esimerkiksi 15.12.2026 klo 16.00."))


class CommentForm(forms.Form):
    """What a participant says of the draft."""

    place = forms.ChoiceField(label=_("Kohta"), required=False)
    text = forms.CharField(label=_("Kommentti"), max_length=3000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, places: list[Place], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["place"]
        choice.choices = [("", _("Koko teksti")), *((place.key, place.label) for place in places)]


class AnswerForm(forms.Form):
    """What became of a comment."""

    answer = forms.CharField(
        label=_("Vastaus"), max_length=1000, help_text=_("Esimerkiksi: korjattu, tai miksi ei korjattu.")
    )


class InspectorsForm(forms.Form):
    """The two inspectors of minutes."""

    inspectors: Any = forms.ModelMultipleChoiceField(
        label=_("Pöytäkirjantarkastajat"),
        queryset=User.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Valitse kaksi läsnä ollutta jäsentä. Puheenjohtaja tarkastaa aina."),
    )

    def __init__(self, *args: Any, people: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["inspectors"]
        choice.queryset = User.objects.filter(pk__in=people).order_by("full_name")


class CheckForm(forms.Form):
    """The checker's word."""

    note = forms.CharField(
        label=_("Mitä pitää korjata?"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class ApprovalForm(forms.Form):
    """Who approved a memo."""

    how = forms.ChoiceField(
        label=_("Kuka hyväksyi?"),
        choices=[choice for choice in Approval.choices if choice[0] in ("participants", "next_meeting")],
        widget=forms.RadioSelect,
    )
    approving_meeting: Any = forms.ModelChoiceField(
        label=_("Kokous, joka hyväksyi"), queryset=Meeting.objects.none(), required=False, empty_label=_("Valitse")
    )

    def __init__(self, *args: Any, meetings: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["approving_meeting"]
        choice.queryset = meetings

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("how") == Approval.NEXT_MEETING and not data.get("approving_meeting"):
            self.add_error("approving_meeting", _("Valitse kokous, joka hyväksyi muistion."))
        return data


class CorrectionForm(forms.Form):
    """What is corrected."""

    note = forms.CharField(
        label=_("Mitä korjataan?"), max_length=500, help_text=_("Näkyy korjatun version alussa kaikille lukijoille.")
    )
