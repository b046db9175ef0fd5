"""Input for sign-ups: a visitor's, an officer's on the telephone, own changes, at the door, the organiser's list."""

from typing import Any

from django import forms
from django.db.models import Func, Value
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import User
from forums.life_cycles import SIGN_UP
from forums.models import Event, Way
from forums.sign_up_places import Free, ways_of
from forums.workflow.sign_ups import MOST_COMPANIONS, Contact, Participant
from organisations.models import Organisation

COMPANION_ROWS = 3
_NEED_LABELS = {
    "access": (
        _("Esteettömyys"),
        _("Esimerkiksi: tulen pyörätuolilla, tarvitsen induktiosilmukan. Älä kirjoita sairauksista."),
    ),
    "diet": (_("Ruokavalio"), _("Esimerkiksi: gluteeniton, vegaaninen.")),
    "interpretation": (_("Tulkkaus"), _("Esimerkiksi: viittomakielen tulkki, tulkkaus ruotsiksi.")),
}


def organisation_named(name: str) -> Organisation | None:
    """Return the one organisation of the register with exactly that name, in whatever case; one query by an index."""
    if not name:
        return None
    key = Func(Value(name), function="fi_sort")
    found = list(Organisation.objects.filter(sort_key=key).order_by("pk")[:2])
    return found[0] if len(found) == 1 else None


def needs_asked(event: Event) -> list[str]:
    """Return which needs the event asks about."""
    return [name for name in _NEED_LABELS if getattr(event, f"asks_{name}")]


def _need_field(name: str) -> forms.CharField:
    label, help_text = _NEED_LABELS[name]
    return forms.CharField(label=label, help_text=help_text, max_length=300, required=False)


class OrganisationField(forms.CharField):
    """A name, typed or taken from the suggestions that the browser shows."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Järjestö tai muu taho"),
            max_length=200,
            required=False,
            help_text=_("Jos edustat jotakuta. Kun kirjoitat, saat ehdotuksia järjestörekisteristä."),
            widget=forms.TextInput(
                attrs={
                    "list": "organisation-names",
                    "autocomplete": "organization",
                    "hx-get": reverse_lazy("forums:sign_up_organisations"),
                    "hx-trigger": "input changed delay:250ms",
                    "hx-target": "#organisation-names",
                }
            ),
        )


_FULL = {
    Way.ON_SITE: _("Paikan päällä (täynnä, pääset jonoon)"),
    Way.REMOTE: _("Etänä (täynnä, pääset jonoon)"),
}


class WayField(forms.ChoiceField):
    """How one takes part, with what is free."""

    def __init__(self, event: Event, free: Free | None = None, *, label: Any = None) -> None:
        super().__init__(
            label=label or _("Miten osallistut?"),
            choices=[(way.value, _way_label(way, free)) for way in ways_of(event)],
            widget=forms.RadioSelect,
        )


def _way_label(way: Way, free: Free | None) -> Any:
    words = {Way.ON_SITE: _("Paikan päällä"), Way.REMOTE: _("Etänä")}[way]
    left = None if free is None else free.get(way.value)
    if left is None:
        return words
    if left == 0:
        return _FULL[way]
    return _with_count(way, left)


def _with_count(way: Way, left: int) -> Any:
    if way == Way.ON_SITE:
        text = ngettext("Paikan päällä (yksi paikka vapaana)", "Paikan päällä (%(count)s paikkaa vapaana)", left)
    else:
        text = ngettext("Etänä (yksi paikka vapaana)", "Etänä (%(count)s paikkaa vapaana)", left)
    return text % {"count": left}


class SignUpForm(forms.Form):
    """Sign up: oneself and companions. A person without an account gives an address; a robot fills in ``homepage``."""

    name = forms.CharField(label=_("Nimesi"), max_length=150, widget=forms.TextInput({"autocomplete": "name"}))
    email = forms.EmailField(
        label=_("Sähköpostiosoite"),
        max_length=254,
        widget=forms.EmailInput({"autocomplete": "email"}),
        help_text=_("Saat tähän linkin, josta vahvistat ilmoittautumisen."),
    )
    homepage = forms.CharField(required=False, widget=forms.TextInput({"autocomplete": "off", "tabindex": "-1"}))

    def __init__(
        self,
        *args: Any,
        event: Event,
        user: Any = None,
        free: Free | None = None,
        rows: int = COMPANION_ROWS,
        run_dates: int = 0,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.event, self.user = event, user if isinstance(user, User) else None
        self.rows = min(rows, MOST_COMPANIONS)
        if self.user is not None:
            del self.fields["email"]
        self.fields["organisation"] = OrganisationField()
        self.hybrid = len(ways_of(event)) > 1
        if self.hybrid:
            self.fields["way"] = WayField(event, free)
        for name in needs_asked(event):
            self.fields[name] = _need_field(name)
        if run_dates > 1:
            self.fields["whole_run"] = forms.BooleanField(
                label=_("Ilmoittaudun kaikkiin jakson kertoihin"), required=False
            )
        for number in range(1, self.rows + 1):
            self.fields[f"name_{number}"] = forms.CharField(
                label=_("Mukana tulevan nimi"),
                max_length=150,
                required=False,
                widget=forms.TextInput({"autocomplete": "off"}),
            )
            if self.hybrid:
                self.fields[f"way_{number}"] = forms.ChoiceField(
                    label=_("Miten hän osallistuu?"),
                    required=False,
                    choices=[(way.value, way.label.capitalize()) for way in ways_of(event)],
                )

    @property
    def companion_rows(self) -> list[list[Any]]:
        """Return the bound fields of each companion's row."""
        names = ("name", "way") if self.hybrid else ("name",)
        return [[self[f"{name}_{number}"] for name in names] for number in range(1, self.rows + 1)]

    @property
    def need_fields(self) -> list[Any]:
        """Return the bound fields of what the person needs."""
        return [self[name] for name in needs_asked(self.event)]

    @property
    def has_companions(self) -> bool:
        """Tell whether the part for companions should stand open."""
        return self.is_bound and any(self.data.get(f"name_{number}") for number in range(1, self.rows + 1))

    @property
    def is_robot(self) -> bool:
        """Tell whether the field that no person sees was filled in."""
        return bool(self.data.get("homepage"))

    def clean_name(self) -> str:
        """Return the name on one line."""
        return " ".join(self.cleaned_data["name"].split())

    def people(self) -> list[Participant]:
        """Return who comes: the contact with the needs, then the companions."""
        data = self.cleaned_data
        only = ways_of(self.event)[0].value
        needs = {name: data.get(name, "") for name in needs_asked(self.event)}
        people = [Participant(data["name"], data.get("way") or only, needs)]
        for number in range(1, self.rows + 1):
            name = " ".join((data.get(f"name_{number}") or "").split())
            if name:
                people.append(Participant(name, data.get(f"way_{number}") or only))
        return people

    def contact(self, language: str) -> Contact:
        """Return who signs up; a typed name that the register has exactly is that organisation."""
        known, typed = _organisation(self.cleaned_data["organisation"])
        return Contact(
            email=self.cleaned_data.get("email", "") if self.user is None else self.user.email,
            user=self.user,
            organisation=known,
            organisation_name=typed,
            language=self.user.language if self.user is not None else language,
        )


