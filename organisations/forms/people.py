"""Input about who acts for an organisation: claims, decisions on them, invitations, roles."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.time_fields import DayField
from documents.uploads import UploadField
from organisations.models import CameBy, MembershipRole
from organisations.models.people import ROLE_EXPLANATIONS

UNTIL_HELP = _("Viimeinen päivä, esimerkiksi 31.12.2027. Jätä tyhjäksi, jos rooli on voimassa toistaiseksi.")


def role_choices() -> list[tuple[str, Any]]:
    """Return the roles with the sentence that says what each lets a person do."""
    return [(role.value, ROLE_EXPLANATIONS[role]) for role in MembershipRole]


class ClaimForm(forms.Form):
    """A person asks for the right to act for an organisation."""

    role = forms.ChoiceField(
        label=_("Mitä haluat tehdä järjestön puolesta?"), choices=role_choices, widget=forms.RadioSelect
    )
    position = forms.CharField(
        label=_("Asemasi järjestössä"),
        max_length=200,
        help_text=_("Esimerkiksi puheenjohtaja, sihteeri, rahastonhoitaja tai toiminnanjohtaja."),
    )
    evidence = forms.CharField(
        label=_("Mistä asemasi näkyy?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "Kerro esimerkiksi, että olet nimenkirjoittaja yhdistysrekisterissä, tai missä kokouksessa "
            "sinut valittiin tai valtuutettiin. Älä kirjoita henkilötunnusta."
        ),
    )
    attachment = UploadField(
        label=_("Pöytäkirjaote tai valtakirja"),
        required=False,
        help_text=_("Liitä, jos et ole nimenkirjoittaja. Sallitut tiedostot: PDF, Word, kuva."),
    )


class ClaimApprovalForm(forms.Form):
    """The coordinator gives the right, in the asked role or another."""

    role = forms.ChoiceField(label=_("Rooli"), choices=role_choices, widget=forms.RadioSelect)


class ReasonForm(forms.Form):
    """Why something was not accepted; the person reads it."""

    reason = forms.CharField(
        label=_("Perustelu"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Henkilö saa perustelun viestissä. Kerro myös, mitä hän voi tehdä."),
    )


class InvitationForm(forms.Form):
    """Invite a person by e-mail."""

    email = forms.EmailField(
        label=_("Sähköpostiosoite"),
        help_text=_("Kutsuttu kirjautuu tällä osoitteella. Jos hänellä ei ole tunnusta, hän luo sen samalla."),
    )
    role = forms.ChoiceField(label=_("Rooli"), choices=role_choices, widget=forms.RadioSelect, initial="editor")
    until = DayField(label=_("Rooli päättyy"), required=False, help_text=UNTIL_HELP)


class RoleForm(forms.Form):
    """Another role for a person, or another last day."""

    role = forms.ChoiceField(label=_("Rooli"), choices=role_choices, widget=forms.RadioSelect)
    until = DayField(label=_("Rooli päättyy"), required=False, help_text=UNTIL_HELP)


class HandOverForm(forms.Form):
    """Who is admin next, and from which day."""

    NEW = "new"
    to = forms.ChoiceField(label=_("Kenelle luovutat?"), widget=forms.RadioSelect)
    email = forms.EmailField(
        label=_("Uuden henkilön sähköpostiosoite"),
        required=False,
        help_text=_("Vain, jos valitsit uuden henkilön. Hän saa kutsun, joka on voimassa 14 päivää."),
    )
    on = DayField(
        label=_("Mistä päivästä alkaen?"),
        help_text=_("Muutos tulee voimaan tänä päivänä, kun uusi pääkäyttäjä on hyväksynyt sen."),
    )
    stays = forms.TypedChoiceField(
        label=_("Mitä sinulle jää?"),
        choices=[
            ("yes", _("Jään lukijaksi: näen järjestön asiat mutta en muuta niitä.")),
            ("no", _("Roolini päättyy.")),
        ],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        initial="yes",
    )

    def __init__(self, *args: Any, people: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(row.pk): row for row in people}
        choices: Any = self.fields["to"]
        choices.choices = [
            *((str(row.pk), f"{row.user} ({row.get_role_display()})") for row in people),
            (self.NEW, _("Uusi henkilö, jonka kutsun")),
        ]
        if not people:
            choices.initial = self.NEW

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("to") == self.NEW and not data.get("email") and "email" not in self.errors:
            self.add_error("email", _("Kirjoita sen henkilön sähköpostiosoite, jonka kutsut."))
        return data

    def verb_arguments(self) -> dict[str, Any]:
        """Return what ``start_hand_over`` takes."""
        data = self.cleaned_data
        return {
            "to": self.people.get(data["to"]),
            "email": data["email"] if data["to"] == self.NEW else "",
            "on": data["on"],
            "stays_as_viewer": data["stays"],
        }


class PaperClaimForm(forms.Form):
    """A claim that came on paper, by e-mail or by telephone, entered by an officer."""

    came_by = forms.ChoiceField(
        label=_("Miten pyyntö tuli?"),
        choices=[(way.value, way.label) for way in CameBy if way != CameBy.PORTAL],
        widget=forms.RadioSelect,
    )
    full_name = forms.CharField(label=_("Pyytäjän nimi"), max_length=150)
    email = forms.EmailField(
        label=_("Pyytäjän sähköpostiosoite"),
        help_text=_("Jos osoitteella ei ole tunnusta, se luodaan. Henkilö saa viestin, kun pyyntö on ratkaistu."),
    )
    role = forms.ChoiceField(label=_("Rooli"), choices=role_choices, widget=forms.RadioSelect, initial="admin")
    position = forms.CharField(label=_("Asema järjestössä"), max_length=200)
    evidence = forms.CharField(
        label=_("Mistä asema näkyy?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Esimerkiksi saapuneen kirjeen päivä ja mitä siinä on. Älä kirjoita henkilötunnusta."),
    )
    attachment = UploadField(
        label=_("Skannattu pyyntö tai pöytäkirjaote"),
        required=False,
        help_text=_("Sallitut tiedostot: PDF, Word, kuva."),
    )


class NoteForm(forms.Form):
    """An inner note on the timeline."""

    text = forms.CharField(
        label=_("Muistiinpano"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": 500}),
        help_text=_(
            "Näkyy vain hyvinvointialueelle. Älä kirjoita asiakastietoja. Asianosaisella voi olla oikeus lukea."
        ),
    )


class LookForm(forms.Form):
    """Whose page an officer opens to look at, and why."""

    person = forms.ChoiceField(label=_("Kenen sivu avataan?"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Miksi avaat sivun?"),
        max_length=300,
        help_text=_("Esimerkiksi: neuvonta puhelimessa. Järjestö näkee syyn tapahtumissaan."),
    )

    def __init__(self, *args: Any, people: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(row.pk): row for row in people}
        choices: Any = self.fields["person"]
        choices.choices = [(key, f"{row.user}, {row.get_role_display()}") for key, row in self.people.items()]


class ClaimStateFilter(forms.Form):
    """Which claims the coordinator looks at: waiting ones unless asked otherwise."""

    tila = forms.ChoiceField(
        label=_("Tila"),
        required=False,
        choices=[
            ("", _("Odottavat")),
            ("approved", _("Hyväksytyt")),
            ("refused", _("Hylätyt")),
            ("withdrawn", _("Perutut")),
            ("kaikki", _("Kaikki")),
        ],
    )
