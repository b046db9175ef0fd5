"""What the verbs of bookings share: the details, the locked booking, the checks before a time is taken."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from common.errors import Refused
from common.policies import get_allowed
from organisations import timeline
from organisations.models import Organisation, Visibility
from premises import rules, writer
from premises.alternatives import Alternative, alternatives, told
from premises.availability import Verdict, closed, free_for, limits, open_spans
from premises.models import Approval, Booking, BookingSeries, BookingSource, OpenTo, Room, UseTerms
from premises.policies.bookings import Holder, may_book_for
from premises.policies.rooms import sites_managed
from premises.spans import Span
from premises.tree import Tree


class SlotTaken(Refused):
    """Somebody was first. ``alternatives`` are up to three others: (room, span)."""

    def __init__(self, booking: Booking, holder: Holder) -> None:
        super().__init__("taken", rules.WORDS["taken"])
        self.booking, self.holder = booking, holder
        self.alternatives: list[Alternative] = []

    def look_around(self, now: datetime) -> "SlotTaken":
        """Add what else there is to the words; asked after the locks are let go, so that nobody waits for it."""
        room, span = self.booking.room, writer.span_of(self.booking)
        wish = Verdict(span, False, "taken", free_for([room], [span], now=now)[room.pk][0].near)
        number = self.booking.expected_number
        self.alternatives = alternatives(room, self.holder, [wish], number=number, now=now)[0]
        self.message = " ".join(part for part in (str(self.message), told(room, self.alternatives)) if part)
        return self


def first_come[**P, R](verb: Callable[P, R]) -> Callable[P, R]:
    """Run a verb in a transaction; when somebody was first, say after it what else there is."""

    @wraps(verb)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            with transaction.atomic():
                return verb(*args, **kwargs)
        except SlotTaken as lost:
            now = kwargs["now"]
            raise (lost.look_around(now) if isinstance(now, datetime) else lost) from None

    return run


@dataclass(frozen=True)
class Details:
    """What a booker tells. The contact on the day is a name and a telephone number; ``source`` how the booking came."""

    purpose: str
    expected_number: int = 1
    open_to: str = OpenTo.MEMBERS
    contact_name: str = ""
    contact_phone: str = ""
    wishes: str = ""
    source: str = BookingSource.PORTAL


_RELATED = ("room__site", "organisation", "unit", "made_by", "series")


def read_booking(pk: int) -> Booking:
    """Return the booking as it stands now, with its room, site, holder and maker."""
    row: Booking = Booking.objects.select_related(*_RELATED).get(pk=pk)
    return row


def lock_booking(booking: Booking, permission: str, by: Any, now: datetime) -> Booking:
    """Return the booking locked for whoever has the permission; inside a transaction. Http404 for others."""
    get_allowed(permission, by, now=now, lock=True, pk=booking.pk)
    return read_booking(booking.pk)


_KEEP_IN_USE = """
    SELECT 1 FROM premises_room room JOIN premises_site site ON site.id = room.site_id WHERE room.id = %s FOR SHARE
"""


def keep_in_use(room: int) -> None:
    """Keep a room and its site from being taken out of use until this transaction ends; bookers share the lock.

    Taking out waits for the bookers who were first and then sees their bookings; who comes after it reads that the
    room is out of use. Call it before the locks of the spaces: adding a part takes them in that order too.
    """
    with connection.cursor() as cursor:
        cursor.execute(_KEEP_IN_USE, [room])


def bookable_room(room: Room, holder: Holder, by: Any, now: datetime) -> Room:
    """Return the room with its site when ``by`` may book it for the holder now; it stays in use until the end.

    Raises Http404 when the person acts for no such holder. Refused: not_bookable, not_for_you.
    """
    keep_in_use(room.pk)
    row: Room | None = Room.objects.select_related("site").filter(pk=room.pk).first()
    if row is None or not may_book_for(by, holder, row, now):
        raise Http404
    if not (row.is_bookable and row.is_in_use and row.site.is_in_use):
        raise Refused("not_bookable", rules.WORDS["not_bookable"])
    rules.check_holder(row, holder)
    return row


def first_state(room: Room, by: Any, now: datetime) -> str:
    """Return the state in which a new booking begins: who manages the site confirms by booking."""
    if room.approval == Approval.AUTOMATIC or sites_managed(by, now).filter(pk=room.site_id).exists():
        return "confirmed"
    return "requested"


def check_time(room: Room, span: Span, now: datetime) -> None:
    """Refuse a time that the room's rules do not give, whoever else wants it. Refused: the codes of ``rules.WORDS``."""
    why = limits(room, span, now)
    if not why:
        why = closed(span, open_spans([room], span.day, span.last_day)[room.pk])
    if not why:
        return
    near = free_for([room], [span], now=now)[room.pk][0].near if why in ("closed", "outside_hours") else None
    rules.refuse(Verdict(span, False, why, near), room)


def look(tree: Tree, booking: Booking, holder: Holder, now: datetime, *, place: int | None = None) -> None:
    """Look under the locks whether the time can be had; the booking's own holds give way. Refused: taken."""
    own = [booking.pk] if booking.pk else []
    span = writer.span_of(booking)
    if writer.clashes(tree, booking.room, [span], now=now, leaving=own, place=place)[0]:
        raise SlotTaken(booking, holder)


def new_booking(
    *,
    room: Room,
    holder: Holder,
    span: Span,
    details: Details,
    terms: UseTerms | None,
    state: str,
    by: Any,
    now: datetime,
    series: BookingSeries | None = None,
    reason: str = "",
) -> Booking:
    """Return an unsaved booking; what a person typed is checked. Refused: booking_refused (with the sentence)."""
    row = Booking(
        series=series,
        room=room,
        organisation=holder if isinstance(holder, Organisation) else None,
        unit=None if isinstance(holder, Organisation) else holder,
        state=state,
        starts_at=span.start,
        ends_at=span.end,
        made_by=by,
        made_at=now,
        terms=terms,
        terms_accepted_at=now if terms else None,
        decided_by=by if state == "confirmed" else None,
        decided_at=now if state == "confirmed" else None,
        reason=reason,
    )
    fill(row, details)
    check_fields(row)
    return row


def fill(row: Booking, details: Details) -> None:
    """Write the details into the row, tidied; times are never touched here."""
    row.purpose = details.purpose.strip()
    row.expected_number = details.expected_number
    row.open_to = details.open_to
    row.contact_name = details.contact_name.strip()
    row.contact_phone = details.contact_phone.strip()
    row.wishes = details.wishes.strip()
    row.source = details.source


def check_fields(row: Booking) -> None:
    """Refuse ("booking_refused") what does not fit the row's own fields; the database asks the rest."""
    try:
        row.clean_fields(exclude=["room", "organisation", "unit", "series", "made_by", "decided_by", "terms"])
    except ValidationError as error:
        if "purpose" in error.message_dict:
            raise Refused("booking_refused", _("Kerro, mihin tilaa käytetään.")) from None
        raise Refused("booking_refused", " ".join(error.messages)) from None


def on_timeline(booking: Booking, text: Any, *, by: Any, now: datetime, **values: Any) -> None:
    """Add an entry to the organisation's timeline; a unit has none."""
    if booking.organisation is None:
        return
    timeline.write(
        booking.organisation,
        text,
        {"room": booking.room, **values},
        visibility=Visibility.ORGANISATION,
        now=now,
        by=by,
        link=booking.get_absolute_url(),
    )
