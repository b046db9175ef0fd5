"""Input of the pages that belong to no single room."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

MAX_FEEDBACK = 4000


ABOUT = (
    ("accessibility", _("Palvelun saavutettavuutta")),
    ("portal", _("Palvelun toimintaa tai sisältöä")),
    ("cooperation", _("Järjestöyhteistyötä")),
)


class FeedbackForm(forms.Form):
    """Feedback of anyone. The hidden trap field catches programs that fill in everything."""

    about = forms.ChoiceField(
        label=_("Mitä palaute koskee?"),
        choices=ABOUT,
        widget=forms.RadioSelect,
        error_messages={"required": _("Valitse, mitä palaute koskee.")},
    )
    text = forms.CharField(
        label=_("Palautteesi"),
        help_text=_("Älä kirjoita tähän terveystietoja tai muiden ihmisten asioita."),
        max_length=MAX_FEEDBACK,
        widget=forms.Textarea,
        error_messages={"required": _("Palaute puuttuu. Kirjoita, mitä haluat kertoa.")},
    )
    reply_to = forms.EmailField(
        label=_("Sähköpostiosoite, jos haluat vastauksen"),
        required=False,
        error_messages={"invalid": _("Tarkista osoite. Se on muotoa nimi@esimerkki.fi.")},
    )
    website = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("website"):
            raise forms.ValidationError(_("Palautetta ei voitu lähettää. Soita tai lähetä sähköpostia."))
        return cleaned
