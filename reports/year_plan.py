"""The plan of the next year as it is known when the report is collected: only what everybody may see."""

from datetime import datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _

from common.policies import allowed
from common.times import local_date, year_period
from forums.wheel import wheel
from forums.wheel_calendar import entries_of, group_of


def plan(year: int, now: datetime) -> dict[str, Any]:
    """Return the public days of ``year`` in order, and how many of the demanded events have a day already."""
    start, end = year_period(year)
    days = [
        {"on": entry.on, "title": entry.title, "group": str(group_of(entry.kind))}
        for entry in entries_of(year, public=True)
    ]
    seen: Any = allowed("forums.event.view", AnonymousUser(), now=now)
    for event in seen.between(start, end).exclude(state="cancelled").order_by("starts_at", "pk"):
        days.append({"on": local_date(event.starts_at), "title": event.name, "group": _("Tapahtuma")})
    turning = wheel(year, now)
    return {
        "year": year,
        "days": sorted(days, key=lambda day: (day["on"], day["group"], day["title"])),
        "needed": turning.needed,
        "missing": turning.missing,
    }
