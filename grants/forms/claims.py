"""Forms of claims for revision: filed, registered, proposed, decided by a body, appealed against."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.legal_dates import ServedBy
from common.money import EuroFormField
from common.time_fields import DayField, InstantField
from documents.uploads import UploadField
from grants.forms.decisions import SERVICE, PhrasePicker, area
from grants.forms.handling import vote_fields
from grants.models import Claimant, ClaimOutcome, RevisionClaim
from grants.workflow.decisions import Left
from grants.workflow.voting import VOTE_FIELDS, Sitting, Vote

MAX_LONG = 8000
FILES = ("file_1", "file_2", "file_3")
NO_HELP: dict[str, Any] = {"help_text": ""}


class ClaimForm(forms.Form):
    """What the applicant demands."""

    demand = forms.CharField(
        label=_("Mitä oikaisua vaadit ja millä perusteilla?"),
        help_text=_("Kerro, miten päätöstä pitäisi muuttaa ja miksi. Voit kertoa myös, mikä tieto jäi huomiotta."),
        max_length=MAX_LONG,
        widget=area(10, MAX_LONG),
        error_messages={"required": _("Kirjoita, mitä vaadit ja millä perusteilla.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in zip(FILES, (_("Liite"), _("Toinen liite"), _("Kolmas liite")), strict=True):
            self.fields[name] = UploadField(label=label, required=False, **({} if name == FILES[0] else NO_HELP))

    def given(self) -> dict[str, Any]:
        """Return the verb's arguments of a valid form."""
        data = {name: value for name, value in self.cleaned_data.items() if name not in FILES}
        return {**data, "uploads": [self.cleaned_data[name] for name in FILES if self.cleaned_data.get(name)]}


class RegisterClaimForm(ClaimForm):
    """A claim that came on paper or by mail."""

    claimant = forms.ChoiceField(label=_("Kuka vaatii oikaisua?"), choices=Claimant.choices, widget=forms.RadioSelect)
    name = forms.CharField(label=_("Vaatijan nimi"), max_length=200)
    email = forms.EmailField(
        label=_("Sähköpostiosoite"), required=False, help_text=_("Tähän lähetetään ilmoitus saapumisesta.")
    )
    address = forms.CharField(label=_("Postiosoite"), required=False, max_length=500, widget=area(3, 500))
    arrived_at = InstantField(
        label=_("Milloin se saapui?"), help_text=_("Saapumisleiman aika, esimerkiksi 8.3.2027 klo 14.30.")
    )
    field_order = ("claimant", "name", "email", "address", "arrived_at", "demand")


