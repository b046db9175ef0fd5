"""What a lower room must not know comes to it through these seams.

A seam is a named registry of providers. Each app registers its own in ``AppConfig.ready()``; the room
that asks iterates. No Django signals, no upward imports. The providers' shapes stand below.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from django.utils.functional import Promise

Tone = Literal["ok", "wait", "info", "bad", "none"]


class Seam[P]:
    """A registry of providers, in the order in which apps were registered."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._providers: dict[str, P] = {}

    def register(self, key: str, provider: P) -> None:
        """Add a provider under a key; the same key again replaces it (reloads in development)."""
        self._providers[key] = provider

    def __iter__(self) -> Iterator[P]:
        return iter(self._providers.values())

    def items(self) -> Iterable[tuple[str, P]]:
        return self._providers.items()


@dataclass(frozen=True)
class Role:
    """A right in force: what a person may do, why, where and until when.

    ``key`` is e.g. ``coordinator``, ``ngo.admin``, ``assessor``, ``body.member``; ``target`` the kind
    and key of what it is about (``("organisation", 7)``); ``source`` the fact it comes from.
    """

    key: str
    label: str
    scope: str = ""
    since: date | None = None
    until: date | None = None
    source: str = ""
    explanation: str = ""
    target: tuple[str, int] | None = None
    needs_second_factor: bool = False
    url: str = ""


@dataclass(frozen=True)
class Todo:
    """One thing that waits for a person: a sentence with a verb, a date and one button."""

    title: str
    url: str
    button: str
    due: datetime | None = None
    detail: str = ""
    target: tuple[str, int] | None = None  # e.g. ("organisation", 7): shown on that organisation's page
    quiet: bool = False


@dataclass(frozen=True)
class SearchHit:
    """One find of the search over all."""

    title: str
    url: str
    kind: str
    detail: str = ""


@dataclass(frozen=True)
class Figure:
    """One figure of a period with its definition; the value is a number or a sum in euros."""

    key: str
    label: str
    value: Decimal | int | None
    unit: str = ""
    definition: str = ""
    previous: Decimal | int | None = None
    rows: tuple[tuple[str, Decimal | int, Decimal | int | None], ...] = ()


@dataclass(frozen=True)
class Period:
    """A half-open span of time, usually a calendar year in Europe/Helsinki."""

    year: int
    start: datetime
    end: datetime


@dataclass(frozen=True)
class Reminder:
    """One reminder that is due: to whom, about what; ``dedup_key`` makes it be sent once."""

    kind: str
    to: Any  # accounts.User, or an address of who has no account
    subject: str | Promise
    template: str
    context: dict[str, Any]
    dedup_key: str
    required: bool = False
    language: str = ""  # of an address without an account; a user's own otherwise


@dataclass(frozen=True)
class CalendarEntry:
    """Something on the annual wheel."""

    title: str
    on: date
    url: str
    kind: str


@dataclass(frozen=True)
class UnitName:
    """A unit of the county as a lower room needs it: what to count by, and what to call it."""

    key: str
    name: str


@dataclass(frozen=True)
class Withdrawal:
    """A person withdrew from a whole matter of a meeting, or that note was taken back: rooms with cases in it follow.

    ``item`` is the ``liaisons.AgendaItem``, ``person`` the ``accounts.User``.
    """

    item: Any
    person: Any
    ground: str
    is_private: bool
    is_taken_back: bool = False


@dataclass(frozen=True)
class MatterVote:
    """A vote and the dissents in a matter of a meeting (``part`` empty) or in one case of it.

    ``item`` is the key of the ``liaisons.AgendaItem``; counts are None where no votes were counted.
    """

    item: int
    part: str
    part_title: str
    vote: dict[str, Any]  # in_favour, against, blank, text, dissent, dissenters


@dataclass(frozen=True)
class MatterLink:
    """Where a matter of a meeting comes from: the page of another room, for whoever may open it.

    ``item`` is the key of the ``liaisons.AgendaItem``.
    """

    item: int
    label: str
    url: str


@dataclass(frozen=True)
class SupportRow:
    """One sum of support that an organisation has of the county in a calendar year.

    ``measure`` is ``granted``, ``share``, ``paid``, ``recovered``, ``agreement``, ``de_minimis`` or ``in_kind`` (the
    value of what is given otherwise than in money); they overlap and are never added together. ``sum`` is in euros.
    """

    organisation: int
    year: int
    measure: str
    kind: str
    sum: Decimal
    note: str = ""
    url: str = ""


@dataclass
class RetentionReport:
    """What the nightly retention task did, by model label."""

    erased: dict[str, int] = field(default_factory=dict)


RolesProvider = Callable[[Any, datetime], Iterable[Role]]
TodosProvider = Callable[[Any, datetime], Iterable[Todo]]
SearchProvider = Callable[[Any, str, int], Iterable[SearchHit]]
StatisticsProvider = Callable[[Period], Iterable[Figure]]
RemindersProvider = Callable[[datetime], Iterable[Reminder]]
RetentionProvider = Callable[[datetime], dict[str, int]]
AreaProvider = Callable[[Any, Any], None]  # (county.area.AreaFile, county.area.AreaReport)
PanelProvider = Callable[[Any, Any, datetime], Iterable[Any]]
CalendarProvider = Callable[[date, date], Iterable[CalendarEntry]]
UnitsProvider = Callable[[date], Iterable[UnitName]]
WithdrawalProvider = Callable[[Withdrawal, datetime], None]
# (a queryset or list of organisations' keys, first year, last year, who reads, now); asks its own permissions.
SupportProvider = Callable[[Any, int, int, Any, datetime], Iterable[SupportRow]]
# (keys of matters, who reads, now); without a reader everything, for minutes that are being approved.
VotesProvider = Callable[[list[int], Any, datetime], Iterable[MatterVote]]
# (keys of matters, who reads, now); only what the reader may open.
MatterLinksProvider = Callable[[list[int], Any, datetime], Iterable[MatterLink]]

roles: Seam[RolesProvider] = Seam("roles")
todos: Seam[TodosProvider] = Seam("todos")
search: Seam[SearchProvider] = Seam("search")
statistics: Seam[StatisticsProvider] = Seam("statistics")
reminders: Seam[RemindersProvider] = Seam("reminders")
retention: Seam[RetentionProvider] = Seam("retention")
area: Seam[AreaProvider] = Seam("area")
panels: Seam[PanelProvider] = Seam("panels")
calendar: Seam[CalendarProvider] = Seam("calendar")
units: Seam[UnitsProvider] = Seam("units")
withdrawals: Seam[WithdrawalProvider] = Seam("withdrawals")
votes: Seam[VotesProvider] = Seam("votes")
matter_links: Seam[MatterLinksProvider] = Seam("matter_links")
support: Seam[SupportProvider] = Seam("support")
in_kind: Seam[SupportProvider] = Seam("in_kind")  # support otherwise than in money
