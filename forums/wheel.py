"""The annual wheel: what the law and the county's own document demand of a year, against what is planned and held."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from common.seams import Tone
from common.times import day_start, helsinki, local_date, year_period
from county.models import Municipality, RegionalGroup
from forums.models import Event, EventSeries, Per
from liaisons.models import Network, Unit, UnitKind

QUARTERS = (1, 2, 3, 4)
#: County elections are held every four years and the term begins in June (611/2021 § 23): 1.6.2025, 1.6.2029.
TERM_BEGAN, TERM_YEARS = 2025, 4
COMING = ("planned", "published")


@dataclass(frozen=True)
class Target:
    """For whom a series is demanded: the whole county, one group, network, municipality or all service districts."""

    per: str
    pk: int | None
    name: str
    letter: str = ""
    times: int = 1  # by how many the yearly number is multiplied, where the events do not tell the targets apart


@dataclass(frozen=True)
class WheelRow:
    """One series for one target in the year, with its events by quarter."""

    series: EventSeries
    target: Target
    events: tuple[Event, ...]
    least: int | None
    most: int | None
    unfinished: frozenset[int] = frozenset()  # held statutory negotiations whose record is not complete
    late: bool = False

    @property
    def held(self) -> int:
        """Return how many were held; of a statutory series only those whose record is complete."""
        return sum(event.state == "held" and event.pk not in self.unfinished for event in self.events)

    @property
    def planned(self) -> int:
        """Return how many are still to come or to be written down."""
        return len(self.events) - self.held

    @property
    def missing(self) -> int:
        """Return how many should still be planned."""
        return max((self.least or 0) - len(self.events), 0)

    @property
    def light(self) -> tuple[Tone, str]:
        """Return the light and the words."""
        if self.missing:
            return ("bad" if self.late else "wait"), _("puuttuu %(count)s") % {"count": self.missing}
        if self.most is not None and len(self.events) > self.most:
            return "info", _("enemmän kuin tarpeen")
        if any(event.pk in self.unfinished for event in self.events):
            return "wait", _("pidetty, kirjaus kesken")
        if self.least is None and not self.events:
            return "none", _("tarpeen mukaan")
        if self.planned and self.held < (self.least or len(self.events)):
            return "info", _("suunniteltu")
        return "ok", _("pidetty")

    @property
    def demand(self) -> str:
        """Return what is demanded, in words."""
        unit = _("valtuustokaudessa") if self.series.per == Per.COUNCIL_TERM else _("vuodessa")
        if self.least is None and self.most is None:
            return _("tarpeen mukaan")
        if self.most is None or self.most == self.least:
            return f"{self.least or self.most} {unit}"
        return f"{self.least or 0}–{self.most} {unit}"

    @property
    def quarters(self) -> list[list[Event]]:
        """Return the events of each quarter."""
        found: list[list[Event]] = [[], [], [], []]
        for event in self.events:
            found[quarter_of(local_date(event.starts_at)) - 1].append(event)
        return found

    @property
    def plan_url(self) -> str:
        """Return where one plans the next: the form of a new event with series and group filled in."""
        return f"{reverse('forums:event_new')}?{urlencode(self.prefill)}"

    @property
    def prefill(self) -> dict[str, str]:
        """Return the query that fills the form of a new event."""
        query = {"sarja": self.series.key}
        if self.target.pk and self.target.per in (Per.REGIONAL_GROUP, Per.NETWORK):
            query["ryhma"] = f"{self.target.per}:{self.target.pk}"
        elif self.target.pk and self.target.per == Per.MUNICIPALITY:
            query["kunta"] = str(self.target.pk)
        return query


@dataclass(frozen=True)
class Wheel:
    """A year: its rows in the order of the series, and which of them are as they should be."""

    year: int
    rows: tuple[WheelRow, ...]

    @property
    def demanded(self) -> list[WheelRow]:
        """Return the rows of which something is demanded."""
        return [row for row in self.rows if row.least]

    @property
    def in_order(self) -> int:
        """Return of how many demanded rows nothing is missing."""
        return sum(not row.missing for row in self.demanded)

    @property
    def missing(self) -> int:
        """Return how many events should still be planned."""
        return sum(row.missing for row in self.rows)

    @property
    def held(self) -> int:
        """Return how many of the demanded were held."""
        return sum(min(row.held, row.least or 0) for row in self.rows)

    @property
    def needed(self) -> int:
        """Return how many the year demands."""
        return sum(row.least or 0 for row in self.rows)


def quarter_of(day: date) -> int:
    """Return the quarter, 1–4."""
    return (day.month - 1) // 3 + 1


def term_of(year: int) -> tuple[date, date]:
    """Return the first day of the council term that covers most of the year, and the first of the next."""
    began = TERM_BEGAN + (year - TERM_BEGAN) // TERM_YEARS * TERM_YEARS
    return date(began, 6, 1), date(began + TERM_YEARS, 6, 1)


def years(now: datetime) -> list[int]:
    """Return the years that the wheel offers: from the first event's to next year, the present first asked."""
    this = local_date(now).year
    first = Event.objects.order_by("starts_at").values_list("starts_at", flat=True).first()
    start = min(helsinki(first).year if first else this, this)
    return list(range(max(start, this - 9), this + 2))


