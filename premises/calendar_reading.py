"""What an external calendar (RFC 5545, of Outlook or Timmi) says of a room: the times in which it is taken.

Titles, people and descriptions of events are not read: an appointment may tell of a patient. A time without a zone is
Finland's. A repeated event keeps its wall-clock times after the clocks have been turned, as the calendars show it.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from time import monotonic
from typing import Any

from dateutil.rrule import rrulestr
from icalendar import Calendar, Event

from common.times import HELSINKI
from premises.spans import Span, wall

#: How far ahead repeated events are opened up; a little more than rooms can be booked.
AHEAD = timedelta(days=400)
MOST_TIMES = 3000
MOST_SECONDS = 20.0
_RULES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
_MOST_A_DAY = 24
_MIDNIGHT = time()
_NEVER = date(2100, 1, 1)
_WRONG = (ValueError, TypeError, KeyError, AttributeError, OverflowError)


class CannotRead(Exception):
    """The file is no calendar, or there is too much in it; ``code`` says which."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, order=True)
class Busy:
    """One time in which the room is taken, by the event's own mark."""

    span: Span
    uid: str


@dataclass
class Reading:
    """What was read: the times in order, and the marks of the events that could not be understood."""

    times: list[Busy] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)


def read_calendar(body: bytes, now: datetime) -> Reading:
    """Return the times that are not over, of events that take the room, until ``AHEAD``.

    CannotRead: not_calendar, too_many, too_long (it takes too long to open up its repetitions).
    """
    started = monotonic()
    by_uid: dict[str, list[Event]] = defaultdict(list)
    for event in _events(body):
        by_uid[str(event.get("UID", ""))].append(event)
    found: dict[tuple[str, datetime], Busy] = {}
    reading = Reading()
    for uid, events in by_uid.items():
        try:
            for span in _times(events, now):
                _keep(found, Busy(span, uid))
                if len(found) > MOST_TIMES:
                    raise CannotRead("too_many")
        except _WRONG:
            reading.unread.add(uid)
        if monotonic() - started > MOST_SECONDS:
            raise CannotRead("too_long")
    reading.times = sorted(found.values())
    return reading


def _events(body: bytes) -> list[Event]:
    try:
        text = body.decode("utf-8-sig", errors="replace")
        calendars = Calendar.from_ical(text, multiple=True)
        if not calendars or any(one.name != "VCALENDAR" for one in calendars):
            raise CannotRead("not_calendar")
        return [event for one in calendars for event in one.walk("VEVENT") if isinstance(event, Event)]
    except _WRONG:
        raise CannotRead("not_calendar") from None


def _keep(found: dict[tuple[str, datetime], Busy], busy: Busy) -> None:
    """Keep one time for each mark and start: the longest."""
    key = (busy.uid, busy.span.start)
    known = found.get(key)
    if known is None or known.span.end < busy.span.end:
        found[key] = busy


def _times(events: list[Event], now: datetime) -> Iterator[Span]:
    """Return the times of one event: its repetitions, and those that were moved or cancelled one by one."""
    changed = {_mark(event.get("RECURRENCE-ID").dt) for event in events if event.get("RECURRENCE-ID")}
    for event in events:
        is_one = event.get("RECURRENCE-ID") is not None
        if not _takes(event):
            continue
        for span, mark in _Opened(event, now).spans(repeats=not is_one):
            if (is_one or mark not in changed) and span.end > now and span.start < now + AHEAD:
                yield span


def _takes(event: Event) -> bool:
    """Tell whether the event takes the room: not a cancelled one, nor one that is shown as free."""
    told = {name: str(event.get(name, "")).upper() for name in ("STATUS", "TRANSP", "X-MICROSOFT-CDO-BUSYSTATUS")}
    return (
        told["STATUS"] != "CANCELLED"
        and told["TRANSP"] != "TRANSPARENT"
        and told["X-MICROSOFT-CDO-BUSYSTATUS"] != "FREE"
    )


