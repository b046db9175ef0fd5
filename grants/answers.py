"""An application's answers as people read them: on the review page, the case page, the receipt and other PDFs."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from common.money import format_euros
from common.times import NBSP, format_date
from county.models import Municipality
from grants import form_definition as forms_data
from grants.completeness import budget_balance
from grants.form_definition import Answers, Definition, Question
from grants.joint import Party, parties_in, parties_of
from grants.models import Application, Submission
from grants.state_aid import CEILING, told_of

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
    own = {
        forms_data.PARTNERS: lambda: _joint_rows(parties_of(application)),
        forms_data.STATE_AID: lambda: aid_rows(told_of(application)),
    }
    return _read(application.form_version.definition, application.answers, language, own)


def read_submission(submission: Submission, language: str) -> list[AnswerSection]:
    """Return the answers as they were sent, from the frozen content."""
    definition, content = submission.application.form_version.definition, submission.content
    own = {
        forms_data.PARTNERS: lambda: _joint_rows(parties_in(content)),
        forms_data.STATE_AID: lambda: aid_rows(content.get("state_aid")),
    }
    return _read(definition, content["answers"], language, own)


def _read(
    definition: Definition, answers: Answers, language: str, own: dict[str, Callable[[], tuple[AnswerRow, ...]]]
) -> list[AnswerSection]:
    """Read every page but the attachments; ``own`` makes the rows of the kinds of page that hold no questions."""
    with translation.override(language):
        reader = _Reader(definition, answers)
        return [
            AnswerSection(
                page["key"],
                forms_data.said(page, "title"),
                own[page["kind"]]()
                if page.get("kind") in own
                else tuple(reader.row(q) for q in forms_data.asked_questions(page, definition, answers)),
            )
            for page in forms_data.pages(definition)
            if not forms_data.is_attachments(page)
        ]


def _joint_rows(parties: list[Party]) -> tuple[AnswerRow, ...]:
    """Return the parties of a joint application as a table, and who answers for what."""
    if not parties:
        return (AnswerRow(_("Haetaanko yhdessä?"), _("Ei, järjestö hakee yksin.")),)
    caption = _("Osapuolet")
    head = (
        Cell(_("Osapuoli")),
        Cell(_("Tehtävä")),
        Cell(_("Osuus avustuksesta"), True),
        Cell(_("Muu rahoitus"), True),
        Cell(_("Vahvistus")),
    )
    rows = tuple(
        (
            Cell(party.name),
            Cell(party.task or NOTHING),
            Cell(_euros(party.grant_share), True),
            Cell(_euros(party.own_share), True),
            Cell(party.standing),
        )
        for party in parties
    )
    total = (
        Cell(_("Yhteensä")),
        Cell(""),
        Cell(_cents(sum((one.grant_share or Decimal(0) for one in parties), Decimal(0))), True),
        Cell(_cents(sum((one.own_share or Decimal(0) for one in parties), Decimal(0))), True),
        Cell(""),
    )
    return (
        AnswerRow(caption, tables=(AnswerTable(caption, head, rows, (total,)),)),
        AnswerRow(_("Kuka vastaa mistä"), who_answers(parties[0].name), is_long=True),
    )


def aid_rows(told: dict[str, Any] | None) -> tuple[AnswerRow, ...]:
    """Return the declaration of state aid (``grants.state_aid.frozen_aid``) as rows and a table of earlier aid."""
    first = _("Onko toiminta, johon haette, taloudellista?")
    if not told:
        return (AnswerRow(first, NOTHING),)
    if not told["is_economic"]:
        return (AnswerRow(first, _("Ei ole")),)
    found = [
        AnswerRow(first, _("On")),
        AnswerRow(
            _("Onko järjestö saanut muuta vähämerkityksistä tukea?"), _("On") if told["has_earlier"] else _("Ei ole")
        ),
    ]
    if undertakings := told.get("undertakings"):
        named = "\n".join(f"{row['name']} ({row['number']})" for row in undertakings)
        found.append(AnswerRow(_("Samaan yritykseen kuuluvat Y-tunnuksineen"), named, is_long=True))
    if told["linked"]:
        found.append(AnswerRow(_("Samaan yritykseen kuuluvat"), told["linked"], is_long=True))
    rows = [*told["known"], *told["declared"]]
    if rows:
        found.append(AnswerRow(_("Vähämerkityksiset tuet"), tables=(_aid_table(rows, told),)))
    found.append(
        AnswerRow(
            _("Kolmen vuoden enimmäismäärästä on jäljellä"),
            _("%(left)s, kun enimmäismäärä on %(ceiling)s")
            % {"left": _euros(told["left"]), "ceiling": _cents(CEILING)},
        )
    )
    return tuple(found)


def _aid_table(rows: list[dict[str, Any]], told: dict[str, Any]) -> AnswerTable:
    since = format_date(date.fromisoformat(told["counted_from"]))
    head = (Cell(_("Myöntäjä")), Cell(_("Myönnetty")), Cell(_("Tarkoitus")), Cell(_("Summa"), True))
    body = tuple(
        (
            Cell(row["granter"]),
            Cell(format_date(date.fromisoformat(row["granted_on"]))),
            Cell(row["purpose"]),
            Cell(_euros(row["sum"]), True),
        )
        for row in rows
    )
    foot = (Cell(_("Yhteensä, sama tuki kerran")), Cell(""), Cell(""), Cell(_euros(told["total"]), True))
    return AnswerTable(_("Vähämerkityksiset tuet %(day)s alkaen") % {"day": since}, head, body, (foot,))


def who_answers(lead: str) -> str:
    """Say who answers for what in a joint application; the same words stand in the decision's letter."""
    return _(
        "Hakija %(lead)s saa avustuksen ja vastaa siitä kokonaan: käytöstä, ehdoista, käyttöselvityksestä ja siitä, "
        "että kumppanit käyttävät osuutensa hakemuksen mukaan. Kumppani vastaa hakijalle omasta tehtävästään ja "
        "osuudestaan ja antaa hakijalle selvitykseen tarvittavat tiedot. Jos avustusta peritään takaisin, se peritään "
        "hakijalta."
    ) % {"lead": lead}


def compare(application: Application, page: dict[str, Any], typed: Answers) -> list[dict[str, Any]]:
    """Return the questions of the page whose stored answer differs from the typed one: key, label, theirs, yours."""
    definition = application.form_version.definition
    stored, mine = _Reader(definition, application.answers), _Reader(definition, {**application.answers, **typed})
    return [
        {
            "key": question["key"],
            "label": forms_data.said(question, "label"),
            "theirs": stored.row(question),
            "yours": mine.row(question),
        }
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
