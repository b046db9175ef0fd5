"""What is possible in a round: for each application every turn that a wished room and time would give, and why not.

Reads only. Rooms' hours, exceptions, holidays, bookings, closures and tidying come from ``premises.availability``.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from functools import cached_property

from premises.availability import Verdict, free_for
from premises.models import Room, SeasonApplication, SeasonRound, SeasonTurn, WhoMay
from premises.recurrence import Occasion, Rule, occasions
from premises.seasons.options import Option
from premises.seasons.points import Standing, score, standings
from premises.seasons.reasons import Reason
from premises.spans import Span
from premises.tree import Tree, tree_of

STEP = 30
#: A turn is given when at least three of four of its days are free.
ENOUGH = 0.75


@dataclass(frozen=True)
class Pattern:
    """A weekly time: which weekday, from when to when."""

    weekday: int
    start: time
    end: time


@dataclass(frozen=True)
class Possible:
    """A turn that could be given to an application."""

    application: int
    room: int
    pattern: Pattern
    room_rank: int
    time_rank: int
    days: int
    days_free: int
    score: int


@dataclass
class Problem:
    """All that the choice needs; ``notes`` are by application why a wished room gave nothing."""

    season: SeasonRound
    applications: list[SeasonApplication]
    rooms: dict[int, Room]
    standings: dict[int, Standing]
    possible: list[Possible] = field(default_factory=list)
    notes: dict[int, list[Reason]] = field(default_factory=lambda: defaultdict(list))

    @cached_property
    def tree(self) -> Tree:
        """The spaces of the rooms' sites; one query."""
        return tree_of(*self.rooms.values())

    def option(self, one: Possible) -> Option:
        """Return the possible turn as the solver sees it."""
        room = self.rooms[one.room]
        return Option(
            applicant=one.application,
            wish=one.time_rank,
            weekday=one.pattern.weekday,
            start=minutes(one.pattern.start),
            until=minutes(one.pattern.end) + room.tidy_minutes,
            leaves=self.tree.leaves(room.pk),
            score=one.score,
        )

    def held(self, turn: SeasonTurn) -> Option:
        """Return a turn that stands as the solver sees it."""
        room = self.rooms[turn.room_id]
        return Option(
            applicant=turn.application_id,
            wish=turn.time_rank,
            weekday=turn.weekday,
            start=minutes(turn.start_time),
            until=minutes(turn.end_time) + room.tidy_minutes,
            leaves=self.tree.leaves(room.pk),
            score=0,
        )


def minutes(clock: time) -> int:
    """Return the minute of the day; 23.59 is midnight."""
    return 24 * 60 if clock == time(23, 59) else clock.hour * 60 + clock.minute


