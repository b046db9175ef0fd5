"""When a decision is served and final (611/2021; 13/2003 19 §; 434/2003 59 §; 150/1930 5 §)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.legal_dates import (
    ServedBy,
    appeal_ends_on,
    final_from,
    is_working_day,
    legal_dates,
    members_end_on,
    next_working_day,
)


@pytest.mark.parametrize(
    "day",
    [
        date(2026, 12, 6),  # Independence Day, a Sunday
        date(2026, 12, 24),  # Christmas Eve, a Thursday
        date(2026, 12, 25),
        date(2027, 1, 6),  # Epiphany, a Wednesday
        date(2027, 3, 26),  # Good Friday
        date(2027, 3, 29),  # Easter Monday
        date(2028, 5, 1),  # May Day, a Monday
        date(2027, 5, 6),  # Ascension Day
        date(2027, 6, 25),  # Midsummer Eve
        date(2026, 11, 21),  # a Saturday
    ],
)
def test_no_period_ends_on_a_holiday_eve_or_saturday(day: date) -> None:
    assert not is_working_day(day)
    assert is_working_day(next_working_day(day))


@pytest.mark.parametrize("day", [date(2026, 12, 31), date(2027, 4, 1), date(2026, 11, 23), date(2027, 4, 30)])
def test_ordinary_days_and_other_eves_are_working_days(day: date) -> None:
    """New Year's Eve, Maundy Thursday and the eve of May Day are not among those the law names."""
    assert is_working_day(day)


def test_electronic_service_counts_from_the_third_day() -> None:
    dates = legal_dates(date(2026, 3, 2), ServedBy.ELECTRONIC)
    assert dates.deemed_served_on == date(2026, 3, 5)
    assert dates.revision_ends_on == date(2026, 3, 19)
    assert dates.final_on == date(2026, 3, 20)


def test_a_letter_counts_from_the_seventh_day() -> None:
    dates = legal_dates(date(2026, 3, 2), ServedBy.LETTER)
    assert dates.deemed_served_on == date(2026, 3, 9)
    assert dates.revision_ends_on == date(2026, 3, 23)


def test_a_period_that_would_end_at_christmas_goes_on_to_the_next_working_day() -> None:
    dates = legal_dates(date(2026, 12, 7), ServedBy.ELECTRONIC)
    assert dates.deemed_served_on + timedelta(days=14) == date(2026, 12, 24)
    assert dates.revision_ends_on == date(2026, 12, 28)
    assert dates.final_on == date(2026, 12, 29)


@given(st.dates(date(2023, 1, 1), date(2060, 12, 31)), st.sampled_from(ServedBy))
def test_the_period_is_never_shorter_than_the_law_says(sent_on: date, how: ServedBy) -> None:
    dates = legal_dates(sent_on, how)
    assert dates.revision_ends_on >= dates.deemed_served_on + timedelta(days=14)
    assert is_working_day(dates.revision_ends_on)
    assert dates.revision_ends_on <= dates.deemed_served_on + timedelta(days=14 + 5)
    assert dates.final_on == dates.revision_ends_on + timedelta(days=1)


@pytest.mark.parametrize(
    ("published_on", "last"),
    [
        (date(2027, 2, 18), date(2027, 3, 11)),  # 25.2. + 14
        (date(2027, 3, 5), date(2027, 3, 30)),  # 12.3. + 14 is Good Friday
        (date(2026, 12, 3), date(2026, 12, 28)),  # 10.12. + 14 is Christmas Eve
        (date(2027, 6, 4), date(2027, 6, 28)),  # 11.6. + 14 is Midsummer Eve
    ],
)
def test_a_member_has_notice_on_the_seventh_day_after_publication(published_on: date, last: date) -> None:
    assert members_end_on(published_on) == last


def test_the_later_period_decides_when_a_decision_is_final() -> None:
    assert final_from(date(2027, 3, 8), date(2027, 3, 11)) == date(2027, 3, 12)
    assert final_from(date(2027, 3, 12), date(2027, 3, 11)) == date(2027, 3, 13)
    assert final_from(date(2027, 3, 8), None) == date(2027, 3, 9)


def test_the_county_appeal_takes_thirty_days() -> None:
    assert appeal_ends_on(date(2027, 3, 23)) == date(2027, 4, 22)
    assert appeal_ends_on(date(2026, 11, 25)) == date(2026, 12, 28)  # the 30th day is Christmas Day
