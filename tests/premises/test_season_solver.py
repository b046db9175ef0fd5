"""The choice among possible turns, without a database: never a clash, never too many, as many served as can be."""

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from premises.seasons.options import Option
from premises.seasons.solver import choose, cliques

starts = st.sampled_from([8, 9, 10, 11])
option = st.builds(
    lambda applicant, wish, weekday, start, length, leaves, score: Option(
        applicant, wish, weekday, start * 60, start * 60 + length, leaves, score
    ),
    applicant=st.integers(1, 4),
    wish=st.integers(1, 2),
    weekday=st.integers(0, 1),
    start=starts,
    length=st.sampled_from([60, 75, 120]),
    leaves=st.sampled_from([(1,), (2,), (1, 2), (3,)]),
    score=st.integers(1, 5000),
)


def _allowed(chosen: list[Option], quotas: dict[int, int]) -> bool:
    """Tell whether the options can all be given; written without the solver's own tables."""
    for place, one in enumerate(chosen):
        for other in chosen[:place]:
            same = one.applicant == other.applicant
            if one.clashes(other) or (same and (one.wish == other.wish or one.weekday == other.weekday)):
                return False
    return all(sum(one.applicant == who for one in chosen) <= most for who, most in quotas.items())


def _worth(chosen: list[Option]) -> tuple[int, int]:
    """Return how many are served and the sum of the scores."""
    return len({one.applicant for one in chosen}), sum(one.score for one in chosen)


@given(st.lists(option, max_size=9, unique=True), st.integers(1, 2))
@settings(max_examples=60, deadline=None)
def test_the_choice_is_allowed_fair_and_the_best_there_is(options: list[Option], most: int) -> None:
    quotas = dict.fromkeys(range(1, 5), most)
    choice = choose(options, quotas)
    chosen = [options[place] for place in choice.places]
    assert choice.is_proven
    assert _allowed(chosen, quotas)
    every = [
        [one for one, taken in zip(options, bits, strict=True) if taken]
        for bits in product((0, 1), repeat=len(options))
    ]
    can_be = [
        (len({one.applicant for one in some}), sum(one.score for one in some))
        for some in every
        if _allowed(some, quotas)
    ]
    served, worth = len({one.applicant for one in chosen}), sum(one.score for one in chosen)
    best_served, best_worth = max(can_be)
    assert served == best_served
    assert worth >= best_worth * 0.999 - 1
    assert choose(options, quotas) == choice


@given(st.lists(option, max_size=25))
def test_the_cliques_hold_every_clash_and_nothing_else(options: list[Option]) -> None:
    told = {frozenset((a, b)) for group in cliques(options) for a in group for b in group if a < b}
    clashing = {frozenset((a, b)) for b in range(len(options)) for a in range(b) if options[a].clashes(options[b])}
    assert told == clashing


def test_who_has_a_pinned_turn_gives_way_to_who_has_none() -> None:
    options = [Option(1, 1, 0, 600, 660, (1,), 5000), Option(2, 1, 0, 600, 660, (1,), 1)]
    assert choose(options, {1: 1, 2: 1}).places == (0,)
    assert choose(options, {1: 1, 2: 1}, served={1}).places == (1,)
    assert choose([], {}).places == ()
