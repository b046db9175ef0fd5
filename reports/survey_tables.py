"""Tables of a survey: counted once from the answers with what is hidden, and read for pages, files and comparison.

All tables of a survey are counted over the same answers: who left a question out stands in a class of their own, so
that the totals of every table are those of the questions alone. That is what ``reports.suppression`` needs.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils.translation import gettext as _

from common import charts
from reports.models import OpenAnswer, Survey, SurveyAnswer, SurveyQuestion, SurveyQuestionKind, SurveyTable
from reports.models.surveys import SCALE
from reports.suppression import FLOOR, hide_cells, hide_line

#: Numbers are told in classes: a mean or a largest number could tell of one person. Upper ends; above them one more.
BANDS = (0, 9, 49)
BAND_LABELS = ("0", "1–9", "10–49", "50–")
HIDDEN = "–"
Content = dict[str, Any]


def _class_of(question: SurveyQuestion, content: Content) -> int | None:
    """Return the class into which the answer falls, or None when the question was left out."""
    given = content.get(str(question.pk))
    if given is None:
        return None
    if question.kind == SurveyQuestionKind.NUMBER:
        return next((place for place, top in enumerate(BANDS) if given <= top), len(BANDS))
    return int(given) - 1 if question.kind == SurveyQuestionKind.SCALE else int(given)


def _class_count(question: SurveyQuestion) -> int:
    if question.kind == SurveyQuestionKind.SCALE:
        return len(SCALE)
    return len(BAND_LABELS) if question.kind == SurveyQuestionKind.NUMBER else len(question.options_fi)


@dataclass(frozen=True)
class _Line:
    """One question's distribution: the class of each answer, the counts, and the classes that are hidden."""

    classes: tuple[int, ...]
    counts: tuple[int, ...]
    hidden: frozenset[int]
    has_none: bool

    def total(self, place: int) -> int | None:
        return None if place in self.hidden else self.counts[place]


def _line(classes: Sequence[int | None], size: int) -> _Line:
    has_none = None in classes
    placed = tuple(size if one is None else one for one in classes)
    found = Counter(placed)
    counts = tuple(found[place] for place in range(size + has_none))
    return _Line(placed, counts, hide_line(counts), has_none)


def _question_line(question: SurveyQuestion, contents: Sequence[Content]) -> _Line:
    return _line([_class_of(question, content) for content in contents], _class_count(question))


def _option_line(question: SurveyQuestion, option: int, contents: Sequence[Content]) -> _Line:
    """Of a question with several answers each option is a question of its own: chosen (0) or not (1)."""
    key = str(question.pk)
    return _line([0 if option in content.get(key, ()) else 1 for content in contents], 2)


def _crossed(line: _Line, by: _Line) -> list[list[int | None]]:
    pairs = Counter(zip(line.classes, by.classes, strict=True))
    counts = [[pairs[row, column] for column in range(len(by.counts))] for row in range(len(line.counts))]
    hidden = hide_cells(counts, hidden_rows=line.hidden, hidden_columns=by.hidden)
    return [
        [None if (row, at) in hidden else value for at, value in enumerate(cells)] for row, cells in enumerate(counts)
    ]


def _table(question: SurveyQuestion, background: SurveyQuestion | None, contents: Sequence[Content]) -> dict[str, Any]:
    by = _question_line(background, contents) if background else None
    if question.kind == SurveyQuestionKind.SEVERAL:
        lines = [_option_line(question, option, contents) for option in range(len(question.options_fi))]
        rows = [line.total(0) for line in lines]
        cells = [_crossed(line, by)[0] for line in lines] if by else None
        found: dict[str, Any] = {"rows": rows, "none_row": False}
    else:
        line = _question_line(question, contents)
        cells = _crossed(line, by) if by else None
        found = {"rows": [line.total(place) for place in range(len(line.counts))], "none_row": line.has_none}
    if by:
        columns = [by.total(place) for place in range(len(by.counts))]
        found |= {"cells": cells, "columns": columns, "none_column": by.has_none}
    return found


