"""Time as people read it: Europe/Helsinki, ``8.12.2026 klo 16.00``. Stored in UTC."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext

NBSP = "\N{NO-BREAK SPACE}"
HELSINKI = ZoneInfo("Europe/Helsinki")


def helsinki(instant: datetime) -> datetime:
    """Return the same instant on Finland's clock."""
    return instant.astimezone(HELSINKI)


def local_date(instant: datetime) -> date:
    """Return the calendar day of an instant in Finland."""
    return helsinki(instant).date()


def day_start(day: date) -> datetime:
    """Return the instant at which the day begins in Finland."""
    return datetime.combine(day, time(), HELSINKI)


def format_date(day: date) -> str:
    """Return ``8.12.2026``; an instant is read on Finland's clock first."""
    if isinstance(day, datetime):
        day = local_date(day)
    return f"{day.day}.{day.month}.{day.year}"


def format_clock(instant: datetime) -> str:
    """Return ``16.00``."""
    local = helsinki(instant)
    return f"{local.hour}.{local.minute:02}"


def format_instant(instant: datetime) -> str:
    """Return ``8.12.2026 klo 16.00``; the word for the clock follows the language and never stands alone."""
    return f"{format_date(instant)} {gettext('klo')}{NBSP}{format_clock(instant)}"


def days_left(until: datetime, now: datetime) -> int:
    """Return whole days on the calendar from ``now`` to ``until``; negative when it is past."""
    return (local_date(until) - local_date(now)).days


def year_period(year: int) -> tuple[datetime, datetime]:
    """Return the first instant of the year and of the next, in Finland."""
    return day_start(date(year, 1, 1)), day_start(date(year + 1, 1, 1))


def add_days(day: date, days: int) -> date:
    """Return the day that many calendar days later."""
    return day + timedelta(days=days)
