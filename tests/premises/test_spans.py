"""Times as pieces, rules of series, both nights in which the clocks are turned."""

import itertools
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from premises.recurrence import Rule, occasions
from premises.spans import Span, closing, day_span, merged, nearest, wall, without
from tests.premises.factories import DAY, span

SPRING, AUTUMN = date(2027, 3, 28), date(2026, 10, 25)
BASE = datetime(2026, 11, 24, 6, tzinfo=UTC)

pieces = st.lists(
    st.tuples(st.integers(0, 90), st.integers(1, 20)).map(
        lambda pair: Span(BASE + timedelta(minutes=10 * pair[0]), BASE + timedelta(minutes=10 * (pair[0] + pair[1])))
    ),
    max_size=6,
)
clocks = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 45]))


def test_the_missing_hour_is_four_and_the_doubled_hour_its_first() -> None:
    assert wall(SPRING, time(3, 30)) == wall(SPRING, time(4)) == datetime(2027, 3, 28, 1, tzinfo=UTC)
    assert wall(AUTUMN, time(3, 30)) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert day_span(SPRING).length == timedelta(hours=23)
    assert day_span(AUTUMN).length == timedelta(hours=25)
    assert closing(DAY, time(23, 59)) == wall(DAY + timedelta(days=1), time())


@given(day=st.sampled_from([SPRING, AUTUMN, DAY]), clock=st.tuples(clocks, clocks))
def test_a_later_clock_is_never_an_earlier_instant(day: date, clock: tuple[time, time]) -> None:
    first, second = sorted(clock)
    assert wall(day, first) <= wall(day, second)


@given(spans=pieces, taken=pieces)
def test_what_is_cut_out_is_out_and_nothing_else(spans: list[Span], taken: list[Span]) -> None:
    left = without(spans, taken)
    assert not any(piece.overlaps(cut) for piece in left for cut in taken)
    for minute in range(0, 1200, 10):
        at = Span(BASE + timedelta(minutes=minute), BASE + timedelta(minutes=minute + 10))
        wanted = any(piece.covers(at) for piece in merged(spans)) and not any(at.overlaps(cut) for cut in taken)
        assert any(piece.covers(at) for piece in left) == wanted


@settings(max_examples=60)
@given(opened=pieces, taken=pieces, wish=st.integers(0, 90), length=st.integers(1, 12), tidy=st.sampled_from([0, 20]))
def test_no_free_time_is_nearer_than_the_nearest(
    opened: list[Span], taken: list[Span], wish: int, length: int, tidy: int
) -> None:
    asked = Span(BASE + timedelta(minutes=10 * wish), BASE + timedelta(minutes=10 * (wish + length)))
    hours = merged(opened)

    def fits(piece: Span) -> bool:
        free = not any(cut.overlaps(piece.longer(tidy)) for cut in taken)
        return free and any(one.covers(piece) for one in hours)

    by_hand = [asked.at(BASE + timedelta(minutes=10 * place)) for place in range(115)]
    distances = [abs(piece.start - asked.start) for piece in by_hand if fits(piece)]
    found = nearest(asked, hours, taken, tidy)
    assert (found is None) == (not distances)
    if found is not None:
        assert fits(found)
        assert abs(found.start - asked.start) == min(distances)


@given(
    first=st.dates(date(2026, 1, 1), date(2027, 12, 31)),
    weeks=st.integers(1, 8),
    length=st.integers(0, 400),
    clock=st.tuples(clocks, clocks).filter(lambda pair: pair[0] != pair[1]),
)
def test_a_series_meets_at_the_same_clock(first: date, weeks: int, length: int, clock: tuple[time, time]) -> None:
    start, end = sorted(clock)
    rule = Rule(first, first + timedelta(days=length), weeks, start, end, skips_holidays=True)
    found = occasions(rule)
    assert [one.day for one in found] == [first + timedelta(weeks=weeks * n) for n in range(length // (7 * weeks) + 1)]
    for one in found:
        if not one.skipped_reason:
            assert (one.span.start, one.span.end) == (wall(one.day, start), wall(one.day, end))
    assert all(not a.span.overlaps(b.span) for a, b in itertools.pairwise(found))


def test_holidays_and_missing_hours_are_skipped_with_a_reason() -> None:
    christmas = occasions(Rule(date(2026, 12, 11), date(2027, 1, 8), 1, time(17), time(19), skips_holidays=True))
    assert [one.day.day for one in christmas if one.skipped_reason == "holiday"] == [25, 1]
    assert not any(one.skipped_reason for one in occasions(Rule(DAY, DAY, 1, time(1), time(2), skips_holidays=False)))
    night = Rule(SPRING, SPRING, 1, time(3, 15), time(4), skips_holidays=False)
    assert [one.skipped_reason for one in occasions(night)] == ["clock"]


def test_a_span_is_aware_and_goes_forward() -> None:
    for start, end in ((BASE, BASE), (BASE.replace(tzinfo=None), BASE)):
        with pytest.raises((ValueError, TypeError)):
            Span(start, end)
    assert span("17.00", "19.00").minutes == 120
