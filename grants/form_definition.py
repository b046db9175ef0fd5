"""The application form as data: pages of questions, the shape of each answer, and how to read them.

A definition is JSON in a ``FormVersion``; a published one never changes and an application keeps its own::

    {"pages": [{"key": "toiminta", "group": "activity", "title_fi": …, "intro_fi": …, "kind": "questions",
                "questions": [{"key": "title", "type": "short_text", "label_fi": …, "help_fi": …,
                               "required": true, "max_length": 120, "min_sum_euros": 10000,
                               "copies_to": "title"}]}]}

Answers are one flat JSON object, question key -> typed value:

=================  ==========================================================================================
type               value
=================  ==========================================================================================
short_text, text   ``"…"``
number             ``40``
money              ``"4500.00"`` (a decimal as text, euros)
choice             the key of the choice
municipalities     ``["422", "541"]`` (kuntanumerot)
indicators         ``{"meetings": 40}`` (targets of the question's ``indicators``)
contacts           ``[{"name", "role", "email", "phone"}]``
partners           ``[{"name", "part"}]``
budget             ``{"expenses": [{"what", "total", "grant"}], "income": [{"source", "sum"}]}`` (money as text)
funding            ``[{"kind", "funder", "year", "sum", "state", "same_activity"}]``
=================  ==========================================================================================

A question with ``min_sum_euros`` is asked only when the asked sum is at least that: length follows the sum.
``only_if`` ``{"question": key, "is": value}`` asks it only after that answer. ``copies_to`` (``asked_sum``,
``title``, ``municipalities``, ``contact_email``) says which column or mail address the answer also is.

A call that takes joint applications gets a page of the kind ``partners`` when it is published; a question of the
type ``partners`` is then not asked, because that page tells the same.
"""

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

Definition = dict[str, Any]
Page = dict[str, Any]
Question = dict[str, Any]
Answers = dict[str, Any]

QUESTION_TYPES = (
    "short_text",
    "text",
    "number",
    "money",
    "choice",
    "municipalities",
    "indicators",
    "contacts",
    "partners",
    "budget",
    "funding",
)
GROUPS = {
    "applicant": _("Hakija"),
    "activity": _("Toiminta"),
    "money": _("Raha"),
    "attachments": _("Liitteet"),
}
INDICATORS = {
    "people_reached": _("tavoitettuja ihmisiä"),
    "meetings": _("tapaamisia"),
    "volunteers": _("vapaaehtoisia"),
    "volunteer_hours": _("vapaaehtoistunteja"),
}
FUNDERS = {
    "municipality": _("kunta"),
    "county": _("hyvinvointialue"),
    "state": _("valtio tai STEA"),
    "eu": _("Euroopan unioni"),
    "foundation": _("säätiö"),
    "other": _("muu"),
}
FUNDING_STATES = {"applied": _("haettu, ei vielä päätöstä"), "granted": _("myönnetty")}
YES_NO = {"yes": _("kyllä"), "no": _("ei")}
ROWS: dict[str, tuple[str, ...]] = {
    "contacts": ("name", "role", "email", "phone"),
    "partners": ("name", "part"),
    "funding": ("kind", "funder", "year", "sum", "state", "same_activity"),
    "expenses": ("what", "total", "grant"),
    "income": ("source", "sum"),
}
ATTACHMENTS = "attachments"
#: The page of a joint application: its partners are rows of their own (``grants.joint``), not answers.
PARTNERS = "partners"
PARTNERS_PAGE: dict[str, Any] = {
    "key": "yhteishakemus",
    "group": "money",
    "kind": PARTNERS,
    "title_fi": "Kumppanit ja osuudet",
    "title_sv": "Partner och andelar",
    "title_en": "Partners and shares",
    "questions": [],
}

#: The page on which the applicant declares state aid: rows of their own (``grants.state_aid``), not answers.
STATE_AID = "state_aid"
STATE_AID_PAGE: dict[str, Any] = {
    "key": "valtiontuki",
    "group": "money",
    "kind": STATE_AID,
    "title_fi": "Valtiontuki",
    "title_sv": "Statligt stöd",
    "title_en": "State aid",
    "questions": [],
}


def default_definition(call: Any) -> Definition:
    """Return a good form of eight pages for the call; see ``grants.default_form``."""
    from grants.default_form import definition

    return definition(call)


def said(row: dict[str, Any], name: str, language: str | None = None) -> str:
    """Return ``row["<name>_<language>"]``, else the Finnish text, else nothing."""
    chosen = language or get_language() or "fi"
    return str(row.get(f"{name}_{chosen[:2]}") or row.get(f"{name}_fi") or "")


def pages(definition: Definition) -> list[Page]:
    """Return the pages in their order."""
    return list(definition["pages"])


