"""Models of sharing an appropriation: what must hold whatever the figures, and worked examples."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grants.allocation import MODELS, Ask, Terms, outcome, round_down, share, total
from grants.allocation_reserves import left_of

EUROS = st.decimals(min_value=0, max_value=60_000, places=2)
POINTS = st.one_of(st.none(), st.decimals(min_value=0, max_value=100, places=1))
STEPS = st.sampled_from([Decimal("0.01"), Decimal(10), Decimal(50), Decimal(100)])
GROUPS = st.sampled_from(["167", "422"])
TERMS = st.builds(
    Terms,
    floor=EUROS,
    least=st.decimals(min_value=0, max_value=100, places=0),
    percent=st.decimals(min_value=0, max_value=100, places=0),
    step=STEPS,
    reserves=st.lists(st.tuples(GROUPS, EUROS), max_size=3).map(tuple),
)
ASKS = st.lists(st.tuples(EUROS, POINTS, st.frozensets(GROUPS)), max_size=25).map(
    lambda rows: [Ask(key, *row) for key, row in enumerate(rows)]
)
MODEL = st.sampled_from(sorted(MODELS))


def case(key: int, asked: str, points: str | None, *groups: str) -> Ask:
    return Ask(key, Decimal(asked), None if points is None else Decimal(points), frozenset(groups))


def shared(model: str, asks: list[Ask], pool: str, **terms: object) -> list[str]:
    found = share(model, asks, Decimal(pool), Terms(**terms))  # type: ignore[arg-type]
    return [f"{found[ask.key]:.2f}" for ask in asks]


@settings(max_examples=300, deadline=None)
@given(model=MODEL, asks=ASKS, pool=st.decimals(min_value=-1000, max_value=400_000, places=2), terms=TERMS)
def test_what_always_holds(model: str, asks: list[Ask], pool: Decimal, terms: Terms) -> None:
    sums = share(model, asks, pool, terms)
    assert sums == share(model, list(reversed(asks)), pool, terms)
    assert set(sums) == {ask.key for ask in asks}
    assert total(sums) <= max(pool, Decimal(0))
    for ask in asks:
        euros = sums[ask.key]
        assert 0 <= euros <= ask.asked
        assert euros == euros.quantize(Decimal("0.01"))
        assert euros == ask.asked or euros % terms.step == 0
        if ask.points is None or ask.points < terms.least:
            assert euros == 0
    counted = outcome(asks, sums, pool)
    assert counted.given + counted.left == pool


@settings(max_examples=150, deadline=None)
@given(model=MODEL, asks=ASKS, pool=EUROS)
def test_more_points_never_get_less_of_the_same_sum(model: str, asks: list[Ask], pool: Decimal) -> None:
    same = [Ask(ask.key, Decimal(5000), ask.points) for ask in asks if ask.points is not None]
    sums = share(model, same, pool, Terms(step=Decimal(10)))
    for better in same:
        for worse in same:
            if (better.points or 0) > (worse.points or 0):
                assert sums[better.key] >= sums[worse.key] - 10  # a step may fall between cents


def test_equal_share_first_and_the_rest_by_points() -> None:
    asks = [case(1, "1000", "50"), case(2, "9000", "80"), case(3, "9000", "40"), case(4, "9000", "10")]
    assert shared("tasa", asks, "10000", floor=Decimal(3000), least=Decimal(15)) == [
        "1000.00",
        "5000.00",
        "4000.00",
        "0.00",
    ]


def test_equal_share_is_smaller_when_there_are_many() -> None:
    asks = [case(1, "1000", "50"), case(2, "9000", "80"), case(3, "9000", "40")]
    assert shared("tasa", asks, "4000", step=Decimal(100)) == ["1000.00", "1500.00", "1500.00"]


def test_threshold_goes_by_rank_until_the_money_ends() -> None:
    asks = [case(1, "4000", "30"), case(2, "5000", "90"), case(3, "3000", "60"), case(4, "900", "14")]
    assert shared("kynnys", asks, "7000", percent=Decimal(80), least=Decimal(15)) == [
        "600.00",
        "4000.00",
        "2400.00",
        "0.00",
    ]


def test_equal_points_share_what_is_left_alike() -> None:
    asks = [case(1, "4000", "60"), case(2, "4000", "60"), case(3, "4000", "70")]
    assert shared("kynnys", asks, "9000") == ["2500.00", "2500.00", "4000.00"]


def test_a_share_in_proportion_to_points_and_cut_alike() -> None:
    asks = [case(1, "1000", "80"), case(2, "2000", "50"), case(3, "2000", None)]
    assert shared("pisteet", asks, "5000") == ["800.00", "1000.00", "0.00"]
    assert shared("pisteet", asks, "900") == ["400.00", "500.00", "0.00"]


def test_a_reserve_helps_its_group_and_what_it_leaves_goes_to_all() -> None:
    asks = [case(1, "4000", "90"), case(2, "4000", "80"), case(3, "2000", "30", "422")]
    assert shared("kynnys", asks, "8000") == ["4000.00", "4000.00", "0.00"]
    assert shared("kynnys", asks, "8000", reserves=(("422", Decimal(3000)),)) == ["4000.00", "2000.00", "2000.00"]


def test_one_case_may_use_two_reserves_and_never_gets_more_than_it_asked() -> None:
    asks = [case(1, "4000", "90"), case(2, "5000", "80", "167", "422"), case(3, "2000", "30", "422")]
    kept = (("167", Decimal(3000)), ("422", Decimal(3000)))
    assert shared("kynnys", asks, "8000", reserves=kept) == ["2000.00", "5000.00", "1000.00"]


def test_what_is_kept_by_hand_uses_the_reserve_of_its_group() -> None:
    reserves = (("167", Decimal(3000)), ("422", Decimal(2000)))
    both, one = case(1, "9000", "50", "167", "422"), case(2, "500", "50", "422")
    assert left_of(reserves, [(both, Decimal(3500)), (one, Decimal(500))]) == (
        ("167", Decimal(0)),
        ("422", Decimal(1000)),
    )
    assert left_of(reserves, []) == reserves


@pytest.mark.parametrize(
    ("euros", "kept"), [("149.99", "100.00"), ("150", "150.00"), ("49", "0.00"), ("175", "175.00")]
)
def test_rounding_keeps_the_remainder_but_not_of_a_full_sum(euros: str, kept: str) -> None:
    assert f"{round_down(Decimal(euros), Decimal(175), Decimal(50)):.2f}" == kept
