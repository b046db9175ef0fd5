"""Input about organisations that may be one."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from organisations.forms.choosing import OrganisationField
from organisations.models import DuplicateCandidate


class DuplicateFilter(forms.Form):
    """Which pairs are shown: those that wait unless asked otherwise."""

    tila = forms.ChoiceField(
        label=_("Tila"),
        required=False,
        choices=[("", _("Odottavat")), ("dismissed", _("Eri järjestöt")), ("merged", _("Yhdistetyt"))],
    )
    syy = forms.ChoiceField(
        label=_("Miksi samankaltaiset"),
        required=False,
        choices=[("", _("Kaikki")), *DuplicateCandidate.Reason.choices],
    )


class DismissForm(forms.Form):
    """Why two organisations are different."""

    note = forms.CharField(
        label=_("Mistä tiedät, että järjestöt ovat eri?"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Esimerkiksi: kummallakin on oma rekisterinumero ja eri hallitus."),
    )


class MergeForm(forms.Form):
    """Why two organisations are one."""

    reason = forms.CharField(
        label=_("Mistä tiedät, että järjestöt ovat sama?"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Esimerkiksi: järjestö vahvisti asian puhelimessa 12.11.2026."),
    )


class PairForm(forms.Form):
    """Two organisations that may be one."""

    first = OrganisationField(label=_("Ensimmäinen järjestö"))
    second = OrganisationField(label=_("Toinen järjestö"))

    def clean(self) -> dict[str, Any]:
        """Two that are one need no merging."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("first") and data.get("first") == data.get("second"):
            self.add_error("second", _("Valitse toinen järjestö kuin ensimmäinen."))
        return data
