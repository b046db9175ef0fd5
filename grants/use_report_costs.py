"""The money of a use report by line: the budget of the application against what was used, in euros and cents."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _

from common.money import CENT, format_euros
from grants.form_definition import all_questions, to_decimal
from grants.models import Decision, UseReport

#: Lines that an organisation may have at most, those of its budget among them.
MOST_LINES = 40


@dataclass(frozen=True)
class Cost:
    """One line: ``budgeted`` is None for a line that was not in the budget, ``used`` None while nothing is told."""

    what: str
    budgeted: Decimal | None
    used: Decimal | None

    @property
    def difference(self) -> Decimal | None:
        """Euros used over the budget (below zero: under it)."""
        if self.used is None:
            return None
        return self.used - (self.budgeted or Decimal(0))

    def stored(self) -> dict[str, str | None]:
        """Return the line as ``UseReport.costs`` keeps it."""
        return {
            "what": self.what,
            "budgeted": None if self.budgeted is None else f"{self.budgeted:.2f}",
            "used": None if self.used is None else f"{self.used:.2f}",
        }


@dataclass(frozen=True)
class CostTable:
    """The lines with their sums; ``told`` is the sum that the organisation says it used."""

    rows: list[Cost]
    told: Decimal | None

    @property
    def budgeted(self) -> Decimal:
        """Euros budgeted in all."""
        return sum((row.budgeted for row in self.rows if row.budgeted is not None), Decimal(0))

    @property
    def used(self) -> Decimal:
        """Euros used in all."""
        return sum((row.used for row in self.rows if row.used is not None), Decimal(0))

    @property
    def difference(self) -> Decimal:
        """Euros used over the budget in all."""
        return self.used - self.budgeted

    @property
    def off_by(self) -> Decimal:
        """Euros by which the lines and the told sum differ; zero while no sum is told."""
        return Decimal(0) if self.told is None else self.used - self.told


def asks_full_report(decision: Decision) -> bool:
    """Tell whether the granted sum is large enough for the full report, as the kind of grant says."""
    limit = decision.application.call.kind.full_report_from
    return limit is not None and decision.sum >= limit


def planned_costs(decision: Decision) -> list[Cost]:
    """Return the lines of the application's budget that the grant was to pay.

    Where another sum was granted than the lines make, each line is smaller (or larger) in the same proportion, to the
    cent; the last line takes what rounding leaves. Empty where the application has no budget.
    """
    application = decision.application
    lines: list[tuple[str, Decimal]] = []
    for _page, question in all_questions(application.form_version.definition):
        if question["type"] != "budget":
            continue
        for row in (application.answers.get(question["key"]) or {}).get("expenses") or []:
            sum_of_line = to_decimal(row.get("grant"))
            if sum_of_line:
                lines.append((str(row.get("what") or ""), sum_of_line))
    return [Cost(what, sum_of_line, None) for what, sum_of_line in _in_proportion(lines, Decimal(decision.sum))]


def _in_proportion(lines: Sequence[tuple[str, Decimal]], granted: Decimal) -> list[tuple[str, Decimal]]:
    total = sum((value for _what, value in lines), Decimal(0))
    if not total:
        return []
    shares = [(what, (value * granted / total).quantize(CENT, rounding=ROUND_HALF_UP)) for what, value in lines]
    left = granted - sum((value for _what, value in shares), Decimal(0))
    what, last = shares[-1]
    return [*shares[:-1], (what, last + left)]


def cost_table(report: UseReport) -> CostTable:
    """Return the report's lines as they stand; a report that has none yet has those of the application."""
    stored = [
        Cost(str(row.get("what") or ""), to_decimal(row.get("budgeted")), to_decimal(row.get("used")))
        for row in report.costs
    ]
    return CostTable(stored or (planned_costs(report.decision) if report.is_full else []), report.spent_sum)


def lacking_costs(report: UseReport) -> list[tuple[str, str]]:
    """Return what the lines of a full report still lack, as pairs of ``costs`` and a sentence."""
    if not report.is_full:
        return []
    table = cost_table(report)
    if not table.rows:
        return [("costs", _("Kirjoita, mihin avustus käytettiin: menon nimi ja summa."))]
    found = []
    if any(row.used is None for row in table.rows):
        found.append(_("Kirjoita jokaiselle riville, kuinka paljon avustuksesta käytettiin. Nolla on myös vastaus."))
    if any(not row.what for row in table.rows):
        found.append(_("Kirjoita, mikä meno on."))
    if not found and table.off_by:
        found.append(
            _(
                "Menorivien summa on %(lines)s, mutta kirjoitit käytetyksi %(told)s. Ero on %(off)s. "
                "Korjaa rivit tai käytetty summa."
            )
            % {
                "lines": format_euros(table.used),
                "told": format_euros(table.told),
                "off": format_euros(abs(table.off_by)),
            }
        )
    return [("costs", text) for text in found]
