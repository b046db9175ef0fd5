"""Input about co-funders, the co-funded project and what comes after it."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.money import EuroFormField
from common.text_fields import PlainTextField
from common.time_fields import DayField
from documents.uploads import UploadField
from grants.forms.negotiations import area
from grants.life_cycles_negotiations import COFUNDING
from grants.models import Afterwards, AgreementKind, CoFundedProject, CoFunder, CoFunding
from grants.workflow.cofunding import FunderFacts, Share

#: Rows of yearly shares on the form.
SHARE_ROWS = 6


class CoFundingForm(forms.Form):
    """One co-funder and what has become of it."""

    funder = forms.ChoiceField(
        label=_("Rahoittajan laji"),
        choices=[("", _("Valitse")), *CoFunder.choices],
        error_messages={"required": _("Valitse rahoittajan laji.")},
    )
    name = forms.CharField(
        label=_("Rahoittajan nimi"),
        help_text=_("Esimerkiksi: STEA, Pohjois-Pohjanmaan ELY-keskus tai Lieksan kaupunki."),
        max_length=150,
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    asked_sum = EuroFormField(label=_("Haettu summa, €"))
    state = forms.ChoiceField(label=_("Tilanne"), choices=COFUNDING.choices(), widget=forms.RadioSelect)
    granted_sum = EuroFormField(
        label=_("Myönnetty summa, €"), required=False, help_text=_("Kirjoita, jos rahoittaja on päättänyt.")
    )
    decided_on = DayField(
        label=_("Päätöspäivä"),
        required=False,
        help_text=_("Kirjoita, jos rahoittaja on päättänyt. Esimerkiksi 15.1.2027."),
    )
    reference = forms.CharField(
        label=_("Päätöksen numero"), required=False, max_length=100, widget=forms.TextInput({"autocomplete": "off"})
    )
    file = UploadField(label=_("Päätös tiedostona"), required=False, help_text=_("Vapaaehtoinen. PDF tai kuva."))
    revision = forms.IntegerField(min_value=0, widget=forms.HiddenInput, initial=0)

    def __init__(self, *args: Any, row: CoFunding | None = None, **kwargs: Any) -> None:
        names = ("funder", "name", "asked_sum", "state", "granted_sum", "decided_on", "reference", "revision")
        start: dict[str, Any] = {name: getattr(row, name) for name in names} if row else {"state": "asked"}
        kwargs["initial"] = start
        super().__init__(*args, **kwargs)

    def facts(self) -> FunderFacts:
        """Return what a valid form says."""
        data = {name: value for name, value in self.cleaned_data.items() if name not in ("file", "revision")}
        return FunderFacts(**data)

    def see(self, revision: int) -> None:
        """Let the next sending be over the revision."""
        data: Any = self.data.copy()  # type: ignore[attr-defined]
        data["revision"] = str(revision)
        self.data = data


class ProjectForm(forms.Form):
    """The project's name and term, and the county's share by year."""

    name = forms.CharField(label=_("Hankkeen nimi"), max_length=200, widget=forms.TextInput({"autocomplete": "off"}))
    starts_on = DayField(label=_("Hanke alkaa"))
    ends_on = DayField(label=_("Hanke päättyy"), help_text=_("Voi olla myöhemmin kuin avustuksen oma vuosi."))

    def __init__(self, *args: Any, project: CoFundedProject | None, start: dict[str, Any], **kwargs: Any) -> None:
        shares = list(project.shares.all()) if project else []
        initial = dict(start)
        if project:
            initial |= {"name": project.name, "starts_on": project.starts_on, "ends_on": project.ends_on}
        for number, share in enumerate(shares[:SHARE_ROWS]):
            initial |= {
                f"year_{number}": share.year,
                f"sum_{number}": share.sum,
                f"conditional_{number}": share.is_conditional,
            }
        kwargs["initial"] = initial
        super().__init__(*args, **kwargs)
        for number in range(SHARE_ROWS):
            self.fields[f"year_{number}"] = forms.IntegerField(
                label=_("Vuosi"), required=False, min_value=2000, max_value=2099
            )
            self.fields[f"sum_{number}"] = EuroFormField(label=_("Hyvinvointialueen osuus, €"), required=False)
            self.fields[f"conditional_{number}"] = forms.BooleanField(
                label=_("Edellyttää, että tulevassa talousarviossa on rahaa"), required=False
            )

    @property
    def main(self) -> list[forms.BoundField]:
        """The fields of the project itself."""
        return [self[name] for name in ("name", "starts_on", "ends_on")]

    @property
    def share_rows(self) -> Iterator[list[forms.BoundField]]:
        """The fields of each year."""
        for number in range(SHARE_ROWS):
            yield [self[f"{name}_{number}"] for name in ("year", "sum", "conditional")]

    def clean(self) -> dict[str, Any]:
        """A row has both a year and a sum, or neither."""
        data: dict[str, Any] = super().clean() or {}
        for number in range(SHARE_ROWS):
            year, total = data.get(f"year_{number}"), data.get(f"sum_{number}")
            if (year is None) != (total is None) and not {f"year_{number}", f"sum_{number}"} & set(self.errors):
                missing = f"year_{number}" if year is None else f"sum_{number}"
                self.add_error(missing, _("Kirjoita sekä vuosi että summa, tai jätä rivi tyhjäksi."))
        return data

    def shares(self) -> list[Share]:
        """Return the shares of a valid form."""
        data = self.cleaned_data
        return [
            Share(data[f"year_{number}"], Decimal(data[f"sum_{number}"]), data[f"conditional_{number}"])
            for number in range(SHARE_ROWS)
            if data[f"year_{number}"] is not None
        ]


class ContinuityForm(forms.Form):
    """How the activity goes on."""

    plan = forms.ChoiceField(
        label=_("Miten toiminta jatkuu hankkeen jälkeen?"),
        choices=Afterwards.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Valitse, miten toiminta jatkuu.")},
    )
    text = PlainTextField(
        label=_("Kertokaa lisää"),
        help_text=_(
            "Mitä jatkuu, kuka tekee, millä rahalla ja mistä alkaen. Jos toiminta päättyy, mihin osallistujat ohjataan."
        ),
        max_length=6000,
        widget=area(8, 6000),
    )


class ViewForm(forms.Form):
    """The county's view."""

    view = PlainTextField(
        label=_("Hyvinvointialueen näkemys"),
        help_text=_("Järjestö lukee tämän. Kerro, mitä hyvinvointialue tekee seuraavaksi."),
        max_length=4000,
        widget=area(6, 4000),
    )


class AgreementOfForm(forms.Form):
    """Of which kind the agreement is."""

    kind = forms.ModelChoiceField(label=_("Sopimuksen laji"), queryset=AgreementKind.objects.none(), empty_label=None)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["kind"]
        field.queryset = AgreementKind.objects.filter(is_reference=False).order_by("pk")
