"""Forms of sharing a call's cases among its assessors."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from grants.distribution import Plan


class TermsForm(forms.Form):
    """How many assess one case, and what counts as differing points."""

    per_case = forms.TypedChoiceField(
        label=_("Arvioijia hakemusta kohti"), choices=[("1", _("Yksi")), ("2", _("Kaksi"))], coerce=int
    )
    spread_limit = forms.IntegerField(
        label=_("Pisteet eroavat, kun ero on yli"),
        help_text=_("Pisteinä, 1–100. Hakemus merkitään, kun arvioijien pisteiden ero on tätä suurempi."),
        min_value=1,
        max_value=100,
        error_messages={
            "invalid": _("Kirjoita raja kokonaislukuna."),
            "min_value": _("Raja on vähintään 1."),
            "max_value": _("Raja on enintään 100."),
        },
        widget=forms.TextInput({"class": "number", "inputmode": "numeric", "autocomplete": "off"}),
    )


def read_choices(data: Any) -> Plan:
    """Return the assessors picked for each case of the page; what is no number is left out."""
    return {case: frozenset(_numbers(data.getlist(f"arvioija-{case}"))) for case in _numbers(data.getlist("case"))}


def _numbers(texts: list[str]) -> list[int]:
    return [int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < 10]
