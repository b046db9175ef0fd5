"""Input about who acts for an organisation: claims, decisions on them, invitations, roles."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from documents.uploads import UploadField
from organisations.models import MembershipRole
from organisations.models.people import ROLE_EXPLANATIONS


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


class RoleForm(forms.Form):
    """Another role for a person."""

    role = forms.ChoiceField(label=_("Rooli"), choices=role_choices, widget=forms.RadioSelect)


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
