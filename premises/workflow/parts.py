"""The tree of rooms changes under the locks of all its spaces: no booking is lost, and none overlaps after it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.translation import gettext_lazy as _

from common.errors import Refused
from common.policies import get_allowed
from premises import writer
from premises.models import Hold, Room
from premises.spans import Span, without
from premises.tree import Tree, tree_of


@transaction.atomic
def add_part(parent: Room, *, by: Any, now: datetime, **facts: Any) -> Room:
    """Add a new space as a part of a room; what is booked in the whole is held in the new part too.

    ``facts`` are the room's own fields. Raises Http404 for whom does not manage the site.
    """
    get_allowed("premises.room.manage", by, now=now, pk=parent.pk)
    whole = Room.objects.get(pk=parent.pk)
    part = Room.objects.create(site_id=whole.site_id, **facts)
    hang(part, whole)
    return part


@transaction.atomic
def join_part(part: Room, *, parent: Room | None, by: Any, now: datetime) -> Room:
    """Make a room a part of another of its site, or (``parent`` None) a space of its own. Again changes nothing.

    Refused: taken (both are booked at the same time), not_a_tree (a room under its own part), other_site.
    """
    get_allowed("premises.room.manage", by, now=now, pk=part.pk)
    row = Room.objects.get(pk=part.pk)
    whole = None if parent is None else get_allowed("premises.room.manage", by, now=now, pk=parent.pk)
    hang(row, whole)
    return row


def hang(part: Room, parent: Room | None) -> None:
    """Put a saved room under another and move the holds to the leaves as they then are; in the caller's transaction.

    Takes the locks of every space of the site, so nobody books meanwhile. Refused: taken, not_a_tree, other_site.
    """
    if part.parent_id == (parent.pk if parent else None):
        return
    if parent is not None and parent.site_id != part.site_id:
        raise Refused("other_site", _("Tila ja sen osa ovat samassa toimipaikassa. Valitse toinen tila."))
    rooms = Room.objects.filter(site=part.site_id)
    list(rooms.order_by("pk").select_for_update(of=("self",), no_key=True))  # bookers take these locks first too
    before = writer.lock(list(rooms))
    if parent is not None and parent.pk in before.kin(part.pk) and parent.pk not in before.above(part.pk):
        raise Refused("not_a_tree", _("Tila ei voi olla oman osansa osa. Valitse toinen tila."))
    part.parent = parent
    part.save(update_fields=["parent"])
    after = tree_of(part)
    changed = {part.pk, *before.above(part.pk), *after.above(part.pk)}
    with writer.first_come():
        _hold_again(before, after, changed)


def _hold_again(before: Tree, after: Tree, changed: set[int]) -> None:
    """Move the holds of every booking and closure in a changed tree to the leaves that its room has now."""
    leaves = {leaf for room in changed for tree in (before, after) for leaf in tree.leaves(room)}
    rows = list(Hold.objects.filter(room__in=leaves).select_related("booking", "closure").order_by("pk"))
    gone: list[int] = []
    wanted: dict[tuple[str, int, int], list[Hold]] = {}
    there: dict[tuple[str, int], set[int]] = {}
    for row in rows:
        kind, owner = ("booking", row.booking) if row.booking else ("closure", row.closure)
        now_leaves = after.leaves(owner.room_id)  # type: ignore[union-attr]
        there.setdefault((kind, owner.pk), set()).add(row.room_id)  # type: ignore[union-attr]
        if row.room_id not in now_leaves:
            gone.append(row.pk)
        for leaf in now_leaves:
            wanted.setdefault((kind, owner.pk, leaf), []).append(row)  # type: ignore[union-attr]
    Hold.objects.filter(pk__in=gone).delete()
    missing = {key: found for key, found in wanted.items() if key[2] not in there[key[0], key[1]]}
    Hold.objects.bulk_create(
        _new(key, row) for key, found in missing.items() if key[0] == "booking" for row in found[:1]
    )
    for key, found in missing.items():
        if key[0] == "closure":
            Hold.objects.bulk_create(_around(key[2], found))


def _new(key: tuple[str, int, int], row: Hold) -> Hold:
    return Hold(room_id=key[2], during=row.during, booking_id=row.booking_id, closure_id=row.closure_id)


def _around(leaf: int, rows: Iterable[Hold]) -> list[Hold]:
    """Return a closure's holds in a new leaf: its own pieces, around the bookings that stay there."""
    found = list(rows)
    pieces = [Span(row.during.lower, row.during.upper) for row in found]
    kept = [Span(row.during.lower, row.during.upper) for row in Hold.objects.filter(room=leaf, booking__isnull=False)]
    return [
        Hold(room_id=leaf, during=DateTimeTZRange(piece.start, piece.end), closure_id=found[0].closure_id)
        for piece in without(pieces, kept)
    ]
