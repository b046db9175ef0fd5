"""The verbs of one booking: book, confirm, decline, cancel, release; and the task that lets requests lapse."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.errors import Refused
from liaisons.letters import said
from premises import mails, rules, writer
from premises.life_cycles import BOOKING, LIVE
from premises.models import Booking, BookingSeries, Room, UseTerms
from premises.policies.bookings import Holder
from premises.spans import Span
from premises.tree import tree_of
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
from premises.workflow.offers import offer_freed


@first_come
def book(
    *,
    room: Room,
    holder: Holder,
    span: Span,
    details: Details,
    terms: UseTerms | None,
    by: Any,
    now: datetime,
    series: BookingSeries | None = None,
) -> Booking:
    """Book one time. Confirmed and held at once where the room confirms by itself, else a request that holds nothing.

    The same time again for the same holder returns the first. Order: rights, terms, the room's rules, then the locks of
    the leaf spaces, the look, the holds, timeline and letters. Raises Http404 for whom may not book for the holder.
    Refused: not_bookable, not_for_you, terms_not_accepted, terms_changed, past, too_far, too_short, too_long,
    outside_hours, closed, booking_refused, taken (a SlotTaken with alternatives).
    """
    row = bookable_room(room, holder, by, now)
    again = same_booking(row, holder, span)
    if again is not None:
        return again
    accepted = rules.check_terms(row, terms)
    check_time(row, span, now)
    state = first_state(row, by, now)
    booking = new_booking(
        room=row, holder=holder, span=span, details=details, terms=accepted, state=state, by=by, now=now, series=series
    )
    return enter(booking, holder, by=by, now=now)


def enter(booking: Booking, holder: Holder, *, by: Any, now: datetime, place: int | None = None) -> Booking:
    """Save a new booking, hold its spaces when it is confirmed, and tell; in the caller's transaction.

    Returns the holder's own booking of the same time when a twin of this call was first. ``place`` is the queue's
    place that this answers. Refused: taken.
    """
    if booking.state == "confirmed":
        tree = writer.lock([booking.room])
        again = same_booking(booking.room, holder, writer.span_of(booking))
        if again is not None:
            return again
        look(tree, booking, holder, now, place=place)
        booking.save(force_insert=True)
        writer.hold(tree, booking.room, [booking])
    else:
        look(tree_of(booking.room), booking, holder, now, place=place)
        booking.save(force_insert=True)
    tell_entered(booking, by=by, now=now)
    return booking


def same_booking(room: Room, holder: Holder, span: Span) -> Booking | None:
    """Return the holder's own live booking of exactly that time, for a form sent twice."""
    kind = "unit" if mails.unit_or_none(holder) else "organisation"
    rows = Booking.objects.live().filter(room=room, starts_at=span.start, ends_at=span.end, **{kind: holder})
    key = rows.order_by("pk").values_list("pk", flat=True).first()
    return None if key is None else read_booking(key)


def tell_entered(booking: Booking, *, by: Any, now: datetime) -> None:
    """Write the timeline entry and the letters of a booking or request that was just made."""
    when = mails.when(booking)
    if booking.state == "confirmed":
        on_timeline(booking, _("Tila varattu: %(room)s %(when)s."), by=by, now=now, when=when)
        lines = [_("Varaus on vahvistettu."), *mails.facts(booking), CANCEL_HINT]
        mails.tell_holder(booking, "booking_confirmed", _("Varaus on vahvistettu: %(room)s %(when)s"), lines, now=now)
        return
    on_timeline(booking, _("Tilaa pyydetty: %(room)s %(when)s."), by=by, now=now, when=when)
    lines = [
        _("Pyyntö on lähetetty tilavastaavalle. Aika ei ole vielä teidän: saat viestin, kun hän on vastannut."),
        *mails.facts(booking),
    ]
    mails.tell_holder(booking, "booking_requested", _("Varauspyyntö lähetetty: %(room)s %(when)s"), lines, now=now)
    asked = [_("Vahvista varaus tai kerro, miksi se ei sovi."), *mails.booker_facts(booking)]
    mails.tell_managers(booking, "booking_asked", _("Varaus odottaa vahvistusta: %(room)s %(when)s"), asked, now=now)


CANCEL_HINT = _("Jos ette tarvitse tilaa, peru varaus sen sivulla. Silloin joku muu saa ajan.")


@first_come
def confirm(booking: Booking, *, by: Any, now: datetime) -> Booking:
    """Confirm a request: its spaces are held from now on. Again changes nothing.

    Other requests for the same time stay requests; the manager's page shows who would lose. Refused: wrong_state,
    past, taken.
    """
    row = lock_booking(booking, "premises.booking.manage", by, now)
    if row.state == "confirmed":
        return row
    state = BOOKING.check(row.state, "confirm")
    if row.ends_at <= now:
        raise Refused("past", _("Aika on jo mennyt. Varausta ei voi enää vahvistaa."))
    tree = writer.lock([row.room])
    look(tree, row, mails.holder_of(row), now)
    row.state, row.decided_by, row.decided_at = state, by, now
    row.save(update_fields=["state", "decided_by", "decided_at"])
    writer.hold(tree, row.room, [row])
    on_timeline(row, _("Tilavaraus vahvistettu: %(room)s %(when)s."), by=by, now=now, when=mails.when(row))
    lines = [_("Tilavastaava vahvisti varauksen."), *mails.facts(row), CANCEL_HINT]
    mails.tell_holder(row, "booking_confirmed", _("Varaus on vahvistettu: %(room)s %(when)s"), lines, now=now)
    return row


