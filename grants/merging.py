"""How applications are solved when two organisations become one (``organisations.merging``)."""

from collections import defaultdict
from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from grants.models.applications import ENDED
from organisations.merging import Sides, Step, register_merge_rule, same_stays


def application_rule(sides: Sides) -> Iterator[Step]:
    """Both organisations' applications of a call stay whole: the vanishing one's gets the next free place.

    Nothing is withdrawn for anybody: the organisation sees both and withdraws the one it does not mean.
    """
    taken: defaultdict[int, set[int]] = defaultdict(set)
    for row in sides.held:
        if row.state not in ENDED:
            taken[row.call_id].add(row.slot)
    for row in sides.moving:
        if row.state in ENDED:
            continue
        slots = taken[row.call_id]
        if row.slot in slots:
            free = max(slots) + 1
            slots.add(free)
            yield Step(row, _("molemmilla on hakemus samassa haussa; kumpikin säilyy"), {"slot": free})
        else:
            slots.add(row.slot)


def register_grant_rules() -> None:
    """Register the rules of the grants' tables."""
    register_merge_rule("grants.Application", application_rule)
    register_merge_rule("grants.ApplicationPartner", same_stays("application_id"))
    register_merge_rule("grants.AgreementParty", same_stays("agreement_id"))
    register_merge_rule("grants.CallInvitation", same_stays("call_id"))
    register_merge_rule("grants.LinkedUndertaking", same_stays("business_id"))
