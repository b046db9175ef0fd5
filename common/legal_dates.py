"""When a decision counts as served, how long a revision may be claimed, when it becomes final.

Sources: laki hyvinvointialueesta 611/2021 (oikaisuvaatimus in 14 days from notice), laki sähköisestä
asioinnista 13/2003 19 § (ordinary electronic service: third day), hallintolaki 434/2003 59 § (letter: seventh
day), laki säädettyjen määräaikain laskemisesta 150/1930 5 § (a period that ends on a holiday, Independence Day,
May Day, Christmas or Midsummer Eve or a Saturday goes on to the next working day). The day of notice is not
counted. The numbers are settings of the county where a reform may change them.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

import holidays

REVISION_DAYS = 14
MEMBERS_NOTICE_DAYS = 7
APPEAL_DAYS = 30


class ServedBy(StrEnum):
    """How a decision reached the party."""

    LETTER = "letter"
    ELECTRONIC = "electronic"


DEEMED_DAYS = {ServedBy.LETTER: 7, ServedBy.ELECTRONIC: 3}


@lru_cache(maxsize=64)
def _holidays(year: int) -> frozenset[date]:
    """Return Finland's public holidays of the year; the library counts both eves among them."""
    return frozenset(holidays.country_holidays("FI", years=year))


def is_holiday(day: date) -> bool:
    """Tell whether the day is a public holiday or one of the two eves that are kept like it."""
    return day in _holidays(day.year)


def is_working_day(day: date) -> bool:
    """Tell whether a legal period may end on this day (150/1930 5 §)."""
    return day.weekday() < 5 and day not in _holidays(day.year)


def next_working_day(day: date) -> date:
    """Return the day itself, or the first working day after it."""
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


def add_working_days(day: date, count: int) -> date:
    """Return the day that many working days later; the day itself is not counted."""
    while count > 0:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return day


def deemed_served_on(sent_on: date, how: ServedBy) -> date:
    """Return the day on which the party counts as having got it: letter the 7th, e-service the 3rd day."""
    return sent_on + timedelta(days=DEEMED_DAYS[how])


def revision_ends_on(served_on: date) -> date:
    """Return the last day of the revision period: 14 days, the day of notice not counted."""
    return next_working_day(served_on + timedelta(days=REVISION_DAYS))


@dataclass(frozen=True)
class LegalDates:
    """The chain of one decision: sent, deemed served, last day for a claim, first day it is final."""

    sent_on: date
    deemed_served_on: date
    revision_ends_on: date
    final_on: date


def legal_dates(sent_on: date, how: ServedBy) -> LegalDates:
    """Compute the chain; ``final_on`` is the day after the period when nobody has claimed."""
    served = deemed_served_on(sent_on, how)
    last = revision_ends_on(served)
    return LegalDates(sent_on, served, last, last + timedelta(days=1))


def members_end_on(published_on: date) -> date:
    """Return the last day for a member of the county: notice is the 7th day after the minutes were published online.

    Laki hyvinvointialueesta 611/2021 ch. 16; then the same 14 days as for a party.
    """
    return revision_ends_on(published_on + timedelta(days=MEMBERS_NOTICE_DAYS))


def appeal_ends_on(served_on: date) -> date:
    """Return the last day of the county appeal (aluevalitus): 30 days, the day of notice not counted."""
    return next_working_day(served_on + timedelta(days=APPEAL_DAYS))


def final_from(party_ends_on: date, members_ends_on: date | None) -> date:
    """Return the first day on which both the party's and the members' period are over."""
    last = max(party_ends_on, members_ends_on) if members_ends_on else party_ends_on
    return last + timedelta(days=1)
