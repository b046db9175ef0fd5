"""Turns of one round that cannot all be given: they want the same space at the same time."""

from collections import defaultdict
from collections.abc import Sequence

from premises.models import Room, SeasonTurn
from premises.seasons.gathering import minutes
from premises.seasons.options import Option
from premises.tree import tree_of


def clashes(turns: Sequence[SeasonTurn]) -> dict[int, list[SeasonTurn]]:
    """Return by turn the other turns in its way, tidying and the tree of spaces counted; one query.

    The turns come with their rooms.
    """
    if not turns:
        return {}
    rooms: dict[int, Room] = {turn.room_id: turn.room for turn in turns}
    tree = tree_of(*rooms.values())
    options = [
        Option(
            turn.application_id,
            0,
            turn.weekday,
            minutes(turn.start_time),
            minutes(turn.end_time) + turn.room.tidy_minutes,
            tree.leaves(turn.room_id),
            0,
        )
        for turn in turns
    ]
    found: dict[int, list[SeasonTurn]] = defaultdict(list)
    for turn, option in zip(turns, options, strict=True):
        found[turn.pk] += [
            other for other, beside in zip(turns, options, strict=True) if other is not turn and option.clashes(beside)
        ]
    return {pk: others for pk, others in found.items() if others}
