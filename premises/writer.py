"""The one writer of holds. Everything that takes a space (single, series, move, approval, closure) goes through here.

The protocol (docs/decisions/0045): read first; then, once and late, the advisory locks of all leaf spaces concerned,
sorted, with a timeout; then look again; then write. The exclusion constraint is the backstop, never the queue.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from django.db import DatabaseError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.translation import gettext_lazy as _

from common.errors import Refused
from common.locks import advisory_lock
from premises.availability import Taken, holds_of, offered_places
from premises.models import Booking, Closure, ClosureSource, Hold, Room
from premises.rules import WORDS
from premises.spans import Span, without
from premises.tree import Tree, tree_of

LOCKS = "premises.room"
#: Exclusion constraint broken, deadlock, lock timeout: somebody else was first.
_SOMEBODY_WAS_FIRST = ("23P01", "40P01", "55P03")
_MOST_LOOKS = 3


@contextmanager
def first_come() -> Iterator[None]:
    """Turn the database's word that somebody was first into Refused("taken"); other errors pass. A savepoint."""
    try:
        with transaction.atomic():
            yield
    except DatabaseError as error:
        if getattr(error.__cause__, "sqlstate", "") in _SOMEBODY_WAS_FIRST:
            raise Refused("taken", WORDS["taken"]) from error
        raise


def span_of(row: Booking | Closure) -> Span:
    """Return the time of a booking or a closure, without tidying."""
    return Span(row.starts_at, row.ends_at)


def held_span(room: Room, row: Booking | Closure) -> Span:
    """Return the time that is held: a booking's with the room's tidying after it."""
    return span_of(row).longer(room.tidy_minutes) if isinstance(row, Booking) else span_of(row)


def lock(rooms: Sequence[Room]) -> Tree:
    """Lock all leaf spaces under the rooms and return the tree as it is under the locks; inside a transaction.

    Call it once in a transaction, with every room that it will touch. When parts were added to a room while this
    waited, the new leaves are locked too. Refused: taken (waited too long).
    """
    tree = tree_of(*rooms)
    locked: set[int] = set()
    for _look in range(_MOST_LOOKS):
        wanted = {leaf for room in rooms for leaf in tree.leaves(room.pk)}
        if wanted <= locked:
            return tree
        with first_come():
            advisory_lock(LOCKS, *wanted)
        locked |= wanted
        tree = tree_of(*rooms)
    raise Refused("tree_changed", _("Tilan osia muutetaan juuri nyt. Yritä hetken päästä uudelleen."))


def clashes(
    tree: Tree,
    room: Room,
    spans: Sequence[Span],
    *,
    now: datetime,
    leaving: Iterable[int] = (),
    place: int | None = None,
) -> list[list[Taken]]:
    """Return for each time (without tidying) what stands in its way; two queries. The caller holds the locks.

    ``leaving`` are bookings that will give way (the one that moves); ``place`` the queue's place that is answered.
    """
    gone = set(leaving)
    held = [span.longer(room.tidy_minutes) for span in spans]
    rows = [row for row in holds_of(tree.leaves(room.pk), held) if row.booking not in gone]
    offered = offered_places(tree, [room.pk], spans, now, without=place)[room.pk]
    return [
        [row for row in rows if row.span.overlaps(wide)] + [row for row in offered if row.span.overlaps(span)]
        for span, wide in zip(spans, held, strict=True)
    ]


def hold(tree: Tree, room: Room, rows: Sequence[Booking | Closure]) -> None:
    """Hold the leaves of the room for bookings or closures that are saved already. Refused: taken.

    The caller holds the locks and has looked; the constraint says no to whoever came past them.
    """
    made = [
        Hold(
            room_id=leaf,
            during=DateTimeTZRange(span.start, span.end),
            booking=row if isinstance(row, Booking) else None,
            closure=row if isinstance(row, Closure) else None,
        )
        for row in rows
        for span in [held_span(room, row)]
        for leaf in tree.leaves(room.pk)
    ]
    with first_come():
        Hold.objects.bulk_create(made)


def hold_closure(tree: Tree, closure: Closure) -> None:
    """Hold the leaves of a saved closure around what stays in them (bookings kept by name, tidying). Refused: taken."""
    hold_closures(tree, [closure])


def hold_closures(tree: Tree, closures: Sequence[Closure]) -> None:
    """Hold the leaves of saved closures, in that order, each around what stands already. Refused: taken."""
    _hold_around([(row, span_of(row), tree.leaves(row.room_id)) for row in closures])


def fill_closures(tree: Tree, room: Room, freed: Span) -> None:
    """Give a freed time to the events of external calendars that wanted it; the caller holds the room's locks.

    An event that came on top of a booking takes its time when the booking goes, not before.
    """
    kin = tree.kin(room.pk)
    rows = Closure.objects.filter(
        room__in=kin, source=ClosureSource.CALENDAR, ended_at=None, starts_at__lt=freed.end, ends_at__gt=freed.start
    )
    under = set(tree.leaves(room.pk))
    wanted = []
    for row in rows.order_by("starts_at", "pk"):
        piece = Span(max(row.starts_at, freed.start), min(row.ends_at, freed.end))
        wanted.append((row, piece, tuple(leaf for leaf in tree.leaves(row.room_id) if leaf in under)))
    if wanted:
        _hold_around(wanted)


def _hold_around(wanted: Sequence[tuple[Closure, Span, tuple[int, ...]]]) -> None:
    everywhere = {leaf for _row, _span, leaves in wanted for leaf in leaves}
    taken: dict[int, list[Span]] = {leaf: [] for leaf in everywhere}
    for row in holds_of(everywhere, [span for _row, span, _leaves in wanted]):
        taken[row.room].append(row.span)
    made = []
    for closure, span, leaves in wanted:
        for leaf in leaves:
            for piece in without([span], [one for one in taken[leaf] if one.overlaps(span)]):
                taken[leaf].append(piece)
                made.append(Hold(room_id=leaf, during=DateTimeTZRange(piece.start, piece.end), closure=closure))
    with first_come():
        Hold.objects.bulk_create(made)


def let_go(rows: Iterable[Booking | Closure]) -> None:
    """Delete the holds of bookings or closures; the caller changes their state in the same transaction."""
    known = list(rows)
    bookings = [row.pk for row in known if isinstance(row, Booking)]
    closures = [row.pk for row in known if isinstance(row, Closure)]
    if bookings:
        Hold.objects.filter(booking__in=bookings).delete()
    if closures:
        Hold.objects.filter(closure__in=closures).delete()
