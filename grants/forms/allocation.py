"""The terms of sharing in the page's address: everything has a default, a wrong value is said and the rest kept."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.money import EuroFormField
from grants.allocation import MODELS, Terms
from grants.allocation_rows import LABELS, RESERVES, Plan

STEPS = [("0.01", _("sentti")), ("10", "10 €"), ("50", "50 €"), ("100", "100 €")]


class AllocationForm(forms.Form):
    """Which models are shown side by side, and what they are told."""

    malli = forms.MultipleChoiceField(
        label=_("Mallit"), choices=list(LABELS.items()), required=False, widget=forms.CheckboxSelectMultiple
    )
    tasa = EuroFormField(label=_("Tasaosuus enintään, €"), min_value=0, required=False)
    osuus = forms.IntegerField(
        label=_("Kynnyksen ylittäville, prosenttia haetusta"), min_value=1, max_value=100, required=False
    )
    raja = forms.IntegerField(label=_("Pisteitä vähintään"), min_value=0, max_value=100, required=False)
    pyoristys = forms.ChoiceField(label=_("Pyöristys alaspäin"), choices=STEPS, required=False)
    jakamatta = EuroFormField(label=_("Jätetään jakamatta, €"), min_value=0, required=False)
    kunta = forms.ChoiceField(label=_("Kiintiö: kotipaikka"), required=False)
    kiintio = EuroFormField(label=_("Kiintiön summa, €"), min_value=0, required=False)
    pohja = forms.ChoiceField(
        label=_("Kiintiömallin jakotapa"), required=False, choices=[(key, LABELS[key]) for key in MODELS]
    )
    korvaa = forms.BooleanField(label=_("Malli saa muuttaa myös käsin tehdyt esitykset"), required=False)

    def __init__(
        self,
        data: Any,
        *,
        least: int,
        municipalities: list[tuple[str, str]],
        reserves: Sequence[tuple[str, Decimal]] = (),
    ) -> None:
        self.reserves = tuple(reserves)
        self.defaults: dict[str, Any] = {
            "malli": [key for key in LABELS if self.reserves or key != RESERVES],
            "tasa": Decimal(3000),
            "osuus": 100,
            "raja": least,
            "pyoristys": "10",
            "jakamatta": Decimal(0),
            "kiintio": Decimal(0),
            "pohja": "kynnys",
        }
        super().__init__(data or None, initial=self.defaults)
        place: Any = self.fields["kunta"]
        place.choices = [("", _("Ei kiintiötä")), *municipalities]

    def plan(self) -> Plan:
        """Return the plan; what is missing or could not be read is at its default."""
        self.full_clean()
        given: dict[str, Any] = getattr(self, "cleaned_data", {})
        read = {key: self.defaults[key] if given.get(key) in (None, "", []) else given[key] for key in self.defaults}
        place, reserve = given.get("kunta") or "", read["kiintio"]
        own = ((place, reserve),) if place and reserve else ()
        return Plan(
            models=tuple(key for key in LABELS if key in read["malli"]),
            terms=Terms(
                floor=read["tasa"],
                least=Decimal(read["raja"]),
                percent=Decimal(read["osuus"]),
                step=Decimal(read["pyoristys"]),
                reserves=(*self.reserves, *own),
            ),
            base=read["pohja"],
            holdback=read["jakamatta"],
            replace=bool(given.get("korvaa")),
        )
