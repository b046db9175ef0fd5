"""Where a call stands now, in the words that everybody reads, and how long there is left."""

from datetime import datetime, timedelta
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.seams import Tone
from common.templatetags.portal import days_left
from common.times import format_instant
from grants import life_cycles
from grants.models import GrantCall

HOURS_WITHIN = timedelta(hours=48)


class Status(NamedTuple):
    """A tag: its tone and its word."""

    tone: Tone
    word: str


def time_left(until: datetime, now: datetime) -> str:
    """Return how long there is: days, within 48 hours whole hours, in the last hour minutes."""
    left = until - now
    if timedelta(hours=1) <= left < HOURS_WITHIN:
        hours = int(left.total_seconds()) // 3600
        return ngettext("%(count)s tunti jäljellä", "%(count)s tuntia jäljellä", hours) % {"count": hours}
    return days_left(until, now)


def public_status(call: GrantCall, now: datetime) -> Status:
    """Return what a reader of the call sees: open, coming, closed, in handling, decided or cancelled."""
    if call.is_open(now):
        return Status("wait", time_left(call.closes_at, now))
    if call.state == "published" and now < call.opens_at:
        return Status("none", _("Avautuu %(when)s") % {"when": format_instant(call.opens_at)})
    if call.state == "published":
        return Status("info", _("Hakuaika on päättynyt"))
    return Status(life_cycles.CALL.tone(call.state), str(life_cycles.CALL.applicant_label(call.state)))


def officer_status(call: GrantCall, now: datetime) -> Status:
    """Return what an officer sees: as the public, but with the officers' names of the states."""
    if call.state == "published":
        return Status("ok", _("Avoinna")) if call.is_open(now) else public_status(call, now)
    return Status(life_cycles.CALL.tone(call.state), str(life_cycles.CALL.label(call.state)))
