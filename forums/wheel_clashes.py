"""What stands in the way of a time before it is chosen: holidays, schools' breaks, other events, booked people."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

import holidays
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from common.seams import Tone
from common.times import format_date, format_instant, local_date
from forums.models import Event, EventHost, SchoolBreak, SignUp
from forums.models.sign_ups import SignUpQuerySet
from liaisons.models import Meeting, NgoEvening, TrainingSession

LONGEST = timedelta(days=31)


@dataclass(frozen=True)
class Clash:
    """One thing at the same time: what it is, in words, and where it stands."""

    kind: str
    text: str
    tone: Tone = "wait"
    url: str = ""


def clashes(start: datetime, end: datetime, people: Collection[Any] = (), exclude: Event | None = None) -> list[Clash]:
    """Return what stands in the way between the two instants, the hardest first; seven queries at most.

    ``people`` are the users who should be there (hosts, members): they are asked for in other events. ``exclude`` is
    the event that is being moved. Nothing here forbids: the planner decides.
    """
    end = min(end, start + LONGEST)
    first, last = local_date(start), local_date(end)
    return [
        *_holidays(first, last),
        *_people(start, end, people, exclude),
        *_events(start, end, exclude),
        *_others(start, end),
        *_breaks(first, last),
    ]


@lru_cache(maxsize=64)
def _named_holidays(year: int, language: str) -> dict[date, str]:
    return dict(holidays.country_holidays("FI", years=year, language=language))


def holiday_name(day: date) -> str:
    """Return the holiday's name in the reader's language, or nothing."""
    languages = {"fi": "fi", "sv": "sv_FI", "en": "en_US"}
    language = languages.get((get_language() or "fi")[:2], "fi")
    return _named_holidays(day.year, language).get(day, "")


def _holidays(first: date, last: date) -> Iterator[Clash]:
    for offset in range((last - first).days + 1):
        day = first + timedelta(days=offset)
        values = {"day": format_date(day), "name": holiday_name(day)}
        if values["name"]:
            yield Clash("holiday", _("%(day)s on pyhä: %(name)s.") % values, "bad")
        elif day.weekday() >= 5:
            yield Clash("weekend", _("%(day)s on viikonloppu.") % values)
        elif after := holiday_name(day + timedelta(days=1)):
            yield Clash("eve", _("%(day)s on pyhän aatto: seuraava päivä on %(name)s.") % {**values, "name": after})


def _breaks(first: date, last: date) -> Iterator[Clash]:
    for row in SchoolBreak.objects.touching(first, last):
        values = {"name": row.name, "start": format_date(row.starts_on), "end": format_date(row.ends_on)}
        yield Clash("school", _("Koulujen loma: %(name)s, %(start)s – %(end)s.") % values)


def _overlapping(start: datetime, end: datetime, exclude: Event | None) -> Any:
    rows = Event.objects.filter(starts_at__lt=end, ends_at__gt=start, state__in=("planned", "published"))
    return rows.exclude(pk=exclude.pk) if exclude is not None and exclude.pk else rows


def _events(start: datetime, end: datetime, exclude: Event | None) -> Iterator[Clash]:
    for event in _overlapping(start, end, exclude).order_by("starts_at", "pk")[:20]:
        values = {"name": event.name, "time": format_instant(event.starts_at)}
        yield Clash("event", _("Samaan aikaan on tapahtuma: %(name)s, %(time)s.") % values)


def _people(start: datetime, end: datetime, people: Collection[Any], exclude: Event | None) -> Iterator[Clash]:
    keys = [person.pk for person in people]
    if not keys:
        return
    there = _overlapping(start, end, exclude).values("pk")
    sign_ups: SignUpQuerySet = SignUp.objects.all()
    rows = [
        *EventHost.objects.filter(user__in=keys, event__in=there).select_related("user", "event"),
        *sign_ups.standing().filter(user__in=keys, event__in=there).select_related("user", "event"),
    ]
    told = set()
    for row in rows:
        if (row.user_id, row.event_id) not in told:
            told.add((row.user_id, row.event_id))
            values = {"person": row.user, "name": row.event.name}
            yield Clash("person", _("%(person)s on silloin tapahtumassa %(name)s.") % values, "bad")


def _others(start: datetime, end: datetime) -> Iterator[Clash]:
    evenings = NgoEvening.objects.filter(starts_at__lt=end, ends_at__gt=start, cancelled_at__isnull=True)
    for evening in evenings.select_related("municipality").order_by("pk")[:10]:
        values = {"place": evening.municipality.name, "name": evening.title}
        text = _("Samaan aikaan on kunnan järjestöilta: %(place)s, %(name)s.") % values
        yield Clash("evening", text, "wait", evening.get_absolute_url())
    trainings = TrainingSession.objects.filter(starts_at__lt=end, ends_at__gt=start, state__in=("planned", "open"))
    for training in trainings.select_related("course").order_by("pk")[:10]:
        yield Clash("training", _("Samaan aikaan on koulutus: %(name)s.") % {"name": training.course.name})
    open_end = Q(ends_at__gt=start) | Q(ends_at__isnull=True, starts_at__gte=start - timedelta(hours=2))
    meetings = Meeting.objects.filter(open_end, starts_at__lt=end).exclude(state="cancelled")
    for meeting in meetings.select_related("body").order_by("pk")[:10]:
        values = {"name": meeting.body.name, "time": format_instant(meeting.starts_at)}
        yield Clash("meeting", _("Samaan aikaan on kokous: %(name)s, %(time)s.") % values)
