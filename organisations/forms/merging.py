"""Input about organisations that may be one."""

import re
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from organisations import numbers
from organisations.models import DuplicateCandidate, Organisation

_ADDRESS = re.compile(r"/jarjestot/(\d{1,12})/")


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
    """Two organisations by number or by the address of their page."""

    first = forms.CharField(
        label=_("Ensimmäinen järjestö"),
        max_length=300,
        help_text=_("Rekisterinumero, Y-tunnus tai järjestön sivun osoite."),
    )
    second = forms.CharField(
        label=_("Toinen järjestö"),
        max_length=300,
        help_text=_("Rekisterinumero, Y-tunnus tai järjestön sivun osoite."),
    )

    def clean_first(self) -> Organisation:
        """Return the organisation."""
        return self._organisation("first")

    def clean_second(self) -> Organisation:
        """Return the organisation."""
        return self._organisation("second")

    def clean(self) -> dict[str, Any]:
        """Two that are one need no merging."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("first") and data.get("first") == data.get("second"):
            self.add_error("second", _("Valitse toinen järjestö kuin ensimmäinen."))
        return data

    def _organisation(self, name: str) -> Organisation:
        text = self.cleaned_data[name].strip()
        number, business_id = numbers.parse_association_number(text), numbers.parse_business_id(text)
        if address := _ADDRESS.search(text):
            wanted = Q(pk=int(address[1]))
        elif number or business_id:
            wanted = Q(association_number=number) if number else Q(business_id=business_id)
        else:
            raise forms.ValidationError(_("Kirjoita rekisterinumero, Y-tunnus tai järjestön sivun osoite."))
        found = Organisation.objects.filter(wanted).first()
        if found is None:
            raise forms.ValidationError(_("Tällä numerolla tai osoitteella ei ole järjestöä rekisterissä."))
        return found
