"""Forms of a call's terms: reserves, the budget decision, who is invited, the words of a check, planned rounds."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from common.money import EuroFormField, format_euros
from common.time_fields import DayField
from county.models import RegionalGroup, Theme
from grants.forms.calls import ConstraintsAtFields
from grants.models import AppropriationReserve, GrantKind, PlannedRound
from organisations.forms.choosing import OrganisationField


class ReserveForm(ConstraintsAtFields):
    """A reserve; ``left`` is what of the appropriation is not kept by the other reserves, in euros."""

    constraint_fields = {
        "grants_reserve_positive": "sum",
        "grants_reserve_theme_or_group": "theme",
        "grants_reserve_theme_once": "theme",
        "grants_reserve_group_once": "group",
    }

    class Meta:
        model = AppropriationReserve
        fields = ("name_fi", "sum", "theme", "group", "name_sv", "name_en")
        help_texts = {
            "name_fi": _("Esimerkiksi: Päihdetyön järjestöille."),
            "theme": _("Valitse joko teema tai kuntaryhmä."),
        }

    def __init__(self, *args: Any, left: Decimal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.left = left
        theme: Any = self.fields["theme"]
        group: Any = self.fields["group"]
        theme.queryset, theme.empty_label = Theme.objects.all(), _("Ei teemaa")
        group.queryset, group.empty_label = RegionalGroup.objects.all(), _("Ei kuntaryhmää")
        self.fields["sum"].help_text = _("Määrärahasta voi vielä varata %(left)s.") % {"left": format_euros(left)}

    def clean_sum(self) -> Decimal:
        """At most what the other reserves leave of the appropriation."""
        total: Decimal = self.cleaned_data["sum"]
        if total > self.left:
            raise ValidationError(
                _("Varaukset ylittäisivät määrärahan. Varata voi enintään %(left)s.")
                % {"left": format_euros(self.left)}
            )
        return total


class BudgetForm(forms.Form):
    """What the budget made of a conditional appropriation."""

    total = EuroFormField(label=_("Määräraha talousarvion jälkeen"), max_digits=12, decimal_places=2)
    body = forms.CharField(label=_("Toimielin, joka päätti"), max_length=150, help_text=_("Esimerkiksi aluevaltuusto."))
    decided_on = DayField(label=_("Päätöksen päivä"), help_text=_("Esimerkiksi 9.12.2026."))
    section = forms.IntegerField(
        label=_("Pykälä"), min_value=1, max_value=9999, help_text=_("Pöytäkirjan pykälän numero, esimerkiksi 69.")
    )


class InviteForm(forms.Form):
    """Which organisation may apply."""

    organisation = OrganisationField(label=_("Järjestö"))


class ReturnForm(forms.Form):
    """What must be mended before the call is published."""

    reason = forms.CharField(
        label=_("Mitä pitää korjata?"),
        max_length=500,
        widget=forms.Textarea(attrs={"class": "small", "maxlength": 500}),
        error_messages={"required": _("Kirjoita, mitä haussa pitää korjata.")},
    )


class PlannedRoundForm(ConstraintsAtFields):
    """When a round is meant to be."""

    constraint_fields = {"grants_planned_closes_after_opening": "closes_on", "grants_planned_once": "opens_on"}

    class Meta:
        model = PlannedRound
        fields = ("kind", "opens_on", "closes_on", "note_fi")
        field_classes = {"opens_on": DayField, "closes_on": DayField}
        help_texts = {
            "opens_on": _("Esimerkiksi 10.11.2027."),
            "closes_on": _("Esimerkiksi 8.12.2027. Tämäkin päivä kuuluu hakuaikaan."),
            "note_fi": _("Näkyy kalenterissa, esimerkiksi: Määräraha vahvistuu talousarviossa."),
        }

    def __init__(self, *args: Any, kinds: QuerySet[GrantKind], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind: Any = self.fields["kind"]
        kind.queryset, kind.empty_label = kinds, _("Valitse avustuslaji")
