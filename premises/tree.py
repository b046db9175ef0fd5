"""The trees of rooms as they stand: what is booked is held leaf by leaf."""

from collections.abc import Iterable

from premises.models import Room


class Tree:
    """All spaces of some sites; one query when it is made, none after."""

    def __init__(self, sites: Iterable[int]) -> None:
        rows = Room.objects.filter(site__in=set(sites)).order_by("pk").values_list("pk", "parent_id")
        self.parent: dict[int, int | None] = dict(rows)
        self._parts: dict[int, list[int]] = {}
        for pk, parent in self.parent.items():
            if parent is not None:
                self._parts.setdefault(parent, []).append(pk)

    def leaves(self, room: int) -> tuple[int, ...]:
        """Return the spaces without parts under the room, sorted; the room itself when it has none."""
        found, ahead = [], [room]
        while ahead:
            here = ahead.pop()
            parts = self._parts.get(here)
            if parts:
                ahead.extend(parts)
            else:
                found.append(here)
        return tuple(sorted(found))

    def above(self, room: int) -> list[int]:
        """Return the spaces of which the room is a part, the nearest first."""
        found = []
        parent = self.parent.get(room)
        while parent is not None:
            found.append(parent)
            parent = self.parent.get(parent)
        return found

    def under(self, room: int) -> list[int]:
        """Return the parts of the room and their parts."""
        found, ahead = [], list(self._parts.get(room, ()))
        while ahead:
            here = ahead.pop()
            found.append(here)
            ahead.extend(self._parts.get(here, ()))
        return found

    def kin(self, room: int) -> list[int]:
        """Return the rooms that cannot be used at the same time as this one: itself, its parts, what it is part of."""
        return [room, *self.above(room), *self.under(room)]


def tree_of(*rooms: Room) -> Tree:
    """Return the trees of the sites of those rooms; one query."""
    return Tree(room.site_id for room in rooms)
