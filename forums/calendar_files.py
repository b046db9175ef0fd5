"""Events as iCalendar files (RFC 5545, RFC 5546): UID and SEQUENCE keep a moved event the same event."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import gettext as _
from icalendar import Calendar, vCalAddress, vText
from icalendar import Event as CalendarEvent

from common.times import helsinki
from forums.event_facts import where_words
from forums.models import Event
from notifications.outbox import absolute

METHODS = ("PUBLISH", "REQUEST", "CANCEL")


def event_calendar(
    events: Iterable[Event],
    *,
    method: str,
    attendee: Any = None,
    with_link: bool,
    now: datetime,
    more: Iterable[CalendarEvent] = (),
) -> bytes:
    """Return the calendar: ``method`` is PUBLISH (a list or a feed), REQUEST (added or moved) or CANCEL.

    REQUEST and CANCEL are about one event and have an ``attendee``: anything with ``email`` whose ``str`` is the
    person's name (a SignUp, a User). A CANCEL of an event that is not cancelled takes only this person out of it. Times
    stand in Europe/Helsinki with the rules of summer time beside them. The meeting link is there only ``with_link``:
    for whoever has a place. Events come with their room and its site (``select_related("room__site")``). ``more`` are
    entries that another room has made for the same calendar.
    Raises ValueError where RFC 5546 would be broken.
    """
    found = list(events)
    _check(found, method, attendee)
    calendar = Calendar()
    calendar.add("prodid", "-//Yhdyspinta//fi")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    for event in found:
        calendar.add_component(_component(event, method, attendee, with_link=with_link, now=now))
    for entry in more:
        calendar.add_component(entry)
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _check(events: list[Event], method: str, attendee: Any) -> None:
    if method not in METHODS:
        raise ValueError(f"Unknown method: {method}")
    if method == "PUBLISH":
        if attendee is not None:
            raise ValueError("A published calendar names no attendee (RFC 5546 3.2.1).")
        return
    if len(events) != 1 or attendee is None or not attendee.email:
        raise ValueError(f"{method} is about one event and one attendee with an address (RFC 5546 3.2).")
    if method == "REQUEST" and events[0].state == "cancelled":
        raise ValueError("A cancelled event is told with CANCEL (RFC 5546 3.2.5).")


def uid_of(event: Event) -> str:
    """Return the identifier that the event keeps in every calendar."""
    return f"event-{event.pk}@{urlsplit(settings.BASE_URL).hostname or 'localhost'}"


def _component(event: Event, method: str, attendee: Any, *, with_link: bool, now: datetime) -> CalendarEvent:
    row = CalendarEvent()
    row.add("uid", uid_of(event))
    row.add("sequence", event.sequence)
    row.add("dtstamp", now)
    row.add("dtstart", _stamp(event.starts_at))
    row.add("dtend", _stamp(event.ends_at))
    row.add("summary", event.name)
    if status := _status(event, method):
        row.add("status", status)
    address = absolute(event.get_absolute_url())
    row.add("url", address)
    row.add("description", "\n\n".join(_lines(event, address, with_link=with_link)))
    row.add("location", where_words(event))
    row.add("organizer", _person(settings.DEFAULT_FROM_EMAIL.rpartition("<")[2].rstrip(">"), "Yhdyspinta"))
    if attendee is not None:
        row.add("attendee", _attendee(attendee, method), encode=False)
    return row


def _stamp(instant: datetime) -> datetime:
    """Return the time on Finland's clock; in UTC in the hour that comes twice, the second time (RFC 5545 3.3.5)."""
    local = helsinki(instant)
    return instant.astimezone(UTC) if local.fold else local


def _status(event: Event, method: str) -> str:
    if event.state == "cancelled":
        return "CANCELLED"
    if method == "CANCEL":
        return ""  # RFC 5546 3.2.5: only this attendee is taken out
    return "TENTATIVE" if event.state == "planned" else "CONFIRMED"


def _lines(event: Event, address: str, *, with_link: bool) -> list[str]:
    """Return the paragraphs; the link and the advice for who takes part from afar only where they are told."""
    lines = [event.description[0]]
    if event.state == "cancelled":
        lines = [_("Tapahtuma on peruttu. Syy: %(reason)s") % {"reason": event.reason}]
    elif with_link:
        lines += [event.meeting_url, event.meeting_note]
    return [line for line in (*lines, address) if line]


def _person(email: str, name: str) -> vCalAddress:
    found = vCalAddress(f"mailto:{email}")
    found.params["cn"] = vText(name or email)
    return found


def _attendee(attendee: Any, method: str) -> vCalAddress:
    found = _person(attendee.email, str(attendee))
    if method == "REQUEST":
        # Who gets the file has signed up already: calendars need not ask again.
        found.params["partstat"] = vText("ACCEPTED")
        found.params["rsvp"] = vText("FALSE")
    return found


def calendar_response(data: bytes, *, method: str = "PUBLISH", name: str = "tapahtuma.ics") -> HttpResponse:
    """Return the file as an attachment; ``name`` is plain ASCII."""
    response = HttpResponse(data, content_type=f"text/calendar; charset=utf-8; method={method}")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response