def _open_table(question: SurveyQuestion, number: int) -> dict[str, Any]:
    """Count open answers by their groups; those in no group, and those who wrote nothing, have classes of their own."""
    placed = OpenAnswer.objects.filter(question=question).values_list("group", flat=True)
    found: Counter[int | None] = Counter(placed)
    groups = list(question.groups.all())
    counts = [found[group.pk] for group in groups]
    counts += [found[None]] if found[None] else []
    silent = number - sum(counts)
    counts += [silent] if silent else []
    hidden = hide_line(counts)
    rows = [None if place in hidden else value for place, value in enumerate(counts)]
    names = [group.name for group in groups]
    return {"labels": names, "rows": rows, "has_others": bool(found[None]), "none_row": bool(silent)}


def count_tables(survey: Survey) -> tuple[int, dict[int, dict[str, Any]]]:
    """Return the number of answers and the result of each table by its key, small cells and complements hidden."""
    contents = list(SurveyAnswer.objects.filter(survey=survey).order_by("pk").values_list("content", flat=True))
    number = len(contents)
    results: dict[int, dict[str, Any]] = {}
    for table in survey.tables.select_related("question", "background"):
        if number < FLOOR:
            results[table.pk] = {"withheld": True}
        elif table.question.kind == SurveyQuestionKind.TEXT:
            results[table.pk] = _open_table(table.question, number)
        else:
            results[table.pk] = _table(table.question, table.background, contents)
    return number, results


# Reading


@dataclass(frozen=True)
class Row:
    """One row as people read it; hidden figures are dashes."""

    label: str
    cells: tuple[str, ...]
    total: str
    share: str


@dataclass(frozen=True)
class Shown:
    """A table in the reader's language: a chart of one question, or a table of two."""

    table: SurveyTable
    heading: str
    language: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    column_totals: tuple[str, ...]
    chart: charts.BarChart | None
    withheld: bool = False

    @property
    def head(self) -> list[str]:
        """The columns of a file."""
        return (
            [_("Vastaus"), *self.columns, _("Yhteensä")]
            if self.columns
            else [_("Vastaus"), _("Vastauksia"), _("Osuus")]
        )

    @property
    def lines(self) -> list[list[str]]:
        """The rows of a file."""
        if not self.columns:
            return [[row.label, row.total, row.share] for row in self.rows]
        return [[row.label, *row.cells, row.total] for row in self.rows]


def labels_of(question: SurveyQuestion) -> list[str]:
    """Return the names of the classes in the reader's language."""
    if question.kind == SurveyQuestionKind.SCALE:
        return [str(mark) for mark in SCALE]
    return list(BAND_LABELS) if question.kind == SurveyQuestionKind.NUMBER else question.options


def _figure(value: int | None) -> str:
    return HIDDEN if value is None else charts.plain(value)


def share_of(value: int | None, number: int) -> Decimal | None:
    """Return how many percent of the answers; None where the number is hidden."""
    if value is None or not number:
        return None
    return (Decimal(value) * 100 / number).quantize(Decimal(1), ROUND_HALF_UP)


def in_percent(value: Any) -> str:
    """``24 %``."""
    return f"{charts.plain(value)} %"


def _row_labels(table: SurveyTable, result: dict[str, Any]) -> list[str]:
    labels = result["labels"] if "labels" in result else labels_of(table.question)
    if result.get("has_others"):
        labels = [*labels, _("Muut vastaukset")]
    return [*labels, _("Ei vastausta")] if result["none_row"] else labels


def mean_of_scale(result: dict[str, Any]) -> Decimal | None:
    """Return the mean of a scale whose every class is published; None where one is hidden."""
    counts = result.get("rows", [])[: len(SCALE)]
    if len(counts) < len(SCALE) or None in counts or not sum(counts):
        return None
    points: int = sum(mark * count for mark, count in zip(SCALE, counts, strict=True))
    number: int = sum(counts)
    return (Decimal(points) / number).quantize(Decimal("0.1"), ROUND_HALF_UP)


