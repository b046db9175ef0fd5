"""Input about payment batches."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from common.text_fields import PlainTextField
from common.time_fields import DayField
from grants.life_cycles_batches import BATCH, BATCH_LINE
from organisations.numbers import parse_iban

FINLAND = "FI"


class BatchForm(forms.Form):
    """When and from which account the chosen instalments are paid."""

    pay_on = DayField(label=_("Maksupäivä"), help_text=_("Päivä, jona rahat lähtevät, esimerkiksi 1.3.2027."))
    pay_from = forms.CharField(
        label=_("Tili, jolta maksetaan"),
        help_text=_(
            "Hyvinvointialueen suomalainen tili (IBAN). Tarvitaan vain, jos maksutiedosto viedään pankkiin. Jätä "
            "tyhjäksi, jos kirjanpito maksaa."
        ),
        required=False,
        max_length=40,
    )

    def clean_pay_from(self) -> str:
        """Return the account without spaces; another country's and a wrong check are told apart."""
        text = str(self.cleaned_data["pay_from"]).strip()
        if not text:
            return ""
        number = parse_iban(text)
        if not number.startswith(FINLAND):
            raise ValidationError(
                _("Tili on toisessa maassa (%(country)s). Anna hyvinvointialueen suomalainen tili, joka alkaa FI."),
                params={"country": number[:2]},
            )
        return number


class ReturnBatchForm(forms.Form):
    """Why a batch is returned."""

    reason = PlainTextField(
        label=_("Miksi maksulista palautetaan?"),
        help_text=_("Laatija lukee tämän. Esimerkiksi: Maksupäivä on väärä."),
        max_length=500,
        widget=forms.Textarea({"rows": 3, "maxlength": 500}),
        error_messages={"required": _("Kirjoita, miksi maksulista palautetaan.")},
    )


class StatesForm(forms.Form):
    """What became of the chosen instalments."""

    state = forms.ChoiceField(
        label=_("Mitä maksuille tapahtui?"),
        choices=[(key, BATCH_LINE.label(key)) for key in ("paid", "returned", "suspended", "sent")],
        widget=forms.RadioSelect,
        error_messages={"required": _("Valitse, mitä maksuille tapahtui.")},
    )
    paid_on = DayField(label=_("Maksupäivä"), help_text=_("Vain maksetuille."), required=False)
    reason = forms.CharField(
        label=_("Syy"),
        help_text=_("Vain palautuneille ja keskeytetyille. Esimerkiksi: Tili on suljettu."),
        required=False,
        max_length=300,
    )

    def clean(self) -> dict[str, Any]:
        """Each state asks for what belongs to it."""
        data = super().clean() or {}
        state = data.get("state")
        if state == "paid" and not data.get("paid_on") and "paid_on" not in self.errors:
            self.add_error("paid_on", _("Kirjoita päivä, jona maksu lähti."))
        if state in ("returned", "suspended") and not str(data.get("reason") or "").strip():
            self.add_error("reason", _("Kirjoita, miksi maksu palautui tai keskeytettiin."))
        return data


class CameBackForm(forms.Form):
    """When and why the bank returned money that had been recorded as paid."""

    came_back_on = DayField(
        label=_("Palautumispäivä"), help_text=_("Päivä, jona raha palautui hyvinvointialueen tilille.")
    )
    reason = forms.CharField(label=_("Syy"), help_text=_("Esimerkiksi: Tili on suljettu."), max_length=300)


class ReturnFileForm(forms.Form):
    """The file in which the bank or the ledger answers."""

    file = forms.FileField(
        label=_("Tiedosto"),
        help_text=_(
            "CSV-tiedosto, jonka sarakkeet ovat viite, summa, tila (maksettu, palautui, palautui maksun jälkeen, "
            "keskeytetty tai lähetetty), maksettu (päivä) ja syy. Enintään 1 Mt."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt"}),
        error_messages={
            "required": _("Valitse tiedosto."),
            "empty": _("Tiedosto on tyhjä. Tarkista, että valitsit oikean tiedoston."),
        },
    )


class BatchFilter(forms.Form):
    """Which batches are listed; the field name stands in the address."""

    tila = forms.ChoiceField(label=_("Tila"), required=False, choices=[("", _("Kaikki")), *BATCH.choices()])
