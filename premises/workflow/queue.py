"""The verbs of the queue for a slot: join, leave, take what is offered, and the task that lets offers lapse."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.errors import Refused
from common.policies import get_allowed
from organisations.models import Organisation
from premises import mails, rules, writer
from premises.life_cycles import WAITING
from premises.models import Booking, Room, UseTerms, WaitingPlace
from premises.policies.bookings import Holder
from premises.spans import Span
from premises.tree import Tree
from premises.workflow.base import Details, bookable_room, check_time, first_come, first_state, keep_in_use, new_booking
from premises.workflow.bookings import enter
from premises.workflow.offers import RELATED, offer_freed


@transaction.atomic
def join_queue(*, room: Room, holder: Holder, span: Span, purpose: str, by: Any, now: datetime) -> WaitingPlace:
    """Wait for a time that somebody else has. Again returns the place that is there.

    Raises Http404 for whom may not book for the holder. Refused: not_bookable, not_for_you, the room's rules, free
    (book it instead), queue_refused (no purpose).
    """
    row = bookable_room(room, holder, by, now)
    check_time(row, span, now)
    words = purpose.strip()[:200]
    if not words:
        raise Refused("queue_refused", _("Kerro, mihin tilaa käytetään."))
    tree = writer.lock([row])
    organisation = holder if isinstance(holder, Organisation) else None
    unit = None if isinstance(holder, Organisation) else holder
    there = WaitingPlace.objects.filter(
        room=row,
        starts_at=span.start,
        ends_at=span.end,
        organisation=organisation,
        unit=unit,
        state__in=("waiting", "offered"),
    ).first()
    if there is not None:
        return there
    if not writer.clashes(tree, row, [span], now=now)[0]:
        raise Refused("free", _("Aika on vapaa. Voitte varata sen heti."))
    return WaitingPlace.objects.create(
        room=row,
        organisation=organisation,
        unit=unit,
        starts_at=span.start,
        ends_at=span.end,
        purpose=words,
        asked_by=by,
        asked_at=now,
    )


def _lock_place(place: WaitingPlace, by: Any, now: datetime) -> tuple[Tree, WaitingPlace]:
    """Return the place locked, after the spaces: the order in which every verb of the queue takes them."""
    known: WaitingPlace = get_allowed("premises.waiting.change", by, now=now, pk=place.pk)
    keep_in_use(known.room_id)
    return _lock_known(known.pk)


def _lock_known(pk: int) -> tuple[Tree, WaitingPlace]:
    room = Room.objects.get(pk__in=WaitingPlace.objects.filter(pk=pk).values("room"))
    tree = writer.lock([room])
    row = WaitingPlace.objects.select_for_update(of=("self",)).select_related(*RELATED).get(pk=pk)
    return tree, row


@transaction.atomic
def leave_queue(place: WaitingPlace, *, by: Any, now: datetime) -> WaitingPlace:
    """Leave the queue, or say no to what was offered: the next in line is offered it. Again changes nothing.

    Refused: wrong_state.
    """
    tree, row = _lock_place(place, by, now)
    if row.state == "left":
        return row
    _end(tree, row, "leave", now)
    return row


def _end(tree: Tree, row: WaitingPlace, verb: str, now: datetime) -> None:
    was_offered = row.state == "offered"
    row.state = WAITING.check(row.state, verb)
    row.save(update_fields=["state"])
    if was_offered:
        offer_freed(tree, row.room, Span(row.starts_at, row.ends_at), now=now)


@first_come
def take_offer(place: WaitingPlace, *, details: Details, terms: UseTerms | None, by: Any, now: datetime) -> Booking:
    """Book the time that is offered, before all others. Again returns the booking.

    Refused: wrong_state, offer_over, and the codes of ``book``.
    """
    _tree, row = _lock_place(place, by, now)
    if row.state == "taken" and row.booking_id is not None:
        return Booking.objects.select_related("room__site", "organisation", "unit").get(pk=row.booking_id)
    state = WAITING.check(row.state, "take")
    if row.offered_until is not None and row.offered_until <= now:
        raise Refused("offer_over", _("Vastausaika on mennyt, ja aika on tarjottu seuraavalle."))
    holder = mails.holder_of(row)
    room, span = bookable_room(row.room, holder, by, now), Span(row.starts_at, row.ends_at)
    accepted = rules.check_terms(room, terms)
    check_time(room, span, now)
    made = new_booking(
        room=room,
        holder=holder,
        span=span,
        details=details,
        terms=accepted,
        state=first_state(room, by, now),
        by=by,
        now=now,
    )
    made = enter(made, holder, by=by, now=now, place=row.pk)
    row.state, row.booking = state, made
    row.save(update_fields=["state", "booking"])
    return made


def lapse_places(now: datetime) -> int:
    """End the offers nobody took and the waiting for times that have come; return how many. Each in its transaction."""
    over = Q(state="offered", offered_until__lte=now) | Q(state="waiting", starts_at__lte=now)
    keys = list(WaitingPlace.objects.filter(over).order_by("pk").values_list("pk", flat=True))
    return sum(_lapse(pk, now) for pk in keys)


@transaction.atomic
def _lapse(pk: int, now: datetime) -> bool:
    tree, row = _lock_known(pk)
    is_over = row.starts_at <= now or (row.offered_until is not None and row.offered_until <= now)
    if not WAITING.allows(row.state, "lapse") or not is_over:
        return False
    _end(tree, row, "lapse", now)
    return True
