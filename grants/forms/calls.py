"""Forms with which an officer sets up a call. What was typed stays; the database's messages stand at the fields."""

from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import QuerySet
from django.forms import BaseInlineFormSet, inlineformset_factory
from django.utils.translation import gettext_lazy as _

from common.money import format_euros
from common.text_fields import PlainTextField
from common.time_fields import DayField, InstantField
from grants.call_readiness import MAX_POINTS
from grants.models import AttachmentSlot, CallGuideline, Criterion, CriterionLevel, GrantCall, GrantKind, Procedure

YEARS = (2000, 2100)
PROCEDURES = [
    (Procedure.CALL, _("Kaikki, jotka täyttävät ehdot (hakumenettely)")),
    (Procedure.NEGOTIATED, _("Vain kutsutut järjestöt (neuvottelumenettely)")),
    (Procedure.DIRECT, _("Vain kutsutut järjestöt (suora avustus)")),
]


class ConstraintsAtFields(forms.ModelForm):  # type: ignore[type-arg]
    """Shows the message of a database constraint at the field that mends it."""

    constraint_fields: dict[str, str] = {}

    def _update_errors(self, errors: ValidationError) -> None:
        if hasattr(errors, "error_dict"):
            self._move_to_fields(errors.error_dict)
        super()._update_errors(errors)  # type: ignore[misc]

    def _move_to_fields(self, found: dict[str, list[ValidationError]]) -> None:
        messages = {
            str(constraint.violation_error_message): self.constraint_fields[constraint.name]
            for constraint in self._meta.model._meta.constraints
            if constraint.name in self.constraint_fields
        }
        general = found.pop(NON_FIELD_ERRORS, [])
        for error in general:
            field = messages.get(str(error.message), NON_FIELD_ERRORS)
            found.setdefault(field, []).append(error)


def needed_before_publishing(field: forms.Field) -> None:
    """Let a draft be saved without the answer, but do not call the field optional."""
    field.required = True
    field.widget.is_required = False
    field.validate = lambda value: None  # type: ignore[method-assign]


CALL_CONSTRAINTS = {
    "grants_call_closes_after_opening": "closes_at",
    "grants_call_appropriation_positive": "appropriation",
    "grants_call_sums_in_order": "maximum_sum",
    "grants_call_condition_told": "condition_fi",
}
MONEY_FIELDS = (
    "opens_at",
    "closes_at",
    "decision_expected_on",
    "interim_report_due_on",
    "use_report_due_on",
    "appropriation",
    "appropriation_conditional",
    "condition_fi",
    "minimum_sum",
    "maximum_sum",
    "minimum_points",
)
LABELS = {
    "procedure": _("Kuka voi hakea?"),
    "joint": _("Saavatko järjestöt hakea yhdessä?"),
    "joint_shares": _("Osapuolten osuuksien on täsmättävä haettuun summaan ja talousarvioon"),
    "state_aid": _("Kysy hakijalta valtiontukiselvitys"),
    "signatory_demanded": _("Hakemuksen lähettää nimenkirjoittaja, tai mukana on pöytäkirjanote"),
    "appropriation_conditional": _("Määräraha on ehdollinen, kunnes talousarvio on päätetty"),
    "title_fi": _("Haun nimi suomeksi"),
    "title_sv": _("Haun nimi ruotsiksi"),
    "title_en": _("Haun nimi englanniksi"),
    "summary_fi": _("Mihin avustusta voi hakea? Suomeksi"),
    "summary_sv": _("Mihin avustusta voi hakea? Ruotsiksi"),
    "summary_en": _("Mihin avustusta voi hakea? Englanniksi"),
    "contact_name": _("Nimi"),
    "contact_phone": _("Puhelin"),
    "contact_email": _("Sähköposti"),
}
HELPS = {
    "title_fi": _("Näin haku näkyy kaikille, esimerkiksi Toiminta-avustus 2027."),
    "summary_fi": _("Yksi virke, joka näkyy hakujen luettelossa."),
    "joint": _(
        "Yhteishakemuksessa yksi järjestö on hakija ja vastaa avustuksesta. Kumppanit vahvistavat osuutensa. "
        "Lomakkeen kysymyksen kumppaneista korvaa silloin sivu ”Kumppanit ja osuudet”."
    ),
    "joint_shares": _("Koskee vain yhteishakemuksia."),
    "state_aid": _(
        "Valitse, jos avustuksella voidaan tukea taloudellista toimintaa. Hakija kertoo silloin, onko toiminta "
        "taloudellista ja mitä vähämerkityksistä tukea (de minimis) se on saanut kolmen vuoden aikana."
    ),
    "signatory_demanded": _(
        "Muuten hakemuksen voi lähettää myös järjestön pääkäyttäjä. Lisää liitteisiin paikka pöytäkirjanotteelle."
    ),
    "year": _("Vuosi, jonka toimintaan avustus käytetään."),
    "opens_at": _("Esimerkiksi 10.11.2026 klo 9.00."),
    "closes_at": _("Esimerkiksi 8.12.2026 klo 16.00. Hakemuksen pitää saapua ennen tätä hetkeä."),
    "decision_expected_on": _("Arvio hakijoille, esimerkiksi 28.2.2027."),
    "interim_report_due_on": _("Jos pitkän avustuksen käyttö selvitetään myös kesken kauden. Muuten jätä tyhjäksi."),
    "use_report_due_on": _("Päivä, jolloin avustuksen käyttö on viimeistään selvitettävä, esimerkiksi 31.3.2028."),
    "appropriation": _("Paljonko tässä haussa on jaettavana, esimerkiksi 180 000."),
    "condition_fi": _("Näkyy hakijoille, esimerkiksi: ehdolla, että aluevaltuusto hyväksyy talousarvion."),
    "minimum_sum": _("Pienintä summaa pienempää hakemusta ei voi lähettää."),
    "maximum_sum": _("Yksi järjestö voi hakea enintään tämän verran."),
    "minimum_points": _("Hakemus, joka saa vähemmän pisteitä, ei voi saada avustusta."),
    "legal_basis_fi": _("Lain kohdat, joihin päätökset perustuvat. Näkyy päätöskirjeissä."),
    "cost_centre": _("Näkyy vain maksatuksessa."),
    "ledger_account": _("Näkyy vain maksatuksessa."),
    "contact_phone": _("Puhelin tai sähköposti riittää."),
}


