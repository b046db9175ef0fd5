"""What stands in the way of a time before it is chosen: holidays, booked people, other events, schools' breaks, a room.

Reads only, a fixed number of queries for many times; nothing here forbids anything: the planner decides.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

import holidays
from django.db.models import Q, QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from common.seams import Tone
from common.times import format_date
from forums.event_facts import when_words
from forums.models import Event, EventHost, SchoolBreak, SignUp
from forums.models.sign_ups import SignUpQuerySet
from liaisons.models import Meeting, NgoEvening, TrainingSession
from premises.availability import free_for
from premises.models import Room
from premises.rules import sentence
from premises.spans import Span, day_span

COMING = ("planned", "published")
#: A meeting without an end is over by then.
LONGEST_MEETING = timedelta(hours=2)


@dataclass(frozen=True)
class Clash:
    """One thing at the same time, in a sentence.

    ``kind`` is holiday, person, event, evening, training, meeting, school or room, or eve or weekend, which are only
    told. ``tone`` is ``bad`` for what is in the way, ``wait`` for what to think of, ``info`` for what is only told.
    """

    kind: str
    text: str
    tone: Tone = "wait"
    url: str = ""

    @property
    def is_pressing(self) -> bool:
        """Tell whether the planner is asked before it is saved."""
        return self.tone != "info"


def clashes(
    spans: Sequence[Span],
    *,
    now: datetime,
    leaving: Event | None = None,
    people: Collection[Any] = (),
    room: Room | None = None,
) -> list[list[Clash]]:
    """Return for each time what it clashes with, the hardest first; seven queries and those of the room at most.

    ``leaving`` is the event that is being moved, ``people`` the users (or their keys) who should be there.
    """
    if not spans:
        return []
    others = [*_people(spans, people, leaving), *_events(spans, leaving), *_others(spans), *_breaks(spans)]
    verdicts = free_for([room], list(spans), now=now)[room.pk] if room else []
    found = []
    for place, span in enumerate(spans):
        rows = [*_holidays(span), *(clash for other, clash in others if other.overlaps(span))]
        if room and not verdicts[place].is_free:
            rows.append(Clash("room", sentence(verdicts[place]), "bad"))
        found.append(rows)
    return found


# Days


@lru_cache(maxsize=64)
def _named_holidays(year: int, language: str) -> dict[date, str]:
    return dict(holidays.country_holidays("FI", years=year, language=language))


def holiday_name(day: date) -> str:
    """Return the holiday's name in the reader's language, or nothing."""
    languages = {"fi": "fi", "sv": "sv_FI", "en": "en_US"}
    language = languages.get((get_language() or "fi")[:2], "fi")
    return _named_holidays(day.year, language).get(day, "")


def _holidays(span: Span) -> Iterator[Clash]:
    for offset in range((span.last_day - span.day).days + 1):
        day = span.day + timedelta(days=offset)
        values = {"day": format_date(day), "name": holiday_name(day)}
        if values["name"]:
            yield Clash("holiday", _("%(day)s on pyhä: %(name)s.") % values, "bad")
        elif day.weekday() >= 5:
            yield Clash("weekend", _("%(day)s on viikonloppu.") % values, "info")
        elif after := holiday_name(day + timedelta(days=1)):
            words = _("%(day)s on pyhän aatto: seuraava päivä on %(name)s.")
            yield Clash("eve", words % {**values, "name": after}, "info")


def _breaks(spans: Sequence[Span]) -> Iterator[tuple[Span, Clash]]:
    first, last = min(span.day for span in spans), max(span.last_day for span in spans)
    for row in SchoolBreak.objects.touching(first, last):
        values = {"name": row.name, "start": format_date(row.starts_on), "end": format_date(row.ends_on)}
        clash = Clash("school", _("Koulujen loma: %(name)s, %(start)s – %(end)s.") % values)
        yield Span(day_span(row.starts_on).start, day_span(row.ends_on).end), clash


# What else there is


def _within(rows: QuerySet[Any], spans: Sequence[Span], prefix: str = "") -> QuerySet[Any]:
    return rows.filter(
        **{
            f"{prefix}ends_at__gt": min(span.start for span in spans),
            f"{prefix}starts_at__lt": max(span.end for span in spans),
        }
    )


def _events(spans: Sequence[Span], leaving: Event | None) -> Iterator[tuple[Span, Clash]]:
    rows = _within(Event.objects.filter(state__in=COMING), spans)
    if leaving is not None and leaving.pk:
        rows = rows.exclude(pk=leaving.pk)
    for row in rows.order_by("starts_at", "pk"):
        yield _clash("event", row, row.name, row.get_absolute_url())


def _others(spans: Sequence[Span]) -> Iterator[tuple[Span, Clash]]:
    evenings = _within(NgoEvening.objects.filter(cancelled_at=None).select_related("municipality"), spans)
    for evening in evenings.order_by("starts_at", "pk"):
        yield _clash("evening", evening, f"{evening.municipality.name}: {evening.title}", evening.get_absolute_url())
    trainings = _within(TrainingSession.objects.filter(state__in=("planned", "open")).select_related("course"), spans)
    for training in trainings.order_by("starts_at", "pk"):
        yield _clash("training", training, training.course.name)
    first, last = min(span.start for span in spans), max(span.end for span in spans)
    lasts = Q(ends_at__gt=first) | Q(ends_at__isnull=True, starts_at__gt=first - LONGEST_MEETING)
    meetings = Meeting.objects.filter(lasts, starts_at__lt=last).exclude(state="cancelled").select_related("body")
    for meeting in meetings.order_by("starts_at", "pk"):
        yield _clash("meeting", meeting, meeting.body.name, ends_at=meeting.ends)


def _clash(kind: str, row: Any, name: str, url: str = "", ends_at: datetime | None = None) -> tuple[Span, Clash]:
    until = ends_at or row.ends_at
    values = {"name": name, "when": when_words(row.starts_at, until)}
    return Span(row.starts_at, until), Clash(kind, _("Samaan aikaan: %(name)s, %(when)s.") % values, url=url)


def _people(spans: Sequence[Span], people: Collection[Any], leaving: Event | None) -> Iterator[tuple[Span, Clash]]:
    """Yield who of the people holds another event at that time or has signed up to one; each once an event."""
    keys = [getattr(person, "pk", person) for person in people]
    if not keys:
        return
    sign_ups: SignUpQuerySet = SignUp.objects.all()
    told = {(leaving.pk, key) for key in keys} if leaving is not None else set()
    for rows in (EventHost.objects.all(), sign_ups.standing()):
        asked = _within(rows.filter(user__in=keys, event__state__in=COMING), spans, "event__")
        for row in asked.select_related("user", "event").order_by("event__starts_at", "pk"):
            if (row.event_id, row.user_id) not in told:
                told.add((row.event_id, row.user_id))
                values = {"person": row.user, "name": row.event.name}
                clash = Clash("person", _("%(person)s on silloin tapahtumassa %(name)s.") % values, "bad")
                yield Span(row.event.starts_at, row.event.ends_at), clash
