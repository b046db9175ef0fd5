"""What other rooms put beside the wheel, and the year as an iCalendar file."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from icalendar import Calendar
from icalendar import Event as Entry

from common import seams
from common.seams import CalendarEntry
from common.times import add_days
from forums.calendar_files import event_calendar
from forums.wheel import QUARTERS, Wheel, quarter_of
from notifications.outbox import absolute

#: What a kind of entry is called beside the wheel; the first beginning that fits.
_GROUPS: tuple[tuple[str, Any], ...] = (
    ("grants.agreement_ends", gettext_lazy("Sopimus päättyy")),
    ("grants.agreement_report", gettext_lazy("Raportti")),
    ("grants.use_report", gettext_lazy("Raportti")),
    ("grants.interim", gettext_lazy("Raportti")),
    ("grants.", gettext_lazy("Haku")),
    ("notice", gettext_lazy("Esityslista")),
    ("meeting", gettext_lazy("Kokous")),
    ("nomination", gettext_lazy("Edustajahaku")),
    ("training", gettext_lazy("Koulutus")),
    ("report", gettext_lazy("Raportti")),
    ("ngo_evening", gettext_lazy("Kunnan järjestöilta")),
    ("comment_round", gettext_lazy("Kommentointikierros")),
    ("assessment", gettext_lazy("Arviointi")),
)
#: Providers whose pages everybody may open.
PUBLIC = ("grants.calls", "grants.planned", "grants.agreements", "liaisons.evenings")


@dataclass(frozen=True)
class QuarterDays:
    """A quarter with what other rooms have in it."""

    number: int
    name: str
    entries: tuple[tuple[CalendarEntry, Any], ...]


def entries_of(year: int, *, public: bool = False) -> list[CalendarEntry]:
    """Return the entries of the year from the ``calendar`` seam, without our own events, in order."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    found = [
        entry
        for key, provider in seams.calendar.items()
        if not key.startswith("forums") and (not public or key in PUBLIC)
        for entry in provider(first, last)
    ]
    return sorted(found, key=lambda entry: (entry.on, entry.title))


def group_of(kind: str) -> Any:
    """Return what a kind of entry is called."""
    return next((name for begins, name in _GROUPS if kind.startswith(begins)), _("Muu"))


def quarter_name(number: int) -> str:
    """Return a quarter's name."""
    names = (_("tammi–maaliskuu"), _("huhti–kesäkuu"), _("heinä–syyskuu"), _("loka–joulukuu"))
    return names[number - 1]


def by_quarter(entries: Iterable[CalendarEntry]) -> list[QuarterDays]:
    """Return the entries by quarter, each with the name of its group."""
    rows = list(entries)
    return [
        QuarterDays(
            number,
            quarter_name(number),
            tuple((entry, group_of(entry.kind)) for entry in rows if quarter_of(entry.on) == number),
        )
        for number in QUARTERS
    ]


def host_name() -> str:
    """Return the name that stands in the UIDs."""
    return urlsplit(settings.BASE_URL).hostname or "localhost"


def wheel_file(wheel: Wheel, entries: Iterable[CalendarEntry], now: datetime) -> bytes:
    """Return the year as a file: events at their hours, the other rooms' days as whole days."""
    events = {event.pk: event for row in wheel.rows for event in row.events}
    made = Calendar.from_ical(event_calendar(events.values(), method="PUBLISH", with_link=False, now=now))
    made.add("x-wr-calname", _("Vuosikello %(year)s") % {"year": wheel.year})
    for number, day in enumerate(entries, start=1):
        entry = Entry()
        entry.add("uid", f"wheel-{day.on:%Y%m%d}-{number}@{host_name()}")
        entry.add("dtstamp", now)
        entry.add("dtstart", day.on)
        entry.add("dtend", add_days(day.on, 1))
        entry.add("summary", day.title)
        entry.add("url", absolute(day.url))
        made.add_component(entry)
    return bytes(made.to_ical())
