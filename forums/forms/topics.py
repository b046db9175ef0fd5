"""Input of topics: a proposal, a support without an account, the answer."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from forums.forms.voices import PlainAreaField, SpeakerForm
from forums.models import Event
from forums.workflow.topics import TopicAnswer

VERBS = (
    ("take", _("Otetaan tämän tapahtuman ohjelmaan")),
    ("postpone", _("Siirretään myöhempään tapahtumaan")),
    ("direct", _("Aiheen käsittelee joku muu")),
    ("decline", _("Ei oteta ohjelmaan")),
)


class TopicForm(SpeakerForm):
    """A topic for an event."""

    title = forms.CharField(
        label=_("Aihe"), max_length=150, error_messages={"required": _("Kirjoita, mistä haluat puhuttavan.")}
    )
    text = PlainAreaField(label=_("Miksi aihe on tärkeä"), required=False, rows=4)
    field_order = ("title", "text", "organisation", "name", "email")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(self.field_order)


class TopicAnswerForm(forms.Form):
    """What becomes of a topic."""

    verb = forms.ChoiceField(label=_("Mitä aiheelle tehdään"), choices=VERBS, widget=forms.RadioSelect)
    reason = PlainAreaField(
        label=_("Vastaus ja sen syy"),
        rows=4,
        help_text=_("Näkyy kaikille. Ehdottaja ja kannattajat saavat tämän viestinä."),
        error_messages={"required": _("Kirjoita vastaus ja sen syy.")},
    )
    starts_at = forms.TimeField(
        label=_("Klo ohjelmassa"),
        required=False,
        input_formats=("%H.%M", "%H:%M", "%H"),
        widget=forms.TextInput({"class": "short"}),
        help_text=_("Esimerkiksi 17.30. Voit jättää tyhjäksi."),
    )
    speaker_name = forms.CharField(label=_("Kuka puhuu"), required=False, max_length=200)
    later_event = forms.ModelChoiceField(
        label=_("Mihin tapahtumaan"),
        required=False,
        queryset=Event.objects.none(),
        empty_label=_("Ajankohta ei ole vielä tiedossa"),
    )
    elsewhere = forms.CharField(
        label=_("Kuka aiheen käsittelee"),
        required=False,
        max_length=200,
        help_text=_("Esimerkiksi toimielin, palveluyksikkö tai verkosto."),
    )

    def __init__(self, *args: Any, events: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["later_event"].queryset = events  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("verb") == "direct" and not data.get("elsewhere"):
            self.add_error("elsewhere", _("Kerro, kuka aiheen käsittelee."))
        return data

    @property
    def answer(self) -> TopicAnswer:
        """Return the answer for the verb."""
        data = self.cleaned_data
        return TopicAnswer(
            data["verb"],
            data["reason"],
            data["starts_at"],
            data["speaker_name"],
            data["later_event"],
            data["elsewhere"],
        )
