"""One organisation of the registry, told by what a person has at hand: its number, its page or its name."""

import re
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from organisations import numbers
from organisations.models import Organisation

_ADDRESS = re.compile(r"/jarjestot/(\d{1,12})/")


class OrganisationField(forms.CharField):
    """A text field whose cleaned value is an Organisation (None when left empty and not required).

    Takes a register number, a business ID, the address of the organisation's page, or its exact name.
    """

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 300)
        kwargs.setdefault("help_text", _("Nimi, Y-tunnus, rekisterinumero tai järjestön sivun osoite."))
        kwargs.setdefault("widget", forms.TextInput({"autocomplete": "off"}))
        super().__init__(**kwargs)

    def clean(self, value: Any) -> Organisation | None:
        text = super().clean(value).strip()
        return _found(text) if text else None


def _found(text: str) -> Organisation:
    rows = list(Organisation.objects.filter(_wanted(text)).order_by("pk")[:2])
    if not rows:
        raise forms.ValidationError(
            _("Tällaista järjestöä ei ole rekisterissä. Tarkista nimi tai kirjoita Y-tunnus tai rekisterinumero.")
        )
    if len(rows) > 1:
        raise forms.ValidationError(_("Tämän nimisiä on useita. Kirjoita Y-tunnus tai rekisterinumero."))
    return rows[0]


def _wanted(text: str) -> Q:
    if address := _ADDRESS.search(text):
        return Q(pk=int(address[1]))
    if number := numbers.parse_association_number(text):
        return Q(association_number=number)
    if business_id := numbers.parse_business_id(text):
        return Q(business_id=business_id)
    return Q(name__iexact=text)
