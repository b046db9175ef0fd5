"""One calendar of three kinds of things: the county's events, the municipalities' NGO evenings, open trainings.

The three tables are read as one list by time (a union of keys), and only the rows of a page are fetched whole.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import CharField, Q, QuerySet, Value
from django.utils.translation import gettext as _

from common.policies import allowed
from common.seams import Tone
from common.times import day_start, local_date
from forums.event_facts import when_words, where_words
from forums.life_cycles import EVENT, SHOWN
from forums.models import Event, EventForm
from liaisons.models import NgoEvening, TrainingSession

EVENINGS, TRAININGS = "illat", "koulutukset"
Key = tuple[datetime, str, int]


@dataclass(frozen=True)
class Wish:
    """What the calendar is narrowed to; empty is everything. ``series`` is a key, or ``illat`` or ``koulutukset``."""

    past: bool = False
    theme: int | None = None
    municipality: str = ""
    series: str = ""
    form: str = ""


@dataclass(frozen=True)
class Happening:
    """One row of the calendar; ``language`` is that of the title."""

    title: str
    language: str
    url: str
    starts_at: datetime
    ends_at: datetime
    kind: str
    where: str
    how: Any = ""
    tone: Tone = "none"
    word: Any = ""

    @property
    def when(self) -> str:
        """Return the day and the clock times."""
        return when_words(self.starts_at, self.ends_at)


def happenings(user: Any, wish: Wish, now: datetime) -> QuerySet[Any, Key]:
    """Return (start, kind, key) of what the person sees, the next first, or the latest first of what is past."""
    parts = (_events(user, wish, now), _evenings(user, wish, now), _trainings(user, wish, now))
    keys = [
        rows.order_by().values_list("starts_at", Value(kind, output_field=CharField()), "pk")
        for kind, rows in zip(("event", "evening", "training"), parts, strict=True)
        if rows is not None
    ]
    first, *others = keys
    order = ("-starts_at", "-pk") if wish.past else ("starts_at", "pk")
    return first.union(*others, all=True).order_by(*order)


def _when(rows: QuerySet[Any], wish: Wish, now: datetime) -> QuerySet[Any]:
    return rows.filter(ends_at__lt=now) if wish.past else rows.filter(ends_at__gte=now)


def _events(user: Any, wish: Wish, now: datetime) -> QuerySet[Any]:
    rows = _when(allowed("forums.event.view", user, now=now).filter(state__in=SHOWN), wish, now)
    if wish.theme:
        rows = rows.filter(theme=wish.theme)
    if wish.municipality:
        rows = rows.filter(
            Q(municipality__code=wish.municipality) | Q(room__site__municipality__code=wish.municipality)
        )
    if wish.form:
        rows = rows.filter(form__in=_forms(wish.form))
    if wish.series in (EVENINGS, TRAININGS):
        return rows.none()
    return rows.filter(series__key=wish.series) if wish.series else rows


def _forms(form: str) -> tuple[str, ...]:
    """Who asks for what can be followed from afar finds the hybrid ones too, and likewise on the spot."""
    return (form,) if form == EventForm.HYBRID else (form, EventForm.HYBRID)


def _evenings(user: Any, wish: Wish, now: datetime) -> QuerySet[Any] | None:
    if wish.theme or wish.series not in ("", EVENINGS) or wish.form not in ("", EventForm.ON_SITE):
        return None
    rows = _when(allowed("liaisons.evening.public", user, now=now), wish, now)
    return rows.filter(municipality__code=wish.municipality) if wish.municipality else rows


def _trainings(user: Any, wish: Wish, now: datetime) -> QuerySet[Any] | None:
    if wish.theme or wish.municipality or wish.series not in ("", TRAININGS) or not user.is_authenticated:
        return None
    rows = _when(allowed("liaisons.training.view", user, now=now).exclude(state="planned"), wish, now)
    if wish.form == EventForm.HYBRID:
        return rows.exclude(place="").exclude(remote_url="")
    if wish.form:
        return rows.exclude(**{"remote_url" if wish.form == EventForm.REMOTE else "place": ""})
    return rows


def fetched(keys: Iterable[Key]) -> list[Happening]:
    """Return the rows whole, in the order of their keys; at most three queries."""
    found = list(keys)
    rows: dict[tuple[str, int], Happening] = {}
    sources: tuple[tuple[str, Callable[[Any], Happening], QuerySet[Any]], ...] = (
        ("event", _of_event, Event.objects.select_related("room__site", "series")),
        ("evening", _of_evening, NgoEvening.objects.select_related("municipality")),
        ("training", _of_training, TrainingSession.objects.select_related("course")),
    )
    for kind, make, source in sources:
        wanted = [key for _start, of, key in found if of == kind]
        for row in source.filter(pk__in=wanted) if wanted else ():
            rows[kind, row.pk] = make(row)
    return [rows[kind, key] for _start, kind, key in found if (kind, key) in rows]


def _of_event(event: Event) -> Happening:
    tells = event.state != "published"
    return Happening(
        title=event.name,
        language=event.name_language,
        url=event.get_absolute_url(),
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        kind=event.series.name if event.series else _("Tapahtuma"),
        where=where_words(event),
        how=event.get_form_display(),
        tone=EVENT.tone(event.state) if tells else "none",
        word=EVENT.label(event.state) if tells else "",
    )


def _of_evening(row: NgoEvening) -> Happening:
    return Happening(
        title=row.title,
        language="fi",
        url=row.get_absolute_url(),
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        kind=_("Kunnan järjestöilta"),
        where=f"{row.place}, {row.municipality.name}",
        how=EventForm.ON_SITE.label,
        tone="bad" if row.cancelled_at else "none",
        word=_("Peruttu") if row.cancelled_at else "",
    )


def _of_training(row: TrainingSession) -> Happening:
    tells = row.state != "open"
    return Happening(
        title=row.course.name,
        language=row.course.name_language,
        url=row.get_absolute_url(),
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        kind=_("Koulutus"),
        where=str(row.where),
        how=EventForm.HYBRID.label if row.place and row.remote_url else "",
        tone=row.tone if tells else "none",
        word=row.state_label if tells else "",
    )


def by_month(rows: Iterable[Happening]) -> list[tuple[datetime, list[Happening]]]:
    """Return the rows under the first moment of their month, in the rows' order."""
    found: dict[datetime, list[Happening]] = {}
    for row in rows:
        found.setdefault(day_start(local_date(row.starts_at).replace(day=1)), []).append(row)
    return list(found.items())


def next_ones(user: Any, now: datetime, count: int) -> list[Happening]:
    """Return the next few that are not cancelled, for the front page: at most four queries."""
    rows = fetched(happenings(user, Wish(), now)[: count * 2])
    return [row for row in rows if row.tone != "bad"][:count]
