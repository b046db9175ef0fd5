"""Meetings as iCalendar files (RFC 5545, RFC 5546): UID and SEQUENCE keep a moved meeting the same meeting."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vCalAddress, vText

from common.times import helsinki
from liaisons.models import ItemDeputy, Meeting
from liaisons.workflow.item_deputies import name_of
from notifications.outbox import absolute


def meetings_calendar(meetings: Iterable[Meeting], *, method: str, person: Any, now: datetime) -> bytes:
    """Return the calendar: ``method`` is PUBLISH (a list), REQUEST (an invitation) or CANCEL.

    Times stand in Europe/Helsinki with the rules of summer time beside them. Meetings come with their body and its
    names. The address of a remote meeting is there, since only those asked get the file.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Yhdyspinta//fi")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    found = list(meetings)
    duties = _duties(found, person)
    for meeting in found:
        calendar.add_component(_event(meeting, duties.get(meeting.pk, []), method, person, now))
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _duties(meetings: list[Meeting], person: Any) -> dict[int, list[str]]:
    """Return, by meeting, the matters for which alone the person was called in as a deputy."""
    rows = ItemDeputy.objects.filter(item__meeting__in=meetings, attendance__user=person.pk).select_related("item")
    found: dict[int, list[str]] = {}
    for row in rows.order_by("item__order", "part"):
        words = _("Olet varajäsen vain tässä asiassa: %(item)s") % {"item": name_of(row.item, row.part)}
        found.setdefault(row.item.meeting_id, []).append(words)
    return found


def _event(meeting: Meeting, duties: list[str], method: str, person: Any, now: datetime) -> Event:
    event = Event()
    host = urlsplit(settings.BASE_URL).hostname or "localhost"
    event.add("uid", f"meeting-{meeting.pk}@{host}")
    event.add("sequence", meeting.sequence)
    event.add("dtstamp", now)
    event.add("dtstart", helsinki(meeting.starts_at))
    event.add("dtend", helsinki(meeting.ends))
    event.add("summary", meeting.body_name)
    event.add("status", "CANCELLED" if meeting.state == "cancelled" else "CONFIRMED")
    address = absolute(meeting.get_absolute_url())
    event.add("url", address)
    lines = [*duties, meeting.notice_text, meeting.remote_url, address]
    event.add("description", "\n\n".join(line for line in lines if line))
    if meeting.place:
        event.add("location", meeting.place)
    if method != "PUBLISH":
        event.add("organizer", _person(settings.DEFAULT_FROM_EMAIL.rpartition("<")[2].rstrip(">"), "Yhdyspinta"))
        event.add("attendee", _person(person.email, person.full_name), encode=False)
    return event


def _person(email: str, name: str) -> vCalAddress:
    found = vCalAddress(f"mailto:{email}")
    found.params["cn"] = vText(name or email)
    return found


def calendar_response(meetings: Iterable[Meeting], *, method: str, person: Any, now: datetime) -> HttpResponse:
    """Return the file as an attachment."""
    data = meetings_calendar(meetings, method=method, person=person, now=now)
    response = HttpResponse(data, content_type=f"text/calendar; charset=utf-8; method={method}")
    response["Content-Disposition"] = 'attachment; filename="kokoukset.ics"'
    response["Cache-Control"] = "private, no-store"
    return response
