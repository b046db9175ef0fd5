"""The county's settings, as the coordinator fills them in."""

import re
from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _
from stdnum.fi import ytunnus

from county.models import County

_PREFIX = re.compile(r"[A-ZÅÄÖ0-9]{2,20}")
_CLASS = re.compile(r"\d{2}(\.\d{2})*")


class CountySettingsForm(forms.ModelForm):  # type: ignore[type-arg]
    """Names, contacts, letters, case numbers and the address for claims. Nothing is compulsory but the name."""

    class Meta:
        model = County
        fields = (
            "name_fi",
            "name_sv",
            "name_en",
            "short_name",
            "business_id",
            "website",
            "help_phone",
            "email",
            "letterhead",
            "case_number_prefix",
            "case_number_class",
            "revision_body",
            "revision_address",
            "revision_email",
            "revision_hours",
            "privacy_contact",
            "answer_days",
        )
        help_texts = {
            "business_id": _("Esimerkiksi 1234567-1."),
            "help_phone": _("Numero, josta järjestö saa apua. Se näkyy jokaisen sivun alareunassa."),
            "email": _("Osoite, jota luetaan arkipäivisin. Palaute ja kysymykset tulevat siihen."),
            "answer_days": _(
                "Näin monessa työpäivässä yhteyshenkilö vastaa, jos hänen tehtävälleen ei ole annettu omaa aikaa."
            ),
            "letterhead": _("Nimi, postiosoite, puhelinvaihde ja verkko-osoite, kukin omalle rivilleen."),
            "case_number_prefix": _("Isoja kirjaimia ja numeroita, esimerkiksi PKHVA."),
            "case_number_class": _("Luokka tiedonohjaussuunnitelmasta, esimerkiksi 02.05.01."),
            "revision_body": _("Toimielin, joka käsittelee oikaisuvaatimukset. Nimi tulee oikaisuvaatimusohjeeseen."),
            "revision_address": _("Kirjaamon postiosoite ja käyntiosoite."),
            "revision_hours": _("Esimerkiksi arkisin klo 8–16. Vaatimuksen on oltava perillä ennen sulkemisaikaa."),
            "privacy_contact": _("Nimi tai tehtävä, sähköpostiosoite ja puhelinnumero."),
        }
        widgets = {
            name: forms.Textarea(attrs={"rows": 4, "maxlength": 500})
            for name in ("letterhead", "revision_address", "privacy_contact")
        }

    GROUPS = (
        (_("Nimi ja tunnisteet"), ("name_fi", "name_sv", "name_en", "short_name", "business_id", "website")),
        (_("Yhteystiedot"), ("help_phone", "email", "letterhead")),
        (_("Yhteydenotot"), ("answer_days",)),
        (_("Asianumerot"), ("case_number_prefix", "case_number_class")),
        (
            _("Oikaisuvaatimusohje"),
            ("revision_body", "revision_address", "revision_email", "revision_hours"),
        ),
        (_("Tietosuoja"), ("privacy_contact",)),
    )

    def groups(self) -> Iterator[tuple[Any, list[BoundField]]]:
        """Yield each heading with its fields, for the page."""
        for heading, names in self.GROUPS:
            yield heading, [self[name] for name in names]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["answer_days"].required = False

    def clean_answer_days(self) -> int:
        """Return the days; an empty field keeps what is."""
        days: int | None = self.cleaned_data["answer_days"]
        return days or self.instance.answer_days

    def clean_business_id(self) -> str:
        value: str = self.cleaned_data["business_id"]
        if value and not ytunnus.is_valid(value):
            raise ValidationError(_("Y-tunnus ei ole oikein. Tarkista numerot, esimerkiksi 1234567-1."))
        return ytunnus.format(value) if value else ""

    def clean_case_number_prefix(self) -> str:
        value: str = self.cleaned_data["case_number_prefix"]
        if value and not _PREFIX.fullmatch(value):
            raise ValidationError(_("Kirjoita tunnus isoilla kirjaimilla ja numeroilla, esimerkiksi PKHVA."))
        return value

    def clean_case_number_class(self) -> str:
        value: str = self.cleaned_data["case_number_class"]
        if value and not _CLASS.fullmatch(value):
            raise ValidationError(_("Kirjoita luokka numeroina ja pisteinä, esimerkiksi 02.05.01."))
        return value
