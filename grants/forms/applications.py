"""Small forms of the applicant's side: an attachment, a withdrawal."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from common.time_fields import DayField
from common.times import format_date
from documents.uploads import UploadField
from grants.models import AttachmentSlot
from organisations.models.vault import WITHOUT_YEAR, YEARS


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
        self.kind = slot.vault_kind
        if self.kind:
            self.fields[f"keep-{name}"] = forms.BooleanField(label=_("Tallenna myös asiakirjasalkkuun"), required=False)
            if self.kind not in WITHOUT_YEAR:
                self.fields[f"year-{name}"] = forms.IntegerField(
                    label=_("Vuosi, jota asiakirja koskee"),
                    required=False,
                    min_value=YEARS[0],
                    max_value=YEARS[1],
                    widget=forms.TextInput(attrs={"inputmode": "numeric", "maxlength": 4, "size": 4}),
                )

    def clean(self) -> dict[str, Any]:
        """Ask for the year when the file is to be kept in the vault."""
        data = super().clean() or {}
        name = f"year-{self.slot.pk}"
        if name in self.fields and data.get(f"keep-{self.slot.pk}") and not data.get(name) and name not in self.errors:
            self.add_error(name, _("Kirjoita, mitä vuotta asiakirja koskee, tai ota salkkuun tallennus pois."))
        return data

    @property
    def file_field(self) -> forms.BoundField:
        """The file, whose label the page writes itself."""
        return self[str(self.slot.pk)]

    @property
    def vault_fields(self) -> list[forms.BoundField]:
        """Whether the file is kept in the vault too, and of which year it is."""
        return [field for field in self if field.name != str(self.slot.pk)]

    @property
    def to_vault(self) -> dict[str, Any] | None:
        """Kind and year under which a valid form's file is kept in the vault too; None when it is not."""
        if not self.cleaned_data.get(f"keep-{self.slot.pk}"):
            return None
        return {"kind": self.kind, "year": self.cleaned_data.get(f"year-{self.slot.pk}")}

    @property
    def upload(self) -> Any:
        """The checked upload of a valid form."""
        return self.cleaned_data[str(self.slot.pk)]


class LaterForm(forms.Form):
    """The day by which a slot's attachment is delivered later; each slot has its own form and id."""

    def __init__(self, slot: AttachmentSlot, data: Any = None, *, due_on: Any = None) -> None:
        super().__init__(data, prefix="later", initial={str(slot.pk): due_on or slot.later_by})
        self.slot = slot
        self.fields[str(slot.pk)] = DayField(
            label=_("Minä päivänä viimeistään toimitatte liitteen?"),
            help_text=gettext("Viimeistään %(day)s.") % {"day": format_date(slot.later_by)} if slot.later_by else "",
        )

    @property
    def day_field(self) -> forms.BoundField:
        """The day's field."""
        return self[str(self.slot.pk)]

    @property
    def due_on(self) -> date:
        """The day of a valid form."""
        day: date = self.cleaned_data[str(self.slot.pk)]
        return day
