"""Input about money: instalments, dates of payment, use reports."""

from decimal import Decimal
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from common.money import EuroFormField, format_euros
from common.time_fields import DayField
from county.models import Municipality
from grants import life_cycles
from grants.models import Agreement, Decision, ReportKind, UseReport, UseReportQuestion
from grants.money_lists import WAITS, ReportChoices
from grants.workflow.use_reports import needed_of

STORY = 3000


class PlanForm(forms.Form):
    """How much of a granted sum is paid in this instalment."""

    sum = EuroFormField(label=_("Maksuerän summa"))
    not_before = DayField(
        label=_("Maksetaan aikaisintaan"), required=False, help_text=_("Tyhjä: heti. Esimerkiksi 1.9.2027.")
    )
    after_interim = forms.BooleanField(label=_("Vasta, kun väliselvitys on hyväksytty"), required=False)
    agreement = forms.ModelChoiceField(
        Agreement.objects.none(),
        label=_("Vasta, kun sopimus on hyväksytty"),
        required=False,
        empty_label=_("Ei odota sopimusta"),
    )

    def __init__(self, *args: Any, decision: Decision, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not decision.use_reports.filter(kind=ReportKind.INTERIM).exists():
            del self.fields["after_interim"]
        agreements = Agreement.objects.filter(parties__organisation=decision.application.organisation_id).distinct()
        agreements = agreements.exclude(state__in=["dropped", "terminated"]).order_by("-created_at", "-pk")
        if agreements.exists():
            cast(forms.ModelChoiceField, self.fields["agreement"]).queryset = agreements  # type: ignore[type-arg]
        else:
            del self.fields["agreement"]
        left = decision.left_to_plan
        self.initial["sum"] = left
        self.fields["sum"].help_text = _("Myönnetty %(granted)s, valmistelematta %(left)s.") % {
            "granted": format_euros(decision.sum),
            "left": format_euros(left),
        }


class PaidForm(forms.Form):
    """The day on which the ledger paid."""

    paid_on = forms.DateField(
        label=_("Maksupäivä"),
        help_text=_("Päivä, jona maksu lähti tililtä, esimerkiksi 1.3.2027."),
        widget=forms.DateInput(attrs={"class": "date", "inputmode": "numeric", "autocomplete": "off"}),
        error_messages={
            "required": _("Maksupäivä puuttuu. Kirjoita päivä, esimerkiksi 1.3.2027."),
            "invalid": _("Päivää ei ole. Kirjoita se muodossa 1.3.2027."),
        },
    )


class PaymentFilter(forms.Form):
    """Which payments are listed; the field names stand in the address."""

    q = forms.CharField(label=_("Järjestö tai asianumero"), required=False)
    tila = forms.ChoiceField(label=_("Tila"), required=False)
    vuosi = forms.TypedChoiceField(label=_("Avustusvuosi"), required=False, coerce=int, empty_value=None)

    haku = forms.TypedChoiceField(label=_("Haku"), required=False, coerce=int, empty_value=None)

    def __init__(self, *args: Any, years: list[int], calls: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choices(self, "tila", [(WAITS, _("Odottaa ehtoa")), *life_cycles.PAYMENT.choices()])
        _choices(self, "vuosi", [(year, str(year)) for year in years])
        _choices(self, "haku", calls)


class UseReportFilter(forms.Form):
    """Which use reports are listed; the field names stand in the address."""

    q = forms.CharField(label=_("Järjestö tai asianumero"), required=False)
    tila = forms.ChoiceField(label=_("Tila"), required=False)
    haku = forms.TypedChoiceField(label=_("Haku"), required=False, coerce=int, empty_value=None)
    kunta = forms.ChoiceField(label=_("Kunta"), required=False)
    vuosi = forms.TypedChoiceField(label=_("Avustusvuosi"), required=False, coerce=int, empty_value=None)

    def __init__(self, *args: Any, choices: ReportChoices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        late = ("myohassa", _("Myöhässä"))
        _choices(self, "tila", [late, *life_cycles.USE_REPORT.choices()])
        _choices(self, "haku", choices.calls)
        _choices(self, "kunta", choices.places)
        _choices(self, "vuosi", [(year, str(year)) for year in choices.years])


def _choices(form: forms.Form, name: str, choices: list[Any]) -> None:
    form.fields[name].choices = [("", _("Kaikki")), *choices]  # type: ignore[attr-defined]


class UseReportForm(forms.ModelForm):  # type: ignore[type-arg]
    """The use report as one page. An unfinished one is saved as it is; sending asks for what is missing."""

    revision = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = UseReport
        fields = [
            "what_was_done",
            "what_changed",
            "what_was_learned",
            "what_differed",
            "people_reached",
            "meetings",
            "volunteers",
            "volunteer_hours",
            "municipalities",
            "spent_sum",
        ]
        labels = {
            "what_was_done": _("Mitä teitte avustuksella?"),
            "what_changed": _("Mitä toiminnasta seurasi?"),
            "what_was_learned": _("Mitä opitte?"),
            "what_differed": _("Mikä poikkesi suunnitellusta ja miksi?"),
            "people_reached": _("Kuinka monta ihmistä tavoititte?"),
            "meetings": _("Kuinka monta tapaamista järjestitte?"),
            "volunteers": _("Kuinka monta vapaaehtoista oli mukana?"),
            "volunteer_hours": _("Kuinka monta tuntia vapaaehtoiset tekivät?"),
            "municipalities": _("Missä kunnissa toimitte?"),
            "spent_sum": _("Kuinka paljon avustuksesta käytitte?"),
        }
        help_texts = {
            "what_was_done": _("Kerro omin sanoin. Älä kirjoita kenenkään terveystietoja."),
            "what_changed": _("Mitä osallistujat, vapaaehtoiset tai kumppanit kertoivat?"),
            "what_was_learned": _("Mitä tekisitte toisin?"),
            "what_differed": _("Kerro eroista menoissa ja tavoitteissa. Jos eroja ei ole, jätä tyhjäksi."),
        }
        widgets = {
            "what_was_done": forms.Textarea(attrs={"maxlength": STORY}),
            "what_changed": forms.Textarea(attrs={"maxlength": STORY}),
            "what_was_learned": forms.Textarea(attrs={"maxlength": STORY}),
            "what_differed": forms.Textarea(attrs={"maxlength": STORY}),
            "municipalities": forms.CheckboxSelectMultiple,
        }

    def __init__(
        self, *args: Any, targets: dict[str, Any], question: UseReportQuestion | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance.is_full:
            del self.fields["what_differed"]
        needed = {name for name, _text in needed_of(self.instance)}
        for name in self._own():
            # May be empty while the report is filled in; what is needed to send it is not marked as optional.
            self.fields[name].required = False
            self.fields[name].needed_later = name in needed  # type: ignore[attr-defined]
        if question is not None:
            self._ask(question)
        self.initial["revision"] = self.instance.revision
        self.fields["municipalities"].queryset = Municipality.objects.filter(is_own=True)  # type: ignore[attr-defined]
        if self.instance.saved_at is None:
            self.initial["municipalities"] = list(self.instance.decision.application.municipalities.all())
        for name in ("people_reached", "meetings", "volunteers", "volunteer_hours"):
            self.fields[name].widget = forms.TextInput(attrs={"class": "number", "inputmode": "numeric"})
            self.fields[name].error_messages["invalid"] = str(_("Kirjoita luku numeroin, esimerkiksi 120."))
            if name in targets:
                self.fields[name].help_text = _("Tavoitteenne oli %(target)s. Arvio riittää.") % {
                    "target": targets[name]
                }
        self.fields["spent_sum"].help_text = _("Teille myönnettiin %(sum)s.") % {
            "sum": format_euros(self.instance.decision.sum)
        }

    def values(self) -> dict[str, Any]:
        """Return what was typed, by field of the report."""
        names = [*self._own(), *(["answer"] if "answer" in self.fields else [])]
        return {name: self.cleaned_data[name] for name in names}

    def _own(self) -> list[str]:
        return [name for name in self.Meta.fields if name in self.fields]

    def _ask(self, question: UseReportQuestion) -> None:
        """Put the officers' question first, with a place for its answer."""
        self.fields["answer"] = forms.CharField(
            label=_("Vastauksenne kysymykseen"),
            help_text=_("Voit myös korjata alla olevaa selvitystä. Kerro silloin, mitä muutit."),
            widget=forms.Textarea(attrs={"maxlength": STORY, "rows": 4}),
            max_length=STORY,
            required=False,
            initial=question.answer,
        )
        self.fields["answer"].needed_later = True  # type: ignore[attr-defined]
        self.order_fields(["answer", *self.fields])

    def show_revision(self, report: UseReport) -> None:
        """Put the present revision into a form that is shown again, so that saving it once more counts."""
        data = cast(QueryDict, self.data).copy()
        data["revision"] = str(report.revision)
        self.data = data

    def clean_spent_sum(self) -> Decimal | None:
        """A sum is never below zero; more than was granted is asked about before sending."""
        spent: Decimal | None = self.cleaned_data["spent_sum"]
        if spent is not None and spent < 0:
            raise forms.ValidationError(_("Käytetty summa ei voi olla pienempi kuin nolla."))
        return spent


class ExtendForm(forms.Form):
    """More time for a use report, with the reason."""

    due_on = forms.DateField(
        label=_("Uusi määräpäivä"),
        help_text=_("Esimerkiksi 30.4.2028."),
        widget=forms.DateInput(attrs={"class": "date", "inputmode": "numeric", "autocomplete": "off"}),
        error_messages={
            "required": _("Uusi määräpäivä puuttuu. Kirjoita päivä, esimerkiksi 30.4.2028."),
            "invalid": _("Päivää ei ole. Kirjoita se muodossa 30.4.2028."),
        },
    )
    reason = forms.CharField(
        label=_("Miksi lisäaikaa annetaan?"),
        help_text=_("Järjestö näkee tämän."),
        max_length=300,
        error_messages={"required": _("Kirjoita, miksi lisäaikaa annetaan.")},
    )


class ReturnForm(forms.Form):
    """What is asked of the organisation about its report, and until when."""

    reason = forms.CharField(
        label=_("Mitä selvityksessä pitää täydentää?"),
        widget=forms.Textarea(attrs={"maxlength": 1000}),
        max_length=1000,
        error_messages={"required": _("Kirjoita, mitä selvityksessä pitää täydentää.")},
    )
    due_on = DayField(
        label=_("Vastattava viimeistään"),
        help_text=_("Jos jätät tyhjäksi, aikaa on 14 päivää."),
        required=False,
    )
