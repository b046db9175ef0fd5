"""How places in queues are solved when two organisations become one (``organisations.merging``)."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from organisations.merging import Sides, Step, register_merge_rule
from premises.life_cycles import WAITING


def place_rule(sides: Sides) -> Iterator[Step]:
    """One organisation stands once in the queue for a time: the vanishing one's place is left, the survivor's stays."""
    held = {(row.room_id, row.starts_at, row.ends_at) for row in sides.held if WAITING.allows(row.state, "leave")}
    for row in sides.moving:
        if WAITING.allows(row.state, "leave") and (row.room_id, row.starts_at, row.ends_at) in held:
            left = WAITING.check(row.state, "leave")
            yield Step(row, _("molemmat ovat jonossa samaan aikaan; jonopaikkoja jää yksi"), {"state": left})


def register_premises_rules() -> None:
    """Register the rules of the premises' tables."""
    register_merge_rule("premises.WaitingPlace", place_rule)
