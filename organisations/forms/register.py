"""Input about the register extract."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.time_fields import DayField


class ExtractForm(forms.Form):
    """A register extract to read."""

    file = forms.FileField(
        label=_("Rekisteriote"),
        help_text=_("CSV- tai JSON Lines -tiedosto. Merkistön ja erottimen tunnistamme itse."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.json,.jsonl"}),
    )
    extract_on = DayField(
        label=_("Otteen päivä"), help_text=_("Minkä päivän tiedot otteessa ovat. Esimerkiksi 16.11.2026.")
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["extract_on"].initial = today


class LineKindFilter(forms.Form):
    """Which remarks of an import's report are shown."""

    laji = forms.ChoiceField(
        label=_("Näytä"),
        required=False,
        choices=[
            ("", _("Kaikki")),
            ("refused", _("Hylätyt rivit")),
            ("warning", _("Huomautukset")),
            ("changed", _("Muuttuneet")),
            ("missing", _("Ei enää otteessa")),
            ("returned", _("Palanneet otteeseen")),
            ("new", _("Uudet")),
            ("quiet", _("Tiedoksi")),
        ],
    )