def _clock(minute: int) -> time | None:
    if minute >= 24 * 60:
        return time(23, 59) if minute == 24 * 60 else None
    return time(minute // 60, minute % 60)


def patterns(weekday: int, earliest: time, latest: time, length: int) -> list[Pattern]:
    """Return the times that a wish allows: every half an hour from the earliest start, and the latest."""
    first, last = minutes(earliest), minutes(latest)
    found = []
    for start in sorted({*range(first, last + 1, STEP), last}):
        begins, ends = _clock(start), _clock(start + length)
        if begins is not None and ends is not None and ends > begins:
            found.append(Pattern(weekday, begins, ends))
    return found


def days_of(season: SeasonRound, pattern: Pattern) -> list[Occasion]:
    """Return the days of the season on which the turn would be, holidays marked."""
    first = season.first_day + timedelta(days=(pattern.weekday - season.first_day.weekday()) % 7)
    if first > season.last_day:
        return []
    return occasions(Rule(first, season.last_day, 1, pattern.start, pattern.end, True))


@dataclass(frozen=True)
class Fit:
    """How a weekly time fits a room: how many days count, how many are free, and what is in the way."""

    days: int
    free: int
    why: Counter[str]

    @property
    def is_enough(self) -> bool:
        """Tell whether the turn can be given."""
        return self.free > 0 and self.free >= ENOUGH * self.days


def fits(season: SeasonRound, rooms: Sequence[Room], wanted: Iterable[Pattern]) -> dict[tuple[int, Pattern], Fit]:
    """Return by room and pattern how it fits; at most seven queries however many there are."""
    known = {pattern: [day for day in days_of(season, pattern) if not day.skipped_reason] for pattern in wanted}
    spans: dict[Span, int] = {}
    for days in known.values():
        for day in days:
            spans.setdefault(day.span, len(spans))
    if not spans:
        return {}
    verdicts = free_for(rooms, list(spans), near=False)
    return {
        (room.pk, pattern): _fit([verdicts[room.pk][spans[day.span]] for day in days])
        for room in rooms
        for pattern, days in known.items()
    }


def _fit(verdicts: Sequence[Verdict]) -> Fit:
    return Fit(
        len(verdicts),
        sum(one.is_free for one in verdicts),
        Counter(one.why for one in verdicts if not one.is_free),
    )


def rooms_of(season: SeasonRound) -> list[Room]:
    """Return the rooms that are shared now: in use, bookable, and not for the county's own units only."""
    return list(
        season.rooms.filter(is_bookable=True, is_in_use=True, site__is_in_use=True)
        .exclude(who_may=WhoMay.COUNTY)
        .select_related("site")
        .prefetch_related("features__feature")
        .order_by("pk")
    )


def applications_of(season: SeasonRound) -> list[SeasonApplication]:
    """Return the applications that take part, in the order of their keys, with their wishes."""
    return list(
        season.applications.filter(state__in=("sent", "granted", "refused"))
        .select_related("organisation")
        .prefetch_related("room_wishes__room", "time_wishes", "features", "turns")
        .order_by("pk")
    )


def gather(season: SeasonRound, applications: list[SeasonApplication] | None = None) -> Problem:
    """Return what is possible for the applications (all that take part by default)."""
    chosen = applications_of(season) if applications is None else applications
    rooms = rooms_of(season)
    problem = Problem(season, chosen, {room.pk: room for room in rooms}, standings(season, chosen))
    wishes = {
        (one.pk, wish.rank): patterns(wish.weekday, wish.earliest, wish.latest, wish.minutes)
        for one in chosen
        for wish in one.time_wishes.all()
    }
    known = fits(season, rooms, sorted({p for found in wishes.values() for p in found}, key=_order)) if rooms else {}
    for application in chosen:
        for room, rank in _ranked(problem, application):
            if _suits(problem, application, room, rank):
                _add(problem, application, room, rank, wishes, known)
    for turn in (turn for one in chosen for turn in one.turns.all()):
        if turn.room_id not in problem.rooms:  # taken out of the round since: it still blocks its spaces
            problem.rooms[turn.room_id] = Room.objects.select_related("site").get(pk=turn.room_id)
    return problem


def _order(pattern: Pattern) -> tuple[int, time, time]:
    return pattern.weekday, pattern.start, pattern.end


def _ranked(problem: Problem, application: SeasonApplication) -> list[tuple[Room, int]]:
    """Return the rooms that the application is content with, the wished ones first."""
    found = []
    for wish in application.room_wishes.all():
        if wish.room_id in problem.rooms:
            found.append((problem.rooms[wish.room_id], wish.rank))
        else:
            problem.notes[application.pk].append({"code": "not_shared", "room": wish.room.name_fi})
    if application.any_room:
        named = {room.pk for room, _rank in found}
        found += [(room, 0) for room in problem.rooms.values() if room.pk not in named]
    return found


def _suits(problem: Problem, application: SeasonApplication, room: Room, rank: int) -> bool:
    """Tell whether the room is big enough and has what is needed; a wished one that is not gets its note."""
    note: Reason | None = None
    if room.capacity < application.number:
        note = {"code": "too_small", "room": room.name_fi, "capacity": room.capacity}
    else:
        has = {row.feature_id for row in room.features.all()}
        lacks = [feature.name_fi for feature in application.features.all() if feature.pk not in has]
        if lacks:
            note = {"code": "lacks", "room": room.name_fi, "features": ", ".join(lacks)}
    if note is not None and rank:
        problem.notes[application.pk].append(note)
    return note is None


def _add(
    problem: Problem,
    application: SeasonApplication,
    room: Room,
    rank: int,
    wishes: dict[tuple[int, int], list[Pattern]],
    known: dict[tuple[int, Pattern], Fit],
) -> None:
    season, standing = problem.season, problem.standings[application.pk]
    why: Counter[str] = Counter()
    count = len(problem.possible)
    for wish in application.time_wishes.all():
        for pattern in wishes[application.pk, wish.rank]:
            fit = known.get((room.pk, pattern))
            if fit is None or not fit.is_enough:
                why += fit.why if fit else Counter()
                continue
            worth = score(
                standing.points(season),
                room_rank=rank,
                time_rank=wish.rank,
                fill=application.number / room.capacity,
                size_weight=season.size,
                days=fit.days,
                days_free=fit.free,
            )
            found = Possible(application.pk, room.pk, pattern, rank, wish.rank, fit.days, fit.free, worth)
            problem.possible.append(found)
    if rank and len(problem.possible) == count:
        most = why.most_common(1)[0][0] if why else "outside_hours"
        problem.notes[application.pk].append({"code": _NOTES.get(most, "busy"), "room": room.name_fi})


_NOTES = {
    "too_short": "too_short",
    "too_long": "too_long",
    "outside_hours": "shut",
    "closed": "shut",
    "taken": "busy",
}


def first_day_of(season: SeasonRound, weekday: int) -> date:
    """Return the first such weekday of the season."""
    return season.first_day + timedelta(days=(weekday - season.first_day.weekday()) % 7)
