"""The practice example as it is read: model points beside one's own, and how all assessors gave theirs."""

from collections import Counter
from dataclasses import dataclass
from statistics import median
from typing import Any

from grants.models import CalibrationExample, CalibrationTry

#: Fewer tries would tell who gave which points.
LEAST_TRIES = 3


@dataclass(frozen=True)
class Row:
    """One criterion: model points with the reason, one's own, and how many gave how much (empty while few have)."""

    name: str
    most: int
    model: int
    reason: str
    own: int | None
    counts: tuple[tuple[int, int], ...]
    middle: float | None

    @property
    def apart(self) -> int | None:
        """How many points the own ones are above the model; below it negative."""
        return None if self.own is None else self.own - self.model


@dataclass(frozen=True)
class Comparison:
    """The example with everybody's points; ``tries`` is how many have practised."""

    rows: tuple[Row, ...]
    tries: int

    @property
    def has_spread(self) -> bool:
        """Whether enough have practised for the spread to tell of nobody."""
        return self.tries >= LEAST_TRIES

    @property
    def model_total(self) -> int:
        """The model points together."""
        return sum(row.model for row in self.rows)

    @property
    def own_total(self) -> int:
        """One's own points together."""
        return sum(row.own or 0 for row in self.rows)


def compare_tries(example: CalibrationExample, own: CalibrationTry | None) -> Comparison:
    """Return the model beside the person's own try and the spread of all; two queries."""
    tries = list(CalibrationTry.objects.filter(example=example))
    is_many = len(tries) >= LEAST_TRIES
    rows = tuple(
        _row(score, own, [given for one in tries if (given := one.points_of(score.criterion)) is not None], is_many)
        for score in example.scores.select_related("criterion")
    )
    return Comparison(rows, len(tries))


def _row(score: Any, own: CalibrationTry | None, given: list[int], is_many: bool) -> Row:
    counts = tuple(sorted(Counter(given).items())) if is_many else ()
    return Row(
        name=score.criterion.name,
        most=score.most,
        model=score.points,
        reason=score.reason,
        own=own.points_of(score.criterion) if own else None,
        counts=counts,
        middle=float(median(given)) if counts else None,
    )
