"""The rooms of a site in the order in which pages show them: each under what it is a part of."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from premises.models import Room


@dataclass(frozen=True)
class Branch:
    """A room of a site with how deep it stands; 0 is a room that is no part of another."""

    room: Any
    depth: int


def in_order(rooms: Iterable[Room]) -> list[Branch]:
    """Return the rooms of one site as a list, each after what it is a part of. No queries.

    A room whose whole is not among the given stands at the top.
    """
    given = list(rooms)
    keys = {room.pk for room in given}
    below: dict[int | None, list[Room]] = {}
    for room in sorted(given, key=lambda one: (one.order, one.name_fi, one.pk)):
        parent = room.parent_id if room.parent_id in keys else None
        below.setdefault(parent, []).append(room)

    def walk(parent: int | None, depth: int) -> Iterator[Branch]:
        for room in below.get(parent, []):
            yield Branch(room, depth)
            yield from walk(room.pk, depth + 1)

    return list(walk(None, 0))
