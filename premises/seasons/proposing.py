"""The proposal: which of the possible turns are given, and the reasons of every application."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from premises.models import SeasonApplication, SeasonTurn
from premises.seasons.gathering import Possible, Problem
from premises.seasons.options import Option
from premises.seasons.reasons import Reason


@dataclass(frozen=True)
class Proposal:
    """What the sums give beside the pinned turns."""

    chosen: list[Possible]
    is_proven: bool


def quota(problem: Problem, application: SeasonApplication) -> int:
    """Return how many turns the application may have: what it wishes, at most the round's most."""
    return min(application.turns_wanted, problem.season.most_turns)


def propose(problem: Problem, pinned: Iterable[SeasonTurn] = (), say: Callable[[int], None] | None = None) -> Proposal:
    """Return the best choice around the pinned turns; the same input gives the same answer.

    A pinned turn counts in its applicant's turns, and nothing is given over it.
    """
    from premises.seasons.solver import choose  # brings numpy, which web processes do without

    kept = [problem.held(turn) for turn in pinned]
    have = Counter(one.applicant for one in kept)
    left = {one.pk: quota(problem, one) - have[one.pk] for one in problem.applications}
    days = {(one.applicant, one.weekday) for one in kept}
    free: list[tuple[Possible, Option]] = []
    for one in problem.possible:
        option = problem.option(one)
        open_to = left[one.application] > 0 and (one.application, option.weekday) not in days
        if open_to and not any(option.clashes(other) for other in kept):
            free.append((one, option))
    if say is not None:
        say(50)
    answer = choose([option for _one, option in free], left, served=list(have))
    return Proposal([free[place][0] for place in answer.places], answer.is_proven)


def explain(problem: Problem, turns: Iterable[SeasonTurn]) -> dict[int, list[Reason]]:
    """Return by application why it did not get all that it wished for; empty for who did. No queries.

    ``turns`` are all turns of the round as they stand now.
    """
    standing: dict[int, list[Option]] = defaultdict(list)
    every: dict[int, list[Option]] = defaultdict(list)
    for turn in turns:
        option = problem.held(turn) if turn.room_id in problem.rooms else None
        if option is not None:
            standing[option.weekday].append(option)
            every[option.applicant].append(option)
    possible: dict[int, list[Option]] = defaultdict(list)
    for one in problem.possible:
        possible[one.application].append(problem.option(one))
    return {one.pk: _why(problem, one, every[one.pk], possible[one.pk], standing) for one in problem.applications}


def _why(
    problem: Problem,
    application: SeasonApplication,
    own: list[Option],
    possible: list[Option],
    standing: dict[int, list[Option]],
) -> list[Reason]:
    if len(own) >= quota(problem, application):
        return []
    days = {option.weekday for option in own}
    open_days = [option for option in possible if option.weekday not in days]
    rivals = {
        other.applicant
        for option in open_days
        for other in standing[option.weekday]
        if other.applicant != application.pk and option.clashes(other)
    }
    found: list[Reason] = []
    if rivals:
        found.append({"code": "others", "rivals": len(rivals)})
    if own:
        found.append({"code": "equal_base"} if open_days else {"code": "one_a_day"})
    found += problem.notes.get(application.pk, [])
    if not found and not possible:
        found.append({"code": "no_wishes"})
    return found
