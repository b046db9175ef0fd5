"""Figures of events in a year: held against demanded, who came, first-timers, the share from afar.

An event belongs to the year in which it starts. A person is told apart by account or e-mail address; a first-timer
came to no event before the year. Attendance is what was written down (``SignUp.attended``).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import CharField, Count, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce, Lower, NullIf
from django.utils.translation import gettext as _

from common.seams import Figure, Period
from common.times import helsinki, local_date, year_period
from forums.models import Event, SignUp
from forums.wheel import Wheel, wheel


@dataclass(frozen=True)
class Come:
    """How many people and events something has."""

    key: int | None
    name: str
    attendances: int
    people: int


@dataclass(frozen=True)
class Attendance:
    """The year's attendance in sums."""

    events: int
    attendances: int
    people: int
    first_timers: int
    remote: int

    @property
    def remote_share(self) -> int | None:
        """Return how many of a hundred took part from afar; None when nobody came."""
        return round(self.remote * 100 / self.attendances) if self.attendances else None

    @property
    def first_share(self) -> int | None:
        """Return how many of a hundred people were there for the first time."""
        return round(self.first_timers * 100 / self.people) if self.people else None


def held(period: Period) -> QuerySet[Any]:
    """Return the events held in the period."""
    return Event.objects.between(period.start, period.end).filter(state="held")


def came(period: Period) -> QuerySet[Any]:
    """Return who came to the events of the period; ``who`` tells people apart."""
    rows = SignUp.objects.came().filter(event__starts_at__gte=period.start, event__starts_at__lt=period.end)
    return rows.exclude(event__state="cancelled").annotate(who=_who())


def _who() -> Any:
    return Coalesce(NullIf(Lower("email"), Value("")), Lower("name"), output_field=CharField())


def attendance(period: Period) -> Attendance:
    """Return the sums of the year; three queries."""
    earlier = SignUp.objects.came().filter(event__starts_at__lt=period.start).annotate(who=_who())
    rows = came(period)
    first = rows.exclude(Exists(earlier.filter(who=OuterRef("who"))))
    sums = rows.aggregate(
        attendances=Count("pk"),
        people=Count("who", distinct=True),
        remote=Count("pk", filter=Q(attended_way="remote") | Q(attended_way="", way="remote")),
    )
    return Attendance(
        events=held(period).count(),
        first_timers=first.aggregate(people=Count("who", distinct=True))["people"],
        **sums,
    )


def _counts(rows: QuerySet[Any], key: str, name: str) -> list[Come]:
    grouped = rows.order_by().values(key, name).annotate(number=Count("pk"), people=Count("who", distinct=True))
    found = [Come(row[key], row[name] or "", row["number"], row["people"]) for row in grouped]
    return sorted(found, key=lambda one: (-one.attendances, one.name))


def by_organisation(period: Period) -> list[Come]:
    """Return the attendance by organisation of the registry, the most first; one query."""
    return _counts(came(period).filter(organisation__isnull=False), "organisation", "organisation__name")


def by_sector(period: Period) -> list[Come]:
    """Return the attendance by field of work; who has two counts in both, who has none under an empty name."""
    rows = came(period).filter(organisation__isnull=False)
    return _counts(rows, "organisation__sectors", "organisation__sectors__name_fi")


def by_municipality(period: Period) -> list[Come]:
    """Return the attendance by the domicile of the organisation; one query."""
    rows = came(period).filter(organisation__isnull=False)
    return _counts(rows, "organisation__domicile", "organisation__domicile__name_fi")


def by_series(period: Period) -> list[Come]:
    """Return the attendance by series; events without one under an empty name."""
    return _counts(came(period), "event__series", "event__series__name_fi")


def years(now: datetime) -> list[int]:
    """Return the years that have events, this one first."""
    this = local_date(now).year
    first = Event.objects.order_by("starts_at").values_list("starts_at", flat=True).first()
    start = min(helsinki(first).year, this) if first else this
    return list(range(this, start - 1, -1))


def period_of(year: int) -> Period:
    """Return the calendar year in Finland."""
    return Period(year, *year_period(year))


def demanded(period: Period) -> Wheel:
    """Return the wheel of the year as it stands at its end: what was demanded and what was held."""
    return wheel(period.year, period.end)


def figures(period: Period) -> Iterator[Figure]:
    """Provider of the ``statistics`` seam."""
    this, before = attendance(period), attendance(period_of(period.year - 1))
    year, year_before = demanded(period), demanded(period_of(period.year - 1))
    yield Figure(
        key="forums.held",
        label=_("Pidetyt tapahtumat"),
        value=this.events,
        previous=before.events,
        definition=_("Hyvinvointialueen järjestöyhteistyön tapahtumat, jotka on kirjattu pidetyiksi."),
    )
    yield Figure(
        key="forums.demanded_held",
        label=_("Vaadituista tapahtumista pidetty"),
        value=year.held,
        previous=year_before.held,
        definition=_(
            "Laki ja järjestöyhteistyön asiakirja vaativat vuodelta %(needed)s tapahtumaa. Lakisääteinen neuvottelu on "
            "pidetty, kun kaikki osapuolet on kutsuttu ja läsnäolo, muistio ja tavoitteet on kirjattu."
        )
        % {"needed": year.needed},
    )
    yield from _people_figures(period, this, before)


def _people_figures(period: Period, this: Attendance, before: Attendance) -> Iterable[Figure]:
    sectors, earlier = by_sector(period), by_sector(period_of(period.year - 1))
    known = {one.key: one.attendances for one in earlier}
    return (
        Figure(
            key="forums.attendances",
            label=_("Osallistumiset tapahtumiin"),
            value=this.attendances,
            previous=before.attendances,
            definition=_("Kirjatut läsnäolot: sama ihminen lasketaan jokaisesta tapahtumasta."),
            rows=tuple((one.name or _("Ei toimialaa"), one.attendances, known.get(one.key)) for one in sectors),
        ),
        Figure(
            key="forums.first_timers",
            label=_("Ensi kertaa mukana"),
            value=this.first_timers,
            previous=before.first_timers,
            definition=_("Ihmiset, jotka eivät olleet missään tapahtumassa ennen vuoden alkua."),
        ),
        Figure(
            key="forums.remote_share",
            label=_("Etäosallistumisten osuus"),
            value=this.remote_share,
            previous=before.remote_share,
            unit="%",
            definition=_("Kuinka moni sadasta osallistumisesta oli etänä."),
        ),
    )