def find_page(definition: Definition, key: str) -> Page | None:
    """Return the page of that key."""
    return next((page for page in definition["pages"] if page["key"] == key), None)


def is_attachments(page: Page) -> bool:
    """Tell whether the page holds the call's attachment slots instead of questions."""
    return bool(page.get("kind") == ATTACHMENTS)


def is_partners(page: Page) -> bool:
    """Tell whether the page holds the partners of a joint application instead of questions."""
    return bool(page.get("kind") == PARTNERS)


def is_state_aid(page: Page) -> bool:
    """Tell whether the page holds the declaration of state aid instead of questions."""
    return bool(page.get("kind") == STATE_AID)


def is_joint(definition: Definition) -> bool:
    """Tell whether the form takes joint applications; then it asks of partners on their own page only."""
    return any(is_partners(page) for page in definition["pages"])


def with_partners(definition: Definition, takes_joint: bool) -> Definition:
    """Return the form with the page of partners before the attachments, or without it; questions stay as they are."""
    return _with_page(definition, PARTNERS_PAGE, takes_joint)


def with_state_aid(definition: Definition, asks: bool) -> Definition:
    """Return the form with the page of state aid before the attachments, or without it."""
    return _with_page(definition, STATE_AID_PAGE, asks)


def _with_page(definition: Definition, page: Page, wanted: bool) -> Definition:
    rows = [row for row in definition["pages"] if row.get("kind") != page["kind"]]
    if wanted:
        place = next((number for number, row in enumerate(rows) if is_attachments(row)), len(rows))
        rows.insert(place, {**page})
    return {**definition, "pages": rows}


def is_replaced(question: Question, definition: Definition) -> bool:
    """Tell whether the page of partners stands in the question's place: nobody tells of partners twice."""
    return question["type"] == "partners" and is_joint(definition)


def all_questions(definition: Definition) -> Iterator[tuple[Page, Question]]:
    """Walk every question with its page."""
    for page in definition["pages"]:
        for question in page.get("questions", []):
            yield page, question


def key_of(definition: Definition, column: str) -> str | None:
    """Return the key of the question that ``copies_to`` the column."""
    return next((q["key"] for _page, q in all_questions(definition) if q.get("copies_to") == column), None)


def to_decimal(value: Any) -> Decimal | None:
    """Read a sum of the answers; None for nothing and for what is no sum."""
    try:
        return Decimal(str(value)) if value not in (None, "") else None
    except InvalidOperation:
        return None


def asked_sum(definition: Definition, answers: Answers) -> Decimal | None:
    """Return the sum that the answers ask for, in euros."""
    return to_decimal(answers.get(key_of(definition, "asked_sum") or ""))


def is_asked(question: Question, definition: Definition, answers: Answers) -> bool:
    """Tell whether the question is put to this applicant, by the asked sum and earlier answers."""
    if is_replaced(question, definition):
        return False
    least = question.get("min_sum_euros")
    if least is not None and (asked_sum(definition, answers) or Decimal(0)) < Decimal(str(least)):
        return False
    condition = question.get("only_if")
    if condition is None:
        return True
    # An answer that was given before its own question fell away decides nothing; conditions point back only.
    target = next((q for _page, q in all_questions(definition) if q["key"] == condition["question"]), None)
    if target is None or target is question or answers.get(condition["question"]) != condition["is"]:
        return False
    return is_asked(target, definition, answers)


def asked_questions(page: Page, definition: Definition, answers: Answers) -> list[Question]:
    """Return the questions of the page that are put to this applicant."""
    return [q for q in page.get("questions", []) if is_asked(q, definition, answers)]


def is_empty(value: Any) -> bool:
    """Tell whether nothing has been answered: also rows whose every cell is empty."""
    if isinstance(value, dict):
        return all(is_empty(part) for part in value.values())
    if isinstance(value, list):
        return all(is_empty(part) for part in value)
    return value in (None, "")


def shown_answers(definition: Definition, answers: Answers) -> Answers:
    """Return the answers to the questions that are asked: what is read and sent."""
    return {
        question["key"]: answers[question["key"]]
        for _page, question in all_questions(definition)
        if question["key"] in answers and is_asked(question, definition, answers)
    }


def page_answers(page: Page, answers: Answers) -> Answers:
    """Return the answers that belong to the page."""
    return {q["key"]: answers[q["key"]] for q in page.get("questions", []) if q["key"] in answers}


def sum_of(rows: list[dict[str, Any]], column: str) -> Decimal:
    """Add up a column of rows, in euros; empty cells count as nothing."""
    return sum((to_decimal(row.get(column)) or Decimal(0) for row in rows), Decimal(0))
