"""Input of materials: a file or a link with what it is, its language, and who sees it."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from documents.uploads import UploadField
from forums.models import SeenBy


class _Material(forms.Form):
    title = forms.CharField(
        label=_("Mitä aineistossa on"),
        max_length=200,
        help_text=_("Esimerkiksi: Esityksen kalvot, puhuja Maija Malli."),
        error_messages={"required": _("Kerro, mitä aineistossa on.")},
    )
    language = forms.ChoiceField(label=_("Aineiston kieli"), choices=settings.LANGUAGES, initial="fi")
    seen_by = forms.ChoiceField(
        label=_("Kuka näkee"), choices=SeenBy.choices, initial=SeenBy.PUBLIC, widget=forms.RadioSelect
    )


class MaterialFileForm(_Material):
    """A file."""

    file = UploadField(label=_("Tiedosto"))
    field_order = ("file", "title", "language", "seen_by")


class MaterialLinkForm(_Material):
    """A link."""

    address = forms.URLField(label=_("Osoite"), max_length=1000, assume_scheme="https")
    field_order = ("address", "title", "language", "seen_by")
