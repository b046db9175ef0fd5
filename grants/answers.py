"""An application's answers as people read them: on the review page, the case page, the receipt and other PDFs."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from common.money import format_euros
from common.times import NBSP
from county.models import Municipality
from grants import form_definition as forms_data
from grants.completeness import budget_balance
from grants.form_definition import Answers, Definition, Question
from grants.models import Application, Submission

NOTHING = "–"


@dataclass(frozen=True)
class Cell:
    """One cell of a table; sums stand to the right. ``label`` is its column's heading, shown on a phone."""

    text: str
    is_money: bool = False
    label: str = ""


@dataclass(frozen=True)
class AnswerTable:
    """A budget, contacts and the like: caption, headings, rows whose first cell is the row's heading, totals."""

    caption: str
    head: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]
    foot: tuple[tuple[Cell, ...], ...] = ()

    @property
    def labelled_rows(self) -> list[list[Cell]]:
        """The rows, each cell with its column's heading."""
        return self._labelled(self.rows)

    @property
    def labelled_foot(self) -> list[list[Cell]]:
        """The totals, each cell with its column's heading."""
        return self._labelled(self.foot)

    def _labelled(self, rows: tuple[tuple[Cell, ...], ...]) -> list[list[Cell]]:
        return [[replace(cell, label=head.text) for head, cell in zip(self.head, cells, strict=True)] for cells in rows]


@dataclass(frozen=True)
class AnswerRow:
    """One question and its answer: a short ``text``, a long one (``is_long``), or ``tables``."""

    label: str
    text: str = ""
    is_long: bool = False
    tables: tuple[AnswerTable, ...] = ()

    @property
    def value(self) -> str:
        """The text, for ``components/details_list.html``."""
        return self.text


@dataclass(frozen=True)
class AnswerSection:
    """One page of the form with its answers."""

    key: str
    title: str
    rows: tuple[AnswerRow, ...] = field(default=())


def answers_for_reading(application: Application, language: str) -> list[AnswerSection]:
    """Return the application's present answers by page, in the language; needs ``form_version``."""
    return _read(application.form_version.definition, application.answers, language)


def read_submission(submission: Submission, language: str) -> list[AnswerSection]:
    """Return the answers as they were sent, from the frozen content."""
    return _read(submission.application.form_version.definition, submission.content["answers"], language)


def _read(definition: Definition, answers: Answers, language: str) -> list[AnswerSection]:
    with translation.override(language):
        reader = _Reader(definition, answers)
        return [
            AnswerSection(
                page["key"],
                forms_data.said(page, "title"),
                tuple(reader.row(q) for q in forms_data.asked_questions(page, definition, answers)),
            )
            for page in forms_data.pages(definition)
            if not forms_data.is_attachments(page)
        ]


def compare(application: Application, page: dict[str, Any], typed: Answers) -> list[dict[str, Any]]:
    """Return the questions of the page whose stored answer differs from the typed one: label, theirs, yours."""
    definition = application.form_version.definition
    stored, mine = _Reader(definition, application.answers), _Reader(definition, {**application.answers, **typed})
    return [
        {"label": forms_data.said(question, "label"), "theirs": stored.row(question), "yours": mine.row(question)}
        for question in forms_data.asked_questions(page, definition, application.answers)
        if question["key"] in typed
        and typed[question["key"]] != application.answers.get(question["key"])
        and not (
            forms_data.is_empty(typed[question["key"]])
            and forms_data.is_empty(application.answers.get(question["key"]))
        )
    ]


