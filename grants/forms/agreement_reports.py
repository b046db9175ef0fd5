"""Input about reports of agreements: what was done, what came on paper, a question, the list's filters."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.text_fields import PlainTextField
from common.time_fields import DayField
from documents.uploads import UploadField
from grants.agreement_reporting import LABELS
from grants.forms.fields import WholeNumber
from grants.models import AgreementReport


def _long(name: str, most: int, rows: int, help_text: Any) -> PlainTextField:
    widget = forms.Textarea({"rows": rows, "maxlength": most})
    return PlainTextField(label=LABELS[name], help_text=help_text, max_length=most, required=False, widget=widget)


class ReportForm(forms.Form):
    """What was done; half of it may be saved, and what is missing is told when it is sent."""

    done = _long("done", 8000, 8, _("Käy läpi järjestön tehtävät sopimuksessa: mitä on tehty, missä ja kenen kanssa."))
    plan_words = _long("plan_words", 4000, 5, _("Mitkä rivit ovat valmiita, mitkä kesken ja mitä tehdään seuraavaksi."))
    problems = _long("problems", 4000, 4, _("Vapaaehtoinen. Tästä voidaan puhua arviointikeskustelussa."))
    people_reached = WholeNumber(label=LABELS["people_reached"], required=False)
    meetings = WholeNumber(label=LABELS["meetings"], required=False)
    volunteers = WholeNumber(label=LABELS["volunteers"], required=False)
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, report: AgreementReport, **kwargs: Any) -> None:
        kwargs["initial"] = {name: getattr(report, name) for name in (*LABELS, "revision")}
        super().__init__(*args, **kwargs)
        for name in LABELS:
            self.fields[name].needed_later = name in ("done", "people_reached")  # type: ignore[attr-defined]
        if report.state == "returned":
            self.fields["answer"] = PlainTextField(
                label=_("Vastaus kysymykseen"),
                help_text=_("Kerro, mitä täydensitte."),
                max_length=2000,
                required=False,
                widget=forms.Textarea({"rows": 3, "maxlength": 2000}),
            )
        self.fields["file"] = UploadField(label=_("Lisää tiedosto"), required=False)

    def values(self) -> dict[str, Any]:
        """Return what the report says."""
        return {name: self.cleaned_data[name] for name in LABELS}


class PaperReportForm(ReportForm):
    """A report that came on paper, as it stands there."""

    arrived_on = DayField(label=_("Saapumispäivä"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("answer", None)
        self.fields["file"] = UploadField(label=_("Alkuperäinen raportti skannattuna"), required=False)
        self.order_fields(["arrived_on"])


class QuestionForm(forms.Form):
    """What the organisation is asked to complete."""

    question = PlainTextField(
        label=_("Mitä raportissa pitää täydentää?"),
        help_text=_("Järjestö lukee tämän. Raportti avautuu sille täydennettäväksi."),
        max_length=2000,
        widget=forms.Textarea({"rows": 3, "maxlength": 2000}),
    )


class AcceptForm(forms.Form):
    """Words with the acceptance."""

    words = PlainTextField(
        label=_("Viesti järjestölle"),
        help_text=_("Vapaaehtoinen."),
        max_length=2000,
        required=False,
        widget=forms.Textarea({"rows": 3, "maxlength": 2000}),
    )


class AgreementReportFilter(forms.Form):
    """Which reports officers list; the field names stand in the address."""

    q = forms.CharField(label=_("Järjestö, sopimus tai asianumero"), required=False, max_length=100)
    tila = forms.ChoiceField(
        label=_("Tila"),
        required=False,
        choices=[
            ("", _("Kaikki")),
            ("luettavana", _("Luettavana")),
            ("odottaa", _("Odottaa järjestöä")),
            ("myohassa", _("Myöhässä")),
            ("hyvaksytty", _("Hyväksytty")),
        ],
    )

    def chosen(self) -> dict[str, Any]:
        """Return what could be read; a value that is no choice chooses nothing."""
        return self.cleaned_data if self.is_bound and (self.is_valid() or self.cleaned_data) else {}
