"""What is wrong with a form's definition, in words for the coordinator who builds it."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from grants import form_definition as forms_data
from grants.form_definition import Definition, Question

#: Columns of an application that some question must fill, and what people call them.
NEEDED = ("asked_sum", "title", "municipalities", "contact_email")


@dataclass(frozen=True)
class FormProblem:
    """One thing to mend: the keys of the page and of the question (empty: the whole form), and what to do."""

    page: str
    question: str
    text: str


def form_problems(definition: Definition) -> list[FormProblem]:
    """Return everything that stands between the form and its publishing, in the order of the form."""
    return [
        *_missing_columns(definition),
        *_double_keys(definition),
        *_page_problems(definition),
        *condition_problems(definition),
    ]


def _missing_columns(definition: Definition) -> Iterator[FormProblem]:
    names = {
        "asked_sum": _("haettava summa"),
        "title": _("toiminnan nimi"),
        "municipalities": _("kunnat"),
        "contact_email": _("yhteyssähköposti"),
    }
    for column in NEEDED:
        if forms_data.key_of(definition, column) is None:
            yield FormProblem(
                "",
                "",
                _("Lomakkeesta puuttuu kysymys, jonka palvelu tarvitsee: %(name)s. Aloita valmiista lomakkeesta.")
                % {"name": names[column]},
            )


def _double_keys(definition: Definition) -> Iterator[FormProblem]:
    seen: set[str] = set()
    for page, question in forms_data.all_questions(definition):
        if question["key"] in seen:
            yield FormProblem(page["key"], question["key"], _("Sama kysymys on lomakkeessa kahdesti. Poista toinen."))
        seen.add(question["key"])


def _page_problems(definition: Definition) -> Iterator[FormProblem]:
    for page in forms_data.pages(definition):
        name = {"name": page.get("title_fi", "")}
        if not page.get("title_fi"):
            yield FormProblem(page["key"], "", _("Sivulta puuttuu suomenkielinen otsikko. Kirjoita se."))
        if not forms_data.is_attachments(page) and not page.get("questions"):
            yield FormProblem(
                page["key"], "", _("Sivulla ”%(name)s” ei ole kysymyksiä. Lisää kysymys tai poista sivu.") % name
            )
        for question in page.get("questions", []):
            for text in _question_texts(question):
                yield FormProblem(page["key"], question["key"], text)


def _question_texts(question: Question) -> Iterator[str]:
    label = {"label": question.get("label_fi", "")}
    if question["type"] not in forms_data.QUESTION_TYPES:
        yield _("Kysymyksen ”%(label)s” laji on tuntematon. Poista kysymys ja lisää se uudelleen.") % label
    if not question.get("label_fi"):
        yield _("Kysymykseltä puuttuu suomenkielinen teksti. Kirjoita se.")
    if question["type"] == "choice" and len(question.get("choices", [])) < 2:
        yield _("Kysymyksellä ”%(label)s” on oltava ainakin kaksi vaihtoehtoa.") % label
    if question["type"] == "indicators" and not question.get("indicators"):
        yield _("Valitse kysymykselle ”%(label)s” ainakin yksi mittari.") % label


def condition_problems(definition: Definition) -> list[FormProblem]:
    """Return the conditions that do not point to an earlier choice and one of its options."""
    found: list[FormProblem] = []
    earlier: dict[str, Question] = {}
    for page, question in forms_data.all_questions(definition):
        condition = question.get("only_if")
        if condition and not _points_back(condition, earlier):
            text = _(
                "Kysymys ”%(label)s” kysytään toisen kysymyksen vastauksen mukaan. Toisen kysymyksen pitää olla "
                "valinta, sen on oltava lomakkeessa aiemmin, ja vastauksen on oltava sen vaihtoehdoissa. "
                "Muuta ensin ehtoa tai järjestystä."
            )
            found.append(FormProblem(page["key"], question["key"], text % {"label": question.get("label_fi", "")}))
        earlier[question["key"]] = question
    return found


def _points_back(condition: dict[str, str], earlier: dict[str, Question]) -> bool:
    target = earlier.get(condition["question"])
    if target is None or target["type"] != "choice":
        return False
    return condition["is"] in {choice["key"] for choice in target.get("choices", [])}
