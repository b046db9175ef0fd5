"""The finder's filters, kept in the URL."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from county.models import LifeSituation, Municipality, TargetGroup
from organisations.models import Activity, ActivityKind, Room


class _Words(forms.Form):
    """A field of words, with single spaces."""

    q = forms.CharField(
        label=_("Etsi sanoilla"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )

    def clean_q(self) -> str:
        """The words with single spaces."""
        return " ".join(self.cleaned_data["q"].replace("\0", " ").split())


class FinderFilter(_Words):
    """Words, kind, target group and whether there is room."""

    laji = forms.ChoiceField(label=_("Laji"), required=False, choices=[("", _("Kaikki")), *ActivityKind.choices])
    ryhma = forms.ModelChoiceField(
        label=_("Kohderyhmä"), required=False, queryset=TargetGroup.objects.all(), empty_label=_("Kaikki")
    )
    tila = forms.ChoiceField(label=_("Onko tilaa"), required=False, choices=[("", _("Kaikki")), *Room.choices])

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)

    @property
    def narrows(self) -> bool:
        """Tell whether something is asked besides situation and municipality."""
        return self.is_valid() and any(self.cleaned_data.values())

    def narrow(self, found: QuerySet[Activity]) -> QuerySet[Activity]:
        """Return those that match; every word in the name, description, or organisation's name."""
        if not self.is_valid():
            return found
        data = self.cleaned_data
        found = _with_words(found, data["q"])
        if data["laji"]:
            found = found.filter(kind=data["laji"])
        if data["ryhma"]:
            found = found.filter(target_groups=data["ryhma"])
        return found.filter(room=data["tila"]) if data["tila"] else found


class ContactFinderForm(_Words):
    """Which life situation, where, and words."""

    tilanne = forms.ModelChoiceField(
        label=_("Elämäntilanne"), required=False, queryset=LifeSituation.objects.all(), empty_label=_("Kaikki")
    )
    kunta = forms.ModelChoiceField(
        label=_("Kunta"),
        required=False,
        queryset=Municipality.objects.filter(is_own=True),
        to_field_name="code",
        empty_label=_("Koko alue"),
    )
    field_order = ("tilanne", "kunta", "q")

    @property
    def asks(self) -> bool:
        """Tell whether a situation or words were given; a municipality alone would list everybody."""
        return bool(self.cleaned_data["tilanne"] or self.cleaned_data["q"])

    def narrow(self, found: QuerySet[Activity]) -> QuerySet[Activity]:
        """Return the activities that match; what is remote serves every municipality."""
        data = self.cleaned_data
        if data["tilanne"]:
            found = found.filter(life_situations=data["tilanne"])
        if data["kunta"]:
            found = found.filter(Q(municipalities=data["kunta"]) | Q(is_remote=True))
        return _with_words(found, data["q"])


def _with_words(found: QuerySet[Activity], words: str) -> QuerySet[Activity]:
    """Return those that have every word in the name, the description or the organisation's name."""
    for word in words.split():
        found = found.filter(
            Q(name__icontains=word) | Q(description__icontains=word) | Q(organisation__name__icontains=word)
        )
    return found