class _Reader:
    """Turns typed answers into text in the active language."""

    def __init__(self, definition: Definition, answers: Answers) -> None:
        self.definition, self.answers = definition, answers

    def row(self, question: Question) -> AnswerRow:
        """Return one question with its answer."""
        label, value = forms_data.said(question, "label"), self.answers.get(question["key"])
        if forms_data.is_empty(value):
            return AnswerRow(label, NOTHING)
        readers: dict[str, Callable[[Question, str, Any], AnswerRow]] = {
            "text": lambda q, label, value: AnswerRow(label, value, is_long=True),
            "number": lambda q, label, value: AnswerRow(label, _number(value)),
            "money": lambda q, label, value: AnswerRow(label, _euros(value)),
            "choice": self._choice,
            "municipalities": self._municipalities,
            "indicators": self._indicators,
            "contacts": self._contacts,
            "partners": self._partners,
            "budget": self._budget,
            "funding": self._funding,
        }
        read = readers.get(question["type"])
        return read(question, label, value) if read else AnswerRow(label, str(value))

    def _choice(self, question: Question, label: str, value: Any) -> AnswerRow:
        named = {choice["key"]: forms_data.said(choice, "label") for choice in question["choices"]}
        return AnswerRow(label, named.get(value, str(value)))

    def _municipalities(self, question: Question, label: str, value: Any) -> AnswerRow:
        names = {row.code: row.name for row in Municipality.objects.filter(code__in=value)}
        return AnswerRow(label, ", ".join(sorted(names.get(code, code) for code in value)))

    def _indicators(self, question: Question, label: str, value: Any) -> AnswerRow:
        rows = tuple(
            (Cell(_capital(forms_data.INDICATORS[key])), Cell(_number(value.get(key)), True))
            for key in question["indicators"]
        )
        return AnswerRow(label, tables=(AnswerTable(label, (Cell(_("Mitä")), Cell(_("Tavoite"), True)), rows),))

    def _contacts(self, question: Question, label: str, value: Any) -> AnswerRow:
        heads = (_("Nimi"), _("Tehtävä järjestössä"), _("Sähköposti"), _("Puhelin"))
        return AnswerRow(label, tables=(_plain(label, heads, value, forms_data.ROWS["contacts"]),))

    def _partners(self, question: Question, label: str, value: Any) -> AnswerRow:
        heads = (_("Kumppani"), _("Mitä kumppani tekee"))
        return AnswerRow(label, tables=(_plain(label, heads, value, forms_data.ROWS["partners"]),))

    def _funding(self, question: Question, label: str, value: Any) -> AnswerRow:
        head = (
            Cell(_("Rahoittaja")),
            Cell(_("Vuosi")),
            Cell(_("Tila")),
            Cell(_("Sama toiminta")),
            Cell(_("Summa"), True),
        )
        rows = tuple(
            (
                Cell(f"{row.get('funder') or NOTHING} ({forms_data.FUNDERS.get(row.get('kind') or '', NOTHING)})"),
                Cell(str(row.get("year") or NOTHING)),
                Cell(_capital(forms_data.FUNDING_STATES.get(row.get("state") or "", NOTHING))),
                Cell(_capital(forms_data.YES_NO.get(row.get("same_activity") or "", NOTHING))),
                Cell(_euros(row.get("sum")), True),
            )
            for row in value
        )
        return AnswerRow(label, tables=(AnswerTable(label, head, rows),))

    def _budget(self, question: Question, label: str, value: Any) -> AnswerRow:
        asked = forms_data.asked_sum(self.definition, self.answers)
        balance = budget_balance(value, asked)
        expenses = AnswerTable(
            _("Menot"),
            (Cell(_("Mihin")), Cell(_("Summa"), True), Cell(_("Tästä avustuksella"), True)),
            tuple(
                (
                    Cell(row.get("what") or NOTHING),
                    Cell(_euros(row.get("total")), True),
                    Cell(_euros(row.get("grant") or 0), True),
                )
                for row in value.get("expenses") or []
            ),
            ((Cell(_("Menot yhteensä")), Cell(_cents(balance.expenses), True), Cell(_cents(balance.granted), True)),),
        )
        income = AnswerTable(
            _("Tulot"),
            (Cell(_("Mistä")), Cell(_("Summa"), True)),
            (
                (Cell(_("Haettu avustus")), Cell(_cents(balance.asked), True)),
                *(
                    (Cell(row.get("source") or NOTHING), Cell(_euros(row.get("sum")), True))
                    for row in value.get("income") or []
                ),
            ),
            ((Cell(_("Tulot yhteensä")), Cell(_cents(balance.income), True)),),
        )
        return AnswerRow(label, tables=(expenses, income))


def _plain(caption: str, heads: tuple[str, ...], rows: Any, columns: tuple[str, ...]) -> AnswerTable:
    return AnswerTable(
        caption,
        tuple(Cell(head) for head in heads),
        tuple(tuple(Cell(str(row.get(column) or NOTHING)) for column in columns) for row in rows),
    )


def _capital(text: Any) -> str:
    words = str(text)
    return words[:1].upper() + words[1:]


def _number(value: Any) -> str:
    return NOTHING if value is None else f"{value:,}".replace(",", NBSP)


def _euros(value: Any) -> str:
    exact = forms_data.to_decimal(value)
    return NOTHING if exact is None else _cents(exact)


def _cents(value: Decimal) -> str:
    return format_euros(value, cents=True)
