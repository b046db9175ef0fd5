"""Forms with which a coordinator builds the application form: a page, and a question of each type."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from grants import form_definition as forms_data
from grants.form_definition import Definition, Question
from grants.forms.calls import needed_before_publishing
from grants.forms.fields import LONGEST

LANGUAGES = ("fi", "sv", "en")
#: Options of a choice: the least there may be, rows on a new question, empty rows after the present ones, the most.
LEAST_OPTIONS, FIRST_OPTIONS, MORE_OPTIONS, MOST_OPTIONS = 2, 4, 3, 20
#: Longest label and help, in characters.
LABEL, HELP = 200, 500
#: The longest answer to a line; the title is copied to a column of 200.
LINE_LONGEST = 300

#: What a question may be when it is added, in the order of use: "yes_no" makes a choice with its two options.
NEW_TYPES: dict[str, tuple[Any, Any]] = {
    "text": (_("Teksti"), _("Kertovaa tekstiä, jonka pituuden laskuri näyttää.")),
    "short_text": (_("Lyhyt teksti"), _("Yksi rivi, esimerkiksi nimi.")),
    "choice": (_("Valinta"), _("Yksi vaihtoehdoista, jotka kirjoitat itse.")),
    "yes_no": (_("Kyllä vai ei"), _("Kaksi vaihtoehtoa. Vastaus voi tuoda jatkokysymyksen.")),
    "number": (_("Luku"), _("Kokonaisluku, esimerkiksi osallistujien määrä.")),
    "money": (_("Summa euroina"), _("Rahasumma senttien tarkkuudella.")),
    "indicators": (_("Tavoiteluvut"), _("Samat luvut, joita käyttöselvitys myöhemmin kysyy.")),
    "budget": (_("Menot ja tulot"), _("Talousarvion rivit. Palvelu laskee ne yhteen.")),
    "partners": (_("Kumppanit"), _("Rivejä: kuka ja mitä tekee.")),
    "contacts": (_("Henkilöt ja yhteystiedot"), _("Rivejä: nimi, tehtävä, sähköposti ja puhelin.")),
    "funding": (_("Muu rahoitus"), _("Rivejä: rahoittaja, vuosi, summa ja tila.")),
    "municipalities": (_("Kuntien valinta"), _("Yksi tai useampi alueen kunnista.")),
}
YES_NO_OPTIONS = (
    {"key": "yes", "label_fi": "Kyllä", "label_sv": "Ja", "label_en": "Yes"},
    {"key": "no", "label_fi": "Ei", "label_sv": "Nej", "label_en": "No"},
)


def _line(label: Any, *, required: bool = False, longest: int = LABEL, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, required=required, max_length=longest, **more)


def _prose(label: Any, **more: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"class": "small", "rows": 3, "maxlength": HELP})
    return forms.CharField(label=label, required=False, max_length=HELP, widget=widget, **more)


class FormPageForm(forms.Form):
    """A page of the application form: heading and introduction in three languages, and its group."""

    title_fi = _line(_("Otsikko suomeksi"), required=True, error_messages={"required": _("Kirjoita sivun otsikko.")})
    intro_fi = _prose(_("Johdanto suomeksi"), help_text=_("Yksi tai kaksi virkettä siitä, mitä sivulla kysytään."))
    group = forms.ChoiceField(
        label=_("Ryhmä"),
        choices=list(forms_data.GROUPS.items()),
        initial="activity",
        help_text=_("Minkä otsikon alla sivu näkyy hakijan luettelossa."),
    )
    title_sv = _line(_("Otsikko ruotsiksi"))
    intro_sv = _prose(_("Johdanto ruotsiksi"))
    title_en = _line(_("Otsikko englanniksi"))
    intro_en = _prose(_("Johdanto englanniksi"))

    def texts(self) -> dict[str, Any]:
        """Return what the definition keeps of the page."""
        return dict(self.cleaned_data)


class FormQuestionForm(forms.Form):
    """A question of the application form; the fields follow its type."""

    label_fi = _line(_("Kysymys suomeksi"), required=True, error_messages={"required": _("Kirjoita kysymys.")})
    help_fi = _prose(_("Ohje suomeksi"), help_text=_("Mitä vastauksessa on hyvä kertoa. Yksi tai kaksi virkettä."))
    max_length = forms.IntegerField(label=_("Enintään merkkejä"), min_value=20)
    required = forms.BooleanField(label=_("Vastaus on pakollinen"), required=False)
    indicators = forms.MultipleChoiceField(
        label=_("Mitkä luvut kysytään"),
        choices=[(key, str(name)) for key, name in forms_data.INDICATORS.items()],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Valitse ainakin yksi luku.")},
    )
    only_if = forms.ChoiceField(
        label=_("Kysytään vain, kun hakija on vastannut"),
        required=False,
        help_text=_("Ehtona voi olla aiempi valintakysymys."),
    )
    min_sum_euros = forms.IntegerField(
        label=_("Kysytään, kun haettu summa on vähintään (euroa)"),
        required=False,
        min_value=1,
        max_value=100_000_000,
        help_text=_("Jätä tyhjäksi, jos kysymys on kaikille. Näin pienestä summasta kysytään vähemmän."),
    )
    label_sv = _line(_("Kysymys ruotsiksi"))
    help_sv = _prose(_("Ohje ruotsiksi"))
    label_en = _line(_("Kysymys englanniksi"))
    help_en = _prose(_("Ohje englanniksi"))

    def __init__(self, data: Any = None, *, kind: str, question: Question, earlier: list[Question]) -> None:
        super().__init__(data, initial=_initial(question, kind))
        self.kind, self.question = kind, question
        self.options_count = 0
        condition: Any = self.fields["only_if"]
        condition.choices = [("", _("Kysytään kaikilta")), *_conditions(earlier)]
        for name in self._superfluous(bool(question.get("copies_to"))):
            del self.fields[name]
        if "max_length" in self.fields:
            self._limit(question)
        if kind == "choice":
            self._add_options(question)

    def _superfluous(self, is_own: bool) -> Iterator[str]:
        if self.kind not in ("text", "short_text") or self.question.get("format"):
            yield "max_length"
        if self.kind != "indicators":
            yield "indicators"
        if is_own:
            yield from ("required", "only_if", "min_sum_euros")

    def _limit(self, question: Question) -> None:
        longest = LONGEST if self.kind == "text" else LINE_LONGEST
        if question.get("copies_to") == "title":
            longest = LABEL
        limit = self.fields["max_length"]
        limit.validators.append(MaxValueValidator(longest))
        limit.widget.attrs["class"] = "short"

    # Options of a choice

    def _add_options(self, question: Question) -> None:
        present = question.get("choices", [])
        self.options_count = min(MOST_OPTIONS, max(len(present) + MORE_OPTIONS, FIRST_OPTIONS))
        for row in range(self.options_count):
            option = present[row] if row < len(present) else {}
            self.fields[f"option-{row}-key"] = forms.CharField(
                required=False, max_length=30, initial=option.get("key", ""), widget=forms.HiddenInput
            )
            for language, label in zip(LANGUAGES, (_("Suomeksi"), _("Ruotsiksi"), _("Englanniksi")), strict=True):
                name = f"option-{row}-{language}"
                self.fields[name] = _line(label, initial=option.get(f"label_{language}", ""))
            if row < LEAST_OPTIONS:
                # Not called optional; whether there are enough options is told by ``clean``.
                needed_before_publishing(self.fields[f"option-{row}-fi"])

    @property
    def option_rows(self) -> list[list[Any]]:
        """The bound fields of the options, row by row."""
        return [[self[f"option-{row}-{part}"] for part in ("key", *LANGUAGES)] for row in range(self.options_count)]

    def clean(self) -> dict[str, Any]:
        """Read the options: at least two, each with a Finnish text."""
        cleaned = super().clean() or {}
        if self.kind == "choice":
            cleaned["choices"] = self._options(cleaned)
            if len(cleaned["choices"]) < LEAST_OPTIONS and not self.errors:
                self.add_error("option-0-fi", ValidationError(gettext("Kirjoita ainakin kaksi vaihtoehtoa.")))
        return cleaned

    def _options(self, cleaned: dict[str, Any]) -> list[dict[str, str]]:
        known = {choice["key"] for choice in self.question.get("choices", [])}
        found: list[dict[str, str]] = []
        for row in range(self.options_count):
            texts = {f"label_{language}": cleaned.get(f"option-{row}-{language}") or "" for language in LANGUAGES}
            if not any(texts.values()):
                continue
            if not texts["label_fi"]:
                self.add_error(f"option-{row}-fi", ValidationError(gettext("Kirjoita vaihtoehto suomeksi.")))
            key = cleaned.get(f"option-{row}-key") or ""
            taken = known | {option["key"] for option in found}
            if key not in known or key in {option["key"] for option in found}:
                key = next(f"v{number}" for number in range(1, 99) if f"v{number}" not in taken)
            found.append({"key": key, **texts})
        return found

    # What the definition keeps

    def values(self) -> Question:
        """Return the question's values for ``grants.form_editing``; None takes a rule away."""
        cleaned = self.cleaned_data
        found: Question = {
            name: cleaned[name] for name in ("label_fi", "label_sv", "label_en", "help_fi", "help_sv", "help_en")
        }
        for name in ("max_length", "required", "indicators", "min_sum_euros", "choices"):
            if name in self.fields or (name == "choices" and name in cleaned):
                found[name] = cleaned[name]
        if "only_if" in self.fields:
            question, _sign, option = cleaned["only_if"].partition("=")
            found["only_if"] = {"question": question, "is": option} if question else None
        return found


def _initial(question: Question, kind: str) -> dict[str, Any]:
    first: dict[str, Any] = {"required": True, "max_length": 2000 if kind == "text" else LABEL}
    condition = question.get("only_if")
    if condition:
        first["only_if"] = f"{condition['question']}={condition['is']}"
    return {**first, **{name: value for name, value in question.items() if name != "only_if"}}


def _conditions(earlier: list[Question]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the answers that can be conditions, under their questions."""
    return [
        (
            str(question.get("label_fi", ""))[:80],
            [(f"{question['key']}={choice['key']}", str(choice.get("label_fi", ""))) for choice in question["choices"]],
        )
        for question in earlier
        if question["type"] == "choice"
    ]


def earlier_questions(definition: Definition, page_key: str, question_key: str | None) -> list[Question]:
    """Return the questions before the question, or before the end of the page for a new one."""
    found: list[Question] = []
    for page in forms_data.pages(definition):
        for question in page.get("questions", []):
            if question["key"] == question_key:
                return found
            found.append(question)
        if question_key is None and page["key"] == page_key:
            return found
    return found
