"""Forms of decisions that hold: completing, correcting, publication, answers, phrases."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.legal_dates import ServedBy
from common.money import EuroFormField
from common.time_fields import DayField
from grants.models import Decision, Outcome, Phrase, VersionKind
from grants.state_aid import is_de_minimis

MAX_TEXT = 3000


def area(rows: int = 4, most: int = MAX_TEXT) -> forms.Textarea:
    """Return a text box of so many rows."""
    return forms.Textarea({"rows": rows, "maxlength": most})


SERVICE = [(ServedBy.ELECTRONIC.value, _("Sähköisesti")), (ServedBy.LETTER.value, _("Kirjeellä"))]


class PhrasePicker(forms.Form):
    """Mixin: a phrase to put into the reasons; the button ``insert`` shows the form again with it."""

    phrase = forms.ModelChoiceField(
        label=_("Fraasi perusteluihin"),
        queryset=Phrase.objects.none(),
        required=False,
        empty_label=_("Valitse fraasi"),
        help_text=_("Valitse fraasi ja paina Lisää fraasi. Voit muokata tekstiä sen jälkeen."),
    )

    def offer(self, outcome: str = "") -> None:
        """Offer the phrases that suit the outcome, or all; without any the field goes."""
        rows = Phrase.objects.suiting(outcome) if outcome else Phrase.objects.all()
        field: Any = self.fields["phrase"]
        field.queryset = rows
        if not rows.exists():
            del self.fields["phrase"]


class DecisionTexts(PhrasePicker):
    """The texts of a decision."""

    reasons = forms.CharField(label=_("Perustelut"), max_length=MAX_TEXT, widget=area(6))
    purpose = forms.CharField(
        label=_("Käyttötarkoitus"),
        required=False,
        max_length=1000,
        widget=area(2, 1000),
        help_text=_("Mihin avustusta saa käyttää."),
    )
    terms = forms.CharField(label=_("Ehdot"), required=False, max_length=MAX_TEXT, widget=area(4))
    legal_basis = forms.CharField(
        label=_("Oikeusperuste"),
        max_length=1000,
        widget=area(2, 1000),
        error_messages={"required": _("Päätös tarvitsee oikeusperusteen: lain kohdat, joihin se perustuu.")},
    )
    contact = forms.CharField(
        label=_("Lisätietojen antaja ja yhteystieto"),
        max_length=300,
        error_messages={"required": _("Päätös tarvitsee lisätietojen antajan ja yhteystiedon.")},
    )

    def __init__(self, *args: Any, decision: Decision, **kwargs: Any) -> None:
        names = ("reasons", "purpose", "terms", "legal_basis", "contact")
        start = {name: getattr(decision, name) for name in names}
        kwargs["initial"] = {**start, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        self.offer(decision.outcome)
        if not decision.is_grant:
            del self.fields["purpose"], self.fields["terms"]

    def texts(self) -> dict[str, str]:
        """Return the texts of a valid form; what is not asked of a refusal is empty."""
        given = self.cleaned_data
        return {
            name: given.get(name, "").replace("\r\n", "\n")
            for name in ("reasons", "purpose", "terms", "legal_basis", "contact")
        }


class EditDecisionForm(DecisionTexts):
    """A recorded decision before it is served."""

    served_by = forms.ChoiceField(
        label=_("Miten tämä päätös annetaan tiedoksi?"), choices=SERVICE, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, decision: Decision, **kwargs: Any) -> None:
        start = {"served_by": decision.served_by, **kwargs.pop("initial", {})}
        super().__init__(*args, decision=decision, initial=start, **kwargs)


class CorrectionForm(DecisionTexts):
    """What is corrected in a served decision and why."""

    kind = forms.ChoiceField(
        label=_("Mitä korjataan?"),
        choices=[
            (VersionKind.WRITING.value, _("Kirjoitusvirhe: teksti tai ilmeinen laskuvirhe. Määräajat eivät muutu.")),
            (VersionKind.SUBSTANCE.value, _("Asiavirhe: asia on ratkaistu uudelleen. Määräajat alkavat alusta.")),
        ],
        widget=forms.RadioSelect,
        initial=VersionKind.WRITING.value,
    )
    why = forms.CharField(
        label=_("Mikä oli väärin ja miten se korjattiin?"),
        help_text=_("Tämä tulee korjattuun päätökseen."),
        max_length=1000,
        widget=area(2, 1000),
    )
    sum = EuroFormField(label=_("Myönnetty, €"))
    is_consented = forms.BooleanField(label=_("Hakija on suostunut summan pienentämiseen."), required=False)
    de_minimis = forms.TypedChoiceField(
        label=_("Onko avustus vähämerkityksistä tukea (de minimis)?"),
        choices=[("yes", _("On")), ("no", _("Ei ole"))],
        coerce=lambda value: value == "yes",
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )
    decided_on = DayField(label=_("Päivä, jona asia ratkaistiin uudelleen"), required=False)
    section_number = forms.IntegerField(label=_("Pykälä"), min_value=1, max_value=9999, required=False)
    revision = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    field_order = (
        "kind",
        "why",
        "decided_on",
        "section_number",
        "sum",
        "is_consented",
        "de_minimis",
        "phrase",
        "reasons",
    )

    def __init__(self, *args: Any, decision: Decision, **kwargs: Any) -> None:
        aid = "yes" if is_de_minimis(decision.application) else "no"
        start = {"sum": decision.sum, "revision": decision.version, "de_minimis": aid, **kwargs.pop("initial", {})}
        super().__init__(*args, decision=decision, initial=start, **kwargs)
        if decision.is_official and not decision.stands_by_section:  # decided anew now, under the next number
            del self.fields["decided_on"], self.fields["section_number"]
        for name in {"decided_on", "section_number"} & self.fields.keys():
            field: Any = self.fields[name]
            field.help_text = _("Vain asiavirheessä.")


class PublicationForm(forms.Form):
    """When the minutes were published online."""

    published_on = DayField(
        label=_("Pöytäkirja julkaistu verkossa"),
        help_text=_("Hyvinvointialueen jäsenen oikaisuvaatimusaika alkaa seitsemäntenä päivänä julkaisemisesta."),
    )

    def __init__(self, *args: Any, by_official: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if by_official:
            self.fields["published_on"].label = _("Viranhaltijapäätökset julkaistu verkossa")


class AnswerForm(forms.Form):
    """Whether the applicant takes the grant with its terms."""

    answer = forms.ChoiceField(
        label=_("Otatteko avustuksen vastaan?"),
        choices=[
            ("accept", _("Otamme avustuksen vastaan ja noudatamme sen ehtoja")),
            ("decline", _("Kieltäydymme avustuksesta. Tätä ei voi perua.")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Valitse, otatteko avustuksen vastaan.")},
    )


class PhraseForm(forms.ModelForm):  # type: ignore[type-arg]
    """One phrase."""

    class Meta:
        model = Phrase
        fields = ("title", "outcome", "text_fi", "text_sv", "text_en")
        labels = {
            "title": _("Otsikko, jolla fraasi valitaan"),
            "outcome": _("Mihin ratkaisuun se sopii?"),
            "text_fi": _("Teksti suomeksi"),
            "text_sv": _("Teksti ruotsiksi"),
            "text_en": _("Teksti englanniksi"),
        }
        widgets = {"text_fi": area(4, 2000), "text_sv": area(4, 2000), "text_en": area(4, 2000)}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        outcome: Any = self.fields["outcome"]
        outcome.choices = [("", _("Kaikkiin")), *Outcome.choices]
