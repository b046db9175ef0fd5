"""Small forms of the applicant's side: an attachment, a withdrawal."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from documents.uploads import UploadField
from grants.models import AttachmentSlot


class WithdrawForm(forms.Form):
    """Why the application is withdrawn; may be left empty."""

    reason = forms.CharField(
        label=_("Miksi peruutatte hakemuksen?"),
        help_text=_("Syy tallentuu hakemuksen tapahtumiin, ja käsittelijät näkevät sen."),
        max_length=300,
        required=False,
        widget=forms.Textarea({"class": "small", "rows": 3}),
    )


class AttachmentForm(forms.Form):
    """One file into one slot; its cleaned ``file`` is a ``CheckedUpload``. Each slot has its own form and id."""

    def __init__(self, slot: AttachmentSlot, data: Any = None, files: Any = None) -> None:
        super().__init__(data, files, prefix="slot")
        self.slot = slot
        name = str(slot.pk)
        self.fields[name] = UploadField(label=_("Valitse tiedosto"), help_text="")

    @property
    def upload(self) -> Any:
        """The checked upload of a valid form."""
        return self.cleaned_data[str(self.slot.pk)]
