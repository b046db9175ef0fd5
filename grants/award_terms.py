"""The terms by which a grant is used: until when, for what, and on which lines of the budget; and how they differ.

Nothing of this is stored twice. The first terms come from the call's year, the decision and the application; after
an approved change they are what was approved. Sums are euros.
"""

import calendar
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import ROUND_DOWN, Decimal
from typing import TYPE_CHECKING, Any, Self

from django.utils.translation import gettext as _

from common.money import format_euros
from common.times import format_date
from grants import form_definition as forms_data

if TYPE_CHECKING:
    from grants.models import Application, Decision

CENT = Decimal("0.01")
#: The one line of a grant whose application had no budget of its own; Finnish, because it is stored.
WHOLE = "Koko avustus"
#: The parts of the terms that may change; code branches on these.
TIME, BUDGET, CONTENT = "time", "budget", "content"


@dataclass(frozen=True)
class Line:
    """What a part of the grant is used for."""

    what: str
    sum: Decimal


@dataclass(frozen=True)
class Terms:
    """Until when (the day included), for what and on which lines a grant is used."""

    use_from: date
    use_to: date
    purpose: str
    lines: tuple[Line, ...]

    @property
    def total(self) -> Decimal:
        """The euros of all lines."""
        return sum((line.sum for line in self.lines), Decimal(0))

    def as_json(self) -> dict[str, Any]:
        """Return what is stored; sums as text, so that no cent is lost."""
        return {
            "use_from": self.use_from.isoformat(),
            "use_to": self.use_to.isoformat(),
            "purpose": self.purpose,
            "lines": [{"what": line.what, "sum": f"{line.sum:.2f}"} for line in self.lines],
        }

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Self:
        """Read what ``as_json`` wrote."""
        return cls(
            date.fromisoformat(stored["use_from"]),
            date.fromisoformat(stored["use_to"]),
            stored["purpose"],
            tuple(Line(row["what"], Decimal(row["sum"])) for row in stored["lines"]),
        )


def terms_of(decision: "Decision") -> Terms:
    """Return the terms that hold now: of the change approved last, else the first ones; three queries at most.

    An accepted claim for revision of a change's decision counts as a change of the day on which it was recorded.

    The lines always add up to the granted sum: what was applied for, and what a claim for revision has changed since,
    is shared in the same proportions.
    """
    last = decision.changes.in_force().order_by("-decided_at", "-pk").first()
    terms = (last.terms_decided if last is not None else None) or first_terms(decision)
    claimed: Any = decision.claims.filter(new_terms__isnull=False).order_by("-recorded_at", "-pk").first()
    if claimed is not None and (last is None or last.decided_at is None or claimed.recorded_at > last.decided_at):
        terms = Terms.from_json(claimed.new_terms)
    return replace(terms, lines=fitted(terms.lines, decision.sum))


def first_terms(decision: "Decision") -> Terms:
    """Return the terms as they were decided: the call's calendar year, and the budget that was applied with."""
    application = decision.application
    year = application.call.year
    description = str(application.answers.get("description") or "")
    return Terms(
        date(year, 1, 1),
        date(year, 12, 31),
        decision.purpose or description or application.title,
        fitted(_applied(application), decision.sum),
    )


def _applied(application: "Application") -> tuple[Line, ...]:
    """Return the lines that were to be paid with the grant; lines of one name are one."""
    definition, answers = application.form_version.definition, application.answers
    sums: dict[str, Decimal] = {}
    for _page, question in forms_data.all_questions(definition):
        if question["type"] != "budget" or not forms_data.is_asked(question, definition, answers):
            continue
        for row in (answers.get(question["key"]) or {}).get("expenses") or []:
            what, paid = str(row.get("what") or "").strip(), forms_data.to_decimal(row.get("grant")) or Decimal(0)
            if what and paid > 0:
                sums[what] = sums.get(what, Decimal(0)) + paid
    return tuple(Line(what, paid) for what, paid in sums.items())


