"""Input of an NGO evening."""

from django import forms
from django.utils.translation import gettext_lazy as _

from common.time_fields import InstantField


class EveningForm(forms.Form):
    """When, where and about what."""

    title = forms.CharField(label=_("Nimi"), max_length=150, help_text=_("Esimerkiksi: Lieksan järjestöilta."))
    starts_at = InstantField(label=_("Alkaa"), help_text=_("Esimerkiksi 8.12.2026 klo 17.00."))
    ends_at = InstantField(label=_("Päättyy"))
    place = forms.CharField(
        label=_("Paikka"), max_length=200, help_text=_("Osoite, tai etäyhteys ja mistä linkin saa.")
    )
    text = forms.CharField(
        label=_("Mistä puhutaan ja miten ilmoittaudutaan"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5, "maxlength": 2000}),
    )
