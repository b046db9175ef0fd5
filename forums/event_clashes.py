"""What an event would clash with, told before it happens: holidays, other events, hosts who are elsewhere, a busy room.

Reads only, a fixed number of queries for many times; nothing here forbids anything.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from common.legal_dates import is_holiday
from forums.event_facts import when_words
from forums.models import Event, EventHost
from liaisons.models import NgoEvening, TrainingSession
from premises.availability import free_for
from premises.models import Room
from premises.rules import sentence
from premises.spans import Span

COMING = ("planned", "published")


@dataclass(frozen=True)
class Clash:
    """One clash in a sentence; ``kind`` is holiday, event, evening, training, host or room."""

    kind: str
    words: str


def clashes(
    spans: Sequence[Span],
    *,
    now: datetime,
    leaving: Event | None = None,
    hosts: Sequence[Any] = (),
    room: Room | None = None,
) -> list[list[Clash]]:
    """Return for each time what it clashes with. ``leaving`` is the event itself, ``hosts`` the people who hold it.

    At most four queries and those of the room, whatever the number of times.
    """
    if not spans:
        return []
    others = _overlapping(spans, leaving)
    taken = _hosts_elsewhere(others, hosts)
    verdicts = free_for([room], list(spans), now=now)[room.pk] if room else []
    found = []
    for place, span in enumerate(spans):
        rows = [Clash("holiday", _("Päivä on pyhä- tai juhlapäivä."))] if is_holiday(span.day) else []
        rows += [clash for other, clash in others if other.overlaps(span)]
        rows += [clash for other, clash in taken if other.overlaps(span)]
        if room and not verdicts[place].is_free:
            rows.append(Clash("room", sentence(verdicts[place])))
        found.append(rows)
    return found


def _within(rows: QuerySet[Any], spans: Sequence[Span]) -> QuerySet[Any]:
    return rows.filter(ends_at__gt=min(spans).start, starts_at__lt=max(span.end for span in spans))


def _overlapping(spans: Sequence[Span], leaving: Event | None) -> list[tuple[Span, Clash]]:
    events = _within(Event.objects.filter(state__in=COMING), spans)
    if leaving is not None and leaving.pk:
        events = events.exclude(pk=leaving.pk)
    evenings = _within(NgoEvening.objects.filter(cancelled_at=None).select_related("municipality"), spans)
    trainings = _within(TrainingSession.objects.filter(state__in=("planned", "open")).select_related("course"), spans)
    return [
        *(_clash("event", row, row.name) for row in events.order_by("starts_at")),
        *(_clash("evening", row, f"{row.municipality.name}: {row.title}") for row in evenings.order_by("starts_at")),
        *(_clash("training", row, row.course.name) for row in trainings.order_by("starts_at")),
    ]


def _clash(kind: str, row: Any, name: str) -> tuple[Span, Clash]:
    values = {"name": name, "when": when_words(row.starts_at, row.ends_at)}
    return Span(row.starts_at, row.ends_at), Clash(kind, _("Samaan aikaan: %(name)s, %(when)s.") % values)


def _hosts_elsewhere(others: list[tuple[Span, Clash]], hosts: Sequence[Any]) -> list[tuple[Span, Clash]]:
    """Return who of the hosts holds another event at that time."""
    if not hosts or not others:
        return []
    first, last = min(span.start for span, _clash in others), max(span.end for span, _clash in others)
    rows = EventHost.objects.filter(
        user__in=hosts, event__state__in=COMING, event__ends_at__gt=first, event__starts_at__lt=last
    ).select_related("user", "event")
    words = _("%(person)s järjestää silloin myös tapahtumaa %(name)s.")
    return [
        (
            Span(row.event.starts_at, row.event.ends_at),
            Clash("host", words % {"person": row.user, "name": row.event.name}),
        )
        for row in rows
    ]
