"""A room of the premises for an event: booked, moved and let go in the event's own transaction."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from common.errors import Refused
from common.policies import may
from forums.models import Event
from liaisons.models import Unit
from premises.life_cycles import LIVE
from premises.models import Booking, OpenTo, Room, UseTerms
from premises.spans import Span
from premises.workflow import Details, book, cancel, move
from premises.workflow.base import SlotTaken

_NOT_YOURS = _("Tila on varattu toisen nimissä. Pyydä koordinaattoria siirtämään varaus, tai vaihda paikka.")


@dataclass(frozen=True)
class RoomWish:
    """For which unit of the county the room is booked, and the terms that were accepted."""

    unit: Unit
    terms: UseTerms | None = None


def live_booking(event: Event) -> Booking | None:
    """Return the event's booking while it holds the room or waits for an answer."""
    booking = event.booking
    return booking if booking is not None and booking.state in LIVE else None


def settle_room(event: Event, wish: RoomWish | None, *, by: Any, now: datetime) -> None:
    """Make the booking follow the event's room and time: book, move or let go; nothing when it does already.

    The event is locked and not saved here. Refused: the codes of ``premises.workflow.book`` and ``move`` (taken comes
    with alternatives), not_allowed where the booking is somebody else's.
    """
    booking = live_booking(event)
    room, span = event.room, Span(event.starts_at, event.ends_at)
    if booking is None:
        if room is not None and wish is not None:
            event.booking = _booked(event, room, span, wish, by=by, now=now)
        return
    if room is None:
        let_go(event, by=by, now=now)
        event.booking = None
    elif booking.room_id != room.pk or Span(booking.starts_at, booking.ends_at) != span:
        _moved(event, booking, room, span, wish, by=by, now=now)


def _booked(event: Event, room: Room, span: Span, wish: RoomWish, *, by: Any, now: datetime) -> Booking:
    details = Details(
        purpose=event.name_fi[:200],
        expected_number=event.places_on_site or 1,
        open_to=OpenTo.EVERYONE if event.visibility == "public" else OpenTo.GROUP,
        contact_name=by.full_name[:120],
    )
    booking = book(room=room, holder=wish.unit, span=span, details=details, terms=wish.terms, by=by, now=now)
    if Event.objects.filter(booking=booking).exclude(pk=event.pk).exists():  # the unit's own, for another event
        raise SlotTaken(booking, wish.unit).look_around(now)
    return booking


def _moved(
    event: Event, booking: Booking, room: Room, span: Span, wish: RoomWish | None, *, by: Any, now: datetime
) -> None:
    actor = _actor(booking, by, now)
    if actor is None:
        raise Refused("not_allowed", _NOT_YOURS)
    try:
        event.booking = move(booking, room=room, span=span, by=actor, now=now)
    except Refused as refused:
        if refused.code != "terms_not_accepted" or wish is None:
            raise
        # The other room has terms of its own: it is had before the first is given up.
        event.booking = _booked(event, room, span, wish, by=by, now=now)
        cancel(booking, by=actor, now=now)


def _actor(booking: Booking, by: Any, now: datetime) -> Any:
    """Return in whose name the booking is changed: a host changes it with the right of who booked it."""
    for person in (by, booking.made_by):
        if may("premises.booking.change", person, booking, now=now):
            return person
    return None


def let_go(event: Event, *, by: Any, now: datetime) -> bool:
    """Cancel the event's coming booking so that others get the room; tell whether there is nothing left of it."""
    booking = live_booking(event)
    if booking is None:
        return True
    actor = _actor(booking, by, now)
    if actor is None or booking.starts_at <= now:
        return False
    cancel(booking, by=actor, now=now)
    return True