@transaction.atomic
def decline(booking: Booking, *, reason: str, by: Any, now: datetime) -> Booking:
    """Say no to a request, with the reason the booker reads. Again changes nothing. Refused: wrong_state, no_reason."""
    row = lock_booking(booking, "premises.booking.manage", by, now)
    if row.state == "declined":
        return row
    state = BOOKING.check(row.state, "decline")
    row.reason = needed_reason(reason, _("Kirjoita, miksi varausta ei vahvisteta."))
    row.state, row.decided_by, row.decided_at = state, by, now
    row.save(update_fields=["state", "reason", "decided_by", "decided_at"])
    on_timeline(row, _("Tilavarausta ei vahvistettu: %(room)s %(when)s."), by=by, now=now, when=mails.when(row))
    lines = [
        _("Tilavastaava ei vahvistanut varausta."),
        said(_("Syy: %(reason)s"), reason=row.reason),
        *mails.facts(row),
        _("Etsi toinen aika tai tila."),
    ]
    mails.tell_holder(row, "booking_declined", _("Varausta ei vahvistettu: %(room)s %(when)s"), lines, now=now)
    return row


def needed_reason(reason: str, words: Any) -> str:
    """Return the reason tidied. Refused: no_reason."""
    found = reason.strip()[:500]
    if not found:
        raise Refused("no_reason", words)
    return found


@transaction.atomic
def cancel(booking: Booking, *, by: Any, now: datetime) -> Booking:
    """Cancel a coming booking, a request or a skipped date; the queue is offered the time. Again changes nothing.

    After the room's deadline the manager is told, but the time is still freed: better late than empty. Refused:
    wrong_state, began.
    """
    row = lock_booking(booking, "premises.booking.change", by, now)
    if row.state == "cancelled":
        return row
    state = BOOKING.check(row.state, "cancel")
    if row.starts_at <= now:
        raise Refused("began", _("Varaus on jo alkanut. Jos ette tarvinneet tilaa, valitse ”Emme tarvinneetkaan”."))
    end(row, state, by=by, now=now)
    on_timeline(row, _("Tilavaraus peruttu: %(room)s %(when)s."), by=by, now=now, when=mails.when(row))
    _tell_cancelled(row, by=by, now=now)
    return row


def end(row: Booking, state: str, *, by: Any, now: datetime) -> None:
    """Write the end of a locked booking, let go of its spaces and offer the freed time to the queue."""
    was_held = row.state == "confirmed"
    tree = writer.lock([row.room]) if was_held else None
    row.state, row.ended_at, row.sequence = state, now, row.sequence + 1
    row.save(update_fields=["state", "ended_at", "sequence", "reason"])
    if tree is not None:
        writer.let_go([row])
        offer_freed(tree, row.room, writer.held_span(row.room, row), now=now)


def _tell_cancelled(row: Booking, *, by: Any, now: datetime) -> None:
    lines = [_("Varaus on peruttu."), *mails.facts(row)]
    mails.tell_holder(row, "booking_cancelled", _("Varaus on peruttu: %(room)s %(when)s"), lines, now=now, but=by)
    if not rules.can_still_cancel(row.starts_at, row.room, now):
        late = [_("Varaus peruttiin määräajan jälkeen. Aika on taas vapaa."), *mails.booker_facts(row)]
        subject = _("Peruttu myöhään: %(room)s %(when)s")
        mails.tell_managers(row, "booking_freed", subject, late, now=now, but=by)


@transaction.atomic
def release(booking: Booking, *, by: Any, now: datetime) -> Booking:
    """ "Emme tarvinneetkaan": in one press, up to a week after the time, and nobody is blamed. Again changes nothing.

    What is left of the time is free for others. Refused: wrong_state, too_late.
    """
    row = lock_booking(booking, "premises.booking.change", by, now)
    if row.state == "not_needed":
        return row
    state = BOOKING.check(row.state, "release")
    if row.ends_at + timedelta(days=7) < now:
        raise Refused("too_late", _("Varauksesta on yli viikko. Kerro tilavastaavalle, jos sitä ei käytetty."))
    end(row, state, by=by, now=now)
    on_timeline(row, _("Tilaa ei tarvittu: %(room)s %(when)s."), by=by, now=now, when=mails.when(row))
    lines = [_("Varaaja vapautti ajan, koska tilaa ei tarvita."), *mails.booker_facts(row)]
    mails.tell_managers(row, "booking_freed", _("Aika vapautui: %(room)s %(when)s"), lines, now=now, but=by)
    return row


def lapse_requests(now: datetime) -> int:
    """End the requests whose time has begun without an answer; return how many. Each in its own transaction."""
    due = Booking.objects.filter(state="requested", starts_at__lte=now).order_by("pk")
    return sum(_lapse(pk, now) for pk in due.values_list("pk", flat=True))


@transaction.atomic
def _lapse(pk: int, now: datetime) -> bool:
    Booking.objects.select_for_update().get(pk=pk)
    row = read_booking(pk)
    if row.state not in LIVE or not BOOKING.allows(row.state, "lapse"):
        return False
    row.state, row.reason = BOOKING.check(row.state, "lapse"), rules.kept("lapsed")
    row.ended_at, row.sequence = now, row.sequence + 1
    row.save(update_fields=["state", "reason", "ended_at", "sequence"])
    lines = [rules.WORDS["lapsed"], *mails.facts(row), _("Kysy tilavastaavalta, voitteko silti käyttää tilaa.")]
    mails.tell_holder(row, "booking_lapsed", _("Varausta ei ehditty vahvistaa: %(room)s %(when)s"), lines, now=now)
    return True