def wheel(year: int, now: datetime) -> Wheel:
    """Return the year; a fixed number of queries whatever the number of groups and events."""
    series = list(EventSeries.objects.on(date(year, 1, 1)))
    start, end = year_period(year)
    events = _by_series(start, end, [row.pk for row in series if row.per != Per.COUNCIL_TERM])
    terms = [row.pk for row in series if row.per == Per.COUNCIL_TERM]
    if terms:
        first, last = term_of(year)
        events |= _by_series(day_start(first), day_start(last), terms)
    targets = _targets({row.per for row in series})
    late = now >= end or (now >= start and quarter_of(local_date(now)) == QUARTERS[-1])
    rows = []
    for one in series:
        for target in targets[one.per]:
            found = tuple(event for event in events.get(one.pk, []) if _is_of(event, target))
            rows.append(_row(one, target, found, late=late))
    return Wheel(year, tuple(rows))


def _row(series: EventSeries, target: Target, events: tuple[Event, ...], *, late: bool) -> WheelRow:
    unfinished = frozenset(
        event.pk for event in events if series.is_statutory and event.state == "held" and not is_recorded(event)
    )
    least, most = ((number * target.times if number else number) for number in (series.a_year_min, series.a_year_max))
    if least is None and series.is_statutory:
        least = 1 * target.times
    if least is None and series.per == Per.COUNCIL_TERM:
        least = 1
    return WheelRow(series, target, events, least, most, unfinished, late)


def is_recorded(event: Event) -> bool:
    """Tell whether the statutory negotiation's record is complete; the event comes with its record loaded."""
    record = getattr(event, "negotiation", None)
    return record is not None and record.state == "complete"


def _by_series(start: datetime, end: datetime, series: list[int]) -> dict[int, list[Event]]:
    found: dict[int, list[Event]] = defaultdict(list)
    rows = Event.objects.between(start, end).filter(series__in=series).exclude(state="cancelled")
    for event in rows.select_related("negotiation", "room__site").order_by("starts_at", "pk"):
        if event.series_id is not None:
            found[event.series_id].append(event)
    return dict(found)


def _is_of(event: Event, target: Target) -> bool:
    fields = {
        Per.REGIONAL_GROUP: event.regional_group_id,
        Per.NETWORK: event.network_id,
        Per.MUNICIPALITY: event.municipality_id,
    }
    return target.pk is None or fields.get(Per(target.per)) == target.pk


def _targets(wanted: Iterable[str]) -> dict[str, list[Target]]:
    """Return the targets of each kind that is wanted."""
    sources: dict[str, Any] = {
        Per.REGIONAL_GROUP: lambda: _named(Per.REGIONAL_GROUP, RegionalGroup.objects.all()),
        Per.NETWORK: lambda: _named(Per.NETWORK, Network.objects.filter(ended_on__isnull=True)),
        Per.MUNICIPALITY: lambda: _named(Per.MUNICIPALITY, Municipality.objects.filter(is_own=True)),
        Per.SERVICE_DISTRICT: _districts,
        Per.COUNCIL_TERM: lambda: [Target(Per.COUNCIL_TERM, None, _("Valtuustokausi"))],
        Per.COUNTY: lambda: [Target(Per.COUNTY, None, _("Koko alue"))],
    }
    return {per: sources[per]() for per in wanted}


def _named(per: Per, rows: Iterable[Any]) -> list[Target]:
    found = list(rows)
    names = without_common_end([row.name for row in found])
    return [Target(per, row.pk, name, name[:1].upper()) for row, name in zip(found, names, strict=True)]


def without_common_end(names: list[str]) -> list[str]:
    """Return the names without the words with which all of them end: ``Pohjoinen`` of four partnership groups."""
    words = [name.split() for name in names]
    while len(words) > 1 and all(len(one) > 1 for one in words) and len({one[-1] for one in words}) == 1:
        words = [one[:-1] for one in words]
    return [" ".join(one) for one in words]


def _districts() -> list[Target]:
    """Return one target for all: an event tells its place, not the service district."""
    count = Unit.objects.filter(kind=UnitKind.SERVICE_DISTRICT).count()
    name = _("Palvelualueet yhteensä (%(count)s)") % {"count": count}
    return [Target(Per.SERVICE_DISTRICT, None, name, times=max(count, 1))]
