"""Figures of the use of rooms in a year: hours, by whom and where, utilisation, refusals, misses, value in euros.

A booking belongs to the year in which it starts. Used means confirmed and not released; value is hours times the
room's hourly value, less its price, and never below zero. Hours have two decimals.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, ExpressionWrapper, F, QuerySet, Sum
from django.db.models.fields import DurationField
from django.utils.translation import gettext as _

from common.seams import Figure, Period
from common.times import local_date, year_period
from organisations.models import Organisation
from premises.availability import open_spans
from premises.life_cycles import BOOKING
from premises.models import (
    Booking,
    Closure,
    Room,
    SearchMiss,
    SeasonApplication,
    SeasonRound,
    SeasonTurn,
    Weekday,
)
from premises.seasons.reasons import code_label
from premises.spans import Span, without

REFUSED = ("declined", "lapsed", "skipped", "taken_back")
_HOUR = timedelta(hours=1)
_CENT = Decimal("0.01")
TAKES = ExpressionWrapper(F("ends_at") - F("starts_at"), output_field=DurationField())


@dataclass(frozen=True)
class Use:
    """How much somebody or something was used: hours, number of bookings, value in euros."""

    key: int | None
    name: str
    hours: Decimal
    bookings: int
    value: Decimal


@dataclass(frozen=True)
class Utilisation:
    """How much of the hours that a room was offered were used; ``share`` is in per cent, None when never open."""

    room: int
    name: str
    offered: Decimal
    used: Decimal
    share: Decimal | None


@dataclass(frozen=True)
class Refusal:
    """How many bookings ended in a state, and for which reason."""

    state: str
    label: str
    reason: str
    count: int


@dataclass(frozen=True)
class Misses:
    """What nobody found: searches without a free room, by municipality, weekday and feature, the most first."""

    count: int
    municipalities: list[tuple[str, int]]
    weekdays: list[tuple[str, int]]
    features: list[tuple[str, int]]


def used(period: Period) -> QuerySet[Any]:
    """Return the bookings used in the period."""
    return Booking.objects.filter(state="confirmed", starts_at__gte=period.start, starts_at__lt=period.end)


def _uses(rows: QuerySet[Any], key: str, name: str) -> list[Use]:
    """Return the use by a path of the booking, the most first; one query."""
    found: dict[int | None, list[Any]] = {}
    grouped = rows.order_by().values(key, name, "room__hourly_value", "room__hourly_price")
    for row in grouped.annotate(time=Sum(TAKES), number=Count("pk")):
        kept = found.setdefault(row[key], [row[name] or "", Decimal(0), 0, Decimal(0)])
        hours = hours_of(row["time"])
        kept[1] += hours
        kept[2] += row["number"]
        kept[3] += max(Decimal(0), row["room__hourly_value"] - row["room__hourly_price"]) * hours
    uses = [Use(pk, name, hours, count, value.quantize(_CENT)) for pk, (name, hours, count, value) in found.items()]
    return sorted(uses, key=lambda use: (-use.hours, use.name))


def hours_of(time: timedelta) -> Decimal:
    """Return a length in hours, with two decimals."""
    return (Decimal(int(time.total_seconds())) / 3600).quantize(_CENT)


def by_organisation(period: Period) -> list[Use]:
    """Return the use by NGO; one query."""
    return _uses(used(period).filter(organisation__isnull=False), "organisation", "organisation__name")


def by_unit(period: Period) -> list[Use]:
    """Return the use by the county's own units; one query."""
    return _uses(used(period).filter(unit__isnull=False), "unit", "unit__name_fi")


def by_sector(period: Period) -> list[Use]:
    """Return the use by the NGOs' field of work; who has two counts in both, who has none under an empty name."""
    return _uses(
        used(period).filter(organisation__isnull=False), "organisation__sectors", "organisation__sectors__name_fi"
    )


def by_municipality(period: Period) -> list[Use]:
    """Return the use by the municipality of the site; one query."""
    return _uses(used(period), "room__site__municipality", "room__site__municipality__name_fi")


def by_room(period: Period) -> list[Use]:
    """Return the use by room; one query."""
    return _uses(used(period), "room", "room__name_fi")


def use_of(organisation: Organisation, period: Period) -> Use:
    """Return what one NGO used, for its page and for sums of state aid (indirect support)."""
    found = _uses(used(period).filter(organisation=organisation), "organisation", "organisation__name")
    return found[0] if found else Use(organisation.pk, organisation.name, Decimal(0), 0, Decimal(0))