class ClaimProposalForm(PhrasePicker):
    """What the body is proposed to decide of a claim."""

    outcome = forms.ChoiceField(label=_("Esitys"), choices=ClaimOutcome.choices, widget=forms.RadioSelect)
    sum = EuroFormField(
        label=_("Uusi summa, €"), required=False, help_text=_("Vain jos vaatimus hyväksytään ja summa muuttuu.")
    )
    reasons = forms.CharField(label=_("Perustelut"), max_length=MAX_LONG, widget=area(8, MAX_LONG))
    field_order = ("outcome", "sum", "phrase", "reasons")

    def __init__(self, *args: Any, claim: RevisionClaim, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer()
        suit_sum(self, "sum", claim)


def suit_sum(form: forms.Form, name: str, claim: RevisionClaim) -> None:
    """Ask the sum that suits what the claim is about: none where it is about the terms of use."""
    if not claim.proposal_of_sum:
        del form.fields[name]
    elif claim.recovery is not None:
        form.fields[name].label = _("Takaisin perittävä summa, €")
        form.fields[name].help_text = _("Vain jos vaatimus hyväksytään ja summa muuttuu. 0: mitään ei peritä.")


class ClaimDecisionForm(forms.Form):
    """What the minutes say of a claim; with the vote where it was on a meeting's agenda in the portal."""

    fate = forms.ChoiceField(
        label=_("Mitä toimielin teki asialle?"),
        choices=[
            ("", _("Päätti sen")),
            (Left.TABLED.value, _("Jätti asian pöydälle")),
            (Left.RETURNED.value, _("Palautti asian valmisteluun")),
        ],
        required=False,
        widget=forms.RadioSelect,
    )
    section_number = forms.IntegerField(label=_("Pykälä"), min_value=1, max_value=9999)
    decided_on = DayField(label=_("Ratkaisupäivä"))
    outcome = forms.ChoiceField(label=_("Ratkaisu"), choices=ClaimOutcome.choices, widget=forms.RadioSelect)
    new_sum = EuroFormField(
        label=_("Uusi summa, €"), required=False, help_text=_("Vain jos vaatimus hyväksytään ja summa muuttuu.")
    )
    reasons = forms.CharField(label=_("Perustelut"), max_length=MAX_LONG, widget=area(8, MAX_LONG))
    court = forms.CharField(
        label=_("Hallinto-oikeus ja sen osoite"),
        help_text=_("Tulee valitusosoitukseen: nimi, postiosoite, sähköposti ja aukioloaika."),
        max_length=500,
        widget=area(4, 500),
    )
    served_by = forms.ChoiceField(
        label=_("Miten ratkaisu annetaan tiedoksi?"),
        choices=SERVICE,
        initial=ServedBy.ELECTRONIC.value,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, claim: RevisionClaim, sitting: Sitting | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        suit_sum(self, "new_sum", claim)
        self.votes = vote_fields(sitting) if sitting is not None else {}
        self.fields.update(self.votes)
        if sitting is None:
            del self.fields["fate"]
        elif self.data.get("fate"):
            for field in self.fields.values():
                field.required = False

    @property
    def left(self) -> Left | None:
        """What the body did where it did not decide; of a valid form."""
        fate = self.cleaned_data.get("fate")
        return Left(fate) if fate else None

    @property
    def is_accepted(self) -> bool:
        """Tell whether something changes; of a valid form."""
        return self.cleaned_data["outcome"] in (ClaimOutcome.ACCEPTED, ClaimOutcome.PARTLY)

    def vote_fields(self) -> list[Any]:
        """Return the bound fields of the vote, which stand apart on the page."""
        return [self[name] for name in self.votes]

    def other_fields(self) -> list[Any]:
        """Return the bound fields besides the vote."""
        return [field for field in self.visible_fields() if field.name not in self.votes]

    @property
    def has_vote(self) -> bool:
        """Tell whether something is said of the vote: then it is shown open."""
        return any(self[name].errors or self[name].value() for name in self.votes)

    def given(self) -> dict[str, Any]:
        """Return the verb's arguments of a valid form."""
        data = self.cleaned_data
        names = ("section_number", "decided_on", "outcome", "reasons", "court")
        given = {**{name: data[name] for name in names}, "new_sum": data.get("new_sum")}
        if self.votes:
            people = tuple(int(key) for key in data.get("dissenters", ()))
            given["vote"] = Vote(**{name: data[name] for name in VOTE_FIELDS}, dissenters=people)
        return {**given, "served_by": ServedBy(data["served_by"])}


class AppealForm(forms.Form):
    """An appeal to the administrative court."""

    appealed_on = DayField(label=_("Valitus tehty"))
    court_number = forms.CharField(label=_("Hallinto-oikeuden diaarinumero"), max_length=60, required=False)


class CourtForm(forms.Form):
    """What the court decided."""

    result = forms.CharField(label=_("Mitä hallinto-oikeus ratkaisi?"), max_length=2000, widget=area(3, 2000))
    decided_on = DayField(label=_("Ratkaisupäivä"))
    final_on = DayField(
        label=_("Ratkaisu on lainvoimainen"), help_text=_("Päivä lainvoimaisuustodistuksesta. Maksaminen odottaa sitä.")
    )
