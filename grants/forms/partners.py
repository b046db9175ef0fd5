"""Input around the partners of a joint application: naming one, its task and shares, the partner's answer."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from common.text_fields import PlainTextField
from grants.forms.fields import PositiveEuros, email_field
from organisations.forms.choosing import OrganisationField

ANSWERS = {
    "confirm": _("Vahvistamme tehtävämme ja osuutemme"),
    "ask_change": _("Pyydämme muutosta"),
    "decline": _("Emme lähde mukaan"),
}


def _words(label: Any, *, required: bool = True, help_text: Any = "", missing: Any = "") -> PlainTextField:
    return PlainTextField(
        label=label,
        required=required,
        max_length=1000,
        help_text=help_text,
        widget=forms.Textarea({"class": "small", "rows": 3}),
        error_messages={"required": missing} if missing else {},
    )


class SharesForm(forms.Form):
    """A task and its part of the money, in euros."""

    task = _words(_("Tehtävä hankkeessa"), missing=_("Kirjoita, mitä osapuoli tekee."))
    grant_share = PositiveEuros(
        label=_("Osuus avustuksesta"),
        required=False,
        help_text=_("Paljonko haettavasta avustuksesta tämä osapuoli käyttää. Kirjoita 0, jos ei mitään."),
    )
    own_share = PositiveEuros(
        label=_("Muu rahoitus"),
        required=False,
        help_text=_("Paljonko tämä osapuoli maksaa muulla rahalla, esimerkiksi omalla rahoituksella."),
    )


class LeadForm(SharesForm):
    """What the applicant itself does."""

    task = _words(_("Mitä oma järjestönne tekee?"), missing=_("Kirjoita, mitä te itse teette."))


class ContactFields(forms.Form):
    """Who confirms for a partner that nobody represents in the portal."""

    contact_name = PlainTextField(label=_("Yhteyshenkilö"), required=False, max_length=150)
    contact_email = email_field(_("Yhteyshenkilön sähköposti"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["contact_email"].help_text = _(
            "Vahvistuslinkki lähtee tähän, jos kumppanilla ei ole Yhdyspinnassa nimenkirjoittajaa tai pääkäyttäjää."
        )


class PartnerForm(ContactFields, SharesForm):
    """A partner as it stands: its task, shares and contact person."""

    field_order: Iterable[str] | None = ("task", "grant_share", "own_share", "contact_name", "contact_email")


class NewPartnerForm(PartnerForm):
    """A new partner: an organisation of the register, or the name of one that is not there."""

    organisation = OrganisationField(label=_("Järjestö rekisteristä"), required=False)
    name = PlainTextField(
        label=_("Kumppanin nimi, jos sitä ei ole rekisterissä"),
        required=False,
        max_length=200,
        help_text=_("Esimerkiksi seurakunta, oppilaitos tai yhdistys muualta."),
    )
    field_order = ("organisation", "name", "task", "grant_share", "own_share", "contact_name", "contact_email")

    def clean(self) -> dict[str, Any] | None:
        """One of the two ways to name the partner."""
        found = super().clean()
        organisation, name = self.cleaned_data.get("organisation"), self.cleaned_data.get("name")
        if "organisation" in self.errors:
            return found
        if organisation and name:
            self.add_error("name", ValidationError(_("Valitse järjestö rekisteristä tai kirjoita nimi, ei molempia.")))
        elif not organisation and not name:
            self.add_error(
                "organisation", ValidationError(_("Valitse järjestö rekisteristä tai kirjoita kumppanin nimi."))
            )
        return found


class AnswerForm(forms.Form):
    """The partner's answer; ``by_link`` asks also who answers."""

    answer = forms.ChoiceField(
        label=_("Vastauksenne"),
        choices=list(ANSWERS.items()),
        widget=forms.RadioSelect,
        error_messages={"required": _("Valitse, mitä vastaatte.")},
    )
    note = _words(
        _("Viesti hakijalle"),
        required=False,
        help_text=_("Kirjoita, mitä pitää muuttaa tai miksi ette lähde mukaan. Vahvistaessa viestiä ei tarvita."),
    )
    name = PlainTextField(
        label=_("Nimesi ja asemasi"), max_length=150, help_text=_("Esimerkiksi: Aino Esimerkki, puheenjohtaja.")
    )

    def __init__(self, *args: Any, by_link: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not by_link:
            del self.fields["name"]

    def clean(self) -> dict[str, Any] | None:
        """Words where the answer is not a plain yes."""
        found = super().clean()
        answer = self.cleaned_data.get("answer")
        if answer in ("ask_change", "decline") and not self.cleaned_data.get("note") and "note" not in self.errors:
            self.add_error("note", _("Kirjoita hakijalle, mitä pitää muuttaa tai miksi ette lähde mukaan."))
        return found
