"""Figures of representation in a year: NGOs' seats in bodies, demanded and filled, and calls for candidates.

Seats stand as on the year's last day. A call belongs to the year in which it was published; one that was cancelled
is not counted. An NGO's seat is one that the rules give to the NGOs' side, and every seat of an NGO council.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Sum
from django.utils.translation import gettext as _

from common.seams import Figure, Period
from common.times import local_date, year_period
from liaisons.composition import compositions
from liaisons.models import Body, BodyKind, Candidate, NominationCall, Party

NGO_COUNCILS = (BodyKind.NGO_COUNCIL, BodyKind.LOCAL_NGO_COUNCIL)


@dataclass(frozen=True)
class NgoSeats:
    """A body with the seats that belong to NGOs: how many, and how many of them are filled."""

    name: str
    demanded: int
    filled: int


@dataclass(frozen=True)
class Nominations:
    """Calls for candidates of a year: seats that were offered, who was proposed, by how many, and who was seated."""

    calls: int
    seats: int
    candidates: int
    organisations: int
    seated: int


def ngo_seats(day: date) -> tuple[NgoSeats, ...]:
    """Return the bodies with NGOs' seats as they stand on the day, in the order of the bodies; three queries."""
    bodies = list(Body.objects.filter(draft=False).order_by("order", "name_fi", "pk"))
    lines = compositions(bodies, day)
    found = []
    for body in bodies:
        own = [
            line
            for line in lines.get(body.pk, [])
            if line.demanded is not None and (line.party == Party.NGO or body.kind in NGO_COUNCILS)
        ]
        if own:
            demanded = sum(line.demanded or 0 for line in own)
            found.append(NgoSeats(body.name, demanded, sum(min(line.filled, line.demanded or 0) for line in own)))
    return tuple(found)


def nominations(period: Period) -> Nominations:
    """Return the calls of the year; two queries. Who was proposed counts also where the person declined."""
    calls = NominationCall.objects.exclude(state__in=("draft", "cancelled")).filter(
        published_at__gte=period.start, published_at__lt=period.end
    )
    sums = calls.aggregate(number=Count("pk"), members=Sum("members", default=0), deputies=Sum("deputies", default=0))
    proposed = Candidate.objects.filter(call__in=calls).exclude(state="withdrawn")
    rows = list(proposed.values_list("organisation", "state"))
    return Nominations(
        calls=sums["number"],
        seats=sums["members"] + sums["deputies"],
        candidates=len(rows),
        organisations=len({organisation for organisation, _state in rows}),
        seated=sum(state == "seated" for _organisation, state in rows),
    )


def representation_figures(period: Period) -> Iterator[Figure]:
    """Provider of the ``statistics`` seam: the year with the one before beside it."""
    before = Period(period.year - 1, *year_period(period.year - 1))
    seats, earlier = (ngo_seats(_last(one)) for one in (period, before))
    filled = {one.name: one.filled for one in earlier}
    now, then = nominations(period), nominations(before)
    yield Figure(
        "liaisons.ngo_seats",
        _("Järjestöjen paikoista toimielimissä täytetty"),
        sum(one.filled for one in seats),
        "",
        _("Järjestöille kuuluvat paikat, joissa oli edustaja vuoden viimeisenä päivänä. Kaikkiaan %(all)s.")
        % {"all": sum(one.demanded for one in seats)},
        sum(one.filled for one in earlier),
        tuple((one.name, one.filled, filled.get(one.name)) for one in seats),
    )
    yield Figure(
        "liaisons.nominations",
        _("Edustajahakuja"),
        now.calls,
        "",
        _("Vuoden aikana julkaistut haut toimielinten paikoille, ilman peruttuja."),
        then.calls,
    )
    yield Figure(
        "liaisons.nominated_seats",
        _("Haettavina olleita paikkoja"),
        now.seats,
        "",
        _("Vuoden aikana julkaistujen edustajahakujen jäsenten ja varajäsenten paikat."),
        then.seats,
    )
    yield Figure(
        "liaisons.candidates",
        _("Ehdokkaita"),
        now.candidates,
        "",
        _("Järjestöjen ehdottamat ihmiset vuoden edustajahauissa. Ehdottajia oli %(count)s järjestöä.")
        % {"count": now.organisations},
        then.candidates,
    )
    yield Figure(
        "liaisons.seated",
        _("Ehdokkaista nimetty"),
        now.seated,
        "",
        _("Vuoden edustajahakujen ehdokkaat, jotka on nimetty toimielimeen."),
        then.seated,
    )


def _last(period: Period) -> date:
    return local_date(period.end - timedelta(microseconds=1))
