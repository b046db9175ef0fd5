"""Forms about people: allauth's in plain words, one's own details, and the administrator's."""

from typing import Any

from allauth.account import forms as account_forms
from allauth.mfa.base import forms as mfa_forms
from allauth.mfa.totp import forms as totp_forms
from allauth.mfa.webauthn import forms as webauthn_forms
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import StaffRoleKind, User

PASSWORD_HELP = _("Vähintään 12 merkkiä. Helppo muistaa: kolme tai neljä sanaa peräkkäin.")
LABELS = {
    "login": _("Sähköpostiosoite"),
    "email": _("Sähköpostiosoite"),
    "password": _("Salasana"),
    "password1": _("Salasana"),
    "password2": _("Uusi salasana uudelleen"),
    "oldpassword": _("Nykyinen salasana"),
    "code": _("Koodi"),
    "name": _("Avaimen nimi"),
}


class PlainWords:
    """Labels in the portal's own words, no placeholders."""

    labels: dict[str, Any] = {}
    helps: dict[str, Any] = {}
    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = self.labels.get(name, LABELS.get(name, field.label))
            field.help_text = self.helps.get(name, "")


class LoginForm(PlainWords, account_forms.LoginForm):  # type: ignore[misc]
    """Sign in."""


class SignupForm(PlainWords, account_forms.SignupForm):  # type: ignore[misc]
    """Sign up: name, e-mail, password and language."""

    helps = {"email": _("Lähetämme tähän osoitteeseen vahvistusviestin."), "password1": PASSWORD_HELP}
    field_order = ["full_name", "email", "password1", "language"]

    full_name = forms.CharField(
        label=_("Etunimi ja sukunimi"),
        max_length=150,
        widget=forms.TextInput({"autocomplete": "name"}),
        error_messages={"required": _("Nimi puuttuu. Kirjoita etunimi ja sukunimi.")},
    )
    language = forms.ChoiceField(label=_("Asiointikieli"), choices=settings.LANGUAGES)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].initial = (get_language() or "fi")[:2]

    def clean_full_name(self) -> str:
        return clean_name(self.cleaned_data["full_name"])


class AddEmailForm(PlainWords, account_forms.AddEmailForm):  # type: ignore[misc]
    """Another e-mail address."""


class ChangePasswordForm(PlainWords, account_forms.ChangePasswordForm):  # type: ignore[misc]
    """Change the password."""

    labels = {"password1": _("Uusi salasana")}
    helps = {"password1": PASSWORD_HELP}


class SetPasswordForm(PlainWords, account_forms.SetPasswordForm):  # type: ignore[misc]
    """Set the first password."""

    labels = {"password1": _("Uusi salasana")}
    helps = {"password1": PASSWORD_HELP}


class ResetPasswordForm(PlainWords, account_forms.ResetPasswordForm):  # type: ignore[misc]
    """Ask for a link to set a new password."""


class ResetPasswordKeyForm(PlainWords, account_forms.ResetPasswordKeyForm):  # type: ignore[misc]
    """Set a new password with the link."""

    labels = {"password1": _("Uusi salasana")}
    helps = {"password1": PASSWORD_HELP}


class ReauthenticateForm(PlainWords, account_forms.ReauthenticateForm):  # type: ignore[misc]
    """Give the password once more."""


class AuthenticateForm(PlainWords, mfa_forms.AuthenticateForm):  # type: ignore[misc]
    """The second factor at sign-in."""

    helps = {"code": _("Kuusinumeroinen koodi tunnistautumissovelluksesta. Myös varakoodi kelpaa.")}


class ReauthenticateCodeForm(PlainWords, mfa_forms.ReauthenticateForm):  # type: ignore[misc]
    """The second factor once more."""

    helps = AuthenticateForm.helps


class ActivateTotpForm(PlainWords, totp_forms.ActivateTOTPForm):  # type: ignore[misc]
    """Switch the authenticator app on."""

    helps = {"code": _("Kuusinumeroinen koodi, jonka sovellus näyttää.")}


class AddPasskeyForm(PlainWords, webauthn_forms.AddWebAuthnForm):  # type: ignore[misc]
    """Name a new passkey."""

    labels = {"passwordless": _("Käytä tätä avainta myös salasanan sijasta")}
    helps = {"name": _("Esimerkiksi ”Työpuhelin”. Tunnistat avaimen nimestä, jos sinulla on useita.")}


class EditPasskeyForm(PlainWords, webauthn_forms.EditWebAuthnForm):  # type: ignore[misc]
    """Rename a passkey."""


def clean_name(name: str) -> str:
    """Return the name without extra spaces; refuse links and the like (names go into other people's mail)."""
    tidy = " ".join(name.split())
    if "://" in tidy or "@" in tidy or "www." in tidy.lower():
        raise ValidationError(_("Kirjoita nimi ilman verkko-osoitteita."), code="link")
    return tidy


class OwnDetailsForm(forms.ModelForm):  # type: ignore[type-arg]
    """One's own name, telephone and language."""

    class Meta:
        model = User
        fields = ("full_name", "phone", "language")
        labels = {"full_name": _("Etunimi ja sukunimi"), "language": _("Asiointikieli")}
        help_texts = {
            "phone": _("Yhdyshenkilö voi soittaa, jos asiassasi on kysyttävää."),
            "language": _("Lähetämme viestit tällä kielellä, ja palvelu avautuu tällä kielellä."),
        }
        widgets = {
            "full_name": forms.TextInput({"autocomplete": "name"}),
            "phone": forms.TextInput({"type": "tel", "autocomplete": "tel"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["full_name"].required = True
        self.fields["full_name"].error_messages["required"] = _("Nimi puuttuu. Kirjoita etunimi ja sukunimi.")

    def clean_full_name(self) -> str:
        return clean_name(self.cleaned_data["full_name"])


class GrantRoleForm(forms.Form):
    """Give a staff role for a term."""

    role = forms.ChoiceField(label=_("Rooli"), choices=StaffRoleKind.choices)
    valid_from = forms.DateField(label=_("Ensimmäinen päivä"), help_text=_("Esimerkiksi 1.3.2027."))
    valid_until = forms.DateField(
        label=_("Viimeinen päivä"),
        required=False,
        help_text=_("Jos jätät tyhjäksi, rooli on voimassa toistaiseksi."),
    )
    reason = forms.CharField(
        label=_("Peruste"),
        max_length=200,
        help_text=_("Miksi henkilö tarvitsee roolin, esimerkiksi tehtävä tai viranhaltijapäätös."),
        error_messages={"required": _("Peruste puuttuu. Kirjoita, miksi henkilö tarvitsee roolin.")},
    )


class EndRoleForm(forms.Form):
    """End a staff role, at once or after a named day."""

    last_day = forms.DateField(
        label=_("Viimeinen päivä"),
        required=False,
        help_text=_("Oikeudet ovat voimassa tämän päivän loppuun. Jos jätät tyhjäksi, ne päättyvät heti."),
    )
    reason = forms.CharField(
        label=_("Syy"),
        max_length=200,
        error_messages={"required": _("Syy puuttuu. Kirjoita, miksi rooli päättyy.")},
    )