def fitted(lines: Iterable[Line], total: Decimal) -> tuple[Line, ...]:
    """Share ``total`` euros in the proportions of the lines; the cents left over go to the largest line."""
    rows = [line for line in lines if line.sum > 0]
    whole = sum((line.sum for line in rows), Decimal(0))
    if not whole:
        return (Line(WHOLE, total),)
    if whole == total:
        return tuple(rows)
    shares = [(line.sum * total / whole).quantize(CENT, ROUND_DOWN) for line in rows]
    largest = max(range(len(rows)), key=lambda number: shares[number])
    shares[largest] += total - sum(shares, Decimal(0))
    return tuple(Line(line.what, share) for line, share in zip(rows, shares, strict=True) if share > 0)


def changed_parts(before: Terms, after: Terms) -> tuple[str, ...]:
    """Return which parts differ, of ``TIME``, ``BUDGET`` and ``CONTENT``; the order of lines is no difference."""
    parts = []
    if before.use_to != after.use_to:
        parts.append(TIME)
    if _by_name(before) != _by_name(after):
        parts.append(BUDGET)
    if before.purpose != after.purpose:
        parts.append(CONTENT)
    return tuple(parts)


def _by_name(terms: Terms) -> dict[str, Decimal]:
    return {line.what: line.sum for line in terms.lines if line.sum}


def moved_sum(before: Terms, after: Terms) -> Decimal:
    """Return how many euros move from line to line; a new name is a new line."""
    old, new = _by_name(before), _by_name(after)
    return sum((max(new[name] - old.get(name, Decimal(0)), Decimal(0)) for name in new), Decimal(0))


def moved_percent(before: Terms, after: Terms) -> Decimal:
    """Return how much of the grant moves from line to line, in per cent with one decimal; a new name is a new line."""
    moved = moved_sum(before, after)
    return (moved * 100 / before.total).quantize(Decimal("0.1")) if before.total else Decimal(0)


def moved_due_day(due_on: date, use_to: date, new_use_to: date) -> date:
    """Return the use report's due day after the use period has been lengthened; never an earlier one.

    From a month's end to a month's end it moves by whole months (31.3. with 31.12. becomes 30.9. with 30.6.), else by
    as many days.
    """
    if new_use_to <= use_to:
        return due_on
    if not (_is_month_end(use_to) and _is_month_end(new_use_to)):
        return due_on + (new_use_to - use_to)
    months = (new_use_to.year - use_to.year) * 12 + new_use_to.month - use_to.month
    year, month = divmod(due_on.year * 12 + due_on.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, last if _is_month_end(due_on) else min(due_on.day, last))


def _is_month_end(day: date) -> bool:
    return (day + timedelta(days=1)).day == 1


@dataclass(frozen=True)
class Row:
    """One thing of the terms side by side; ``decided`` is empty until there is a decision."""

    label: str
    before: str
    asked: str
    decided: str
    is_changed: bool


def side_by_side(before: Terms, asked: Terms, decided: Terms | None = None) -> tuple[Row, ...]:
    """Return the terms that hold, those asked for and, when given, those decided, a row for each thing."""
    columns = [terms for terms in (before, asked, decided) if terms is not None]
    rows = [
        _row(_("Käyttöaika päättyy"), [format_date(terms.use_to) for terms in columns]),
        _row(_("Mihin avustusta käytetään"), [terms.purpose for terms in columns]),
    ]
    sums = [_by_name(terms) for terms in columns]
    for name in dict.fromkeys(name for column in sums for name in column):
        rows.append(_row(name, [_cents(column.get(name, Decimal(0))) for column in sums]))
    rows.append(_row(_("Yhteensä"), [_cents(terms.total) for terms in columns]))
    return tuple(rows)


def _row(label: str, cells: list[str]) -> Row:
    return Row(label, cells[0], cells[1], cells[2] if len(cells) > 2 else "", len(set(cells)) > 1)


def _cents(value: Decimal) -> str:
    return format_euros(value, cents=True)
