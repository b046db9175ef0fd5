"""Forms of the handling: filters, assessors, conflicts of interest, points, proposals, the meeting, decisions."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.legal_dates import ServedBy
from common.money import EuroFormField
from common.text_fields import PlainTextField
from common.time_fields import DayField
from common.times import format_instant
from grants.cases import STATES
from grants.forms.decisions import PhrasePicker
from grants.inbox import CHECKS, STATEMENTS
from grants.models import Application, Assessment, Criterion, Decision, Outcome, Stance
from grants.negotiated import proposal_start
from grants.workflow.assessment import Scored
from grants.workflow.decisions import AS_MARKED, Change, Left, Minutes, way_of
from grants.workflow.voting import VOTE_FIELDS, Sitting, Vote
from liaisons.models import Meeting

MAX_TEXT = 3000


def _area(rows: int = 3, most: int = MAX_TEXT) -> forms.Textarea:
    return forms.Textarea({"rows": rows, "maxlength": most})


class CaseFilter(forms.Form):
    """The URL's filters of a list of cases."""

    q = forms.CharField(label=_("Hae"), max_length=100, required=False)
    kunta = forms.ChoiceField(label=_("Kotipaikka"), required=False)
    tila = forms.ChoiceField(label=_("Tila"), required=False, choices=[("", _("Kaikki")), *STATES])

    kasittelija = forms.ChoiceField(label=_("Käsittelijä"), required=False)
    ehdot = forms.ChoiceField(
        label=_("Ehtojen tarkistus"), required=False, choices=[("", _("Kaikki")), *CHECKS.items()]
    )
    lausunto = forms.ChoiceField(label=_("Lausunto"), required=False, choices=[("", _("Kaikki")), *STATEMENTS.items()])
    alkaen = EuroFormField(label=_("Haettu vähintään"), required=False)
    enintaan = EuroFormField(label=_("Haettu enintään"), required=False)

    def __init__(
        self,
        *args: Any,
        municipalities: list[tuple[str, str]],
        handlers: list[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        kunta: Any = self.fields["kunta"]
        kunta.choices = [("", _("Kaikki")), *municipalities]
        kasittelija: Any = self.fields["kasittelija"]
        kasittelija.choices = [("", _("Kaikki")), ("mina", _("Minä")), ("ei", _("Ei kenenkään")), *handlers]

    def chosen(self) -> dict[str, Any]:
        """Return what could be read; a value that is no choice chooses nothing."""
        return self.cleaned_data if self.is_bound and (self.is_valid() or self.cleaned_data) else {}


class AssessorForm(forms.Form):
    """Who is to assess, by the e-mail address of their account."""

    email = forms.EmailField(label=_("Arvioijan sähköpostiosoite"), help_text=_("Osoite, jolla hän kirjautuu."))
    until = DayField(label=_("Tehtävä päättyy"), required=False)
    user: User

    def clean_email(self) -> str:
        """Find the person."""
        email: str = self.cleaned_data["email"]
        found = User.objects.filter(email__iexact=email, is_active=True).first()
        if found is None:
            raise forms.ValidationError(
                _("Tällä osoitteella ei ole tunnusta. Pyydä arvioijaa ensin rekisteröitymään palveluun.")
            )
        self.user = found
        return email


class DeclareForm(forms.Form):
    """What the person says of their conflict of interest in one case."""

    answer = forms.ChoiceField(
        label=_("Oletko esteellinen tässä asiassa?"),
        choices=[("no", _("En ole esteellinen")), ("yes", _("Olen esteellinen ja vetäydyn asian käsittelystä"))],
        widget=forms.RadioSelect,
    )
    ground = forms.CharField(
        label=_("Mistä esteellisyys johtuu?"),
        help_text=_("Kirjoita tämä, jos olet esteellinen. Esimerkiksi: olen järjestön hallituksen jäsen."),
        max_length=400,
        required=False,
        widget=_area(2, 400),
    )

    is_private = forms.BooleanField(
        label=_("Perustetta ei näytetä muille"),
        help_text=_("Kokouksessa ja pöytäkirjassa kerrotaan silloin vain, että olet esteellinen."),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ground: Any = self.fields["ground"]
        ground.needed_later = True  # the help says when

    def clean(self) -> dict[str, Any]:
        """A conflict has a ground."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("answer") == "yes" and not (cleaned.get("ground") or "").strip():
            self.add_error("ground", _("Kerro, mistä esteellisyys johtuu."))
        return cleaned


class ScoresForm(forms.Form):
    """Points and a reason for each criterion; nothing is required before the assessment is finished."""

    summary = forms.CharField(label=_("Yhteenveto"), required=False, max_length=MAX_TEXT, widget=_area())

    def __init__(self, *args: Any, criteria: list[Criterion], assessment: Assessment | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.criteria = criteria
        given = {score.criterion_id: score for score in assessment.scores.all()} if assessment else {}
        for criterion in criteria:
            points = forms.IntegerField(
                label=_("Pisteet (0–%(most)s)") % {"most": criterion.weight},
                min_value=0,
                max_value=criterion.weight,
                required=False,
                error_messages={
                    "invalid": _("Kirjoita pisteet kokonaislukuna."),
                    "min_value": _("Pisteitä on vähintään 0."),
                    "max_value": _("Pisteitä voi antaa enintään %(most)s.") % {"most": criterion.weight},
                },
                widget=forms.TextInput({"class": "number", "inputmode": "numeric", "autocomplete": "off"}),
            )
            reason = forms.CharField(label=_("Perustelu"), required=False, max_length=MAX_TEXT, widget=_area())
            needed: list[Any] = [points, reason]
            for field in needed:
                field.needed_later = True  # the label does not say "optional": finishing needs them
            score = given.get(criterion.pk)
            points.initial, reason.initial = (score.points, score.reason) if score else (None, "")
            self.fields[f"points_{criterion.pk}"], self.fields[f"reason_{criterion.pk}"] = points, reason
        self.fields["summary"].initial = assessment.summary if assessment else ""
        self.order_fields([name for name in self.fields if name != "summary"])

    def rows(self) -> list[dict[str, Any]]:
        """Return each criterion with its two fields."""
        return [
            {"criterion": row, "points": self[f"points_{row.pk}"], "reason": self[f"reason_{row.pk}"]}
            for row in self.criteria
        ]

    def scores(self) -> list[Scored]:
        """Return what could be read; a criterion whose points could not be read is left as it was saved."""
        return [
            Scored(row.pk, self.cleaned_data[f"points_{row.pk}"], self.cleaned_data.get(f"reason_{row.pk}", ""))
            for row in self.criteria
            if f"points_{row.pk}" in self.cleaned_data and f"reason_{row.pk}" in self.cleaned_data
        ]


class ProposalForm(PhrasePicker):
    """A sum and its reasons for one case."""

    sum = EuroFormField(
        label=_("Esitettävä summa, €"), help_text=_("0 tarkoittaa, että hakemus esitetään hylättäväksi.")
    )
    reasons = PlainTextField(
        label=_("Perustelut"),
        help_text=_("Perustelut tulevat päätökseen, jonka hakija saa."),
        max_length=MAX_TEXT,
        widget=_area(4),
        error_messages={"required": _("Perustelut puuttuvat. Kirjoita, miksi esität tätä summaa.")},
    )
    not_examined = forms.BooleanField(
        label=_("Esitän, että hakemus jätetään tutkimatta."),
        help_text=_("Esimerkiksi jos hakija ei saa hakea tätä avustusta. Summa on silloin 0."),
        required=False,
    )
    revision = forms.IntegerField(min_value=0, widget=forms.HiddenInput, initial=0)
    confirmed = forms.BooleanField(
        label=_("Esitän avustusta, vaikka vähimmäispisteet alittuvat. Peruste on perusteluissa."), required=False
    )

    field_order = ("sum", "not_examined", "phrase", "reasons")

    def __init__(self, *args: Any, case: Application, below: bool, picks: bool = False, **kwargs: Any) -> None:
        proposal = getattr(case, "proposal", None)
        if proposal:
            start = {"sum": proposal.sum, "reasons": proposal.reasons, "revision": proposal.revision}
            start["not_examined"] = proposal.outcome == Outcome.NOT_EXAMINED
            kwargs.setdefault("initial", start)
        elif start := proposal_start(case):
            kwargs.setdefault("initial", start)
        kwargs["auto_id"] = f"case-{case.pk}-%s"
        super().__init__(*args, **kwargs)
        if picks:
            self.offer()
        else:
            del self.fields["phrase"]
        if not below:
            del self.fields["confirmed"]


class PresentForm(forms.Form):
    """To which meeting the call is brought."""

    meeting = forms.ModelChoiceField(
        label=_("Kokous"),
        queryset=Meeting.objects.none(),
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Valitse päättävän toimielimen tuleva kokous.")},
    )

    def __init__(self, *args: Any, meetings: QuerySet[Meeting], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["meeting"]
        field.queryset = meetings
        field.label_from_instance = lambda meeting: ", ".join(
            part for part in (format_instant(meeting.starts_at), meeting.place) if part
        )


FATES = [
    ("", _("Päätetty: summa ja perustelut alla")),
    (Outcome.NOT_EXAMINED.value, Outcome.NOT_EXAMINED.label),
    (Left.TABLED.value, _("Jätetty pöydälle")),
    (Left.RETURNED.value, _("Palautettu valmisteluun")),
]


def _fate(proposal: Any) -> str:
    return Outcome.NOT_EXAMINED.value if proposal.outcome == Outcome.NOT_EXAMINED else ""


def vote_fields(sitting: Sitting) -> dict[str, forms.Field]:
    """Return the fields of the vote and the dissents in one case; who dissents is chosen of those present."""

    def count(label: Any) -> forms.Field:
        return forms.IntegerField(label=label, required=False, min_value=0, max_value=999)

    def words(label: Any) -> forms.Field:
        return forms.CharField(label=label, required=False, max_length=2000, widget=_area(2, 2000))

    found: dict[str, forms.Field] = {
        "votes_for": count(_("Ääniä esityksen puolesta")),
        "votes_against": count(_("Ääniä vastaan")),
        "votes_blank": count(_("Tyhjiä ääniä")),
        "vote_text": words(_("Mistä äänestettiin?")),
        "dissent": words(_("Eriävä mielipide")),
    }
    if sitting.dissenters:
        found["dissenters"] = _dissenters(sitting.dissenters)
    return found


def _dissenters(people: Mapping[int, str]) -> forms.Field:
    return forms.MultipleChoiceField(
        label=_("Kuka jätti eriävän mielipiteen?"),
        choices=[(str(key), name) for key, name in people.items()],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


class RecordForm(forms.Form):
    """What the checked minutes say: the §, the day and, where the body changed a proposal, the sum and reasons."""

    section_number = forms.IntegerField(
        label=_("Pykälä"),
        min_value=1,
        max_value=9999,
        error_messages={"required": _("Pykälä puuttuu. Se on pöytäkirjassa.")},
        widget=forms.TextInput({"class": "number", "inputmode": "numeric", "autocomplete": "off"}),
    )
    decided_on = DayField(label=_("Päätöspäivä"), help_text=_("Kokouspäivä, ellei pöytäkirja sano muuta."))
    published_on = DayField(
        label=_("Pöytäkirja julkaistu verkossa"),
        required=False,
        help_text=_("Siitä alkaa jäsenten oikaisuvaatimusaika. Jätä tyhjäksi, jos sitä ei ole vielä julkaistu."),
    )
    whole = forms.ChoiceField(
        label=_("Mitä toimielin teki asialle?"),
        choices=[
            ("", _("Päätti sen")),
            (Left.TABLED.value, _("Jätti koko asian pöydälle")),
            (Left.RETURNED.value, _("Palautti koko asian valmisteluun")),
        ],
        required=False,
        widget=forms.RadioSelect,
    )
    votes_for = forms.IntegerField(label=_("Ääniä esityksen puolesta"), required=False, min_value=0, max_value=999)
    votes_against = forms.IntegerField(label=_("Ääniä vastaan"), required=False, min_value=0, max_value=999)
    votes_blank = forms.IntegerField(label=_("Tyhjiä ääniä"), required=False, min_value=0, max_value=999)
    vote_text = forms.CharField(label=_("Mistä äänestettiin?"), required=False, max_length=2000, widget=_area(2, 2000))
    dissent = forms.CharField(label=_("Eriävä mielipide"), required=False, max_length=2000, widget=_area(2, 2000))

    def __init__(self, *args: Any, cases: list[Any], sat: Mapping[int, Sitting], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cases = [case for case in cases if case.can_read]
        self.sat = sat
        for case in self.cases:
            self.fields[f"sum_{case.pk}"] = EuroFormField(label=_("Myönnetty, €"), initial=case.proposal.sum)
            self.fields[f"reasons_{case.pk}"] = PlainTextField(
                label=_("Perustelut"),
                initial=case.proposal.reasons,
                max_length=MAX_TEXT,
                widget=_area(),
                error_messages={"required": _("Päätös tarvitsee perustelut.")},
            )
            self.fields[f"fate_{case.pk}"] = forms.ChoiceField(
                label=_("Ratkaisu"), choices=FATES, required=False, initial=_fate(case.proposal)
            )
            self.fields.update({f"{name}_{case.pk}": made for name, made in vote_fields(sat[case.pk]).items()})
        people = {key: name for sitting in sat.values() for key, name in sitting.dissenters.items()}
        if people:
            self.fields["dissenters"] = _dissenters(people)

    @property
    def has_said(self) -> bool:
        """Tell whether something is said of the whole matter, or wrongly: then those fields are shown open."""
        names = [name for name in (*VOTE_FIELDS, "whole", "dissenters") if name in self.fields]
        return any(self[name].errors or self[name].value() not in (None, "", []) for name in names)

    def rows(self) -> list[dict[str, Any]]:
        """Return each case that may be read, with its two fields."""
        return [
            {
                "case": case,
                "sum": self[f"sum_{case.pk}"],
                "reasons": self[f"reasons_{case.pk}"],
                "fate": self[f"fate_{case.pk}"],
                "votes": (votes := [self[f"{name}_{case.pk}"] for name in vote_fields(self.sat[case.pk])]),
                "has_vote": any(field.errors or field.value() for field in votes),
                "standing": self.sat[case.pk].standing,
                "course": self.sat[case.pk].course,
            }
            for case in self.cases
        ]

    def left(self, keys: list[int]) -> dict[int, Left]:
        """Return the cases (of all the call's ``keys``) that the body tabled or returned."""
        whole: str = self.cleaned_data["whole"]
        if whole:
            return dict.fromkeys(keys, Left(whole))
        fates = {case.pk: self.cleaned_data[f"fate_{case.pk}"] for case in self.cases}
        return {key: Left(fate) for key, fate in fates.items() if fate in set(Left)}

    def minutes(self) -> Minutes:
        """Return what the minutes say of the whole matter."""
        people = tuple(int(key) for key in self.cleaned_data.get("dissenters", ()))
        return Minutes(**{name: self.cleaned_data[name] for name in (*VOTE_FIELDS, "published_on")}, dissenters=people)

    def votes(self) -> dict[int, Vote]:
        """Return the vote and the dissents of the cases that have their own."""
        found = {}
        for case in self.cases:
            given = {name: self.cleaned_data[f"{name}_{case.pk}"] for name in VOTE_FIELDS}
            people = tuple(int(key) for key in self.cleaned_data.get(f"dissenters_{case.pk}", ()))
            if people or any(value not in (None, "") for value in given.values()):
                found[case.pk] = Vote(**given, dissenters=people)
        return found

    def changes(self) -> dict[int, Change]:
        """Return where the body decided otherwise than was proposed."""
        found = {}
        for case in self.cases:
            total: Decimal = self.cleaned_data[f"sum_{case.pk}"]
            reasons: str = self.cleaned_data[f"reasons_{case.pk}"].replace("\r\n", "\n")
            fate: str = self.cleaned_data[f"fate_{case.pk}"]
            is_same = total == case.proposal.sum and fate == _fate(case.proposal)
            if not is_same or reasons != case.proposal.reasons.replace("\r\n", "\n").strip():
                is_not_examined = fate == Outcome.NOT_EXAMINED
                found[case.pk] = Change(Decimal(0) if is_not_examined else total, reasons, is_not_examined)
        return found


class IssueForm(forms.Form):
    """How the decisions are served."""

    served_by = forms.ChoiceField(
        label=_("Miten päätös annetaan tiedoksi?"),
        choices=[
            (ServedBy.ELECTRONIC.value, _("Sähköisesti. Saatu kolmantena päivänä lähettämisestä.")),
            (ServedBy.LETTER.value, _("Kirjeellä. Saatu seitsemäntenä päivänä lähettämisestä.")),
            (AS_MARKED, _("Kukin niin kuin päätökseen on merkitty.")),
        ],
        initial=ServedBy.ELECTRONIC.value,
        widget=forms.RadioSelect,
    )

    def how_of(self, decision: Decision) -> ServedBy:
        """Return the way in which a valid form serves the decision."""
        return way_of(decision, self.cleaned_data["served_by"])


class OpinionForm(forms.Form):
    """A municipality's answer to the chosen applications."""

    stance = forms.ChoiceField(label=_("Kunnan kanta"), choices=Stance.choices, widget=forms.RadioSelect)
    sum = EuroFormField(
        label=_("Kunnan avustus samaan toimintaan, €"),
        required=False,
        help_text=_("Vapaaehtoinen, yhdelle hakemukselle kerrallaan."),
    )
    note = forms.CharField(
        label=_("Lisätieto valmistelijalle"),
        required=False,
        max_length=500,
        widget=forms.TextInput({"autocomplete": "off"}),
    )
