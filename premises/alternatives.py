"""What else there is when a wished time cannot be had: the same room near that time, another room at that time."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Case, IntegerField, Value, When
from django.utils.translation import gettext as _

from common.times import format_clock
from organisations.models import Organisation
from premises.availability import Verdict, free_for
from premises.models import Room, WhoMay
from premises.policies.bookings import Holder
from premises.spans import Span

Alternative = tuple[Room, Span]
MOST = 3
_LOOKED_AT = 30


def other_rooms(room: Room, holder: Holder, number: int = 1) -> list[Room]:
    """Return rooms like this one that the holder may book: the same site first, then the same municipality; one query.

    Rooms that are far too small for ``number`` people are left out.
    """
    kinds = (WhoMay.ALL, WhoMay.NGOS if isinstance(holder, Organisation) else WhoMay.COUNTY)
    near = Case(When(site=room.site_id, then=Value(0)), default=Value(1), output_field=IntegerField())
    rows = Room.objects.bookable().filter(
        site__municipality=room.site.municipality_id, who_may__in=kinds, capacity__gte=number
    )
    return list(rows.exclude(pk=room.pk).select_related("site").order_by(near, "capacity", "pk")[:_LOOKED_AT])


def alternatives(
    room: Room, holder: Holder, wishes: Sequence[Verdict], *, number: int = 1, now: datetime
) -> list[list[Alternative]]:
    """Return for each verdict up to three others: the near miss of the same room first; nothing for a free one.

    A fixed number of queries, however many wishes. ``room`` comes with its site.
    """
    missed = [row.span for row in wishes if not row.is_free]
    if not missed:
        return [[] for _row in wishes]
    others = other_rooms(room, holder, number)
    verdicts = free_for(others, missed, now=now, near=False)
    found: list[list[Alternative]] = []
    place = 0
    for row in wishes:
        if row.is_free:
            found.append([])
            continue
        here: list[Alternative] = [(room, row.near)] if row.near else []
        here += [(other, row.span) for other in others if verdicts[other.pk][place].is_free]
        found.append(here[:MOST])
        place += 1
    return found


def told(room: Room, found: Sequence[Alternative]) -> str:
    """Return the alternatives as a sentence, or nothing."""
    parts = []
    for other, span in found:
        clock = {"start": format_clock(span.start), "end": format_clock(span.end)}
        if other.pk == room.pk:
            parts.append(_("sama tila klo %(start)s–%(end)s") % clock)
        else:
            parts.append(_("%(room)s samaan aikaan") % {"room": other.name})
    return _("Vapaana on: %(others)s.") % {"others": "; ".join(parts)} if parts else ""
