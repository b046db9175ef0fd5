"""Bookings as iCalendar files (RFC 5545, RFC 5546): UID and SEQUENCE keep a moved booking the same booking.

Feeds for the booker, the manager of a site, and a room. A room's feed for everybody says only that it is taken.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vCalAddress, vText

from common.times import helsinki
from notifications.outbox import absolute
from organisations.models import Organisation
from premises.availability import taken_spans
from premises.life_cycles import LIVE
from premises.mails import holder_of
from premises.models import Booking, Room, Site
from premises.policies.bookings import Holder, of_holder
from premises.policies.rooms import managed

_RELATED = ("room__site", "organisation", "unit")
#: How far back and ahead a feed reaches.
BACK, AHEAD = timedelta(days=31), timedelta(days=400)


def _calendar(method: str, events: Iterable[Event]) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", "-//Yhdyspinta//fi")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    for event in events:
        calendar.add_component(event)
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _host() -> str:
    return urlsplit(settings.BASE_URL).hostname or "localhost"


def bookings_calendar(
    bookings: Iterable[Booking], *, method: str, now: datetime, person: Any = None, for_manager: bool = False
) -> bytes:
    """Return the calendar: ``method`` is PUBLISH (a feed), REQUEST (added or moved) or CANCEL.

    Bookings come with room, site and holder. Times stand in Europe/Helsinki. For the manager the summary is the
    holder's name, for the booker the purpose; the contact on the day is only in the manager's.
    """
    return _calendar(method, [_event(row, method, person, for_manager, now) for row in bookings])


def _event(row: Booking, method: str, person: Any, for_manager: bool, now: datetime) -> Event:
    event = Event()
    site = row.room.site
    event.add("uid", f"booking-{row.pk}@{_host()}")
    event.add("sequence", row.sequence)
    event.add("dtstamp", now)
    event.add("dtstart", helsinki(row.starts_at))
    event.add("dtend", helsinki(row.ends_at))
    event.add("summary", f"{holder_of(row)}: {row.purpose}" if for_manager else f"{row.purpose} ({row.room.name})")
    event.add("status", _status(row))
    where = ", ".join(part for part in (row.room.name, site.name, site.street_address, site.post_office) if part)
    event.add("location", where)
    address = absolute(row.get_absolute_url())
    event.add("url", address)
    lines = [row.room.how_to_find, address]
    if for_manager:
        contact = ", ".join(part for part in (row.contact_name, row.contact_phone) if part)
        lines = [contact, _("Henkilöitä: %(number)s.") % {"number": row.expected_number}, row.wishes, address]
    event.add("description", "\n\n".join(line for line in lines if line))
    if method != "PUBLISH" and person is not None:
        event.add("organizer", _person(settings.DEFAULT_FROM_EMAIL.rpartition("<")[2].rstrip(">"), "Yhdyspinta"))
        event.add("attendee", _person(person.email, person.full_name), encode=False)
    return event


def _status(row: Booking) -> str:
    if row.state == "requested":
        return "TENTATIVE"
    return "CONFIRMED" if row.state == "confirmed" else "CANCELLED"


def _person(email: str, name: str) -> vCalAddress:
    found = vCalAddress(f"mailto:{email}")
    found.params["cn"] = vText(name or email)
    return found


def _window(now: datetime) -> dict[str, datetime]:
    return {"ends_at__gt": now - BACK, "starts_at__lt": now + AHEAD}


def booker_feed(holder: Holder, now: datetime) -> bytes:
    """Return the holder's bookings; those that ended otherwise than by being used stand as cancelled. One query."""
    kind = "organisation" if isinstance(holder, Organisation) else "unit"
    rows = Booking.objects.filter(**{kind: holder}, **_window(now)).exclude(state__in=("skipped", "declined"))
    return bookings_calendar(rows.select_related(*_RELATED), method="PUBLISH", now=now)


def manager_feed(sites: Sequence[Site], now: datetime) -> bytes:
    """Return what is booked and requested in the sites, with who and the contact. One query."""
    rows = Booking.objects.filter(room__site__in=sites, state__in=LIVE, **_window(now))
    return bookings_calendar(rows.select_related(*_RELATED), method="PUBLISH", now=now, for_manager=True)


def personal_events(user: Any, now: datetime) -> list[Event]:
    """Return a person's bookings for their own calendar: of whom they book for and of the sites they manage.

    What the person booked or could book tells its purpose; what others booked in a site of theirs tells who comes and
    the contact. The coordinator, who may manage every site, gets only those where they are named. One query.
    """
    seen = Booking.objects.filter(state__in=LIVE, **_window(now))
    own = seen.filter(of_holder(user, now, editors=False)).values("pk")
    there = Q(room__site__in=Site.objects.filter(managed(user, now)).values("pk"))
    rows: Any = seen.filter(Q(pk__in=own) | there).annotate(is_own=Exists(own.filter(pk=OuterRef("pk"))))
    ordered = rows.select_related(*_RELATED).order_by("starts_at", "pk")
    return [_event(row, "PUBLISH", None, not row.is_own, now) for row in ordered]


def room_feed(room: Room, now: datetime) -> bytes:
    """Return when the room is taken, without by whom or what for: anybody may read it. Two queries."""
    events = []
    for row in taken_spans([room], now - BACK, now + AHEAD)[room.pk]:
        event = Event()
        kind = "closure" if row.closure else "booking"
        key = row.closure or row.booking
        event.add("uid", f"taken-{kind}-{key}-{row.span.start:%Y%m%dT%H%M}@{_host()}")
        event.add("dtstamp", now)
        event.add("dtstart", helsinki(row.span.start))
        event.add("dtend", helsinki(row.span.end))
        event.add("summary", _("Suljettu") if row.closure else _("Varattu"))
        events.append(event)
    return _calendar("PUBLISH", events)
