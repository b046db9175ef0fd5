"""What the portal itself knows for each chapter of the co-operation document, as plain Finnish lines.

Only what anybody may read: the public lists of the rooms. Names of people are left out: they change and stand in the
living directory. Everything is told as on a day; a decided document keeps the lines of the day of its decision.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Q, Sum

from common.policies import allowed
from common.times import local_date
from forums.models import EventSeries, Per
from grants.models import GrantKind
from liaisons.models import Body, BodyKind, Network, Party, PostLevel, SeatRole
from organisations.models import Organisation
from premises.models import Site
from reports.audiences import AUDIENCES
from reports.models import DevelopmentGoal
from reports.year_pieces import count

#: Bodies of one kind are named one by one up to so many, else told as their number.
MOST_NAMED = 12


@dataclass(frozen=True)
class Line:
    """One fact: what it is, and what is told of it."""

    label: str
    detail: str = ""


def field(now: datetime, first_year: int) -> Iterator[Line]:
    """How many organisations there are, and in how many municipalities."""
    rows = Organisation.objects.filter(status="registered")
    sums = rows.aggregate(all=Count("pk"), places=Count("domicile", distinct=True))
    if sums["all"]:
        yield Line("Rekisteröityjä järjestöjä", count(sums["all"]))
        yield Line("Kuntia, joissa järjestöillä on kotipaikka", count(sums["places"]))


def posts(now: datetime, first_year: int) -> Iterator[Line]:
    """The posts of liaison work by level."""
    rows = allowed("liaisons.post.public", AnonymousUser(), now=now).values_list("level", flat=True)
    found = Counter(rows)
    for level in PostLevel:
        if found[level.value]:
            yield Line(str(level.label).capitalize(), _posts(found[level.value]))


def _posts(number: int) -> str:
    return "yksi tehtävä" if number == 1 else f"{count(number)} tehtävää"


def grants(now: datetime, first_year: int) -> Iterator[Line]:
    """The kinds of grants, who decides, and the newest call that everybody may see."""
    newest: dict[int, int] = {}
    for kind, year in allowed("grants.call.view", AnonymousUser(), now=now).values_list("kind", "year"):
        newest[kind] = max(year, newest.get(kind, 0))
    for row in GrantKind.objects.select_related("decided_by").order_by("pk"):
        decider = row.decided_by.name if row.decided_by else row.decided_by_post_fi
        call = f"viimeisin haku {newest[row.pk]}" if row.pk in newest else ""
        yield Line(row.name, ", ".join(part for part in (f"päättäjä {decider}" if decider else "", call) if part))


def rooms(now: datetime, first_year: int) -> Iterator[Line]:
    """The sites where NGOs may book, with their rooms."""
    bookable = Count("rooms", filter=Q(rooms__is_bookable=True, rooms__is_in_use=True))
    rows: Any = Site.objects.in_use().annotate(number=bookable).filter(number__gte=1)
    for row in rows.order_by("name_fi", "pk"):
        yield Line(row.name, "yksi varattava tila" if row.number == 1 else f"{row.number} varattavaa tilaa")


def channels(now: datetime, first_year: int) -> Iterator[Line]:
    """The portal's own channels in both directions."""
    yield Line("Uutiskirje", "kerran kuukaudessa niille, jotka ovat tilanneet sen")
    yield Line("Tapahtumakalenteri", "foorumit, etäkahvit ja muut tilaisuudet, myös omaan kalenteriin")
    yield Line("Pyyntö yhteyshenkilölle", "lausunnot, vierailut ja muut pyynnöt yhdestä paikasta")
    yield Line("Ideat", "kuka tahansa voi kertoa idean, ja jokaiseen vastataan")
    yield Line("Kommentointikierrokset", "luonnokset järjestöjen kommentoitaviksi, jokaiseen kommenttiin vastataan")


def bodies(now: datetime, first_year: int) -> Iterator[Line]:
    """The bodies by kind, with the seats that the rules give to NGOs."""
    ngo = Sum("requirements__number", filter=Q(requirements__party=Party.NGO, requirements__role=SeatRole.MEMBER))
    rows: Any = Body.objects.filter(draft=False).annotate(ngo_seats=ngo).order_by("order", "name_fi")
    by_kind: dict[str, list[Any]] = {}
    for row in rows:
        by_kind.setdefault(row.kind, []).append(row)
    for kind in BodyKind:
        found = by_kind.get(kind.value, [])
        label = str(kind.label)
        if len(found) > MOST_NAMED:
            yield Line(label.capitalize(), f"{count(len(found))} toimielintä")
            continue
        for row in found:
            seats = f", järjestöjen paikkoja {row.ngo_seats}" if row.ngo_seats else ""
            yield Line(row.name, f"{label}{seats}")


def networks(now: datetime, first_year: int) -> Iterator[Line]:
    """The networks that have not ended."""
    rows = Network.objects.on(local_date(now)).select_related("theme")
    for row in rows.order_by("order", "name_fi", "pk"):
        theme = row.theme.name if row.theme else ""
        often = _often(row.meetings_min, row.meetings_max, "tapaamista vuodessa")
        yield Line(row.name, ", ".join(part for part in (theme, often) if part))


def _often(least: int | None, most: int | None, unit: str) -> str:
    if least is None and most is None:
        return ""
    if least is None or most is None or least == most:
        return f"{least or most} {unit}"
    return f"{least}–{most} {unit}"


def series(now: datetime, first_year: int) -> Iterator[Line]:
    """The series of events, how often they are held and on what law."""
    for row in EventSeries.objects.on(local_date(now)).order_by("order", "name_fi", "pk"):
        unit = "kertaa valtuustokaudessa" if row.per == Per.COUNCIL_TERM else "kertaa vuodessa"
        each = "" if row.per in (Per.COUNTY, Per.COUNCIL_TERM) else f", kohti: {row.get_per_display()}"
        often = _often(row.a_year_min, row.a_year_max, unit) or "tarpeen mukaan"
        yield Line(row.name, f"{often}{each}" + (f" ({row.statute})" if row.statute else ""))


def follow_up(now: datetime, first_year: int) -> Iterator[Line]:
    """Who gets the yearly report."""
    for row in AUDIENCES:
        yield Line(str(row.label), str(row.intro))


def goals(now: datetime, first_year: int) -> Iterator[Line]:
    """The development goals that hold in the term, word for word."""
    rows = DevelopmentGoal.objects.filter(first_year__lte=first_year + 3, last_year__gte=first_year)
    for number, row in enumerate(rows.order_by("first_year", "order", "pk"), start=1):
        yield Line(f"Tavoite {number}", row.text_fi)
