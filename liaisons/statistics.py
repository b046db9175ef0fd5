"""Figures of liaison work in a year: requests and how fast they are answered, satisfaction, coverage, seats.

A request belongs to the year in which it was sent. Times are in whole and tenths of days from sending to the first
word of the county and to the answer that stands; the median and the 90th percentile are of the answered ones.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from statistics import quantiles
from typing import Any

from django.db.models import Sum
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from common import charts
from common.seams import Figure, Period
from common.times import local_date, year_period
from liaisons.composition import compositions
from liaisons.models import (
    Appointment,
    Body,
    CameBy,
    CooperationRequest,
    Helped,
    Post,
    RequestKind,
    Result,
    TrainingSession,
    TrainingSignUp,
)
from liaisons.overview import with_standing

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Times:
    """How long it took: number of cases, median and 90th percentile in days (None when there is none)."""

    count: int
    median: Decimal | None
    p90: Decimal | None

    @classmethod
    def of(cls, spans: Iterable[timedelta]) -> "Times":
        """Return the figures of these spans."""
        days = [span / DAY for span in spans]
        if not days:
            return cls(0, None, None)
        cuts = quantiles(days, n=10, method="inclusive") if len(days) > 1 else [days[0]] * 9
        return cls(len(days), _tenth(cuts[4]), _tenth(cuts[8]))


def _tenth(days: float) -> Decimal:
    return Decimal(str(days)).quantize(Decimal("0.1"))


@dataclass(frozen=True)
class Line:
    """One row of a table: requests of a kind or of a unit."""

    label: str
    count: int
    open: int
    late: int
    first: Times
    answer: Times


@dataclass(frozen=True)
class RequestFigures:
    """The requests of a year."""

    total: Line
    by_kind: tuple[Line, ...]
    by_unit: tuple[Line, ...]
    helped: tuple[tuple[str, int], ...]
    results: tuple[tuple[str, int], ...]
    came_by: tuple[tuple[str, int], ...]

    @property
    def helped_share(self) -> int | None:
        """Percent of those who said, to whom the answer helped at least partly; None when nobody has said."""
        said = dict(self.helped)
        everybody = sum(said.values())
        helped = everybody - said.get(str(Helped.NO.label), 0)
        return round(helped * 100 / everybody) if everybody else None


@dataclass(frozen=True)
class StandingFigures:
    """How posts and seats stand on a day: held of established, who is introduced, percent of working time, seats."""

    established: int
    held: int
    people: int
    introduced: int
    working_time: int
    seats_demanded: int
    seats_filled: int


def request_figures(year: int, today: date) -> RequestFigures:
    """Return the figures of the requests sent in the year; one query. What was withdrawn is left out."""
    start, end = year_period(year)
    sent = CooperationRequest.objects.filter(created_at__gte=start, created_at__lt=end).exclude(state="withdrawn")
    rows = list(sent.select_related("post__unit", "post__municipality").order_by("pk"))
    kinds = {kind.value: str(capfirst(str(kind.label))) for kind in RequestKind}
    return RequestFigures(
        total=_line(_("Kaikki"), rows, today),
        by_kind=_lines(rows, lambda row: kinds[row.kind], today),
        by_unit=_lines(rows, lambda row: str(row.post.place or capfirst(row.post.name)), today),
        helped=_counted(Helped, (row.helped for row in rows)),
        results=_counted(Result, (row.result for row in rows)),
        came_by=_counted(CameBy, (row.came_by for row in rows)),
    )


def _lines(rows: list[CooperationRequest], label: Callable[[CooperationRequest], str], today: date) -> tuple[Line, ...]:
    groups: dict[str, list[CooperationRequest]] = {}
    for row in rows:
        groups.setdefault(label(row), []).append(row)
    return tuple(
        _line(name, group, today) for name, group in sorted(groups.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    )


def _line(label: str, rows: list[CooperationRequest], today: date) -> Line:
    return Line(
        label,
        len(rows),
        sum(row.is_open for row in rows),
        sum(row.is_late(today) for row in rows),
        Times.of(row.first_reply_at - row.created_at for row in rows if row.first_reply_at),
        Times.of(row.answered_at - row.created_at for row in rows if row.answered_at),
    )


def _counted(choices: Any, values: Iterable[str]) -> tuple[tuple[str, int], ...]:
    """Return the label of each value that occurs, with how often, in the order of the choices."""
    found = Counter(values)
    return tuple((str(choice.label), found[choice.value]) for choice in choices if found[choice.value])


def standing_figures(today: date) -> StandingFigures:
    """Return how posts, their holders and the bodies' seats stand on the day; seven queries."""
    posts: list[Any] = list(with_standing(Post.objects.on(today).filter(is_established=True), today))
    held = Appointment.objects.on(today).filter(user__is_active=True)
    people = set(held.values_list("user", flat=True))
    introduced = set(held.filter(introduced_on__lte=today).values_list("user", flat=True))
    seats = compositions(Body.objects.filter(draft=False), today).values()
    lines = [line for body in seats for line in body if line.demanded is not None]
    return StandingFigures(
        established=len(posts),
        held=sum(post.standing == "held" for post in posts),
        people=len(people),
        introduced=len(introduced),
        working_time=held.aggregate(total=Sum("working_time"))["total"] or 0,
        seats_demanded=sum(line.demanded or 0 for line in lines),
        seats_filled=sum(min(line.filled, line.demanded or 0) for line in lines),
    )


