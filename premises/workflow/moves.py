"""The verbs that change a booking: move it to another time or room, and edit what was told of it."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.errors import Refused
from liaisons.letters import said
from premises import mails, rules, writer
from premises.life_cycles import BOOKING
from premises.models import Booking, Room
from premises.spans import Span
from premises.workflow.base import (
    Details,
    bookable_room,
    check_fields,
    check_time,
    fill,
    first_come,
    first_state,
    lock_booking,
    look,
    on_timeline,
)
from premises.workflow.offers import offer_freed


@first_come
def move(booking: Booking, *, room: Room, span: Span, by: Any, now: datetime) -> Booking:
    """Move a coming booking to another time or room, or shorten or lengthen it; the freed time goes to the queue.

    The old spaces are kept until the new are had: nobody loses a time by trying. Shortening within the same room
    stays confirmed; any other move of a room that the manager confirms becomes a request, and the old time is given
    up. To where it already is changes nothing. Refused: wrong_state, began, the codes of ``book``, terms_not_accepted
    where the other room has terms of its own.
    """
    row = lock_booking(booking, "premises.booking.change", by, now)
    was = writer.span_of(row)
    if row.room_id == room.pk and was == span:
        return row
    if row.starts_at <= now:
        raise Refused("began", _("Varaus on jo alkanut. Sitä ei voi enää siirtää."))
    new_room = bookable_room(room, mails.holder_of(row), by, now)
    is_shorter = row.room_id == new_room.pk and was.covers(span)
    target = row.state if is_shorter or row.state == "requested" else first_state(new_room, by, now)
    state = BOOKING.check(row.state, "move", target=target)
    _check_terms(row, new_room)
    if not is_shorter or span.minutes < new_room.least_minutes:
        check_time(new_room, span, now)
    _write_move(row, new_room, span, state, by=by, now=now)
    _tell_moved(row, was, by=by, now=now)
    return row


def _check_terms(row: Booking, room: Room) -> None:
    wanted = rules.terms_of([room])[room.pk]
    if room.pk != row.room_id and wanted is not None and wanted.pk != row.terms_id:
        raise Refused("terms_not_accepted", _("Tilassa on omat käyttöehdot. Tee siihen uusi varaus ja peru tämä."))


def _write_move(row: Booking, room: Room, span: Span, state: str, *, by: Any, now: datetime) -> None:
    old_room, was_held = row.room, row.state == "confirmed"
    freed = writer.held_span(old_room, row)
    tree = writer.lock([old_room, room])
    row.room, row.starts_at, row.ends_at = room, span.start, span.end
    if state == "confirmed":
        look(tree, row, mails.holder_of(row), now)
    row.state, row.sequence = state, row.sequence + 1
    if state == "confirmed":
        row.decided_by, row.decided_at = by, now
    elif was_held:
        row.decided_by = row.decided_at = None
    row.save(update_fields=["room", "starts_at", "ends_at", "state", "sequence", "decided_by", "decided_at"])
    if was_held:
        writer.let_go([row])
    if state == "confirmed":
        writer.hold(tree, room, [row])
    if was_held:
        offer_freed(tree, old_room, freed, now=now)


def _tell_moved(row: Booking, was: Span, *, by: Any, now: datetime) -> None:
    on_timeline(row, _("Tilavaraus siirretty: %(room)s %(when)s."), by=by, now=now, when=mails.when(row))
    lines = [
        _("Varauksen aika tai tila on muuttunut."),
        said(_("Aika oli ennen: %(start)s – %(end)s."), start=was.start, end=was.end),
        *mails.facts(row),
    ]
    if row.state == "requested":
        lines.append(_("Uusi aika odottaa tilavastaavan vahvistusta."))
        asked = [_("Vahvista varaus tai kerro, miksi se ei sovi."), *mails.booker_facts(row)]
        mails.tell_managers(row, "booking_asked", _("Varaus odottaa vahvistusta: %(room)s %(when)s"), asked, now=now)
    mails.tell_holder(row, "booking_moved", _("Varaus siirtyi: %(room)s %(when)s"), lines, now=now)


@transaction.atomic
def edit_details(booking: Booking, *, details: Details, by: Any, now: datetime) -> Booking:
    """Change what was told: purpose, number, contact, wishes. Never touches times or source, and writes to nobody.

    Also after the time, for the yearly figures. Refused: wrong_state, booking_refused.
    """
    row = lock_booking(booking, "premises.booking.change", by, now)
    if row.state not in ("requested", "confirmed", "skipped"):
        raise Refused("wrong_state", _("Varaus on päättynyt. Sen tietoja ei voi enää muuttaa."))
    source = row.source
    fill(row, details)
    row.source = source
    check_fields(row)
    row.save(update_fields=["purpose", "expected_number", "open_to", "contact_name", "contact_phone", "wishes"])
    return row
