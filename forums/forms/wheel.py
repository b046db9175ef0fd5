"""Input of the annual wheel: a time that is tried before it is chosen."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.time_fields import InstantField


class TryTimeForm(forms.Form):
    """A time whose clashes are asked for."""

    alkaa = InstantField(label=_("Alkaa"), help_text=_("Esimerkiksi 8.12.2026 klo 13.00."))
    paattyy = InstantField(label=_("Päättyy"))

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        start, end = data.get("alkaa"), data.get("paattyy")
        if start and end and end <= start:
            self.add_error("paattyy", _("Aika päättyy ennen kuin se alkaa. Korjaa jompikumpi."))
        return data
