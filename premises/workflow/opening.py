"""The verbs of opening: hours of the week, exceptions, and how one gets in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import pairwise
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.errors import Refused
from liaisons.workflow.saving import save_checked
from premises.models import AccessInstruction, OpeningException, OpeningHours, Room, Site, Weekday
from premises.workflow.sites import lock_site


@dataclass(frozen=True, order=True)
class Hours:
    """One span of a weekday's hours, Monday 0, on the wall's clock."""

    weekday: int
    opens: time
    closes: time
    is_after_hours: bool = False


@transaction.atomic
def save_hours(site: Site, *, hours: Sequence[Hours], room: Room | None = None, by: Any, now: datetime) -> None:
    """Set the week of a site, or of one room that has hours of its own (none: it follows its site's).

    Bookings that stand are not touched. Refused: other_site, hours_order, hours_overlap.
    """
    row = lock_site(site, by, now)
    _require_own(row, room)
    told = sorted(set(hours))
    for one in told:
        if one.closes <= one.opens:
            raise Refused(
                "hours_order",
                _("%(day)s: sulkemisaika on ennen avaamisaikaa. Korjaa jompikumpi.") % {"day": _day(one.weekday)},
            )
    for first, second in pairwise(told):
        if first.weekday == second.weekday and second.opens < first.closes:
            raise Refused(
                "hours_overlap",
                _("%(day)s: kaksi aikaa menee päällekkäin. Yhdistä ne tai korjaa toinen.")
                % {"day": _day(first.weekday)},
            )
    OpeningHours.objects.filter(site=row, room=room).delete()
    OpeningHours.objects.bulk_create(
        OpeningHours(
            site=row,
            room=room,
            weekday=one.weekday,
            opens=one.opens,
            closes=one.closes,
            is_after_hours=one.is_after_hours,
        )
        for one in told
    )


def _day(weekday: int) -> str:
    return str(Weekday(weekday).label).capitalize()


@transaction.atomic
def add_exception(
    site: Site,
    *,
    first_day: date,
    last_day: date | None,
    reason: str,
    opens: time | None = None,
    closes: time | None = None,
    room: Room | None = None,
    by: Any,
    now: datetime,
) -> OpeningException:
    """Tell days on which the hours are others, or (no times) on which the place is closed. The same again is one.

    Refused: other_site, exception_refused (with the reason).
    """
    row = lock_site(site, by, now)
    _require_own(row, room)
    facts = {
        "room": room,
        "first_day": first_day,
        "last_day": last_day or first_day,
        "opens": opens,
        "closes": closes,
        "reason": reason.strip(),
    }
    same: OpeningException | None = row.opening_exceptions.filter(**facts).first()
    if same is not None:
        return same
    found = OpeningException(site=row, **facts)
    save_checked(found, "exception_refused")
    return found


@transaction.atomic
def remove_exception(site: Site, *, pk: int, by: Any, now: datetime) -> None:
    """Take an exception away; again does nothing."""
    lock_site(site, by, now).opening_exceptions.filter(pk=pk).delete()


@transaction.atomic
def add_access(
    site: Site,
    *,
    way_in: str,
    text: str,
    valid_from: date,
    valid_until: date | None = None,
    room: Room | None = None,
    by: Any,
    now: datetime,
) -> AccessInstruction:
    """Tell how one gets in from a day on; who has a confirmed booking reads it. The same again is one.

    Refused: other_site, access_refused (with the reason).
    """
    row = lock_site(site, by, now)
    _require_own(row, room)
    facts = {
        "room": room,
        "way_in": way_in,
        "text": text.strip(),
        "valid_from": valid_from,
        "valid_until": valid_until,
    }
    same: AccessInstruction | None = row.access_instructions.filter(**facts).first()
    if same is not None:
        return same
    found = AccessInstruction(site=row, **facts)
    save_checked(found, "access_refused")
    return found


@transaction.atomic
def remove_access(site: Site, *, pk: int, by: Any, now: datetime) -> None:
    """Take an instruction away, such as a code that no longer opens; again does nothing."""
    lock_site(site, by, now).access_instructions.filter(pk=pk).delete()


def _require_own(site: Site, room: Room | None) -> None:
    if room is not None and room.site_id != site.pk:
        raise Refused("other_site", _("Tila on toisessa toimipaikassa."))
