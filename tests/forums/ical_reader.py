"""A second, hand-written reader of iCalendar files (RFC 5545), strict about lines; knows nothing of what wrote them.

It unfolds lines, splits them into name, parameters and value, reads components, and works out local times from the
file's own VTIMEZONE rules rather than from any library's time zones.
"""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone

_NAME = re.compile(r"[A-Z0-9-]+")
_PARAMETER = re.compile(r';([A-Z0-9-]+)=("[^"]*"|[^";:,]*)')
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@dataclass
class Property:
    """One content line."""

    name: str
    parameters: dict[str, str]
    value: str


@dataclass
class Component:
    """A component with its properties and those within it."""

    name: str
    properties: list[Property] = field(default_factory=list)
    parts: list["Component"] = field(default_factory=list)

    def all(self, name: str) -> list[Property]:
        """Return the properties of that name."""
        return [row for row in self.properties if row.name == name]

    def one(self, name: str) -> str:
        """Return the value of the property that must stand exactly once."""
        (row,) = self.all(name)
        return row.value

    def text(self, name: str) -> str:
        """Return a text with its escapes undone."""
        return re.sub(r"\\([nN,;\\])", lambda found: "\n" if found[1] in "nN" else found[1], self.one(name))

    def within(self, name: str) -> list["Component"]:
        """Return the components of that name."""
        return [part for part in self.parts if part.name == name]


def read(data: bytes) -> Component:
    """Return the calendar; AssertionError where the file breaks RFC 5545 3.1."""
    assert data.endswith(b"\r\n"), "the last line ends with CRLF"
    lines = data[:-2].split(b"\r\n")
    for line in lines:
        assert b"\r" not in line, "no bare CR"
        assert b"\n" not in line, "no bare LF"
        assert len(line) <= 75, f"a line of {len(line)} octets is not folded"
        line.decode()  # a fold never cuts a character: each octet line is text by itself
    unfolded: list[str] = []
    for line in lines:
        text = line.decode()
        if text[0] in " \t":
            unfolded[-1] += text[1:]
        else:
            unfolded.append(text)
    return _component([_property(line) for line in unfolded])


def _property(line: str) -> Property:
    name = _NAME.match(line)
    assert name, line
    place, parameters = name.end(), {}
    while found := _PARAMETER.match(line, place):
        parameters[found[1]] = found[2].strip('"')
        place = found.end()
    assert line[place] == ":", line
    return Property(name[0], parameters, line[place + 1 :])


def _component(rows: list[Property]) -> Component:
    stack: list[Component] = [Component("")]
    for row in rows:
        if row.name == "BEGIN":
            stack.append(Component(row.value))
        elif row.name == "END":
            done = stack.pop()
            assert done.name == row.value
            stack[-1].parts.append(done)
        else:
            stack[-1].properties.append(row)
    (calendar,) = stack[0].parts
    assert len(stack) == 1
    assert calendar.name == "VCALENDAR"
    return calendar


def instant(calendar: Component, event: Component, name: str) -> datetime:
    """Return DTSTART or DTEND in UTC by the file's own time zone rules."""
    (row,) = event.all(name)
    if row.value.endswith("Z"):
        return datetime.strptime(row.value, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    local = datetime.strptime(row.value, "%Y%m%dT%H%M%S")
    (zone,) = [part for part in calendar.within("VTIMEZONE") if part.one("TZID") == row.parameters["TZID"]]
    offset = max(((start, to) for start, to in _onsets(zone, local.year) if start <= local), key=lambda pair: pair[0])[
        1
    ]
    return local.replace(tzinfo=timezone(offset)).astimezone(UTC)


def _onsets(zone: Component, year: int) -> list[tuple[datetime, timedelta]]:
    """Return when each observance begins, in local time before it, up to the year."""
    found = []
    for part in (*zone.within("STANDARD"), *zone.within("DAYLIGHT")):
        start, to = datetime.strptime(part.one("DTSTART"), "%Y%m%dT%H%M%S"), _offset(part.one("TZOFFSETTO"))
        found.append((start, to))
        for row in part.all("RDATE"):
            found += [(datetime.strptime(text, "%Y%m%dT%H%M%S"), to) for text in row.value.split(",")]
        for row in part.all("RRULE"):
            rule = dict(pair.split("=") for pair in row.value.split(";"))
            assert rule["FREQ"] == "YEARLY", row.value
            for one in range(start.year, year + 1):
                found.append((_yearly(rule, one, start), to))
    return found


def _yearly(rule: dict[str, str], year: int, start: datetime) -> datetime:
    """Return the nth weekday of the month at the hour of the first."""
    nth, weekday = int(rule["BYDAY"][:-2]), _DAYS.index(rule["BYDAY"][-2:])
    month = int(rule.get("BYMONTH", start.month))
    days = [
        day
        for number in range(31)
        if (day := datetime(year, month, 1) + timedelta(days=number)).month == month and day.weekday() == weekday
    ]
    return days[nth if nth < 0 else nth - 1].replace(hour=start.hour, minute=start.minute)


def _offset(text: str) -> timedelta:
    sign = -1 if text[0] == "-" else 1
    return sign * timedelta(hours=int(text[1:3]), minutes=int(text[3:5]))
