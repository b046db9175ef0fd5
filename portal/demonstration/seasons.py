"""Allocation of the next season: one round open for applying, one whose proposal waits for the coordinator."""

from datetime import date, datetime, time, timedelta

from accounts.models import User
from common.errors import Refused
from common.times import local_date
from county.models import County, TargetGroup
from organisations.models import Organisation
from portal.demonstration.calendar import at
from premises.models import Room, SeasonRound
from premises.workflow.seasons import (
    ApplicationFacts,
    RoundFacts,
    TimeWish,
    close_season,
    compute,
    make_season,
    publish_season,
    save_application,
    send_application,
    start_computing,
)

APPLICANTS = 9
_ROOMS = ("Ryhmähuone", "Liikuntasali", "Liikuntasalin itäpää", "Kokoustila")
#: What for, how many, and the wished times: weekday, earliest, latest start, minutes. Evenings are contested.
_WISHES: tuple[tuple[str, int, tuple[tuple[int, int, int, int], ...]], ...] = (
    ("Muistisairaiden läheisten vertaisryhmä", 10, ((1, 17, 18, 120), (2, 17, 18, 120))),
    ("Sydänyhdistyksen kuntopiiri", 25, ((1, 17, 18, 90), (3, 17, 18, 90))),
    ("Omaishoitajien kahvila", 12, ((2, 13, 15, 120),)),
    ("Päihteetön ilta", 14, ((4, 17, 19, 180),)),
    ("Selkokielinen lukupiiri", 8, ((1, 17, 17, 120),)),
    ("Eläkkeensaajien tanssit", 50, ((3, 17, 18, 150), (6, 13, 15, 150))),
    ("Diabetesyhdistyksen tapaaminen", 9, ((1, 17, 18, 120), (3, 17, 18, 120))),
    ("Nuorten peli-ilta", 14, ((4, 17, 17, 180),)),
    ("Kuulokerhon tapaaminen", 70, ((2, 17, 18, 120),)),
)


def make_seasons(organisations: list[Organisation], members: dict[int, User], coordinator: User, now: datetime) -> None:
    """Switch the allocation on and make two rounds; needs the rooms. Where there are none, nothing is made."""
    rooms = list(
        Room.objects.bookable()
        .filter(site__organisation=None, name_fi__in=_ROOMS)
        .exclude(who_may="county")
        .select_related("site")
        .order_by("site", "pk")
    )
    if len(rooms) < 2:
        return
    County.objects.update(allocates_seasons=True)
    _proposed(rooms, organisations, members, coordinator, now)
    _open(rooms, organisations, members, coordinator, now)


def _season(now: datetime, months: int) -> tuple[date, date]:
    """Return the first and last day of a season that begins about so many months from now."""
    first = local_date(now) + timedelta(days=30 * months)
    first -= timedelta(days=first.weekday())
    return first, first + timedelta(weeks=17, days=-1)


def _facts(rooms: list[Room], name: str, season: tuple[date, date], opens: datetime, closes: datetime) -> RoundFacts:
    return RoundFacts(
        name=name,
        first_day=season[0],
        last_day=season[1],
        opens_at=opens,
        closes_at=closes,
        rooms=rooms,
        most_turns=2,
        first_timers=4,
        target_weight=3,
        last_use=3,
        size=5,
        target_groups=list(TargetGroup.objects.all()[:2]),
        information="Vuorot ovat järjestöille maksuttomia. Ensimmäisellä kerralla tilavastaava näyttää paikat.",
    )


def _apply(
    season: SeasonRound,
    place: int,
    rooms: list[Room],
    organisation: Organisation,
    by: User,
    now: datetime,
    *,
    send: bool,
) -> None:
    purpose, number, times = _WISHES[place % len(_WISHES)]
    fitting = [room for room in rooms if room.capacity >= number] or rooms
    facts = ApplicationFacts(
        purpose=purpose,
        number=number,
        turns_wanted=min(2, len(times)),
        any_room=place % 3 == 0,
        rooms=(fitting[:1] + rooms[place % len(rooms) :][:1]) if place % 2 else fitting[:2],
        times=[TimeWish(day, time(first), time(last), length) for day, first, last, length in times],
        target_groups=list(TargetGroup.objects.all()[place % 3 : place % 3 + 1]),
        contact_name=by.full_name[:120],
        contact_phone=f"040 123 {4600 + place}",
    )
    try:
        row = save_application(season=season, organisation=organisation, facts=facts, by=by, now=now)
        if send:
            send_application(row, by=by, now=now)
    except Refused:  # a room of today does not take it: the round has one applicant fewer
        return


def _proposed(
    rooms: list[Room], organisations: list[Organisation], members: dict[int, User], by: User, now: datetime
) -> None:
    """A round whose applying has ended; its proposal waits for the coordinator's confirmation."""
    opens, closes = now - timedelta(days=30), now - timedelta(days=2)
    told = _facts(rooms[:4], "Kevään iltavuorot", _season(now, 2), opens, closes)
    season = publish_season(make_season(facts=told, by=by, now=opens), by=by, now=opens)
    for place, organisation in enumerate(organisations[:APPLICANTS]):
        sent = opens + timedelta(days=1 + place)
        _apply(season, place, rooms[:4], organisation, members[organisation.pk], sent, send=True)
    close_season(season, by=by, now=closes)
    then = now - timedelta(hours=3)
    start_computing(season, by=by, now=then)
    compute(season.pk, since=then, now=then)


def _open(
    rooms: list[Room], organisations: list[Organisation], members: dict[int, User], by: User, now: datetime
) -> None:
    """A round that is open for applying, with a few applications and one unfinished."""
    opens = now - timedelta(days=4)
    closes = at(local_date(now) + timedelta(days=12), 16)
    told = _facts(rooms, "Ensi syksyn viikkovuorot", _season(now, 9), opens, closes)
    season = publish_season(make_season(facts=told, by=by, now=opens), by=by, now=opens)
    for place, organisation in enumerate(organisations[1:5]):
        sent = now - timedelta(days=1, hours=place)
        _apply(season, place, rooms, organisation, members[organisation.pk], sent, send=place != 3)
