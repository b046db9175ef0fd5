"""Input of actions: who does what by when, the result, filters of the list."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.time_fields import DayField
from forums.forms.voices import PlainAreaField
from forums.life_cycles_after import ACTION
from forums.models import Action
from forums.workflow.actions import FIELDS
from organisations.models import Organisation


class ActionForm(forms.Form):
    """One action. The owner is a person of the portal, an organisation, or a name with an address."""

    title = forms.CharField(
        label=_("Mitä tehdään"), max_length=200, error_messages={"required": _("Kirjoita, mitä tehdään.")}
    )
    text = PlainAreaField(label=_("Tarkemmin"), required=False, rows=4, max_length=3000)
    phenomenon = forms.CharField(
        label=_("Mihin ilmiöön tällä vaikutetaan"),
        required=False,
        max_length=200,
        help_text=_("Esimerkiksi ilmiötyöpajan aihe: nuorten yksinäisyys."),
    )
    organisation_name = forms.CharField(
        label=_("Vastuujärjestö"),
        required=False,
        max_length=200,
        help_text=_("Järjestön nimi rekisterissä. Järjestön edustajat saavat muistutukset."),
    )
    owner_name = forms.CharField(label=_("Vastuuhenkilön nimi"), required=False, max_length=150)
    owner_email = forms.EmailField(
        label=_("Vastuuhenkilön sähköposti"),
        required=False,
        help_text=_("Tunnusta ei tarvita: vastuuhenkilö kertoo tuloksen viestissä olevasta linkistä."),
    )
    due_on = DayField(label=_("Valmis viimeistään"), help_text=_("Esimerkiksi 1.3.2027."))
    measure = forms.CharField(
        label=_("Mittari"), required=False, max_length=200, help_text=_("Mistä näkee, että toimenpide auttoi.")
    )
    target = forms.CharField(label=_("Tavoite"), required=False, max_length=200)
    is_public = forms.BooleanField(label=_("Näkyy kaikille, jotka näkevät tapahtuman"), required=False, initial=True)

    @classmethod
    def initial_of(cls, row: Action) -> dict[str, Any]:
        """Return what the form shows of an action."""
        values = {name: getattr(row, name) for name in FIELDS if name not in ("owner", "organisation")}
        values["organisation_name"] = row.organisation.name if row.organisation else ""
        if row.owner is not None:
            values |= {"owner_name": row.owner.full_name, "owner_email": row.owner.email}
        return values

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        name, address = data.get("organisation_name", "").strip(), data.get("owner_email", "")
        if not name and not address and not {"owner_email", "organisation_name"} & self.errors.keys():
            self.add_error("owner_email", _("Kerro, kuka vastaa: järjestö tai henkilö, jolla on sähköposti."))
        if address and not data.get("owner_name", "").strip() and not self._person(address):
            self.add_error("owner_name", _("Kirjoita vastuuhenkilön nimi."))
        data["organisation"] = self._organisation(name) if name else None
        if data.get("target") and not data.get("measure"):
            self.add_error("measure", _("Kirjoita mittari, jota tavoite koskee."))
        return data

    def _organisation(self, name: str) -> Organisation | None:
        found = list(Organisation.objects.filter(status="registered", name__iexact=name)[:2])
        if len(found) != 1:
            self.add_error("organisation_name", _("Järjestöä ei löytynyt tällä nimellä. Kirjoita koko nimi."))
            return None
        return found[0]

    def _person(self, address: str) -> User | None:
        return User.objects.filter(email__iexact=address, is_active=True).first()

    @property
    def values(self) -> dict[str, Any]:
        """Return the fields of the action: an address of somebody with an account is that person."""
        data = {name: self.cleaned_data[name] for name in FIELDS if name in self.cleaned_data}
        person = self._person(data["owner_email"]) if data["owner_email"] else None
        data["owner"] = person
        if person:
            data["owner_name"] = data["owner_email"] = ""
        data["organisation"] = self.cleaned_data["organisation"]
        return data


class ActionEndForm(forms.Form):
    """Done with its result, or dropped with the reason."""

    outcome = forms.ChoiceField(
        label=_("Mitä toimenpiteelle tapahtui"),
        choices=(("done", _("Se on tehty")), ("dropped", _("Siitä luovutaan"))),
        widget=forms.RadioSelect,
    )
    words = PlainAreaField(
        label=_("Mitä saatiin aikaan tai miksi luovutaan"),
        max_length=500,
        error_messages={"required": _("Kerro tulos tai syy.")},
    )


class ActionAgainForm(forms.Form):
    """Opened again with a new day."""

    due_on = DayField(label=_("Valmis viimeistään"))


class ActionFilterForm(forms.Form):
    """Filters of the list."""

    tila = forms.ChoiceField(
        label=_("Tila"),
        required=False,
        choices=[("", _("Kaikki tilat")), ("late", _("Myöhässä")), *ACTION.choices()],
    )
    mista = forms.ChoiceField(
        label=_("Mistä sovittiin"),
        required=False,
        choices=[
            ("", _("Kaikki toimenpiteet")),
            ("muut", _("Tapahtumissa ja ideoista")),
            ("neuvottelut", _("Lakisääteisissä neuvotteluissa")),
        ],
    )
    sanat = forms.CharField(label=_("Hae sanalla"), required=False, max_length=100)