class CallForm(ConstraintsAtFields):
    """What all pages of a call share: helps, Finnish times, messages of constraints."""

    constraint_fields = CALL_CONSTRAINTS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "procedure" in self.fields:
            self.fields["procedure"].required = False
        for name, field in self.fields.items():
            field.help_text = HELPS.get(name, field.help_text)
            field.label = LABELS.get(name, field.label)

    def clean_appropriation(self) -> Any:
        """At least what has been reserved of it."""
        total = self.cleaned_data["appropriation"]
        kept = sum(reserve.sum for reserve in self.instance.reserves.all()) if self.instance.pk else 0
        if kept > total:
            raise ValidationError(
                _("Määrärahasta on varattu %(kept)s. Pienennä ensin varauksia.") % {"kept": format_euros(kept)}
            )
        return total

    def clean_maximum_sum(self) -> Any:
        """At most the appropriation; the fields of money come before it on every page."""
        most, total = self.cleaned_data["maximum_sum"], self.cleaned_data.get("appropriation")
        if total is not None and most > total:
            raise ValidationError(_("Suurin haettava summa on vähintään pienin summa ja enintään määräraha."))
        return most

    def clean_year(self) -> int:
        """A year on this side of a typing error."""
        year: int = self.cleaned_data["year"]
        if not YEARS[0] <= year <= YEARS[1]:
            raise ValidationError(_("Kirjoita vuosi neljällä numerolla, esimerkiksi 2027."))
        return year


