"""Input about agreements: the text, its steps, and the filters of the lists."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.money import EuroFormField
from common.text_fields import PlainTextField
from common.time_fields import DayField
from documents.uploads import UploadField
from grants.agreement_content import LABELS, PLAN_PARTS, PLAN_ROWS, TEXTS, Content, day, money, term_problem
from grants.life_cycles_agreements import AGREEMENT
from grants.models import AgreementKind, AgreementPlanRow, Grade, PlanState
from liaisons.models import Unit
from organisations.forms.choosing import OrganisationField
from organisations.models import Organisation

_PLAN_LABELS = {"what": _("Mitä, %(n)s"), "who": _("Kuka, %(n)s"), "when": _("Milloin, %(n)s")}
_PLAN_LENGTHS = {"what": 300, "who": 200, "when": 100}


def _area(rows: int, most: int) -> forms.Textarea:
    return forms.Textarea({"rows": rows, "maxlength": most})


def _long(key: str, most: int, rows: int, help_text: Any = "", *, required: bool = False) -> PlainTextField:
    return PlainTextField(
        label=LABELS[key], max_length=most, required=required, widget=_area(rows, most), help_text=help_text
    )


def _term_is_wrong(data: Mapping[str, Any]) -> bool:
    starts, ends = data.get("starts_on"), data.get("ends_on")
    return bool(starts and ends and ends < starts)


TERM_WRONG = _("Sopimus päättyy ennen kuin se alkaa. Korjaa alkamispäivä tai päättymispäivä.")


class NewAgreementForm(forms.Form):
    """What kind of agreement, with whom, about what."""

    kind: Any = forms.ModelChoiceField(
        label=_("Sopimuslaji"), queryset=AgreementKind.objects.filter(is_reference=False), empty_label=None
    )
    title = forms.CharField(
        label=LABELS["title"], max_length=200, help_text=_("Esimerkiksi: Kumppanuus mielenterveystyössä 2027–2028.")
    )
    organisation = OrganisationField(label=_("Järjestö"))
    second = OrganisationField(label=_("Toinen järjestö"), required=False)
    third = OrganisationField(label=_("Kolmas järjestö"), required=False)
    unit: Any = forms.ModelChoiceField(
        label=_("Hyvinvointialueen yksikkö"),
        queryset=Unit.objects.all(),
        required=False,
        empty_label=_("Koko hyvinvointialue"),
    )

    def organisations(self) -> list[Organisation]:
        """Return the chosen organisations, each once."""
        chosen = [self.cleaned_data[name] for name in ("organisation", "second", "third")]
        return [row for row in dict.fromkeys(chosen) if row is not None]


class ReferenceForm(forms.Form):
    """A contract that is made elsewhere."""

    kind: Any = forms.ModelChoiceField(
        label=_("Sopimuslaji"), queryset=AgreementKind.objects.filter(is_reference=True), empty_label=None
    )
    title = forms.CharField(label=LABELS["title"], max_length=200)
    organisation = OrganisationField(label=_("Järjestö"))
    reference = forms.CharField(
        label=_("Sopimuksen numero"), max_length=100, help_text=_("Numero siinä järjestelmässä, jossa sopimus on.")
    )
    reference_url = forms.URLField(label=_("Sopimuksen tai hankinnan osoite"), max_length=300, required=False)
    starts_on = DayField(label=LABELS["starts_on"])
    ends_on = DayField(label=LABELS["ends_on"], required=False, help_text=_("Tyhjä: voimassa toistaiseksi."))
    unit: Any = forms.ModelChoiceField(
        label=_("Hyvinvointialueen yksikkö"),
        queryset=Unit.objects.all(),
        required=False,
        empty_label=_("Koko hyvinvointialue"),
    )

    def clean(self) -> dict[str, Any]:
        """The term does not end before it begins."""
        data = super().clean() or {}
        if _term_is_wrong(data):
            self.add_error("ends_on", TERM_WRONG)
        elif data.get("kind") and (wrong := term_problem(data["kind"], data.get("starts_on"), data.get("ends_on"))):
            self.add_error("ends_on", wrong)
        return data


class ContentForm(forms.Form):
    """The whole text of an agreement; only the name is needed before it is sent."""

    title = forms.CharField(label=LABELS["title"], max_length=200)
    purpose = _long("purpose", 4000, 5, _("Mitä yhteistyöllä tavoitellaan ja kenen hyväksi. Tämä näkyy kaikille."))
    starts_on = DayField(label=LABELS["starts_on"], required=False, help_text=_("Esimerkiksi 1.1.2027."))
    ends_on = DayField(label=LABELS["ends_on"], required=False, help_text=_("Tyhjä: voimassa toistaiseksi."))
    municipalities = forms.MultipleChoiceField(
        label=LABELS["municipalities"],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Missä kunnissa yhteistyötä tehdään. Tyhjä: koko hyvinvointialueella."),
    )
    sum = EuroFormField(
        label=LABELS["sum"], required=False, help_text=_("Koko sopimuskauden summa. Tyhjä: rahasta ei sovita.")
    )
    county_duties = _long("county_duties", 8000, 6, _("Mihin hyvinvointialue sitoutuu."))
    organisation_duties = _long("organisation_duties", 8000, 6, _("Mihin järjestö sitoutuu."))
    other_parties = _long("other_parties", 1000, 2, _("Esimerkiksi kunta tai seurakunta. Yksi riville."))
    reporting_months = forms.IntegerField(
        label=_("Raportointiväli, kuukautta"),
        required=False,
        min_value=1,
        max_value=24,
        help_text=_("Esimerkiksi 4: järjestö kertoo neljän kuukauden välein, miten työ etenee."),
    )
    county_signatory = forms.CharField(label=LABELS["county_signatory"], max_length=300, required=False)
    organisation_signatory = forms.CharField(label=LABELS["organisation_signatory"], max_length=300, required=False)
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(
        self, *args: Any, names: Mapping[str, str], kind: AgreementKind, signers: str, rules: str, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.kind, self.plan_years = kind, kind.plan_years
        if kind.most_years:
            told = _("Tämän lajin sopimus tehdään enintään %(years)s vuodeksi.") % {"years": kind.most_years}
            self.fields["ends_on"].help_text = told
        choices: Any = self.fields["municipalities"]
        choices.choices = list(names.items())
        self.fields["county_signatory"].help_text = signers
        self.fields["organisation_signatory"].help_text = rules
        for number in range(1, PLAN_ROWS + 1):
            for part in PLAN_PARTS:
                self.fields[f"{part}-{number}"] = forms.CharField(
                    label=_PLAN_LABELS[part] % {"n": number}, max_length=_PLAN_LENGTHS[part], required=False
                )
        for name, field in self.fields.items():
            field.needed_later = name != "title"  # type: ignore[attr-defined]  # a draft may be saved half-written

    def clean(self) -> dict[str, Any]:
        """The term does not end before it begins, a sum is money, a row of the plan says what is done."""
        data = super().clean() or {}
        if _term_is_wrong(data):
            self.add_error("ends_on", TERM_WRONG)
        elif data.get("ends_on") and (wrong := term_problem(self.kind, data.get("starts_on"), data["ends_on"])):
            self.add_error("ends_on", wrong)
        if data.get("sum") is not None and data["sum"] <= Decimal(0):
            self.add_error("sum", _("Summa on suurempi kuin nolla. Jätä se tyhjäksi, jos rahasta ei sovita."))
        for number in range(1, PLAN_ROWS + 1):
            rest = data.get(f"who-{number}") or data.get(f"when-{number}")
            if rest and not data.get(f"what-{number}") and f"what-{number}" not in self.errors:
                self.add_error(f"what-{number}", _("Kirjoita, mitä tehdään, tai tyhjennä koko rivi."))
        return data

    def main(self) -> list[forms.BoundField]:
        """Return the fields of the text itself."""
        return [field for field in self.visible_fields() if "-" not in field.name]

    def plan_rows(self) -> list[list[forms.BoundField]]:
        """Return the fields of each row of the plan."""
        numbers = range(1, PLAN_ROWS + 1)
        return [[self[f"{part}-{number}"] for part in PLAN_PARTS] for number in numbers]

    @staticmethod
    def start(content: Content, revision: int) -> dict[str, Any]:
        """Return the initial values that show the text."""
        values: dict[str, Any] = {name: content.get(name, "") for name in TEXTS}
        values |= {name: day(content, name) for name in ("starts_on", "ends_on")}
        values |= {"sum": money(content), "municipalities": content.get("municipalities", []), "seen": revision}
        values["reporting_months"] = content.get("reporting_months")
        for number, row in enumerate(content.get("plan", []), 1):
            values |= {f"{part}-{number}": row.get(part, "") for part in PLAN_PARTS}
        return values

    def content(self) -> Content:
        """Return the text of a valid form."""
        data = self.cleaned_data
        rows = [{part: data[f"{part}-{number}"] for part in PLAN_PARTS} for number in range(1, PLAN_ROWS + 1)]
        return {
            **{name: data[name].strip() for name in TEXTS},
            **{name: data[name].isoformat() if data[name] else "" for name in ("starts_on", "ends_on")},
            "municipalities": sorted(data["municipalities"]),
            "sum": str(data["sum"]) if data["sum"] is not None else "",
            "reporting_months": data["reporting_months"],
            "plan": [row for row in rows if row["what"]],
        }


class SendForm(forms.Form):
    """A message with the version."""

    message = PlainTextField(
        label=_("Viesti toiselle osapuolelle"),
        help_text=_("Vapaaehtoinen. Kerro, mitä muutit ja mistä on vielä sovittava."),
        max_length=2000,
        required=False,
        widget=_area(3, 2000),
    )


class CommentForm(forms.Form):
    """A comment that both sides read."""

    text = PlainTextField(
        label=_("Kommentti"),
        help_text=_("Molemmat osapuolet lukevat kommentin."),
        max_length=2000,
        widget=_area(3, 2000),
    )


class SignForm(forms.Form):
    """Approving one version."""

    number = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    read = forms.BooleanField(
        label=_("Olen lukenut sopimuksen ja hyväksyn sen"),
        error_messages={"required": _("Merkitse, että olet lukenut sopimuksen ja hyväksyt sen.")},
    )


class PaperSignatureForm(forms.Form):
    """Who signed on paper, when, and the scan."""

    number = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    party = forms.ChoiceField(label=_("Kenen puolesta allekirjoitettiin?"), widget=forms.RadioSelect)
    signer = forms.CharField(label=_("Allekirjoittajan nimi ja asema"), max_length=200)
    signed_on = DayField(label=_("Allekirjoituspäivä"))
    upload = UploadField(label=_("Allekirjoitettu sopimus skannattuna"))

    def __init__(self, *args: Any, parties: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: Any = self.fields["party"]
        choices.choices = parties


class ReasonForm(forms.Form):
    """Why."""

    reason = PlainTextField(
        label=_("Perustelu"), help_text=_("Toinen osapuoli lukee tämän."), max_length=2000, widget=_area(4, 2000)
    )


class TerminateForm(ReasonForm):
    """Notice: the last day and why."""

    ends_on = DayField(label=_("Viimeinen päivä"))
    field_order = ("ends_on", "reason")


class EvaluateForm(forms.Form):
    """How the agreement works."""

    grade = forms.ChoiceField(label=_("Miten sopimus toimii?"), choices=Grade.choices, widget=forms.RadioSelect)
    words = PlainTextField(
        label=_("Miksi arvioit näin?"),
        help_text=_("Mitä on saatu aikaan, mikä ei toimi, mitä pitäisi muuttaa."),
        max_length=4000,
        widget=_area(6, 4000),
    )


class TalkForm(forms.Form):
    """A talk on how the agreement works."""

    held_on = DayField(label=_("Keskustelun päivä"))
    people = PlainTextField(
        label=_("Ketkä olivat paikalla?"), max_length=1000, widget=_area(2, 1000), help_text=_("Nimi ja mistä.")
    )
    words = PlainTextField(label=_("Mitä sovittiin?"), max_length=4000, widget=_area(5, 4000))


class PlanForm(forms.Form):
    """How far each row of the plan is."""

    def __init__(self, *args: Any, rows: list[AgreementPlanRow], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for row in rows:
            self.fields[f"row-{row.pk}"] = forms.ChoiceField(
                label=row.what,
                choices=PlanState.choices,
                initial=row.state,
                help_text=", ".join(part for part in (row.who, row.when) if part),
            )

    def states(self) -> dict[int, str]:
        """Return row id -> state of a valid form."""
        return {int(name.removeprefix("row-")): state for name, state in self.cleaned_data.items()}


def _offer_kinds(form: forms.Form) -> None:
    """Offer the kinds of agreement in the filter; one query."""
    choices: Any = form.fields["laji"]
    choices.choices = [("", _("Kaikki")), *((str(kind.pk), kind.name) for kind in AgreementKind.objects.all())]


class AgreementFilter(forms.Form):
    """Which agreements officers list; the field names stand in the address."""

    q = forms.CharField(label=_("Järjestö, nimi tai asianumero"), required=False, max_length=100)
    laji = forms.ChoiceField(label=_("Sopimuslaji"), required=False)
    tila = forms.ChoiceField(
        label=_("Tila"),
        required=False,
        choices=[
            ("", _("Kaikki")),
            ("vuoro", _("Odottaa hyvinvointialuetta")),
            ("paattyy", _("Päättyy puolen vuoden sisällä")),
            ("raportti", _("Raportti myöhässä")),
            *AGREEMENT.choices(),
        ],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_kinds(self)

    def chosen(self) -> dict[str, Any]:
        """Return what could be read; a value that is no choice chooses nothing."""
        return self.cleaned_data if self.is_bound and (self.is_valid() or self.cleaned_data) else {}


class RegisterFilter(forms.Form):
    """Which agreements anyone lists; the field names stand in the address."""

    q = forms.CharField(label=_("Järjestö tai sopimuksen nimi"), required=False, max_length=100)
    laji = forms.ChoiceField(label=_("Sopimuslaji"), required=False)
    kunta = forms.ChoiceField(label=_("Kunta"), required=False)
    tila = forms.ChoiceField(
        label=_("Voimassaolo"),
        required=False,
        choices=[("", _("Voimassa tai alkamassa")), ("paattyneet", _("Päättyneet")), ("kaikki", _("Kaikki"))],
    )
    jarjesto = forms.IntegerField(required=False, min_value=1, max_value=2**31 - 1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, names: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: Any = self.fields["kunta"]
        choices.choices = [("", _("Kaikki")), *names.items()]
        _offer_kinds(self)

    def chosen(self) -> dict[str, Any]:
        """Return what could be read; a value that is no choice chooses nothing."""
        return self.cleaned_data if self.is_bound and (self.is_valid() or self.cleaned_data) else {}
