"""Sharing an appropriation (määrärahan jako) by a model: pure functions over plain data, euros and cents.

Three models are practice in Finnish wellbeing services counties: an equal share to all who qualify and the rest by
points (Pohde 2026), all or a percentage of what was asked by rank until the money ends, and a share of what was asked
in proportion to the points. Each can keep reserves for groups (a theme, a municipality). Whatever the model: nobody
gets more than they asked or less than nothing, the sums never pass the pool, the same data gives the same sums,
and who has the same points and asked the same is treated the same (hallintolaki 434/2003 6 §).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from itertools import groupby

ZERO, CENT, HUNDRED = Decimal(0), Decimal("0.01"), Decimal(100)

type Sums = dict[int, Decimal]


@dataclass(frozen=True)
class Ask:
    """What one case asks: euros, mean points of 100 (None: not assessed) and the groups whose reserves it may use."""

    key: int
    asked: Decimal
    points: Decimal | None
    groups: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Terms:
    """What a model is told. ``floor`` euros to each at first, ``least`` points, ``percent`` of what was asked.

    Sums are rounded down to ``step`` euros unless they are all that was asked; what rounding leaves stays in the
    pool. ``reserves`` names groups and the euros that are kept for each before the rest is shared by all.
    """

    floor: Decimal = Decimal(3000)
    least: Decimal = ZERO
    percent: Decimal = HUNDRED
    step: Decimal = CENT
    reserves: tuple[tuple[str, Decimal], ...] = ()


def share(model: str, asks: Iterable[Ask], pool: Decimal, terms: Terms) -> Sums:
    """Return euros for every case by the model's key in ``MODELS``; ``pool`` below zero counts as zero.

    A case without points, or with fewer than ``terms.least``, gets 0. Raises KeyError for an unknown model.
    """
    fill = MODELS[model]
    everyone = sorted(asks, key=lambda ask: ask.key)
    able = [ask for ask in everyone if ask.points is not None and ask.points >= terms.least and ask.asked > 0]
    given: Sums = {ask.key: ZERO for ask in everyone}
    left = max(pool, ZERO)
    for group, euros in terms.reserves:
        own = [ask for ask in able if group in ask.groups]
        before = total(given)
        given.update(_rounded(fill(own, min(max(euros, ZERO), left), terms, given), own, terms))
        left -= total(given) - before
    given.update(_rounded(fill(able, left, terms, given), able, terms))
    return given


def total(sums: Mapping[int, Decimal]) -> Decimal:
    """Return the euros of all."""
    return sum(sums.values(), ZERO)


def pour(pool: Decimal, wants: Mapping[int, tuple[Decimal, Decimal]]) -> Sums:
    """Share the pool by weight so that nobody gets more than they want; what one leaves the others get.

    ``wants`` gives each case's most euros and its weight; who wants or weighs nothing gets nothing.
    """
    real = {key: want for key, want in wants.items() if want[0] > 0 and want[1] > 0}
    weights = sum((weight for _most, weight in real.values()), ZERO)
    given: Sums = dict.fromkeys(wants, ZERO)
    left = pool
    for key, (most, weight) in sorted(real.items(), key=lambda row: (row[1][0] / row[1][1], row[0])):
        fair = left * weight / weights if weights > weight else left
        given[key] = min(most, max(fair, ZERO)).quantize(CENT, rounding=ROUND_DOWN)
        left -= given[key]
        weights -= weight
    return given


def _added(given: Mapping[int, Decimal], more: Mapping[int, Decimal]) -> Sums:
    return {key: given[key] + euros for key, euros in more.items()}


def _equal(asks: list[Ask], pool: Decimal, terms: Terms, given: Mapping[int, Decimal]) -> Sums:
    """Give everybody up to the floor, equally when the money does not suffice; then the rest by points."""
    first = pour(pool, {ask.key: (min(ask.asked, terms.floor) - given[ask.key], Decimal(1)) for ask in asks})
    now = _added(given, first)
    rest = pour(pool - total(first), {ask.key: (ask.asked - now[ask.key], ask.points or ZERO) for ask in asks})
    return _added(now, rest)


def _threshold(asks: list[Ask], pool: Decimal, terms: Terms, given: Mapping[int, Decimal]) -> Sums:
    """Give the percentage of what was asked by rank; those with equal points share what is left equally."""
    now, left = {ask.key: given[ask.key] for ask in asks}, pool
    ranked = sorted(asks, key=lambda ask: (-(ask.points or ZERO), ask.key))
    for _points, tied in groupby(ranked, key=lambda ask: ask.points):
        wants = {ask.key: _part(ask.asked, terms.percent) - given[ask.key] for ask in tied}
        more = pour(left, {key: (want, want) for key, want in wants.items()})
        now.update(_added(given, more))
        left -= total(more)
    return now


def _by_points(asks: list[Ask], pool: Decimal, terms: Terms, given: Mapping[int, Decimal]) -> Sums:
    """Give of what was asked as many hundredths as there are points; all in the same proportion if it is too much."""
    wants = {ask.key: _part(ask.asked, ask.points or ZERO) - given[ask.key] for ask in asks}
    return _added(given, pour(pool, {key: (want, want) for key, want in wants.items()}))


def _part(asked: Decimal, percent: Decimal) -> Decimal:
    return min(asked, (asked * percent / HUNDRED).quantize(CENT, rounding=ROUND_DOWN))


def _rounded(sums: Mapping[int, Decimal], asks: list[Ask], terms: Terms) -> Sums:
    return {ask.key: round_down(sums[ask.key], ask.asked, terms.step) for ask in asks}


def round_down(euros: Decimal, asked: Decimal, step: Decimal) -> Decimal:
    """Round down to whole steps; what covers all that was asked stays."""
    if euros >= asked:
        return asked
    return (euros / step).to_integral_value(rounding=ROUND_DOWN) * step


type Fill = Callable[[list[Ask], Decimal, Terms, Mapping[int, Decimal]], Sums]
MODELS: dict[str, Fill] = {"tasa": _equal, "kynnys": _threshold, "pisteet": _by_points}


@dataclass(frozen=True)
class Outcome:
    """What a model does in figures: euros given and left of the pool, cases with nothing, cut and in full."""

    given: Decimal
    left: Decimal
    nothing: int
    cut: int
    full: int


def outcome(asks: Iterable[Ask], sums: Mapping[int, Decimal], pool: Decimal) -> Outcome:
    """Count what the sums mean for the cases."""
    rows = [(ask.asked, sums.get(ask.key, ZERO)) for ask in asks]
    given = sum((euros for _asked, euros in rows), ZERO)
    full = sum(euros >= asked for asked, euros in rows)
    nothing = sum(euros == 0 for _asked, euros in rows)
    return Outcome(given, pool - given, nothing, len(rows) - full - nothing, full)
