"""The county's settings, as the coordinator fills them in."""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _
from stdnum import iban
from stdnum.fi import ytunnus

from county.models import County, Municipality

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
            "recovery_limit",
            "recovery_account",
            "allocates_seasons",
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
            "recovery_limit": _("Tätä pienempää summaa ei peritä takaisin. Kirjoita 0, jos kaikki peritään."),
            "recovery_account": _("Suomalainen tilinumero (IBAN). Se tulee takaisinperintäpäätökseen viitteen kanssa."),
            "allocates_seasons": _(
                "Järjestöt hakevat tilojen kausivuoroja yhdellä kertaa, ja portaali ehdottaa jakoa. "
                "Jos vuorojako ei ole käytössä, tiloja varataan vain suoraan."
            ),
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
        (_("Avustusten takaisinperintä"), ("recovery_limit", "recovery_account")),
        (_("Tilat"), ("allocates_seasons",)),
        (_("Tietosuoja"), ("privacy_contact",)),
    )

    def groups(self) -> Iterator[tuple[Any, list[BoundField]]]:
        """Yield each heading with its fields, for the page."""
        for heading, names in self.GROUPS:
            yield heading, [self[name] for name in names]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("answer_days", "recovery_limit"):
            self.fields[name].required = False

    def clean_answer_days(self) -> int:
        """Return the days; an empty field keeps what is."""
        days: int | None = self.cleaned_data["answer_days"]
        return days or self.instance.answer_days

    def clean_business_id(self) -> str:
        value: str = self.cleaned_data["business_id"]
        if value and not ytunnus.is_valid(value):
            raise ValidationError(_("Y-tunnus ei ole oikein. Tarkista numerot, esimerkiksi 1234567-1."))
        return ytunnus.format(value) if value else ""

    def clean_recovery_limit(self) -> Decimal:
        """Return the euros; an empty field keeps what is."""
        least: Decimal | None = self.cleaned_data["recovery_limit"]
        if least is not None and least < 0:
            raise ValidationError(_("Summa on nolla tai suurempi."))
        return self.instance.recovery_limit if least is None else least

    def clean_recovery_account(self) -> str:
        value = "".join(str(self.cleaned_data["recovery_account"]).split()).upper()
        if value and not (value.startswith("FI") and iban.is_valid(value)):
            raise ValidationError(
                _("Tilinumero ei ole oikein. Kirjoita suomalainen IBAN, esimerkiksi FI21 1234 5600 0007 85.")
            )
        return iban.format(value) if value else ""

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


class PeopleField(forms.IntegerField):
    """A number of people, with or without spaces between thousands."""

    def to_python(self, value: Any) -> int | None:
        return super().to_python("".join(str(value).split()) if value is not None else None)


class InhabitantsForm(forms.Form):
    """The inhabitants of each of the county's own municipalities, and the day of the figures that change now."""

    on = forms.DateField(
        label=_("Mistä päivästä uudet luvut ovat?"),
        help_text=_("Tilastokeskuksen väkiluku on vuoden viimeiseltä päivältä, esimerkiksi 31.12.2025."),
        required=False,
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.municipalities = list(Municipality.objects.filter(is_own=True).order_by("name_fi"))
        for one in self.municipalities:
            self.fields[f"kunta_{one.code}"] = PeopleField(
                label=one.name,
                required=False,
                min_value=1,
                max_value=5_000_000,
                initial=one.inhabitants,
                widget=forms.TextInput(attrs={"class": "short", "inputmode": "numeric"}),
                error_messages={"invalid": _("Kirjoita asukasluku numeroin, esimerkiksi 12 345.")},
            )

    def rows(self) -> Iterator[tuple[Municipality, BoundField]]:
        """Yield each municipality with its field, for the table."""
        for one in self.municipalities:
            yield one, self[f"kunta_{one.code}"]

    def clean_on(self) -> date | None:
        value: date | None = self.cleaned_data["on"]
        if value and value > self.today:
            raise ValidationError(_("Päivä on tulevaisuudessa. Anna päivä, jolta luvut ovat."))
        return value

    def changed(self) -> list[tuple[Municipality, int | None]]:
        """Return the municipalities whose figure changes, with the new one (None takes it away)."""
        given = ((one, self.cleaned_data.get(f"kunta_{one.code}")) for one in self.municipalities)
        return [(one, number) for one, number in given if number != one.inhabitants]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not cleaned.get("on") and any(number for _one, number in self.changed()):
            self.add_error("on", _("Päivä puuttuu. Kirjoita, miltä päivältä uudet asukasluvut ovat."))
        return cleaned

    def save(self) -> int:
        """Store what changed and return how many municipalities that was."""
        changed = self.changed()
        for one, number in changed:
            one.inhabitants, one.inhabitants_on = number, self.cleaned_data["on"] if number else None
            one.save(update_fields=["inhabitants", "inhabitants_on"])
        return len(changed)
