"""Edits of a draft's form definition: pages and questions are added, reworded, moved and removed.

Each function changes the definition that it is given (``grants.workflow.forms`` gives a copy) and refuses with
``Refused`` what would leave the form broken: a question that the portal itself needs, a condition that points
forward. Wording never breaks anything.
"""

from typing import Any

from django.utils.translation import gettext_lazy as _

from common.errors import Refused
from grants import form_checks
from grants import form_definition as forms_data
from grants.form_definition import Definition, Page, Question

#: Most pages of a form and most questions of a page: more nobody fills in.
MAX_PAGES, MAX_QUESTIONS = 20, 30


def page_of(definition: Definition, key: str) -> Page:
    """Return the page; refused ``gone`` when another has removed it."""
    page = forms_data.find_page(definition, key)
    if page is None:
        raise Refused("gone", _("Sivua ei enää ole: joku on poistanut sen. Lataa lomake uudelleen."))
    return page


def place_of(definition: Definition, key: str) -> tuple[Page, Question]:
    """Return the question with its page; refused ``gone`` when another has removed it."""
    for page, question in forms_data.all_questions(definition):
        if question["key"] == key:
            return page, question
    raise Refused("gone", _("Kysymystä ei enää ole: joku on poistanut sen. Lataa lomake uudelleen."))


def is_own(question: Question) -> bool:
    """Tell whether the portal itself needs the question."""
    return bool(question.get("copies_to"))


def add_page(definition: Definition, texts: dict[str, Any]) -> str:
    """Add a page before the attachments (else last) and return its key."""
    pages = definition["pages"]
    if len(pages) >= MAX_PAGES:
        raise Refused("too_many", _("Lomakkeessa on jo %(most)s sivua. Yhdistä sivuja.") % {"most": MAX_PAGES})
    key = _free_key("sivu-", {page["key"] for page in pages})
    place = len(pages) - 1 if pages and forms_data.is_attachments(pages[-1]) else len(pages)
    pages.insert(place, {"key": key, "questions": [], **texts})
    return key


def change_page(definition: Definition, key: str, texts: dict[str, Any]) -> None:
    """Give the page other words or another group."""
    page_of(definition, key).update(texts)


def move_page(definition: Definition, key: str, step: int) -> None:
    """Move the page by ``step`` (-1 up, 1 down); at the end it stays."""
    pages = definition["pages"]
    _swap(pages, pages.index(page_of(definition, key)), step)
    _require_order(definition)


def remove_page(definition: Definition, key: str) -> None:
    """Remove the page with its questions, unless the portal or another question needs one of them."""
    page = page_of(definition, key)
    if forms_data.is_attachments(page):
        raise Refused(
            "needed",
            _("Liitteiden sivu kuuluu jokaiseen lomakkeeseen. Pyydettävät liitteet valitset haun sivulla Liitteet."),
        )
    keys = {question["key"] for question in page.get("questions", [])}
    for question in page.get("questions", []):
        _refuse_needed(definition, question, leaving=keys)
    definition["pages"].remove(page)
    _forget(definition, keys)


def add_question(definition: Definition, page_key: str, values: Question) -> str:
    """Add a question to the end of the page and return its key."""
    page = page_of(definition, page_key)
    if forms_data.is_attachments(page):
        raise Refused("attachments", _("Liitteiden sivulle ei voi lisätä kysymyksiä. Lisää kysymys toiselle sivulle."))
    if len(page["questions"]) >= MAX_QUESTIONS:
        raise Refused("too_many", _("Sivulla on jo %(most)s kysymystä. Lisää uusi sivu.") % {"most": MAX_QUESTIONS})
    taken = {question["key"] for _page, question in forms_data.all_questions(definition)}
    # The use report later asks for the figures that were promised under this key.
    figures = values["type"] == "indicators" and "targets" not in taken
    key = "targets" if figures else _free_key("kysymys", taken)
    page["questions"].append({"key": key, **{name: value for name, value in values.items() if value is not None}})
    _require_order(definition)
    return key


def change_question(definition: Definition, key: str, values: Question) -> None:
    """Give the question other words and rules; ``None`` takes a rule away. Its type stays what it was."""
    _page, question = place_of(definition, key)
    values.pop("type", None)
    if is_own(question):
        for rule in ("required", "only_if", "min_sum_euros"):
            values.pop(rule, None)
    question.update(values)
    for rule in [name for name, value in question.items() if value is None]:
        del question[rule]
    _require_order(definition)


def move_question(definition: Definition, key: str, step: int) -> None:
    """Move the question by ``step``; over the edge of its page it goes to the next page that has questions."""
    page, question = place_of(definition, key)
    questions = page["questions"]
    place = questions.index(question)
    if 0 <= place + step < len(questions):
        _swap(questions, place, step)
    else:
        pages = [one for one in definition["pages"] if not forms_data.is_attachments(one)]
        target = pages.index(page) + step
        if not 0 <= target < len(pages):
            return
        questions.remove(question)
        neighbours = pages[target]["questions"]
        neighbours.insert(0 if step > 0 else len(neighbours), question)
    _require_order(definition)


def remove_question(definition: Definition, key: str) -> None:
    """Remove the question, unless the portal or another question needs it."""
    page, question = place_of(definition, key)
    _refuse_needed(definition, question, leaving={key})
    page["questions"].remove(question)
    _forget(definition, {key})


def _free_key(stem: str, taken: set[str]) -> str:
    number = 1
    while f"{stem}{number}" in taken:
        number += 1
    return f"{stem}{number}"


def _swap(rows: list[Any], place: int, step: int) -> None:
    other = place + step
    if 0 <= other < len(rows):
        rows[place], rows[other] = rows[other], rows[place]


def _refuse_needed(definition: Definition, question: Question, *, leaving: set[str]) -> None:
    label = question.get("label_fi", "")
    if is_own(question):
        raise Refused(
            "needed",
            _(
                "Palvelu tarvitsee kysymyksen ”%(label)s” hakemuksen käsittelyyn. Voit muuttaa sen sanoja ja siirtää "
                "sen."
            )
            % {"label": label},
        )
    for _page, other in forms_data.all_questions(definition):
        if other["key"] not in leaving and other.get("only_if", {}).get("question") == question["key"]:
            raise Refused(
                "depended_on",
                _("Kysymys ”%(other)s” kysytään kysymyksen ”%(label)s” vastauksen mukaan. Poista ensin sen ehto.")
                % {"other": other.get("label_fi", ""), "label": label},
            )


def _forget(definition: Definition, keys: set[str]) -> None:
    """Mend what became obligatory after an answer that is no longer asked."""
    for _page, question in forms_data.all_questions(definition):
        if question.get("required_if", {}).get("question") in keys:
            del question["required_if"]


def _require_order(definition: Definition) -> None:
    found = form_checks.condition_problems(definition)
    if found:
        raise Refused("order", found[0].text)
