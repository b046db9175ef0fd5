"""When things happen in the demonstration: four rounds of the same call, a year apart, dated from today."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from common.legal_dates import next_working_day
from common.times import HELSINKI, local_date

OPEN_FOR = 28
DAYS_LEFT = 17


@dataclass(frozen=True)
class Round:
    """One round of the yearly call; ``year`` is the year for which it gives money."""

    year: int
    opens_at: datetime
    closes_at: datetime

    def day(self, after_closing: int, hour: int = 10) -> datetime:
        """Return an hour of a working day so many days after the closing."""
        day = next_working_day(local_date(self.closes_at) + timedelta(days=after_closing))
        return at(day, hour)

    @property
    def use_report_due_on(self) -> date:
        """Return 31 March of the year after the grant."""
        return date(self.year + 1, 3, 31)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """Return a clock time of a day in Finland."""
    return datetime.combine(day, time(hour, minute), HELSINKI)


def rounds(now: datetime, count: int) -> list[Round]:
    """Return ``count`` rounds, newest first: the first is open now and closes in 17 days."""
    closing = next_working_day(local_date(now) + timedelta(days=DAYS_LEFT))
    grant_year = (closing + timedelta(days=43)).year
    found = []
    for back in range(count):
        day = closing - timedelta(days=364 * back)
        found.append(Round(grant_year - back, at(day - timedelta(days=OPEN_FOR), 9), at(next_working_day(day), 16)))
    return found
