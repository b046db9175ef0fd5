"""The finder's filters, kept in the URL."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from county.models import TargetGroup
from organisations.models import Activity, ActivityKind, Room


class FinderFilter(forms.Form):
    """Words, kind, target group and whether there is room."""

    q = forms.CharField(
        label=_("Etsi sanoilla"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    laji = forms.ChoiceField(label=_("Laji"), required=False, choices=[("", _("Kaikki")), *ActivityKind.choices])
    ryhma = forms.ModelChoiceField(
        label=_("Kohderyhmä"), required=False, queryset=TargetGroup.objects.all(), empty_label=_("Kaikki")
    )
    tila = forms.ChoiceField(label=_("Onko tilaa"), required=False, choices=[("", _("Kaikki")), *Room.choices])

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)

    def clean_q(self) -> str:
        """The words with single spaces."""
        return " ".join(self.cleaned_data["q"].replace("\0", " ").split())

    @property
    def narrows(self) -> bool:
        """Tell whether something is asked besides situation and municipality."""
        return self.is_valid() and any(self.cleaned_data.values())

    def narrow(self, found: QuerySet[Activity]) -> QuerySet[Activity]:
        """Return those that match; every word in the name, description, or organisation's name."""
        if not self.is_valid():
            return found
        data = self.cleaned_data
        for word in data["q"].split():
            found = found.filter(
                Q(name__icontains=word) | Q(description__icontains=word) | Q(organisation__name__icontains=word)
            )
        if data["laji"]:
            found = found.filter(kind=data["laji"])
        if data["ryhma"]:
            found = found.filter(target_groups=data["ryhma"])
        return found.filter(room=data["tila"]) if data["tila"] else found
