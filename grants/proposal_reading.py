"""A frozen proposal as one person may read it, and what changed between two numbers.

Of a case with a declared conflict of interest, one not declared on yet, or one still to be assessed by the reader,
they get the applicant's name and
the sum asked. Its proposed sum is in no total either: with one case hidden a total would tell it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from common.charts import BarChart
from common.policies import allowed
from grants.allocation import ZERO
from grants.allocation_charts import charts_of_sums
from grants.models import ProposalSet


@dataclass(frozen=True)
class Line:
    """One case of the frozen proposal; ``can_read`` False leaves name, number and the sum asked."""

    key: int
    case_number: str
    name: str
    place: str
    asked: Decimal
    can_read: bool
    points: Decimal | None = None
    spread: int | None = None
    proposed: Decimal | None = None
    reasons: str = ""


@dataclass(frozen=True)
class Reading:
    """The lines, most points first, with the sums of what may be read."""

    lines: tuple[Line, ...]
    asked: Decimal
    proposed: Decimal
    hidden: int

    @property
    def is_whole(self) -> bool:
        """Tell whether the reader sees everything that was frozen."""
        return self.hidden == 0

    def charts(self) -> list[BarChart]:
        """Return the charts of what may be read."""
        return charts_of_sums([(line.place, line.asked, line.proposed or ZERO) for line in self.lines if line.can_read])


@dataclass(frozen=True)
class Change:
    """One case whose proposed sum differs between two numbers; None is no case or no proposal."""

    name: str
    before: Decimal | None
    after: Decimal | None

    @property
    def difference(self) -> Decimal:
        """Euros more (or, below zero, less) than before."""
        return (self.after or ZERO) - (self.before or ZERO)


def readable_cases(frozen: ProposalSet, user: Any, now: datetime) -> set[int]:
    """Return the keys of the call's cases whose points and proposal the person may read; one query."""
    rows = allowed("grants.scores.view", user, now=now).filter(call=frozen.call_id)
    return set(rows.values_list("pk", flat=True))


def read(frozen: ProposalSet, readable: set[int]) -> Reading:
    """Return the frozen proposal for a reader of these cases."""
    lines = [_line(case, case["id"] in readable) for case in frozen.content["cases"]]
    lines.sort(key=lambda line: (-(line.points if line.points is not None else Decimal(-1)), line.name, line.key))
    return Reading(
        tuple(lines),
        sum((line.asked for line in lines), ZERO),
        sum((line.proposed or ZERO for line in lines), ZERO),
        sum(not line.can_read for line in lines),
    )


def _line(case: dict[str, Any], can_read: bool) -> Line:
    known = {
        "key": case["id"],
        "case_number": case["case_number"],
        "name": case["organisation"],
        "place": case["municipality"] or "–",
        "asked": Decimal(case["asked"]),
        "can_read": can_read,
    }
    if not can_read:
        return Line(**known)
    return Line(
        **known,
        points=_decimal(case["points"]),
        spread=case["spread"],
        proposed=_decimal(case["proposed"]),
        reasons=case["reasons"],
    )


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def changes(before: Reading, after: Reading) -> list[Change]:
    """Return the cases whose sums differ, by name; cases that may not be read are in neither."""
    old, new = _readable(before.lines), _readable(after.lines)
    names = {key: line.name for lines in (old, new) for key, line in lines.items()}
    found = [
        Change(name, old[key].proposed if key in old else None, new[key].proposed if key in new else None)
        for key, name in sorted(names.items(), key=lambda item: (item[1], item[0]))
    ]
    return [change for change in found if change.before != change.after]


def _readable(lines: Sequence[Line]) -> dict[int, Line]:
    return {line.key: line for line in lines if line.can_read}
