"""How places in queues and applications for a season are solved when organisations merge."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from organisations.merging import Sides, Step, register_merge_rule
from premises.life_cycles import APPLYING, SEASON_APPLICATION, WAITING


def place_rule(sides: Sides) -> Iterator[Step]:
    """One organisation stands once in the queue for a time: the vanishing one's place is left, the survivor's stays."""
    held = {(row.room_id, row.starts_at, row.ends_at) for row in sides.held if WAITING.allows(row.state, "leave")}
    for row in sides.moving:
        if WAITING.allows(row.state, "leave") and (row.room_id, row.starts_at, row.ends_at) in held:
            left = WAITING.check(row.state, "leave")
            yield Step(row, _("molemmat ovat jonossa samaan aikaan; jonopaikkoja jää yksi"), {"state": left})


def season_rule(sides: Sides) -> Iterator[Step]:
    """One organisation applies once in a round: the vanishing one's application is withdrawn, the survivor's stays."""
    held = {row.round_id for row in sides.held if row.state in APPLYING}
    for row in sides.moving:
        if row.state in APPLYING and row.round_id in held:
            withdrawn = SEASON_APPLICATION.check(row.state, "withdraw")
            yield Step(row, _("molemmat hakevat samassa vuorojaossa; hakemuksia jää yksi"), {"state": withdrawn})


def register_premises_rules() -> None:
    """Register the rules of the premises' tables."""
    register_merge_rule("premises.WaitingPlace", place_rule)
    register_merge_rule("premises.SeasonApplication", season_rule)