def show(
    table: SurveyTable, result: dict[str, Any], number: int, before: dict[str, Decimal] | None, year: str
) -> Shown:
    """Return the table as it is read; ``before``: the shares of the earlier survey by the Finnish name of the class."""
    question, background = table.question, table.background
    heading = question.name
    if background:
        heading = _("%(question)s Taustana: %(background)s") % {
            "question": question.name,
            "background": background.name,
        }
    if result.get("withheld"):
        return Shown(table, heading, question.name_language, (), (), (), None, withheld=True)
    labels = _row_labels(table, result)
    shares = [share_of(value, number) for value in result["rows"]]
    rows = tuple(
        Row(
            label,
            tuple(_figure(cell) for cell in (result["cells"][place] if background else ())),
            _figure(result["rows"][place]),
            HIDDEN if shares[place] is None else in_percent(shares[place]),
        )
        for place, label in enumerate(labels)
    )
    if background:
        columns = [*labels_of(background), *([_("Ei vastausta")] if result["none_column"] else [])]
        totals = tuple(_figure(value) for value in result["columns"])
        return Shown(table, heading, question.name_language, tuple(columns), rows, totals, None)
    chart = _chart(table, result, rows, shares, before, year)
    return Shown(table, heading, question.name_language, (), rows, (), chart)


def _chart(
    table: SurveyTable,
    result: dict[str, Any],
    rows: tuple[Row, ...],
    shares: list[Decimal | None],
    before: dict[str, Decimal] | None,
    year: str,
) -> charts.BarChart | None:
    """Return the bars of what is shown, said by its heading; None where every class is hidden."""
    names = finnish_labels(table.question)
    earlier = [(before or {}).get(names[place]) if place < len(names) else None for place in range(len(rows))]
    drawn = [
        charts.Bar(row.label, share, earlier[place])
        for place, (row, share) in enumerate(zip(rows, shares, strict=True))
        if share is not None
    ]
    if not drawn:
        return None
    mean = mean_of_scale(result) if table.question.kind == SurveyQuestionKind.SCALE else None
    given = drawn[:-1] if result["none_row"] and shares[-1] is not None and len(drawn) > 1 else drawn
    heading = _("Yleisin vastaus: %(choice)s") % {"choice": max(given, key=lambda bar: bar.value).label}
    hidden = ", ".join(row.label for row, share in zip(rows, shares, strict=True) if share is None)
    if mean is not None:
        heading = _("Keskiarvo %(mean)s") % {"mean": charts.plain(mean)}
    chart = charts.bars(
        key=f"kysely-{table.pk}",
        heading=heading,
        rows=drawn,
        row_label=_("Vastaus"),
        value_label=_("Osuus"),
        previous_label=year if before else "",
        note=_("Salattu: %(classes)s") % {"classes": hidden} if hidden else "",
        written=in_percent,
    )
    head = (_("Vastaus"), _("Vastauksia"), _("Osuus"), *([year] if before else []))
    lines = tuple(
        (
            row.label,
            row.total,
            row.share,
            *([HIDDEN if earlier[place] is None else in_percent(earlier[place])] if before else []),
        )
        for place, row in enumerate(rows)
    )
    return replace(chart, table=charts.Table(head, lines))


def finnish_labels(question: SurveyQuestion) -> list[str]:
    """Return the classes by which surveys are compared."""
    if question.kind in (SurveyQuestionKind.CHOICE, SurveyQuestionKind.SEVERAL):
        return [str(text) for text in question.options_fi]
    return labels_of(question) if question.divides else []


def earlier_shares(survey: Survey) -> dict[tuple[str, str], dict[str, Decimal]]:
    """Return the published shares of the followed survey by code and kind of the question; two queries."""
    followed = survey.follows
    if followed is None or followed.answered is None:
        return {}
    found = {}
    for table in followed.tables.filter(background=None).select_related("question"):
        result = table.result or {"withheld": True}
        if "rows" not in result or table.question.kind == SurveyQuestionKind.TEXT:
            continue
        pairs = zip(finnish_labels(table.question), result["rows"], strict=False)
        shares = {label: share for label, value in pairs if (share := share_of(value, followed.answered)) is not None}
        found[table.question.code, table.question.kind] = shares
    return found


def results_of(survey: Survey, results: dict[int, dict[str, Any]] | None = None, number: int = 0) -> list[Shown]:
    """Return the tables to read: the published ones, or ``results`` counted for a closed survey; fixed queries."""
    earlier = earlier_shares(survey)
    year = str(survey.follows.closes_on.year) if survey.follows else ""
    answered = survey.answered if results is None else number
    tables: Collection[SurveyTable] = survey.tables.select_related("question", "background")
    shown = []
    for table in tables:
        result = (results or {}).get(table.pk) if results is not None else table.result
        key = (table.question.code, table.question.kind)
        before = None if table.background_id else earlier.get(key)
        shown.append(show(table, result or {"withheld": True}, answered or 0, before, year))
    return shown
