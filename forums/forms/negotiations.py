"""Input of statutory negotiations."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.time_fields import DayField, InstantField
from forums.models import InvitedHow, NegotiationParty, Outcome, PartyKind
from organisations.models import Organisation


class PartyForm(forms.Form):
    """A party that the area file does not give: another authority, a parish, a business, an NGO."""

    kind = forms.ChoiceField(
        label=_("Osapuoli"),
        choices=[(kind.value, kind.label) for kind in PartyKind if kind not in ("county", "municipality")],
        widget=forms.RadioSelect,
    )
    name = forms.CharField(label=_("Nimi"), max_length=200, help_text=_("Esimerkiksi Pohjois-Karjalan maakuntaliitto."))
    contact = forms.CharField(label=_("Yhteyshenkilö"), max_length=150, required=False)
    email = forms.EmailField(
        label=_("Sähköpostiosoite"), required=False, help_text=_("Kutsukirje lähtee tähän osoitteeseen.")
    )
    organisation = forms.CharField(
        label=_("Järjestön nimi järjestöluettelossa"),
        max_length=200,
        required=False,
        help_text=_("Kirjoita nimi niin kuin se on luettelossa, jos osapuoli on siellä."),
    )

    def clean_organisation(self) -> Organisation | None:
        """Return the organisation of that name, or None."""
        name = self.cleaned_data["organisation"].strip()
        if not name:
            return None
        found = list(Organisation.objects.filter(name__iexact=name).order_by("pk")[:2])
        if len(found) != 1:
            raise forms.ValidationError(
                _("Tämännimistä järjestöä ei löytynyt. Tarkista nimi järjestöluettelosta."), code="unknown"
            )
        return found[0]


class InviteForm(forms.Form):
    """The words of the letter of invitation."""

    text = forms.CharField(
        label=_("Kutsun saatesanat"),
        max_length=3000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6, "maxlength": 3000}),
        help_text=_("Aika, paikka ja säädös tulevat kirjeeseen itsestään. Kerro, mistä neuvotellaan."),
    )


class InvitedForm(forms.Form):
    """An invitation that was given otherwise than by the portal's letter."""

    how = forms.ChoiceField(
        label=_("Miten kutsuttiin"),
        choices=[(how.value, how.label) for how in InvitedHow if how != "portal"],
        widget=forms.RadioSelect,
    )
    at = InstantField(label=_("Milloin kutsuttiin"), help_text=_("Esimerkiksi 1.9.2026 klo 9.00."))


class PresenceForm(forms.Form):
    """Who was there, by party."""

    def __init__(self, *args: Any, parties: Iterable[NegotiationParty], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.parties = list(parties)
        for party in self.parties:
            label = f"{party.name} ({party.get_kind_display()})"
            self.fields[f"present_{party.pk}"] = forms.ChoiceField(
                label=label,
                choices=[("yes", _("oli paikalla")), ("no", _("ei ollut paikalla")), ("", _("ei kirjattu"))],
                widget=forms.RadioSelect,
                required=False,
                initial={True: "yes", False: "no", None: ""}[party.present],
            )
            self.fields[f"people_{party.pk}"] = forms.CharField(
                label=_("Ketkä: %(party)s") % {"party": party.name},
                max_length=500,
                required=False,
                initial=party.people,
            )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        for party in self.parties:
            name = f"people_{party.pk}"
            if data.get(f"present_{party.pk}") == "yes" and not str(data.get(name, "")).strip():
                self.add_error(name, _("Kirjoita, ketkä olivat paikalla osapuolen puolesta."))
        return data

    @property
    def came(self) -> dict[int, tuple[bool | None, str]]:
        """Return what the verb takes."""
        known = {"yes": True, "no": False}
        data = self.cleaned_data
        return {
            party.pk: (known.get(data[f"present_{party.pk}"]), data[f"people_{party.pk}"]) for party in self.parties
        }


class MinutesForm(forms.Form):
    """The minutes, or where they are."""

    minutes = forms.CharField(
        label=_("Muistio"),
        max_length=50000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 14, "maxlength": 50000}),
        help_text=_("Mistä neuvoteltiin ja mitä kukin osapuoli toi esiin."),
    )
    minutes_url = forms.URLField(
        label=_("Linkki pöytäkirjaan"),
        max_length=500,
        required=False,
        assume_scheme="https",
        help_text=_("Jos pöytäkirja on asianhallinnassa tai julkaistu muualla."),
    )


class GoalForm(forms.Form):
    """A goal agreed together."""

    text = forms.CharField(
        label=_("Tavoite"),
        max_length=500,
        widget=forms.Textarea(attrs={"class": "small", "rows": 3, "maxlength": 500}),
        help_text=_("Yksi tavoite kerrallaan. Sen toteutumista seurataan seuraavassa neuvottelussa."),
    )


class FollowForm(forms.Form):
    """What came of a goal."""

    outcome = forms.ChoiceField(label=_("Miten tavoite toteutui"), choices=Outcome.choices, widget=forms.RadioSelect)
    note = forms.CharField(label=_("Mistä sen näkee"), max_length=500)


class MeasureForm(forms.Form):
    """Who does what by when."""

    text = forms.CharField(label=_("Toimenpide"), max_length=500)
    owner = forms.CharField(label=_("Kuka vastaa"), max_length=200, help_text=_("Henkilö tai taho."))
    due_on = DayField(label=_("Viimeistään"), help_text=_("Esimerkiksi 31.3.2027."))


class DoneForm(forms.Form):
    """What was done."""

    note = forms.CharField(label=_("Mitä tehtiin"), max_length=500)
