"""The county's own use first where it must: close a room with named exceptions, open it again, take a time back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.errors import Refused
from common.policies import get_allowed
from liaisons.letters import said
from premises import mails, writer
from premises.availability import holds_of
from premises.life_cycles import BOOKING
from premises.models import Booking, Closure, ClosureSource, Room
from premises.spans import Span
from premises.tree import Tree, tree_of
from premises.workflow.base import (
    Details,
    bookable_room,
    check_time,
    first_come,
    first_state,
    lock_booking,
    look,
    new_booking,
    on_timeline,
    read_booking,
)
from premises.workflow.bookings import needed_reason
from premises.workflow.offers import offer_freed

_NEEDS_REASON = _("Kirjoita syy. Varaaja lukee sen.")


@transaction.atomic
def close_room(
    *,
    room: Room,
    span: Span,
    reason: str,
    spare: Sequence[Booking],
    by: Any,
    now: datetime,
    source: str = ClosureSource.MANAGER,
    uid: str = "",
) -> Closure:
    """Close a room for the county's own use. Bookings in it are taken back with the reason, except those in ``spare``.

    Requests for the time are ended too. What stays (spared bookings, what is already over, tidying) is left out of the
    closure's holds. The same closure again returns the first. ``uid`` is the event's in an external calendar. Refused:
    no_reason, past, closed (another closure stands there), changed (somebody booked while this was being read).
    """
    get_allowed("premises.room.manage", by, now=now, pk=room.pk)
    row = Room.objects.select_related("site").get(pk=room.pk)
    why = needed_reason(reason, _NEEDS_REASON)[:200]
    if span.end <= now:
        raise Refused("past", _("Aika on jo mennyt. Valitse tuleva aika."))
    again = _standing(row, span, uid)
    if again is not None:
        return again
    losers = _losers(row, span, {booking.pk for booking in spare}, now)
    tree = writer.lock([row, *(loser.room for loser in losers)])
    again = _standing(row, span, uid)
    if again is not None:
        return again
    known = {loser.pk for loser in losers} | {booking.pk for booking in spare}
    _check_nothing_new(row, span, known, now)
    writer.let_go([loser for loser in losers if loser.state == "confirmed"])
    for loser in losers:
        _end(loser, why, by=by, now=now)
    closure = Closure.objects.create(
        room=row, starts_at=span.start, ends_at=span.end, reason=why, source=source, uid=uid, made_by=by, made_at=now
    )
    writer.hold_closure(tree, closure)
    for loser in losers:
        offer_freed(tree, loser.room, writer.held_span(loser.room, loser), now=now)
        _tell_taken_back(loser, None, by=by, now=now)
    return closure


def _standing(room: Room, span: Span, uid: str) -> Closure | None:
    rows = Closure.objects.filter(room=room, starts_at=span.start, ends_at=span.end, uid=uid, ended_at=None)
    return rows.first()


def _losers(room: Room, span: Span, spared: set[int], now: datetime) -> list[Booking]:
    """Return, locked in order, the live bookings of the room and its kin that the closure takes."""
    kin = tree_of(room).kin(room.pk)
    rows = Booking.objects.live().between(span.start, span.end).filter(room__in=kin, ends_at__gt=now)
    keys = rows.exclude(pk__in=spared).order_by("pk").values_list("pk", flat=True)
    locked = Booking.objects.filter(pk__in=list(keys)).order_by("pk").select_for_update(of=("self",))
    live = [pk for pk, state in locked.values_list("pk", "state") if BOOKING.allows(state, "take_back")]
    return [read_booking(pk) for pk in live]


def _check_nothing_new(room: Room, span: Span, known: set[int], now: datetime) -> None:
    """Look under the locks: a booking that came meanwhile is not taken unseen, and closures do not overlap."""
    rows = holds_of(tree_of(room).leaves(room.pk), [span])
    if any(row.closure for row in rows):
        raise Refused("closed", _("Tila on jo suljettu osan tästä ajasta. Poista ensin se sulku tai muuta aikaa."))
    new = {row.booking for row in rows if row.booking} - known
    if Booking.objects.filter(pk__in=new, ends_at__gt=now).between(span.start, span.end).exists():
        raise Refused("changed", _("Tilaan tuli juuri uusi varaus. Katso varaukset ja sulje tila sitten uudelleen."))


@transaction.atomic
def reopen(closure: Closure, *, by: Any, now: datetime) -> Closure:
    """End a closure before its time: the spaces are free and the queue is offered them. Again changes nothing.

    Refused: from_calendar (the event would close it again).
    """
    get_allowed("premises.closure.manage", by, now=now, lock=True, pk=closure.pk)
    row = Closure.objects.select_related("room__site").get(pk=closure.pk)
    if row.ended_at is not None:
        return row
    if row.calendar_id is not None:
        raise Refused(
            "from_calendar",
            _("Sulku tulee ulkoisesta kalenterista. Poista tapahtuma kalenterista, niin aika vapautuu."),
        )
    tree = writer.lock([row.room])
    row.ended_at = now
    row.save(update_fields=["ended_at"])
    writer.let_go([row])
    offer_freed(tree, row.room, writer.span_of(row), now=now)
    return row


@first_come
def take_back(booking: Booking, *, reason: str, offer: Room | None, by: Any, now: datetime) -> Booking:
    """Take a booked or requested time back for the county, with the reason and, best, another room at the same time.

    The offered room is booked for the holder at once (as a request where its manager confirms); they may cancel it.
    The time itself is not offered to the queue: close the room to keep it. Again changes nothing. Refused: wrong_state,
    no_reason, past, and the codes of ``book`` for the offered room.
    """
    row = lock_booking(booking, "premises.booking.manage", by, now)
    if row.state == "taken_back":
        return row
    BOOKING.check(row.state, "take_back")
    why = needed_reason(reason, _NEEDS_REASON)
    if row.ends_at <= now:
        raise Refused("past", _("Aika on jo mennyt. Varausta ei voi enää ottaa takaisin."))
    other = _offered_room(row, offer, by, now)
    tree = writer.lock([row.room, *([other] if other else [])])
    if row.state == "confirmed":
        writer.let_go([row])
        writer.fill_closures(tree, row.room, writer.held_span(row.room, row))
    _end(row, why, by=by, now=now)
    instead = _book_instead(tree, row, other, by=by, now=now)
    if instead is not None and instead.state == "confirmed":
        writer.hold(tree, instead.room, [instead])
    _tell_taken_back(row, instead, by=by, now=now)
    return row


def _offered_room(row: Booking, offer: Room | None, by: Any, now: datetime) -> Room | None:
    if offer is None:
        return None
    if offer.pk == row.room_id:
        raise Refused("same_room", _("Tarjoa tilalle jotakin toista tilaa."))
    other = bookable_room(offer, mails.holder_of(row), by, now)
    check_time(other, writer.span_of(row), now)
    return other


def _book_instead(tree: Tree, row: Booking, room: Room | None, *, by: Any, now: datetime) -> Booking | None:
    if room is None:
        return None
    details = Details(
        purpose=row.purpose,
        expected_number=row.expected_number,
        open_to=row.open_to,
        contact_name=row.contact_name,
        contact_phone=row.contact_phone,
        wishes=row.wishes,
        source=row.source,
    )
    made = new_booking(
        room=room,
        holder=mails.holder_of(row),
        span=writer.span_of(row),
        details=details,
        terms=None,
        state=first_state(room, by, now),
        by=row.made_by,
        now=now,
    )
    look(tree, made, mails.holder_of(row), now)
    made.save(force_insert=True)
    return made


def _end(row: Booking, reason: str, *, by: Any, now: datetime) -> None:
    row.state = BOOKING.check(row.state, "take_back")
    row.reason, row.ended_at, row.decided_by, row.decided_at = reason, now, by, now
    row.sequence += 1
    row.save(update_fields=["state", "reason", "ended_at", "decided_by", "decided_at", "sequence"])


def _tell_taken_back(row: Booking, instead: Booking | None, *, by: Any, now: datetime) -> None:
    words = _("Hyvinvointialue tarvitsi varatun tilan: %(room)s %(when)s.")
    on_timeline(row, words, by=by, now=now, when=mails.when(row))
    lines = [
        _("Hyvinvointialue tarvitsee tilan itse, eikä varauksenne ole enää voimassa. Pahoittelemme."),
        said(_("Syy: %(reason)s"), reason=row.reason),
        *mails.facts(row),
    ]
    if instead is None:
        lines.append(_("Etsi toinen aika tai tila. Tilavastaava auttaa tarvittaessa."))
    else:
        head = _("Varasimme teille tilalle toisen tilan samaan aikaan. Jos ette tarvitse sitä, peru se.")
        if instead.state == "requested":
            head = _("Pyysimme teille tilalle toista tilaa samaan aikaan. Saatte viestin, kun se on vahvistettu.")
            asked = [_("Vahvista varaus tai kerro, miksi se ei sovi."), *mails.booker_facts(instead)]
            subject = _("Varaus odottaa vahvistusta: %(room)s %(when)s")
            mails.tell_managers(instead, "booking_asked", subject, asked, now=now)
        lines += [head, *mails.facts(instead)]
    mails.tell_holder(row, "booking_taken_back", _("Varauksenne on peruttu: %(room)s %(when)s"), lines, now=now)
