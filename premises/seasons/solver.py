"""The best choice of turns among what is possible, by integer optimisation (HiGHS). Pure: no database, no clock.

First as many applicants as possible get one turn; then, with that many, the sum of scores is as large as it can be.
The same input gives the same answer: one thread, a fixed seed, and a limit counted in nodes instead of seconds.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import highspy

from premises.seasons.options import Option

#: Nodes of the search tree after which the best found is taken: a limit in seconds would depend on the machine.
MOST_NODES = 2_000
#: The answer is called the best when nothing can be better by more than this part.
GAP = 0.0005
#: A stop for a machine that has lost its way; far beyond what any round has taken.
LAST_RESORT_SECONDS = 600.0
SEED = 0


@dataclass(frozen=True)
class Choice:
    """The places of the chosen options, in order, and whether nothing better can exist."""

    places: tuple[int, ...]
    is_proven: bool


def choose(options: Sequence[Option], quotas: Mapping[int, int], served: Collection[int] = ()) -> Choice:
    """Return the best choice. ``quotas``: how many more turns each may get; ``served`` have one already."""
    if not options:
        return Choice((), True)
    rows = _rows(options, quotas)
    waiting = sorted({one.applicant for one in options} - set(served))
    model = _Model(options, rows, waiting)
    most, first_proven = model.most_served()
    places, proven = model.best(most)
    return Choice(places, first_proven and proven)


def _rows(options: Sequence[Option], quotas: Mapping[int, int]) -> list[tuple[tuple[int, ...], int]]:
    """Return the limits: of these options at most so many."""
    by_applicant: dict[int, list[int]] = defaultdict(list)
    once: dict[tuple[str, int, int], list[int]] = defaultdict(list)
    for place, one in enumerate(options):
        by_applicant[one.applicant].append(place)
        once["wish", one.applicant, one.wish].append(place)
        once["day", one.applicant, one.weekday].append(place)
    found: dict[tuple[int, ...], int] = {}
    for applicant, places in by_applicant.items():
        found[tuple(places)] = quotas[applicant]
    for places in [*once.values(), *cliques(options)]:
        if len(places) > 1:
            key = tuple(places)
            found[key] = min(1, found.get(key, 1))
    return list(found.items())


def cliques(options: Sequence[Option]) -> list[list[int]]:
    """Return sets of options of which only one can be given: those that want one space at one moment.

    Only moments at which somebody starts matter, and of them those before somebody ends.
    """
    by_space: dict[tuple[int, int], list[int]] = defaultdict(list)
    for place, one in enumerate(options):
        for leaf in one.leaves:
            by_space[leaf, one.weekday].append(place)
    found: dict[tuple[int, ...], None] = {}
    for places in by_space.values():
        starts = sorted({options[place].start for place in places})
        ends = [*starts[1:], 24 * 60 + 1]
        for start, following in zip(starts, ends, strict=True):
            here = [place for place in places if options[place].start <= start < options[place].until]
            if any(options[place].until <= following for place in here) or following > 24 * 60:
                found[tuple(here)] = None
    return [list(places) for places in found]


class _Model:
    """The table for HiGHS: a column for each option (taken or not) and for each applicant (served or not)."""

    def __init__(
        self, options: Sequence[Option], rows: Iterable[tuple[tuple[int, ...], int]], waiting: Sequence[int]
    ) -> None:
        self.options, self.waiting = options, waiting
        count = len(options)
        column = {applicant: count + place for place, applicant in enumerate(waiting)}
        mine: dict[int, list[int]] = defaultdict(list)
        for place, one in enumerate(options):
            if one.applicant in column:
                mine[one.applicant].append(place)
        starts, index, value, lower, upper = [0], list[int](), list[float](), list[float](), list[float]()
        for places, most in rows:
            index.extend(places)
            value.extend([1.0] * len(places))
            starts.append(len(index))
            lower.append(-highspy.kHighsInf)
            upper.append(float(most))
        for applicant in waiting:  # served <= the sum of one's options
            index.extend([*mine[applicant], column[applicant]])
            value.extend([-1.0] * len(mine[applicant]) + [1.0])
            starts.append(len(index))
            lower.append(-highspy.kHighsInf)
            upper.append(0.0)
        index.extend(column.values())
        value.extend([1.0] * len(column))
        starts.append(len(index))
        lower.append(0.0)
        upper.append(float(len(column)))
        self._last = len(upper) - 1
        self.highs = self._load(count + len(column), starts, index, value, lower, upper)

    def _load(
        self,
        columns: int,
        starts: list[int],
        index: list[int],
        value: list[float],
        lower: list[float],
        upper: list[float],
    ) -> highspy.Highs:
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = columns, len(upper)
        lp.col_cost_ = [0.0] * columns
        lp.col_lower_, lp.col_upper_ = [0.0] * columns, [1.0] * columns
        lp.row_lower_, lp.row_upper_ = lower, upper
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = starts
        lp.a_matrix_.index_ = index
        lp.a_matrix_.value_ = value
        lp.integrality_ = [highspy.HighsVarType.kInteger] * len(self.options) + [highspy.HighsVarType.kContinuous] * (
            columns - len(self.options)
        )
        lp.sense_ = highspy.ObjSense.kMaximize
        highs = highspy.Highs()  # type: ignore[no-untyped-call]
        settings: dict[str, bool | int | float | str] = {
            "output_flag": False,
            "threads": 1,
            "parallel": "off",
            "random_seed": SEED,
            "mip_max_nodes": MOST_NODES,
            "mip_rel_gap": GAP,
            "time_limit": LAST_RESORT_SECONDS,
        }
        for name, setting in settings.items():
            highs.setOptionValue(name, setting)
        highs.passModel(lp)
        return highs

    def most_served(self) -> tuple[int, bool]:
        """Return how many of those who wait can get a turn."""
        if not self.waiting:
            return 0, True
        count = len(self.options)
        for place in range(count, count + len(self.waiting)):
            self.highs.changeColCost(place, 1.0)
        self.highs.setOptionValue("mip_abs_gap", 0.99)
        proven = self._run()
        served = {self.options[place].applicant for place in self._taken()}
        for place in range(count, count + len(self.waiting)):
            self.highs.changeColCost(place, 0.0)
        return len(served & set(self.waiting)), proven

    def best(self, most: int) -> tuple[tuple[int, ...], bool]:
        """Return the options whose scores sum up highest when so many are served."""
        first = self.highs.getSolution()
        self.highs.changeRowBounds(self._last, float(most), float(len(self.waiting)))
        for place, one in enumerate(self.options):
            self.highs.changeColCost(place, float(one.score))
        self.highs.setOptionValue("mip_abs_gap", 0.5)
        if self.waiting:
            self.highs.setSolution(first)
        proven = self._run()
        return tuple(self._taken()), proven

    def _run(self) -> bool:
        self.highs.run()
        return bool(self.highs.getModelStatus() == highspy.HighsModelStatus.kOptimal)

    def _taken(self) -> list[int]:
        values = self.highs.getSolution().col_value
        return [place for place in range(len(self.options)) if place < len(values) and values[place] > 0.5]
