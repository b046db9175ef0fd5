"""Input for a run of dates: how it repeats, to when, what becomes of holidays."""

import re
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from common.time_fields import DayField
from forums.run_rules import KEEP, LAST, MOVE, SKIP, RunRule
from forums.workflow.event_copies import LONGEST
from liaisons.models import Unit

#: How it repeats: the key says weeks or months and how many.
HOW = [
    ("w1", _("joka viikko")),
    ("w2", _("joka toinen viikko")),
    ("w3", _("joka kolmas viikko")),
    ("w4", _("joka neljäs viikko")),
    ("m1", _("kerran kuukaudessa")),
    ("m2", _("joka toinen kuukausi")),
    ("m3", _("joka kolmas kuukausi")),
]
NTH = [
    (0, _("samana viikonpäivänä kuin tämä tapahtuma")),
    (LAST, _("kuukauden viimeisenä samana viikonpäivänä")),
]
_SPLIT = re.compile(r"[,;\s]+")


class DaysField(forms.CharField):
    """Days written one after another: ``24.12.2026, 31.12.2026``."""

    def clean(self, value: Any) -> frozenset[date]:
        found = set()
        for text in filter(None, _SPLIT.split(super().clean(value))):
            try:
                found.add(DayField().clean(text))
            except ValidationError:
                words = _("Päivää ”%(text)s” emme ymmärtäneet. Kirjoita päivät näin: 24.12.2026, 31.12.2026.")
                raise ValidationError(words, params={"text": text[:20]}) from None
        return frozenset(found)


class RunForm(forms.Form):
    """How an event repeats; its own day is the first."""

    kuinka = forms.ChoiceField(label=_("Kuinka usein"), choices=HOW, initial="m1")
    kuun = forms.TypedChoiceField(
        label=_("Kun toistuu kuukausittain"),
        choices=NTH,
        coerce=int,
        initial=0,
        help_text=_("Esimerkiksi kuukauden neljäs torstai luetaan tapahtuman omasta päivästä."),
    )
    asti = DayField(label=_("Viimeinen päivä"))
    pyhat = forms.ChoiceField(
        label=_("Jos päivä on pyhä"),
        choices=[
            (SKIP, _("kerta jää väliin")),
            (MOVE, _("kerta siirtyy seuraavaan arkipäivään")),
            (KEEP, _("kerta pidetään silti")),
        ],
        initial=SKIP,
    )
    ilman = DaysField(
        label=_("Ei näinä päivinä"), required=False, max_length=500, help_text=_("Päivät pilkulla erotettuina.")
    )
    yksi = forms.BooleanField(label=_("Yhdellä ilmoittautumisella pääsee kaikkiin kertoihin"), required=False)
    unit = forms.ModelChoiceField(
        label=_("Tilan varaajana yksikkö"),
        queryset=Unit.objects.none(),
        required=False,
        empty_label=_("Tilaa ei varata"),
        help_text=_(
            "Sama tila varataan joka kerralle samoin ehdoin. Jos se ei ole silloin vapaa, kerta jää ilman tilaa."
        ),
    )

    def __init__(self, *args: Any, first: date, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.first = first
        if units is None:
            del self.fields["unit"]
        else:
            choice: Any = self.fields["unit"]
            choice.queryset = units

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        last = data.get("asti")
        if last and last <= self.first:
            self.add_error("asti", _("Viimeinen päivä on tapahtuman jälkeen. Korjaa päivä."))
        elif last and last - self.first > LONGEST:
            self.add_error("asti", _("Suunnittele enintään kaksi vuotta kerrallaan."))
        return data

    @property
    def rule(self) -> RunRule:
        """Return the rule; a monthly one counts which weekday of its month the first day is."""
        data = self.cleaned_data
        unit, every = data["kuinka"][0], int(data["kuinka"][1:])
        nth = 0
        if unit == "m":
            place = (self.first.day - 1) // 7 + 1
            nth = LAST if data["kuun"] == LAST or place > 4 else place
        return RunRule(self.first, data["asti"], every, nth, data["pyhat"], data["ilman"])


class RunEditForm(forms.Form):
    """Whether one signs up to the whole run."""

    one_sign_up = forms.BooleanField(label=_("Yhdellä ilmoittautumisella pääsee kaikkiin kertoihin"), required=False)