def trainings_held(year: int) -> tuple[int, int]:
    """Return how many trainings were held in the year and how many people took part in them; two queries."""
    start, end = year_period(year)
    held = TrainingSession.objects.filter(state="held", starts_at__gte=start, starts_at__lt=end)
    taken = TrainingSignUp.objects.filter(session__in=held, attended=True)
    return held.count(), taken.count()


def kind_chart(found: RequestFigures, before: RequestFigures, year: int) -> charts.BarChart:
    """Return the requests by kind with last year's beside them."""
    earlier = {line.label: line.count for line in before.by_kind}
    return charts.bars(
        key="requests-by-kind",
        heading=_("Mitä järjestöt pyysivät"),
        rows=[charts.Bar(line.label, line.count, earlier.get(line.label, 0)) for line in found.by_kind],
        row_label=_("Laji"),
        value_label=str(year),
        previous_label=str(year - 1),
    )


def helped_chart(found: RequestFigures) -> charts.ShareChart:
    """Return whether the answers helped, of those who said."""
    share = found.helped_share
    return charts.share(
        key="requests-helped",
        heading=_("Vastaus auttoi %(share)s prosenttia kysyjistä") % {"share": share},
        parts=[charts.Part(str(capfirst(label)), number) for label, number in found.helped],
        row_label=_("Auttoiko vastaus"),
        value_label=_("Pyyntöjä"),
    )


def figures(period: Period) -> Iterator[Figure]:
    """Provider of the ``statistics`` seam: requests, answer times, satisfaction, coverage; last year's beside."""
    before = Period(period.year - 1, *year_period(period.year - 1))
    found, then = (request_figures(one.year, _last(one)) for one in (period, before))
    earlier = {line.label: line.count for line in then.by_kind}
    yield Figure(
        key="liaisons.requests",
        label=_("Yhteistyöpyyntöjä"),
        value=found.total.count,
        previous=then.total.count,
        definition=_("Vuoden aikana lähetetyt ja kirjatut yhteistyöpyynnöt, ilman peruttuja."),
        rows=tuple((line.label, line.count, earlier.get(line.label, 0)) for line in found.by_kind),
    )
    yield Figure(
        key="liaisons.first_reply_days",
        label=_("Ensimmäinen vastaus, mediaani"),
        value=found.total.first.median,
        previous=then.total.first.median,
        unit=_("pv"),
        definition=_("Päiviä pyynnön lähettämisestä hyvinvointialueen ensimmäiseen viestiin, mediaani."),
    )
    yield Figure(
        key="liaisons.answer_days_p90",
        label=_("Vastaus, 90 % pyynnöistä"),
        value=found.total.answer.p90,
        previous=then.total.answer.p90,
        unit=_("pv"),
        definition=_("Päiviä, joissa yhdeksän kymmenestä vastatusta pyynnöstä on saanut vastauksen."),
    )
    yield Figure(
        key="liaisons.helped_share",
        label=_("Vastaus auttoi"),
        value=found.helped_share,
        previous=then.helped_share,
        unit="%",
        definition=_("Osuus niistä kysyjistä, jotka kertoivat vastauksen auttaneen ainakin osittain."),
    )
    yield from _standing(period, before)


def _standing(period: Period, before: Period) -> Iterator[Figure]:
    held, attended = trainings_held(period.year)
    standing, earlier = (standing_figures(_last(one)) for one in (period, before))
    yield Figure(
        key="liaisons.trainings",
        label=_("Perehdytyksiä ja koulutuksia"),
        value=held,
        previous=trainings_held(before.year)[0],
        definition=_("Vuoden aikana pidetyt perehdytykset ja koulutukset. Osallistumisia kaikkiaan %(all)s.")
        % {"all": attended},
    )
    yield Figure(
        key="liaisons.posts_held",
        label=_("Yhteyshenkilön tehtävistä hoidossa"),
        value=standing.held,
        previous=earlier.held,
        definition=_("Vakiinnutetut tehtävät, joissa on jakson lopussa tehtävän hyväksynyt henkilö. Kaikkiaan %(all)s.")
        % {"all": standing.established},
        rows=((_("Vakiinnutettu"), standing.established, earlier.established),),
    )


def _last(period: Period) -> date:
    return local_date(period.end - timedelta(microseconds=1))


def years(now: datetime) -> list[int]:
    """Return the years with requests, the newest first; this year always."""
    first = CooperationRequest.objects.order_by("created_at").values_list("created_at", flat=True).first()
    this = local_date(now).year
    return list(range(this, (local_date(first).year if first else this) - 1, -1))
