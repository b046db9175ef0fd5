"""Finland's clock, on both nights when it is moved too."""

from datetime import UTC, date, datetime, timedelta

from django.utils import translation

from common.times import day_start, days_left, format_instant, local_date, year_period

NBSP = "\N{NO-BREAK SPACE}"


def test_an_instant_is_shown_on_finlands_clock() -> None:
    instant = datetime(2026, 12, 8, 14, 0, tzinfo=UTC)
    with translation.override("fi"):
        assert format_instant(instant) == f"8.12.2026 klo{NBSP}16.00"


def test_the_day_of_spring_is_23_hours_long() -> None:
    assert day_start(date(2027, 3, 29)) - day_start(date(2027, 3, 28)) == timedelta(days=1)
    utc = day_start(date(2027, 3, 29)).astimezone(UTC) - day_start(date(2027, 3, 28)).astimezone(UTC)
    assert utc == timedelta(hours=23)


def test_the_day_of_autumn_is_25_hours_long() -> None:
    utc = day_start(date(2026, 10, 26)).astimezone(UTC) - day_start(date(2026, 10, 25)).astimezone(UTC)
    assert utc == timedelta(hours=25)


def test_the_repeated_hour_of_autumn_keeps_its_order_and_day() -> None:
    first, second = datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert format_instant(first) == format_instant(second)
    assert local_date(first) == local_date(second) == date(2026, 10, 25)


def test_local_day_turns_at_finlands_midnight() -> None:
    assert local_date(datetime(2026, 12, 31, 21, 59, tzinfo=UTC)) == date(2026, 12, 31)
    assert local_date(datetime(2026, 12, 31, 22, 0, tzinfo=UTC)) == date(2027, 1, 1)


def test_days_left_counts_calendar_days_over_the_moved_clock() -> None:
    now = datetime(2027, 3, 27, 20, 0, tzinfo=UTC)
    assert days_left(datetime(2027, 3, 28, 20, 0, tzinfo=UTC), now) == 1
    assert days_left(now, now) == 0
    assert days_left(datetime(2027, 3, 26, 20, 0, tzinfo=UTC), now) == -1


def test_a_year_begins_at_finlands_midnight() -> None:
    start, end = year_period(2026)
    assert start.astimezone(UTC) == datetime(2025, 12, 31, 22, 0, tzinfo=UTC)
    assert end.astimezone(UTC) == datetime(2026, 12, 31, 22, 0, tzinfo=UTC)
