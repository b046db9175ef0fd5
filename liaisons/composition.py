"""Whether a body has those whom its rules demand: seats demanded, filled, vacant, and those whose terms end soon."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from common.times import local_date
from liaisons.models import Body, Party, Seat, SeatRequirement, SeatRole

#: Ending terms are shown half a year ahead, so that candidates can be called for in time.
TERMS_END_AHEAD = timedelta(days=183)


@dataclass(frozen=True)
class Line:
    """Seats of one kind: how many the rules give (None: they say nothing), how many are filled, how many end soon."""

    role: str
    party: str
    demanded: int | None
    filled: int
    ending: int
    requirement: SeatRequirement | None = None

    @property
    def vacant(self) -> int:
        """Return how many are missing; never negative."""
        return max((self.demanded or 0) - self.filled, 0)

    @property
    def label(self) -> str:
        """Return what the seats are called: the task and, where it matters, the side."""
        role = str(SeatRole(self.role).label)
        return f"{role}, {Party(self.party).label}" if self.party else role


def composition(seats: Iterable[Seat], requirements: Iterable[SeatRequirement], day: date) -> list[Line]:
    """Return a line for each demand, and for roles that have people and no demand; reads no database."""
    sitting = [seat for seat in seats if seat.is_in_force(day)]
    lines = [
        _line(row.role, row.party, [seat for seat in sitting if _fits(seat, row)], day, row) for row in requirements
    ]
    demanded = {line.role for line in lines if not line.party}
    for role in SeatRole.values:
        others = [seat for seat in sitting if seat.role == role and not any(_fits(seat, row) for row in requirements)]
        if others and role not in demanded:
            lines.append(_line(role, "", others, day, None))
    return lines


def _fits(seat: Seat, row: SeatRequirement) -> bool:
    return seat.role == row.role and row.party in ("", seat.party)


def _line(role: str, party: str, seats: list[Seat], day: date, row: SeatRequirement | None) -> Line:
    ending = sum(ends_soon(seat, day) for seat in seats)
    return Line(role, party, row.number if row else None, len(seats), ending, row)


def ends_soon(seat: Seat, day: date) -> bool:
    """Tell whether the seat's term ends within half a year from the day."""
    return seat.valid_until is not None and day <= seat.valid_until <= day + TERMS_END_AHEAD


def compositions(bodies: Iterable[Body], day: date) -> dict[int, list[Line]]:
    """Return body id -> its lines, for bodies whose rules demand seats; two queries for any number of bodies."""
    ids = [body.pk for body in bodies]
    requirements: dict[int, list[SeatRequirement]] = {}
    for row in SeatRequirement.objects.filter(body__in=ids):
        requirements.setdefault(row.body_id, []).append(row)
    seats: dict[int, list[Seat]] = {}
    for seat in Seat.objects.filter(body__in=requirements):
        seats.setdefault(seat.body_id, []).append(seat)
    return {pk: composition(seats.get(pk, []), rows, day) for pk, rows in requirements.items()}


def vacancies(bodies: Iterable[Body], day: date) -> dict[int, int]:
    """Return body id -> how many demanded seats are vacant; two queries for any number of bodies."""
    return {pk: sum(line.vacant for line in lines) for pk, lines in compositions(bodies, day).items()}


def ending_seats(bodies: QuerySet[Body], now: datetime) -> QuerySet[Any]:
    """Return the seats of these bodies whose terms end within half a year and that nobody continues.

    A person who has a later seat in the same body is not shown: their term has been renewed.
    """
    today = local_date(now)
    soon = Seat.objects.in_force(now).filter(valid_until__lte=today + TERMS_END_AHEAD, body__in=bodies.values("pk"))
    renewed = Seat.objects.filter(valid_from__gt=today).values_list("user", "body")
    followed = {(user, body) for user, body in renewed}
    done = [pk for pk, user, body in soon.values_list("pk", "user", "body") if (user, body) in followed]
    rows = soon.exclude(pk__in=done).select_related("user", "body", "organisation")
    return rows.order_by("valid_until", "body__order", "pk")
