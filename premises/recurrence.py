"""A rule of a series and the occasions it gives. Pure: no database, no clock."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta

from common.legal_dates import is_holiday
from premises.spans import Span, wall

MOST_OCCASIONS = 60


@dataclass(frozen=True)
class Rule:
    """Every ``every_weeks`` weeks on the weekday of ``first_day``, to ``last_day`` included; wall-clock times.

    ``end_time`` is later the same day. The group meets at five also after the clocks have been turned.
    """

    first_day: date
    last_day: date
    every_weeks: int
    start_time: time
    end_time: time
    skips_holidays: bool = True

    def __post_init__(self) -> None:
        if self.every_weeks < 1 or self.end_time <= self.start_time or self.last_day < self.first_day:
            raise ValueError("A rule goes forward: weeks, times and days.")

    def days(self) -> Iterator[date]:
        """Give the days of the rule, holidays too."""
        day = self.first_day
        while day <= self.last_day:
            yield day
            day += timedelta(weeks=self.every_weeks)


@dataclass(frozen=True)
class Occasion:
    """One day of a series; ``skipped_reason`` is ``holiday``, ``clock`` (the hour is missing that night) or empty."""

    day: date
    span: Span
    skipped_reason: str = ""


def occasions(rule: Rule) -> list[Occasion]:
    """Return the days of the rule in order, those that fall out with their reason."""
    return [_occasion(rule, day) for day in rule.days()]


def _occasion(rule: Rule, day: date) -> Occasion:
    start, end = wall(day, rule.start_time), wall(day, rule.end_time)
    if end <= start:
        return Occasion(day, Span(start, start + timedelta(minutes=1)), "clock")
    return Occasion(day, Span(start, end), "holiday" if rule.skips_holidays and is_holiday(day) else "")