def _mark(when: date | datetime) -> date | datetime:
    """Return what two spellings of one occurrence have in common: the instant, or the day of an all-day event."""
    if isinstance(when, datetime):
        return _instant(when.replace(tzinfo=None), when.tzinfo)
    return when


def _instant(naive: datetime, zone: tzinfo | None) -> datetime:
    if zone is None or zone == HELSINKI:
        return wall(naive.date(), naive.time())
    return naive.replace(tzinfo=zone).astimezone(UTC)


class _Opened:
    """One event with its repetitions on the wall's clock of its own zone."""

    def __init__(self, event: Event, now: datetime) -> None:
        self.event = event
        start, end = event.start, event.end
        self.is_days = not isinstance(start, datetime)
        self.zone = start.tzinfo if isinstance(start, datetime) else None
        self.first = self._wall(start)
        self.length = self._wall(end) - self.first
        here = now.astimezone(self.zone or HELSINKI).replace(tzinfo=None)
        self.low, self.high = here - timedelta(days=2), here + AHEAD + timedelta(days=2)

    def _wall(self, when: date | datetime) -> datetime:
        """Return a time on the wall's clock of the event's zone; a day is its midnight."""
        if not isinstance(when, datetime):
            return datetime.combine(when, _MIDNIGHT)
        if when.tzinfo is not None and self.zone is not None and when.tzinfo != self.zone:
            when = when.astimezone(self.zone)
        elif when.tzinfo is not None and self.zone is None:
            when = when.astimezone(HELSINKI)
        return when.replace(tzinfo=None)

    def spans(self, *, repeats: bool) -> Iterator[tuple[Span, date | datetime]]:
        """Return each time with the mark by which the calendar names it."""
        excluded = {_mark(when) for when in self.event.exdates} if repeats else set()
        for start, length in self._starts() if repeats else [(self.first, self.length)]:
            mark = start.date() if self.is_days else _instant(start, self.zone)
            if mark in excluded or start.date() in excluded:
                continue
            begins, ends = _instant(start, self.zone), _instant(self._end(start, length), self.zone)
            if begins < ends:
                yield Span(begins, ends), mark

    def _end(self, start: datetime, length: timedelta) -> datetime:
        last = datetime.combine(_NEVER, _MIDNIGHT)
        return last if length > last - start else start + length

    def _starts(self) -> Iterator[tuple[datetime, timedelta]]:
        found = {self.first: self.length}
        for rule in self.event.rrules:
            found.update(dict.fromkeys(self._by_rule(rule), self.length))
        for told in self.event.rdates:
            start, end = told if isinstance(told, tuple) else (told, None)
            begins = self._wall(start)
            found[begins] = self._wall(end) - begins if end is not None else self.length
        for start, length in sorted(found.items()):
            if start <= self.high and self._end(start, length) >= self.low:
                yield start, length

    def _by_rule(self, rule: Any) -> list[datetime]:
        told = {str(name).upper(): list(values) for name, values in rule.items()}
        freq = str(told["FREQ"][0]).upper()
        a_day = 1
        for name in ("BYHOUR", "BYMINUTE", "BYSECOND"):
            a_day *= max(1, len(told.get(name, ())))
        if freq not in _RULES or a_day > _MOST_A_DAY:
            raise ValueError(freq)
        text = ";".join(part for part in rule.to_ical().decode().split(";") if not part.upper().startswith("UNTIL="))
        until = self._until(told["UNTIL"][0]) if "UNTIL" in told else self.high
        last = min(until, self.high)
        found = []
        for start in rrulestr(text, dtstart=self.first):
            if start > last:
                break
            if self._end(start, self.length) >= self.low:
                found.append(start)
            if len(found) > MOST_TIMES:
                raise CannotRead("too_many")
        return found

    def _until(self, told: date | datetime) -> datetime:
        """Return the last start that the rule gives; a day means its end."""
        return self._wall(told) if isinstance(told, datetime) else datetime.combine(told, time.max)