def years(now: datetime) -> list[int]:
    """Return the years with bookings, the newest first; this year always."""
    first = Booking.objects.order_by("starts_at").values_list("starts_at", flat=True).first()
    this = local_date(now).year
    return list(range(this, min(this, local_date(first).year if first else this) - 1, -1))


def utilisation(period: Period, rooms_used: Sequence[Use] | None = None) -> list[Utilisation]:
    """Return how much of their offered hours the rooms that can be booked were used, the most used first; six queries.

    ``rooms_used`` is ``by_room`` where it is known already. Offered are the open hours without closures. A booking of
    a hall counts for the hall, not for its halves.
    """
    rooms = list(Room.objects.bookable().select_related("site"))
    opened = open_spans(rooms, local_date(period.start), local_date(period.end - _HOUR))
    closures: dict[int, list[Span]] = defaultdict(list)
    ended = Closure.objects.filter(ended_at=None, starts_at__lt=period.end, ends_at__gt=period.start)
    for row in ended:
        closures[row.room_id].append(Span(row.starts_at, row.ends_at))
    hours = {use.key: use.hours for use in (by_room(period) if rooms_used is None else rooms_used)}
    found = []
    for room in rooms:
        pieces = without(opened[room.pk], closures[room.pk]) if closures[room.pk] else opened[room.pk]
        offered = hours_of(sum((piece.length for piece in pieces), timedelta()))
        own = hours.get(room.pk, Decimal(0))
        share = (own * 100 / offered).quantize(Decimal("0.1")) if offered else None
        found.append(Utilisation(room.pk, room.name, offered, own, share))
    return sorted(found, key=lambda row: (-(row.share or 0), row.name))


def refusals(period: Period) -> list[Refusal]:
    """Return which bookings were not had and why, the most common first; one query."""
    rows = Booking.objects.filter(state__in=REFUSED, starts_at__gte=period.start, starts_at__lt=period.end)
    counted = rows.order_by().values("state", "reason").annotate(number=Count("pk"))
    found = [Refusal(row["state"], str(BOOKING.label(row["state"])), row["reason"], row["number"]) for row in counted]
    return sorted(found, key=lambda row: (-row.count, row.state, row.reason))


def misses(period: Period) -> Misses:
    """Return the searches that found no free room; two queries."""
    rows = list(
        SearchMiss.objects.filter(at__gte=period.start, at__lt=period.end)
        .select_related("municipality")
        .prefetch_related("features")
    )
    weekdays = dict(Weekday.choices)
    return Misses(
        count=len(rows),
        municipalities=_most(row.municipality.name if row.municipality else "" for row in rows),
        weekdays=_most(str(weekdays[row.weekday]) for row in rows if row.weekday is not None),
        features=_most(feature.name for row in rows for feature in row.features.all()),
    )


def _most(words: Iterable[str]) -> list[tuple[str, int]]:
    return sorted(Counter(words).items(), key=lambda pair: (-pair[1], pair[0]))


@dataclass(frozen=True)
class SeasonReason:
    """How many applications that got less than they wished for have a reason."""

    code: str
    label: str
    count: int


@dataclass(frozen=True)
class SeasonUse:
    """What was asked and given in one allocation of a season; ``refused`` are applications without a turn."""

    name: str
    applications: int
    turns_wanted: int
    turns_given: int
    granted: int
    refused: int
    reasons: list[SeasonReason]


def seasons(period: Period) -> list[SeasonUse]:
    """Return the rounds that were decided in the period with what they gave and why not; three queries."""
    rounds = SeasonRound.objects.filter(state="decided", decided_at__gte=period.start, decided_at__lt=period.end)
    told = {row.pk: row for row in rounds.order_by("decided_at", "pk")}
    given = Counter(
        SeasonTurn.objects.filter(application__round__in=told)
        .exclude(series=None)
        .values_list("application__round", flat=True)
    )
    rows: dict[int, list[SeasonApplication]] = defaultdict(list)
    for row in SeasonApplication.objects.filter(round__in=told, state__in=("sent", "granted", "refused")):
        rows[row.round_id].append(row)
    return [_season(season, rows[pk], given[pk]) for pk, season in told.items()]


