"""Who came, in figures of a period: by organisation, sector and municipality, first-timers, the remote share."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet

from common.seams import Period
from forums.models import SignUp, Way


@dataclass(frozen=True)
class AttendanceFigures:
    """Sums of a period; ``events`` are those in which anybody was marked as having come."""

    events: int
    signed: int
    came: int
    remote: int
    organisations: int
    first_timers: int

    @property
    def remote_share(self) -> Decimal | None:
        """Return the share of those who came from afar, in per cent; None when nobody came."""
        return round(Decimal(100) * self.remote / self.came, 1) if self.came else None


def attendance_rows(period: Period) -> QuerySet[Any]:
    """Return the sign-ups of the period's events that were marked as having come."""
    rows: QuerySet[Any] = SignUp.objects.came().filter(
        event__starts_at__gte=period.start, event__starts_at__lt=period.end
    )
    return rows


def attendance_figures(period: Period) -> AttendanceFigures:
    """Return the sums of the period; three queries."""
    came = attendance_rows(period)
    sums = came.aggregate(
        events=Count("event", distinct=True),
        came=Count("pk"),
        remote=Count("pk", filter=Q(attended_way=Way.REMOTE)),
        organisations=Count("organisation", distinct=True),
    )
    signed = SignUp.objects.filter(
        event__starts_at__gte=period.start, event__starts_at__lt=period.end, confirmed_at__isnull=False
    ).count()
    return AttendanceFigures(**sums, signed=signed, first_timers=first_timers(period))


def first_timers(period: Period) -> int:
    """Count organisations whose people came in the period and had never come before; one query."""
    first = (
        SignUp.objects.came()
        .filter(organisation__isnull=False)
        .values("organisation")
        .annotate(first=Min("event__starts_at"))
        .filter(first__gte=period.start, first__lt=period.end)
    )
    return int(first.count())


def attendance_by_organisation(period: Period, most: int | None = None) -> list[tuple[str, int]]:
    """Return how many came from each organisation, most first; what was only typed by its own name. One query."""
    rows = (
        attendance_rows(period)
        .exclude(organisation__isnull=True, organisation_name="")
        .values("organisation", "organisation__name", "organisation_name")
        .annotate(count=Count("pk"))
        .order_by("-count", "organisation__name", "organisation_name")
    )
    sums: dict[tuple[Any, str], list[Any]] = {}
    for row in rows:
        name = row["organisation__name"] or row["organisation_name"]
        sums.setdefault((row["organisation"], name.casefold()), [name, 0])[1] += row["count"]
    found = sorted(((name, count) for name, count in sums.values()), key=lambda pair: (-pair[1], pair[0]))
    return found[:most] if most else found


def attendance_by_sector(period: Period) -> list[tuple[str, int]]:
    """Return how many came from organisations of each sector, most first; who has two counts in both. One query."""
    return _by(period, "organisation__sectors__name_fi")


def attendance_by_municipality(period: Period) -> list[tuple[str, int]]:
    """Return how many came from organisations of each home municipality, most first; one query."""
    return _by(period, "organisation__domicile__name_fi")


def _by(period: Period, name: str) -> list[tuple[str, int]]:
    rows = attendance_rows(period).filter(**{f"{name}__isnull": False}).annotate(part=F(name)).values("part")
    return [(row["part"], row["count"]) for row in rows.annotate(count=Count("pk")).order_by("-count", "part")]


def came_before(organisation: str = "organisation") -> Exists:
    """Return, for an annotation of sign-ups, whether the organisation's people had come to an earlier event."""
    earlier = SignUp.objects.came().filter(
        organisation=OuterRef(organisation), event__starts_at__lt=OuterRef("event__starts_at")
    )
    return Exists(earlier)