def _organisation(name: str) -> tuple[Organisation | None, str]:
    typed = " ".join(name.split())
    known = organisation_named(typed)
    return known, "" if known else typed


class PhoneForm(SignUpForm):
    """An officer signs somebody up, as on the telephone: the address may be missing."""

    def __init__(self, *args: Any, event: Event, **kwargs: Any) -> None:
        super().__init__(*args, event=event, user=None, **kwargs)
        self.fields["name"].label = _("Nimi")
        self.fields["email"].required = False
        self.fields["email"].help_text = _("Jos osoitetta ei ole, kerro puhelimessa aika, paikka ja linkki.")
        if self.hybrid:
            self.fields["way"].label = _("Miten hän osallistuu?")


class WalkInForm(forms.Form):
    """Somebody who came without signing up."""

    name = forms.CharField(label=_("Nimi"), max_length=150, widget=forms.TextInput({"autocomplete": "off"}))

    def __init__(self, *args: Any, event: Event, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.event = event
        self.fields["organisation"] = OrganisationField()
        if len(ways_of(event)) > 1:
            self.fields["way"] = WayField(event, label=_("Miten hän osallistuu?"))
            self.fields["way"].initial = Way.ON_SITE.value

    @property
    def facts(self) -> dict[str, Any]:
        """Return what the verb takes."""
        known, typed = _organisation(self.cleaned_data["organisation"])
        way = self.cleaned_data.get("way") or ways_of(self.event)[0].value
        return {"name": self.cleaned_data["name"], "organisation": known, "organisation_name": typed, "way": way}


class NeedsForm(forms.Form):
    """What a person needs, changed on the own page."""

    def __init__(self, *args: Any, event: Event, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in needs_asked(event):
            self.fields[name] = _need_field(name)


class ListFilter(forms.Form):
    """The organiser's list."""

    tila = forms.ChoiceField(
        label=_("Tila"),
        required=False,
        choices=[("", _("Tulossa ja jonossa")), *SIGN_UP.choices(), ("kaikki", _("Kaikki"))],
    )
    tapa = forms.ChoiceField(label=_("Osallistuu"), required=False, choices=[("", _("Kaikki tavat")), *Way.choices])
    q = forms.CharField(
        label=_("Nimi, järjestö tai sähköposti"),
        required=False,
        max_length=100,
        widget=forms.TextInput({"autocomplete": "off"}),
    )


class MessageForm(forms.Form):
    """A message to everybody who has signed up."""

    to = forms.ChoiceField(
        label=_("Kenelle"),
        choices=[
            ("signed", _("Kaikille, joilla on paikka")),
            ("waiting", _("Jonossa oleville")),
            ("both", _("Molemmille")),
        ],
        widget=forms.RadioSelect,
        initial="signed",
    )
    subject = forms.CharField(label=_("Otsikko"), max_length=150)
    text = forms.CharField(
        label=_("Viesti"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 8, "maxlength": 5000}),
        help_text=_("Älä kirjoita kokouslinkkiä: se on osallistujan omalla sivulla ja lähtee tuntia ennen alkua."),
    )

    @property
    def states(self) -> list[str]:
        """Return the states of those who get it."""
        to = str(self.cleaned_data["to"])
        return ["signed", "waiting"] if to == "both" else [to]


class TeamsForm(forms.Form):
    """The attendance export of a Teams meeting."""

    file = forms.FileField(
        label=_("Osallistumisraportti (CSV)"),
        help_text=_("Lataa se Teamsista: kokous, Osallistuminen, Lataa. Anna tiedosto sellaisenaan."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,text/csv,text/plain"}),
    )