def _season(season: SeasonRound, rows: list[SeasonApplication], given: int) -> SeasonUse:
    codes = Counter(code for row in rows for code in {reason["code"] for reason in row.reasons})
    return SeasonUse(
        name=season.name,
        applications=len(rows),
        turns_wanted=sum(row.turns_wanted for row in rows),
        turns_given=given,
        granted=sum(row.state == "granted" for row in rows),
        refused=sum(row.state == "refused" for row in rows),
        reasons=[
            SeasonReason(code, code_label(code), count)
            for code, count in sorted(codes.items(), key=lambda pair: (-pair[1], pair[0]))
        ],
    )


def _season_figures(period: Period, before: Period) -> Iterator[Figure]:
    """Figures of allocations of seasons; none while there never was one."""
    now, then = seasons(period), seasons(before)
    if not now and not then:
        return
    yield Figure(
        "premises.season_turns",
        _("Jaetut kausivuorot"),
        sum(row.turns_given for row in now),
        definition=_("Vuorojaossa annetut viikkovuorot. Rivit: jako ja siinä toivotut vuorot."),
        previous=sum(row.turns_given for row in then),
        rows=tuple((row.name, row.turns_wanted, None) for row in now),
    )
    yield Figure(
        "premises.season_refused",
        _("Vuorohakemukset, jotka jäivät ilman vuoroa"),
        sum(row.refused for row in now),
        definition=_("Vuorojaon hakemukset, joille ei annettu yhtään vuoroa. Rivit: syyt."),
        previous=sum(row.refused for row in then),
        rows=tuple((reason.label, reason.count, None) for row in now for reason in row.reasons),
    )


def figures(period: Period) -> Iterator[Figure]:
    """Provider of the ``statistics`` seam: this year beside the one before it."""
    before = Period(period.year - 1, *year_period(period.year - 1))
    now_rooms, then_rooms = by_municipality(period), by_municipality(before)
    hours, then = sum_of(now_rooms), sum_of(then_rooms)
    then_by_name = {use.name: use.hours for use in then_rooms}
    yield Figure(
        "premises.hours",
        _("Tilojen käyttö tunteina"),
        hours.hours,
        unit="h",
        definition=_("Vahvistettujen varausten tunnit ilman siivousaikaa. Rivit: tilan kunta."),
        previous=then.hours,
        rows=tuple((use.name, use.hours, then_by_name.get(use.name)) for use in now_rooms),
    )
    yield Figure(
        "premises.bookings",
        _("Toteutuneet tilavaraukset"),
        hours.bookings,
        definition=_("Vahvistetut varaukset, joita ei peruttu, järjestöjen ja hyvinvointialueen omat yhteensä."),
        previous=then.bookings,
    )
    yield Figure(
        "premises.organisations",
        _("Tiloja käyttäneet järjestöt"),
        used(period).filter(organisation__isnull=False).values("organisation").distinct().count(),
        definition=_("Järjestöt, joilla oli vuoden aikana vähintään yksi toteutunut varaus."),
        previous=used(before).filter(organisation__isnull=False).values("organisation").distinct().count(),
    )
    yield Figure(
        "premises.value",
        _("Maksuttoman tilankäytön arvo järjestöille"),
        sum_of(by_organisation(period)).value,
        unit="€",
        definition=_("Järjestöjen varaustunnit kertaa tilan tuntiarvo, josta on vähennetty tilan hinta."),
        previous=sum_of(by_organisation(before)).value,
    )
    refused = refusals(period)
    yield Figure(
        "premises.refused",
        _("Varaukset, jotka eivät toteutuneet"),
        sum(row.count for row in refused),
        definition=_("Ei vahvistettu, ei vahvistettu ajoissa, jäi väliin tai hyvinvointialue tarvitsi tilan."),
        previous=sum(row.count for row in refusals(before)),
    )
    yield Figure(
        "premises.misses",
        _("Haut, jotka eivät löytäneet vapaata tilaa"),
        SearchMiss.objects.filter(at__gte=period.start, at__lt=period.end).count(),
        definition=_("Tilahaut, joihin ei ollut yhtään vapaata tilaa."),
        previous=SearchMiss.objects.filter(at__gte=before.start, at__lt=before.end).count(),
    )
    yield from _season_figures(period, before)


def sum_of(uses: list[Use]) -> Use:
    """Return the sum of the rows."""
    return Use(
        None,
        "",
        sum((use.hours for use in uses), Decimal(0)),
        sum(use.bookings for use in uses),
        sum((use.value for use in uses), Decimal(0)),
    )
