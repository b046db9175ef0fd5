"""Input of contacts kept: one line, a correction, handing on, the result, and the list's filter."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.time_fields import DayField
from liaisons.models import ContactKind
from liaisons.policies.kept_contacts import colleagues


def _people(form: forms.Form, name: str, now: datetime, *, also: Any = None) -> None:
    """Offer the colleagues by name; ``also`` stands among them though they have left their post."""
    field: Any = form.fields[name]
    found = colleagues(now)
    field.queryset = found | User.objects.filter(pk=also.pk) if also else found


class KeptContactForm(forms.Form):
    """A contact in one line. Nothing about clients is ever asked."""

    kind = forms.ChoiceField(label=_("Miten"), choices=ContactKind.choices, widget=forms.RadioSelect)
    on = DayField(label=_("Milloin"))
    met = forms.CharField(
        label=_("Kenen kanssa"),
        required=False,
        max_length=150,
        help_text=_("Nimi ja tehtävä järjestössä. Ei asiakkaita."),
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    about = forms.CharField(
        label=_("Mistä oli kyse"),
        max_length=300,
        help_text=_("Yksi rivi riittää. Älä kirjoita tietoja asiakkaista."),
        error_messages={"required": _("Kirjoita, mistä oli kyse.")},
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    next_step = forms.CharField(
        label=_("Seuraava askel"),
        required=False,
        max_length=200,
        help_text=_("Jätä tyhjäksi, jos asia ei jatku."),
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    due_on = DayField(label=_("Mihin mennessä"), required=False)
    doer = forms.ModelChoiceField(
        label=_("Kuka tekee"), required=False, queryset=User.objects.none(), empty_label=_("Minä")
    )

    def __init__(self, *args: Any, now: datetime, also: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _people(self, "doer", now, also=also)

    def clean(self) -> dict[str, Any]:
        """Ask for the day of a next step at its own field."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("next_step") and not data.get("due_on") and "due_on" not in self.errors:
            self.add_error("due_on", _("Kirjoita, mihin mennessä seuraava askel tehdään."))
        if data.get("due_on") and not data.get("next_step") and "next_step" not in self.errors:
            self.add_error("next_step", _("Kirjoita, mitä tehdään seuraavaksi, tai poista päivä."))
        return data


class CorrectContactForm(KeptContactForm):
    """The same to mend; with ``is_done`` also the result."""

    result = forms.CharField(label=_("Tulos"), max_length=300, widget=forms.TextInput({"autocomplete": "off"}))

    def __init__(self, *args: Any, is_done: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_done:
            del self.fields["result"]


class HandOnForm(forms.Form):
    """To which colleague the next step goes, and by when."""

    doer = forms.ModelChoiceField(label=_("Kenelle"), queryset=User.objects.none(), empty_label="–")
    due_on = DayField(label=_("Mihin mennessä"), required=False, help_text=_("Jätä tyhjäksi, jos päivä ei muutu."))
    words = forms.CharField(
        label=_("Viesti työkaverille"),
        required=False,
        max_length=300,
        widget=forms.Textarea({"class": "small", "rows": 2, "maxlength": 300}),
    )

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _people(self, "doer", now)


class ResultForm(forms.Form):
    """What came of it."""

    result = forms.CharField(
        label=_("Mitä asiasta tuli?"),
        max_length=300,
        error_messages={"required": _("Kirjoita, mitä asiasta tuli.")},
        widget=forms.TextInput({"autocomplete": "off"}),
    )


class KeptContactFilter(forms.Form):
    """What the list of contacts is narrowed by."""

    kenen = forms.ChoiceField(
        label=_("Kenen"),
        required=False,
        choices=[
            ("", _("Kaikki")),
            ("omat", _("Minun tehtäväni tai kirjaamani")),
            ("ei-kenenkaan", _("Tekijä ei ole enää tehtävässään")),
        ],
    )
    tila = forms.ChoiceField(
        label=_("Tila"),
        required=False,
        choices=[
            ("", _("Jatkuvat")),
            ("myohassa", _("Myöhässä")),
            ("hoidetut", _("Hoidetut")),
            ("kaikki", _("Kaikki")),
        ],
    )
    q = forms.CharField(
        label=_("Järjestö tai asia"), required=False, max_length=100, widget=forms.TextInput({"autocomplete": "off"})
    )


class OrganisationSearch(forms.Form):
    """Which organisation the contact was with."""

    q = forms.CharField(
        label=_("Järjestön nimi tai Y-tunnus"),
        required=False,
        max_length=100,
        widget=forms.TextInput({"autocomplete": "off"}),
    )
