"""A round with rooms and applications for tests of allocating a season."""

from datetime import date, time, timedelta
from typing import Any

from county.models import County
from organisations.models import Organisation
from premises.models import Room, SeasonApplication, SeasonRound, SeasonTurn
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
from tests.accounts.factories import staff
from tests.premises.factories import NOW, RoomFactory, SiteFactory, booker

FIRST, LAST = date(2027, 1, 11), date(2027, 3, 21)
#: After applying has ended.
LATER = NOW + timedelta(days=20)


def switch_on(on: bool = True) -> None:
    """Let the county allocate seasons, or stop it."""
    County.objects.update_or_create(
        id=1,
        defaults={"allocates_seasons": on},
        create_defaults={"code": "12", "name_fi": "Alue", "allocates_seasons": on},
    )


def a_room(**fields: Any) -> Room:
    """Return a room open every day 8–21, holidays too."""
    if "site" not in fields:
        fields["site"] = SiteFactory(closed_on_holidays=False)
    return RoomFactory(**fields)


def round_facts(rooms: list[Room], **fields: Any) -> RoundFacts:
    """Return the facts of a round whose applying is open at NOW."""
    given: dict[str, Any] = {
        "name": "Kevään vuorot",
        "first_day": FIRST,
        "last_day": LAST,
        "opens_at": NOW - timedelta(days=1),
        "closes_at": NOW + timedelta(days=14),
        "rooms": rooms,
    }
    return RoundFacts(**{**given, **fields})


def open_round(rooms: list[Room], *, by: Any = None, **fields: Any) -> SeasonRound:
    """Return a published round, the switch on."""
    switch_on()
    by = by or staff()
    draft = make_season(facts=round_facts(rooms, **fields), by=by, now=fields.get("opens_at", NOW))
    return publish_season(draft, by=by, now=fields.get("opens_at", NOW))


def wish(weekday: int = 1, earliest: int = 17, latest: int | None = None, minutes: int = 120) -> TimeWish:
    """Return a wished time: Tuesdays at five for two hours."""
    return TimeWish(weekday, time(earliest), time(earliest if latest is None else latest), minutes)


def facts(rooms: list[Room], *times: TimeWish, **fields: Any) -> ApplicationFacts:
    """Return what an applicant tells, whole enough to be sent."""
    given: dict[str, Any] = {
        "purpose": "Vertaisryhmä",
        "number": 8,
        "rooms": rooms,
        "times": times or (wish(),),
        "contact_name": "Aino Esimerkki",
        "contact_phone": "040 123 4567",
    }
    return ApplicationFacts(**{**given, **fields})


def apply(
    season: SeasonRound,
    told: ApplicationFacts,
    *,
    organisation: Organisation | None = None,
    by: Any = None,
    now: Any = NOW,
) -> SeasonApplication:
    """Save and send an application of a new organisation, or of the given one."""
    if organisation is None:
        organisation, by = booker()
    row = save_application(season=season, organisation=organisation, facts=told, by=by, now=now)
    return send_application(row, by=by, now=now)


def proposed(season: SeasonRound, *, by: Any = None, now: Any = LATER) -> SeasonRound:
    """Close the round if it is open, compute the proposal as the worker would, and return the round."""
    by = by or season.made_by
    season.refresh_from_db()
    if season.state == "open":
        close_season(season, by=by, now=now)
    start_computing(season, by=by, now=now)
    assert compute(season.pk, since=now, now=now)
    season.refresh_from_db()
    return season


def turns(season: SeasonRound) -> list[SeasonTurn]:
    """Return all turns of the round, in order."""
    return list(SeasonTurn.objects.filter(application__round=season).select_related("room", "application"))
