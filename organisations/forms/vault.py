"""Input of a document into the vault."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from documents.uploads import UploadField
from organisations.models import VaultKind
from organisations.models.vault import WITHOUT_YEAR, YEARS


class VaultForm(forms.Form):
    """One file of one kind; the year is not asked of rules."""

    year = forms.IntegerField(
        label=_("Vuosi, jota asiakirja koskee"),
        min_value=YEARS[0],
        max_value=YEARS[1],
        widget=forms.TextInput(attrs={"inputmode": "numeric", "maxlength": 4, "size": 4}),
        error_messages={
            "required": _("Kirjoita, mitä vuotta asiakirja koskee."),
            "invalid": _("Kirjoita vuosi neljällä numerolla, esimerkiksi 2026."),
            "min_value": _("Kirjoita vuosi neljällä numerolla, esimerkiksi 2026."),
            "max_value": _("Kirjoita vuosi neljällä numerolla, esimerkiksi 2026."),
        },
    )
    upload = UploadField(label=_("Valitse tiedosto"))

    def __init__(self, kind: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if kind == VaultKind.RULES:
            del self.fields["year"]
        elif kind in WITHOUT_YEAR:
            self.fields["year"].required = False
