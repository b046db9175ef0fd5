"""The rule of a run of events and the days it gives. Pure: no database, no clock."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _

from common.legal_dates import is_holiday, next_working_day
from common.times import add_days, format_date

MOST_DAYS = 60
LAST = -1
#: What becomes of a day that is a holiday.
KEEP, SKIP, MOVE = "keep", "skip", "move"


@dataclass(frozen=True)
class RunRule:
    """Every ``every`` weeks from ``first_day``; with ``nth`` the nth (−1: last) such weekday of every ``every`` months.

    The weekday is that of ``first_day``; the last day is included. ``left_out`` are days that are not wanted.
    """

    first_day: date
    last_day: date
    every: int = 1
    nth: int = 0
    on_holiday: str = SKIP
    left_out: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        if self.every < 1 or self.last_day < self.first_day or self.nth not in (LAST, 0, 1, 2, 3, 4):
            raise ValueError("A rule goes forward and names a weekday that every month has.")

    def days(self) -> Iterator[date]:
        """Give the days of the rule in order, holidays and those left out too."""
        return self._monthly() if self.nth else self._weekly()

    def _weekly(self) -> Iterator[date]:
        day = self.first_day
        while day <= self.last_day:
            yield day
            day += timedelta(weeks=self.every)

    def _monthly(self) -> Iterator[date]:
        year, month = self.first_day.year, self.first_day.month
        while date(year, month, 1) <= self.last_day:
            day = nth_weekday(year, month, self.first_day.weekday(), self.nth)
            if self.first_day <= day <= self.last_day:
                yield day
            month += self.every
            year, month = year + (month - 1) // 12, (month - 1) % 12 + 1

    @property
    def words(self) -> str:
        """Return the rule in words: joka kuukauden 4. torstai, 26.11.2026–27.5.2027."""
        weekday = str(WEEKDAYS[self.first_day.weekday()])
        values = {"weekday": weekday, "every": self.every, "nth": self.nth}
        words = _every_words(self.every == 1, self.nth)
        return f"{words % values}, {format_date(self.first_day)}–{format_date(self.last_day)}"


def _every_words(is_each: bool, nth: int) -> str:
    if nth == LAST:
        return _("kuukauden viimeinen %(weekday)s") if is_each else _("joka %(every)s. kuukauden viimeinen %(weekday)s")
    if nth:
        return _("kuukauden %(nth)s. %(weekday)s") if is_each else _("joka %(every)s. kuukauden %(nth)s. %(weekday)s")
    return _("joka viikko, %(weekday)s") if is_each else _("joka %(every)s. viikko, %(weekday)s")


def nth_weekday(year: int, month: int, weekday: int, nth: int) -> date:
    """Return the nth such weekday of the month, or with −1 the last."""
    if nth == LAST:
        after = date(year + month // 12, month % 12 + 1, 1)
        return add_days(after, -((after.weekday() - weekday - 1) % 7 + 1))
    first = date(year, month, 1)
    return add_days(first, (weekday - first.weekday()) % 7 + 7 * (nth - 1))


@dataclass(frozen=True)
class RunDay:
    """One day of a run. ``planned`` is the rule's own day; ``why`` (holiday, left_out) says that it falls out."""

    planned: date
    day: date
    why: str = ""

    @property
    def is_moved(self) -> bool:
        """Tell whether a holiday moved it."""
        return self.day != self.planned


def run_days(rule: RunRule) -> list[RunDay]:
    """Return the rule's days, at most ``MOST_DAYS``; a holiday is skipped or moved to the next working day."""
    found: list[RunDay] = []
    for day in rule.days():
        if len(found) == MOST_DAYS:
            break
        found.append(_run_day(rule, day))
    return found


def _run_day(rule: RunRule, day: date) -> RunDay:
    if day in rule.left_out:
        return RunDay(day, day, "left_out")
    if rule.on_holiday == KEEP or not is_holiday(day):
        return RunDay(day, day)
    return RunDay(day, next_working_day(day)) if rule.on_holiday == MOVE else RunDay(day, day, "holiday")
