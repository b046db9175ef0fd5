"""Trainings as iCalendar files (RFC 5545): UID and SEQUENCE keep a moved training the same one."""

from collections.abc import Iterable
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpResponse
from icalendar import Calendar, Event

from common.times import helsinki
from liaisons.models import TrainingSession
from notifications.outbox import absolute


def trainings_calendar(sessions: Iterable[TrainingSession], now: datetime) -> bytes:
    """Return a calendar to add to one's own (method PUBLISH); sessions come with their course.

    Place and meeting link are in it: the caller gives only sessions in which the person has a place.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Yhdyspinta//fi")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for session in sessions:
        calendar.add_component(_event(session, now))
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _event(session: TrainingSession, now: datetime) -> Event:
    event = Event()
    host = urlsplit(settings.BASE_URL).hostname or "localhost"
    address = absolute(session.get_absolute_url())
    event.add("uid", f"training-{session.pk}@{host}")
    event.add("sequence", session.sequence)
    event.add("dtstamp", now)
    event.add("dtstart", helsinki(session.starts_at))
    event.add("dtend", helsinki(session.ends_at))
    event.add("summary", session.course.name)
    event.add("status", "CANCELLED" if session.state == "cancelled" else "CONFIRMED")
    event.add("url", address)
    event.add("description", "\n\n".join(line for line in (session.note, session.remote_url, address) if line))
    where = ", ".join(part for part in (session.place, session.town) if part)
    if where:
        event.add("location", where)
    return event


def trainings_file(sessions: Iterable[TrainingSession], now: datetime) -> HttpResponse:
    """Return the calendar as an attachment."""
    response = HttpResponse(trainings_calendar(sessions, now), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="koulutukset.ics"'
    response["Cache-Control"] = "private, no-store"
    return response
