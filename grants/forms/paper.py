"""Input of an officer who enters an application that came on paper."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.time_fields import InstantField
from documents.uploads import UploadField
from grants.models import ArrivalChannel
from organisations.forms.choosing import OrganisationField


class ArrivalForm(forms.Form):
    """When and how the paper came, and its scan."""

    arrived_at = InstantField(
        label=_("Milloin hakemus saapui?"),
        help_text=_("Kirjaamon leiman tai sähköpostin aika, esimerkiksi 8.12.2026 klo 15.45."),
    )
    channel = forms.ChoiceField(
        label=_("Miten hakemus saapui?"), choices=ArrivalChannel.choices, widget=forms.RadioSelect
    )
    upload = UploadField(label=_("Alkuperäinen hakemus skannattuna"), required=False)

    def add_error(self, field: str | None, error: Any) -> None:
        """Add the error, and beside it that the file is to be chosen again: a browser does not keep it."""
        super().add_error(field, error)
        if field != "upload" and self.files.get(self.add_prefix("upload")) and "upload" not in self.errors:
            super().add_error("upload", _("Valitse tiedosto uudelleen, kun olet korjannut muut kohdat."))


class PaperForm(ArrivalForm):
    """Whose application came, when and how."""

    organisation = OrganisationField(label=_("Järjestö"))
    field_order = ("organisation", "arrived_at", "channel", "upload")
