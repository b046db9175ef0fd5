"""Forms of office-holders' decisions: what is decided, and who decides in which post."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.money import EuroFormField
from common.text_fields import PlainTextField
from common.time_fields import DayField
from grants.forms.decisions import MAX_TEXT, PhrasePicker, area
from grants.models import Outcome
from grants.workflow.decisions import Change


class DecideManyForm(forms.Form):
    """Deciding the ticked cases as proposed; ``frozen`` is the number of the proposal that the page showed."""

    frozen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    is_published = forms.BooleanField(
        label=_("Päätökset julkaistaan tänään yleisessä tietoverkossa."),
        help_text=_("Siitä alkaa jäsenten oikaisuvaatimusaika. Julkaisupäivän voi merkitä myös myöhemmin."),
        required=False,
    )


class DecideOneForm(PhrasePicker, DecideManyForm):
    """One case: the sum and the reasons as proposed, or as the office-holder changes them."""

    sum = EuroFormField(label=_("Myönnetään, €"), help_text=_("0 tarkoittaa, että hakemus hylätään."))
    not_examined = forms.BooleanField(
        label=_("Hakemus jätetään tutkimatta."), help_text=_("Summa on silloin 0."), required=False
    )
    reasons = PlainTextField(
        label=_("Perustelut"),
        help_text=_("Perustelut tulevat päätökseen. Jos päätät toisin kuin esitettiin, kerro miksi."),
        max_length=MAX_TEXT,
        widget=area(6),
        error_messages={"required": _("Päätös tarvitsee perustelut.")},
    )
    field_order = ("sum", "not_examined", "phrase", "reasons", "is_published", "frozen")

    def __init__(self, *args: Any, proposal: Any, frozen: int, **kwargs: Any) -> None:
        self.proposal = proposal
        start = {
            "sum": proposal.sum,
            "reasons": proposal.reasons,
            "not_examined": proposal.outcome == Outcome.NOT_EXAMINED,
            "frozen": frozen,
        }
        kwargs["initial"] = {**start, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        self.offer()

    def clean(self) -> dict[str, Any]:
        """What is not examined has no sum; another outcome than was proposed has other reasons."""
        cleaned = super().clean() or self.cleaned_data
        total, not_examined = cleaned.get("sum"), bool(cleaned.get("not_examined"))
        if total is None or "reasons" not in cleaned:
            return cleaned
        if not_examined and total > 0:
            self.add_error("sum", _("Tutkimatta jätettävälle hakemukselle ei myönnetä summaa. Kirjoita 0."))
        is_other = total != self.proposal.sum or not_examined != (self.proposal.outcome == Outcome.NOT_EXAMINED)
        if is_other and cleaned["reasons"].strip() == self.proposal.reasons.strip():
            self.add_error("reasons", _("Päätät toisin kuin esitettiin. Kirjoita perustelut omalle ratkaisullesi."))
        return cleaned

    def change(self) -> Change | None:
        """Return what differs from the proposal, None for a decision as proposed."""
        total: Decimal = self.cleaned_data["sum"]
        reasons: str = self.cleaned_data["reasons"].strip()
        not_examined: bool = self.cleaned_data["not_examined"]
        proposed = (self.proposal.sum, self.proposal.reasons.strip(), self.proposal.outcome == Outcome.NOT_EXAMINED)
        return None if (total, reasons, not_examined) == proposed else Change(total, reasons, not_examined)


class OfficialForm(forms.Form):
    """Who decides in which post, from when and why."""

    post = forms.ChoiceField(label=_("Virka"))
    email = forms.EmailField(label=_("Henkilön sähköpostiosoite"), help_text=_("Osoite, jolla hän kirjautuu."))
    is_deputy = forms.ChoiceField(
        label=_("Miten hän päättää?"),
        choices=[("", _("Viran haltijana")), ("1", _("Sijaisena, kun viran haltija on poissa tai esteellinen"))],
        required=False,
        widget=forms.RadioSelect,
    )
    valid_from = DayField(label=_("Alkaa"))
    valid_until = DayField(label=_("Päättyy"), required=False, help_text=_("Jätä tyhjäksi, jos toistaiseksi."))
    reason = forms.CharField(
        label=_("Peruste"),
        help_text=_("Päätös tai määräys, jolla hän hoitaa virkaa. Esimerkiksi: aluehallitus 3.2.2026, 14 §."),
        max_length=300,
    )
    user: User

    def __init__(self, *args: Any, posts: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["post"]
        field.choices = [(post, post) for post in posts]

    def clean_email(self) -> str:
        """Find the person."""
        email: str = self.cleaned_data["email"]
        found = User.objects.filter(email__iexact=email, is_active=True).first()
        if found is None:
            raise forms.ValidationError(
                _("Tällä osoitteella ei ole tunnusta. Pyydä henkilöä ensin rekisteröitymään palveluun.")
            )
        self.user = found
        return email

    def given(self) -> dict[str, Any]:
        """Return the verb's arguments of a valid form."""
        names = ("post", "valid_from", "valid_until", "reason")
        return {
            **{name: self.cleaned_data[name] for name in names},
            "user": self.user,
            "is_deputy": bool(self.cleaned_data["is_deputy"]),
        }


class EndOfficialForm(forms.Form):
    """The last day of a duty."""

    ends_on = DayField(label=_("Viimeinen päivä"), help_text=_("Oikeus päättää loppuu tämän päivän jälkeen."))