class NewCallForm(CallForm):
    """The facts without which there is no call; the rest is filled in page by page."""

    class Meta:
        model = GrantCall
        fields = ("kind", "procedure", "title_fi", "summary_fi", "year", *MONEY_FIELDS)
        field_classes = {
            "opens_at": InstantField,
            "closes_at": InstantField,
            "decision_expected_on": DayField,
            "interim_report_due_on": DayField,
            "use_report_due_on": DayField,
        }

    def __init__(self, *args: Any, kinds: QuerySet[GrantKind], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        procedure: Any = self.fields["procedure"]
        procedure.choices = [("", _("Avustuslajin tavallinen menettely")), *PROCEDURES]
        self.initial.pop("procedure", None)
        kind: Any = self.fields["kind"]
        kind.queryset = kinds
        if len(kinds) == 1:
            kind.initial, kind.empty_label = kinds[0], None
        else:
            kind.empty_label = _("Valitse avustuslaji")

    def clean(self) -> dict[str, Any] | None:
        """The kind's own procedure where nothing else is chosen."""
        kind = self.cleaned_data.get("kind")
        if kind and not self.cleaned_data.get("procedure"):
            self.cleaned_data["procedure"] = kind.procedure
        return super().clean()


class BasicsForm(CallForm):
    """Names, summary in three languages and the contact person."""

    class Meta:
        model = GrantCall
        fields = (
            "title_fi",
            "summary_fi",
            "year",
            "procedure",
            "joint",
            "joint_shares",
            "state_aid",
            "signatory_demanded",
            "contact_name",
            "contact_phone",
            "contact_email",
            "title_sv",
            "summary_sv",
            "title_en",
            "summary_en",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        needed_before_publishing(self.fields["contact_name"])
        self.fields["joint"].required = False
        procedure: Any = self.fields["procedure"]
        procedure.choices = PROCEDURES

    def clean_procedure(self) -> str:
        """What stands, where the page did not ask."""
        return str(self.cleaned_data["procedure"] or self.instance.procedure)

    def clean_joint(self) -> str:
        """What stands, where the page did not ask."""
        return str(self.cleaned_data["joint"] or self.instance.joint)


class MoneyForm(CallForm):
    """The appropriation, limits, times and what the decision and the ledger need."""

    class Meta:
        model = GrantCall
        fields = (
            *MONEY_FIELDS,
            *("legal_basis_fi", "pay_when", "acceptance_required", "missing_report", "missing_report_applying"),
            *("cost_centre", "ledger_account"),
        )
        field_classes = NewCallForm.Meta.field_classes
        widgets = {"legal_basis_fi": forms.Textarea(attrs={"class": "small", "maxlength": 1000})}
        labels = {
            "pay_when": _("Milloin avustus maksetaan?"),
            "acceptance_required": _("Hakijan on hyväksyttävä avustus ja sen ehdot ennen maksamista"),
            "missing_report": _("Järjestöltä puuttuu käyttöselvitys: estääkö se tämän haun avustuksen maksamisen?"),
            "missing_report_applying": _("Järjestöltä puuttuu käyttöselvitys: estääkö se hakemuksen lähettämisen?"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("pay_when", "missing_report", "missing_report_applying"):
            self.fields[name].required = False


class GuideForm(forms.ModelForm):  # type: ignore[type-arg]
    """The guide's texts and the decision that made it."""

    class Meta:
        model = CallGuideline
        fields = ("decided_by", "decided_on", "section", "text_fi", "text_sv", "text_en")
        field_classes = {"decided_on": DayField}
        widgets = {
            name: forms.Textarea(attrs={"maxlength": 20000, "rows": 12}) for name in ("text_fi", "text_sv", "text_en")
        }
        help_texts = {
            "decided_by": _("Esimerkiksi aluehallitus tai lautakunta."),
            "decided_on": _("Päätöksen päivä, esimerkiksi 19.9.2026."),
            "section": _("Pöytäkirjan pykälän numero, esimerkiksi 69."),
            "text_fi": _("Tyhjä rivi erottaa kappaleet. Tekstin voi liittää suoraan Wordista."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("decided_by", "decided_on", "section"):
            needed_before_publishing(self.fields[name])


class CriterionForm(ConstraintsAtFields):
    """A criterion and the most points it gives; all criteria together give at most 100."""

    constraint_fields = {"grants_criterion_weight": "weight"}

    class Meta:
        model = Criterion
        fields = ("name_fi", "weight", "name_sv", "name_en")
        help_texts = {"name_fi": _("Esimerkiksi: Vastaa asukkaiden hyvinvoinnin vajeisiin.")}

    def __init__(self, *args: Any, others: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.others = others
        self.fields["weight"].help_text = _("Jäljellä %(left)s pistettä sadasta.") % {"left": MAX_POINTS - others}

    def clean_weight(self) -> int:
        """At most what the other criteria leave of a hundred."""
        weight: int = self.cleaned_data["weight"]
        if self.others + weight > MAX_POINTS:
            raise ValidationError(
                _("Perusteet antavat yhdessä enintään 100 pistettä. Tälle perusteelle jää enintään %(left)s."),
                params={"left": MAX_POINTS - self.others},
            )
        return weight


class LevelForm(forms.ModelForm):  # type: ignore[type-arg]
    """One level: so many points and what earns them."""

    class Meta:
        model = CriterionLevel
        fields = ("points", "anchor_fi", "anchor_sv", "anchor_en")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in (
            ("anchor_fi", _("Mistä nämä pisteet saa?")),
            ("anchor_sv", _("Sama ruotsiksi")),
            ("anchor_en", _("Sama englanniksi")),
        ):
            self.fields[name].label = label
            self.fields[name].widget = forms.Textarea(attrs={"class": "small", "rows": 2, "maxlength": 300})


class BaseLevels(BaseInlineFormSet):  # type: ignore[type-arg]
    """All levels of a criterion: points once each and never above the weight."""

    weight: int | None = None

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        if self.can_delete and "DELETE" in form.fields:
            form.fields["DELETE"].label = _("Poista tämä taso")

    def clean(self) -> None:
        seen: set[int] = set()
        for form in self.forms:
            points = form.cleaned_data.get("points") if form.is_valid() else None
            if points is None or form.cleaned_data.get("DELETE"):
                continue
            if points in seen:
                form.add_error("points", _("Samoille pisteille on jo toinen kuvaus. Muuta pisteitä tai poista toinen."))
            if self.weight is not None and points > self.weight:
                form.add_error("points", _("Peruste antaa enintään %(most)s pistettä.") % {"most": self.weight})
            seen.add(points)

    def validate_unique(self) -> None:
        """Left to ``clean``, which puts the message at the field."""


Levels = inlineformset_factory(
    Criterion, CriterionLevel, form=LevelForm, formset=BaseLevels, extra=3, can_delete=True, max_num=30
)


class SlotForm(ConstraintsAtFields):
    """A named place for an attachment."""

    constraint_fields = {"grants_slot_later_has_a_day": "later_by"}

    class Meta:
        model = AttachmentSlot
        fields = (
            "name_fi",
            "help_fi",
            "vault_kind",
            "required",
            "several",
            "later_allowed",
            "later_by",
            "name_sv",
            "help_sv",
            "name_en",
            "help_en",
        )
        field_classes = {"later_by": DayField}
        help_texts = {
            "name_fi": _("Esimerkiksi: Vahvistettu tilinpäätös."),
            "help_fi": _("Mikä vuosi, mitä asiakirjassa pitää olla?"),
        }
        labels = {"required": _("Liite on pakollinen")}


class CopyForm(forms.Form):
    """To which year an earlier call is copied."""

    year = forms.IntegerField(
        label=_("Mille vuodelle?"),
        min_value=YEARS[0],
        max_value=YEARS[1],
        help_text=_("Vuosi, jonka toimintaan avustus käytetään. Hakuaika siirtyy samaan kohtaan vuotta."),
        error_messages={
            "min_value": _("Kirjoita vuosi neljällä numerolla, esimerkiksi 2027."),
            "max_value": _("Kirjoita vuosi neljällä numerolla, esimerkiksi 2027."),
        },
    )


class ReasonForm(forms.Form):
    """Why a call is cancelled; everybody sees it."""

    reason = forms.CharField(
        label=_("Syy"),
        max_length=500,
        widget=forms.Textarea(attrs={"class": "small", "maxlength": 500}),
        help_text=_("Syy näkyy haun sivulla ja viestissä hakijoille."),
        error_messages={"required": _("Kirjoita syy. Se näkyy hakijoille.")},
    )


class ExtensionForm(ReasonForm):
    """A later closing instant and why."""

    closes_at = InstantField(label=_("Uusi päättymisaika"), help_text=_("Esimerkiksi 9.12.2026 klo 16.00."))
    field_order = ("closes_at", "reason")


class CallFilter(forms.Form):
    """The officers' list, filtered by its address: ``?tila=`` and ``?vuosi=``."""

    tila = forms.ChoiceField(label=_("Tila"), required=False)
    vuosi = forms.ChoiceField(label=_("Vuosi"), required=False)

    def __init__(self, *args: Any, states: list[tuple[str, Any]], years: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        state: Any = self.fields["tila"]
        year: Any = self.fields["vuosi"]
        state.choices = [("", _("Kaikki")), *states]
        year.choices = [("", _("Kaikki")), *((str(number), str(number)) for number in years)]


class YearFilter(forms.Form):
    """Closed calls of one year: ``?vuosi=``."""

    vuosi = forms.ChoiceField(label=_("Vuosi"), required=False)

    def __init__(self, *args: Any, years: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        year: Any = self.fields["vuosi"]
        year.choices = [("", _("Kaikki")), *((str(number), str(number)) for number in years)]


class QuestionForm(forms.Form):
    """A question about a call."""

    text = PlainTextField(
        label=_("Kysymyksesi"),
        max_length=1000,
        widget=forms.Textarea(attrs={"class": "small", "rows": 4, "maxlength": 1000}),
        help_text=_("Vastaus julkaistaan kaikille ilman nimeäsi, jos se auttaa muitakin."),
        error_messages={"required": _("Kirjoita kysymys.")},
    )


class QuestionAnswerForm(forms.Form):
    """The answer to a question, and to whom."""

    answer = forms.CharField(
        label=_("Vastaus"),
        max_length=4000,
        widget=forms.Textarea(attrs={"class": "small", "rows": 5, "maxlength": 4000}),
        error_messages={"required": _("Kirjoita vastaus.")},
    )
    published_question = forms.CharField(
        label=_("Kysymys, niin kuin se julkaistaan"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"class": "small", "rows": 3, "maxlength": 1000}),
        help_text=_("Muotoile uudelleen, jos kysymyksestä tunnistaa kysyjän. Tyhjänä julkaistaan kysyjän sanat."),
    )
    is_private = forms.BooleanField(
        label=_("Vastaa vain kysyjälle"),
        required=False,
        help_text=_("Kun kysymys koskee vain hakijan omaa asiaa."),
    )
