"""Input of surveys: the answers, the survey and its questions, invitations, groups, results of others."""

from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

from common.text_fields import PlainTextField
from common.time_fields import DayField
from forums.forms.voices import PlainAreaField
from reports.models import ExternalResult, OpenAnswerGroup, Survey, SurveyQuestion, SurveyQuestionKind
from reports.models.surveys import SCALE
from reports.workflow.surveys import SurveyReply

MOST_OPTIONS = 15


class SurveyAnswerForm(forms.Form):
    """The questions of a survey; the field that no person sees catches programs."""

    website = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, questions: list[SurveyQuestion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions = questions
        for row in questions:
            self.fields[f"q{row.pk}"] = self._field(row)

    def _field(self, row: SurveyQuestion) -> forms.Field:
        shared: dict[str, Any] = {"label": row.name, "required": row.is_required}
        if row.kind == SurveyQuestionKind.TEXT:
            return PlainAreaField(rows=4, help_text=_("Älä kirjoita nimiä tai terveystietoja."), **shared)
        if row.kind == SurveyQuestionKind.NUMBER:
            return forms.IntegerField(min_value=0, max_value=1_000_000, **shared)
        if row.kind == SurveyQuestionKind.SCALE:
            marks = [(str(mark), str(mark)) for mark in SCALE]
            text = _("1 on vähiten ja 5 eniten.")
            return forms.ChoiceField(choices=marks, widget=forms.RadioSelect, help_text=text, **shared)
        options = [(str(place), text) for place, text in enumerate(row.options)]
        if row.kind == SurveyQuestionKind.SEVERAL:
            text = _("Voit valita useita.")
            return forms.MultipleChoiceField(
                choices=options, widget=forms.CheckboxSelectMultiple, help_text=text, **shared
            )
        return forms.ChoiceField(choices=options, widget=forms.RadioSelect, **shared)

    @property
    def is_robot(self) -> bool:
        """Tell whether the field that no person sees was filled in."""
        return bool(self.data.get("website"))

    @property
    def reply(self) -> SurveyReply:
        """Return what was answered."""
        content: dict[str, Any] = {}
        texts = {}
        for row in self.questions:
            given = self.cleaned_data.get(f"q{row.pk}")
            if row.kind == SurveyQuestionKind.TEXT:
                texts[row.pk] = given or ""
            elif row.kind == SurveyQuestionKind.SEVERAL:
                content[str(row.pk)] = [int(one) for one in given or ()]
            elif given not in (None, ""):
                content[str(row.pk)] = int(given)
        return SurveyReply(content, texts)


class SurveyForm(forms.ModelForm):  # type: ignore[type-arg]
    """The survey itself."""

    name_fi = forms.CharField(label=_("Kyselyn nimi suomeksi"), max_length=200)
    intro_fi = PlainAreaField(
        label=_("Esittely suomeksi"),
        help_text=_("Kerro parilla lauseella, miksi kysytään, kauanko vastaaminen kestää ja mitä tuloksilla tehdään."),
    )
    opens_on = DayField(label=_("Ensimmäinen vastauspäivä"))
    closes_on = DayField(label=_("Viimeinen vastauspäivä"))
    name_sv = forms.CharField(label=_("Kyselyn nimi ruotsiksi"), max_length=200, required=False)
    intro_sv = PlainAreaField(label=_("Esittely ruotsiksi"), required=False, rows=3)
    name_en = forms.CharField(label=_("Kyselyn nimi englanniksi"), max_length=200, required=False)
    intro_en = PlainAreaField(label=_("Esittely englanniksi"), required=False, rows=3)

    class Meta:
        model = Survey
        fields = [
            "name_fi",
            "intro_fi",
            "opens_on",
            "closes_on",
            "has_open_link",
            "follows",
            "name_sv",
            "intro_sv",
            "name_en",
            "intro_en",
        ]
        labels = {
            "has_open_link": _("Kyselyyn voi vastata avoimella linkillä"),
            "follows": _("Edellinen kysely"),
        }
        help_texts = {
            "has_open_link": _("Kysely näkyy kyselyjen sivulla, ja kuka tahansa voi vastata siihen."),
            "follows": _("Tuloksia verrataan siihen: kysymykset, joilla on sama tunnus."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["follows"]
        field.queryset = Survey.objects.filter(state="published").exclude(pk=self.instance.pk)
        field.empty_label = _("Ei edellistä kyselyä")


class LinesField(forms.CharField):
    """Options, one a line."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, widget=forms.Textarea({"rows": 5}), **kwargs)

    def prepare_value(self, value: Any) -> Any:
        """Show a list as lines."""
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        """Return the lines, each once."""
        lines = (line.strip()[:150] for line in (value or "").splitlines())
        return list(dict.fromkeys(line for line in lines if line))[:MOST_OPTIONS]


class SurveyQuestionForm(forms.ModelForm):  # type: ignore[type-arg]
    """One question."""

    name_fi = forms.CharField(label=_("Kysymys suomeksi"), max_length=200)
    kind = forms.ChoiceField(
        label=_("Miten vastataan"), choices=SurveyQuestionKind.choices, widget=forms.RadioSelect, initial="choice"
    )
    options_fi = LinesField(label=_("Vaihtoehdot suomeksi"), help_text=_("Yksi vaihtoehto riville."))
    name_sv = forms.CharField(label=_("Kysymys ruotsiksi"), max_length=200, required=False)
    options_sv = LinesField(
        label=_("Vaihtoehdot ruotsiksi"), help_text=_("Samassa järjestyksessä kuin suomeksi, yhtä monta riviä.")
    )
    name_en = forms.CharField(label=_("Kysymys englanniksi"), max_length=200, required=False)
    options_en = LinesField(
        label=_("Vaihtoehdot englanniksi"), help_text=_("Samassa järjestyksessä kuin suomeksi, yhtä monta riviä.")
    )

    class Meta:
        model = SurveyQuestion
        fields = [
            "name_fi",
            "kind",
            "options_fi",
            "is_required",
            "code",
            "name_sv",
            "options_sv",
            "name_en",
            "options_en",
        ]
        labels = {"is_required": _("Vastaus on pakollinen"), "code": _("Tunnus")}
        help_texts = {
            "code": _("Lyhyt sana ilman välejä, esimerkiksi luottamus. Saman tunnuksen kysymystä verrataan vuosittain.")
        }

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("kind") not in ("choice", "several"):
            return {**data, "options_fi": [], "options_sv": [], "options_en": []}
        if len(data.get("options_fi") or ()) < 2:
            self.add_error("options_fi", _("Kirjoita ainakin kaksi vaihtoehtoa, yksi riville."))
        for name in ("options_sv", "options_en"):
            if data.get(name) and len(data[name]) != len(data.get("options_fi") or ()):
                self.add_error(name, _("Rivejä on eri määrä kuin suomeksi. Kirjoita yhtä monta."))
        return data


class SurveyTableForm(forms.Form):
    """A table to be published."""

    question: Any = forms.ModelChoiceField(label=_("Kysymys"), queryset=None)
    background: Any = forms.ModelChoiceField(
        label=_("Taustakysymys"),
        queryset=None,
        required=False,
        empty_label=_("Ei taustaa: kaikki vastaajat yhdessä"),
        help_text=_("Tulokset eritellään tämän vastausten mukaan. Mitä enemmän luokkia, sitä enemmän salataan."),
    )

    def __init__(self, *args: Any, survey: Survey, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["question"].queryset = survey.questions.all()  # type: ignore[attr-defined]
        divides = survey.questions.filter(kind__in=["choice", "scale", "number"])
        self.fields["background"].queryset = divides  # type: ignore[attr-defined]


class InviteForm(forms.Form):
    """Addresses pasted from anywhere."""

    addresses = forms.CharField(
        label=_("Sähköpostiosoitteet"),
        widget=forms.Textarea({"rows": 8, "class": "wide"}),
        validators=[MaxLengthValidator(200_000)],
        help_text=_("Liitä osoitteet allekkain tai pilkuilla erotettuina. Sama osoite saa kutsun vain kerran."),
        error_messages={"required": _("Liitä ainakin yksi sähköpostiosoite.")},
    )


class GroupForm(forms.ModelForm):  # type: ignore[type-arg]
    """A group of open answers."""

    name = PlainTextField(label=_("Uusi ryhmä"), max_length=150, help_text=_("Mistä vastaukset kertovat, lyhyesti."))

    class Meta:
        model = OpenAnswerGroup
        fields = ["name"]


class ExternalResultForm(forms.ModelForm):  # type: ignore[type-arg]
    """A result of somebody else's survey."""

    figure = forms.DecimalField(label=_("Luku"), max_digits=12, decimal_places=2, localize=True)

    class Meta:
        model = ExternalResult
        fields = ["name", "year", "publisher", "source_url", "n", "question", "figure", "unit"]
        labels = {
            "name": _("Kyselyn nimi"),
            "year": _("Vuosi"),
            "publisher": _("Julkaisija"),
            "source_url": _("Lähteen verkko-osoite"),
            "n": _("Vastaajia"),
            "question": _("Mitä kysyttiin"),
            "unit": _("Yksikkö"),
        }
        help_texts = {
            "question": _("Esimerkiksi: järjestöistä, jotka kokevat yhteistyön toimivan."),
            "unit": _("Esimerkiksi: %, pistettä asteikolla 1–5."),
        }
