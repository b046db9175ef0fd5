"""Routes of allocating a season, and their arguments: like ``routes.py`` and ``objects.py``. The switch is on."""

from collections.abc import Callable
from datetime import time, timedelta
from typing import Any

from common import clock
from common.times import add_days, local_date
from premises.models import SeasonTurn
from premises.workflow.seasons import make_season, publish_season, save_application, send_application
from tests.premises.seasons import facts, round_facts
from tests.security.bookings import BOOKING_KWARGS, EDITORS, NGO, a_room
from tests.security.expect import PUBLIC, Expect, only
from tests.security.world import World

_RUNS, _READS = ("coordinator",), ("coordinator", "auditor")

SEASON_ROUTES: dict[str, Expect] = {
    "premises:seasons": PUBLIC,
    "premises:season": PUBLIC,
    "premises:own_seasons": only(*NGO),
    "premises:season_apply": only(*EDITORS),
    "premises:season_application": only(*NGO, *_READS),
    "premises:season_application_send": only(*EDITORS, *_RUNS, method="post"),
    "premises:season_application_withdraw": only(*EDITORS, *_RUNS),
    "premises:season_desks": only(*_READS),
    "premises:season_desk": only(*_READS),
    **{
        f"premises:season_{name}": only(*_RUNS)
        for name in (
            "new",
            "edit",
            "decide",
            "cancel",
            "for_whom",
            "write_in",
            "turn_new",
            "turn_move",
            "turn_remove",
        )
    },
    **{f"premises:season_{name}": only(*_RUNS, method="post") for name in ("publish", "close", "compute", "turn_pin")},
}


def a_season(world: World) -> Any:
    """Return a round that takes applications now."""

    def make() -> Any:
        now, by = clock.now(), world.people["coordinator"]
        first = add_days(local_date(now), 60)
        told = round_facts(
            [a_room(world)],
            first_day=first,
            last_day=add_days(first, 90),
            opens_at=now - timedelta(days=1),
            closes_at=now + timedelta(days=14),
        )
        return publish_season(make_season(facts=told, by=by, now=now), by=by, now=now)

    return world.thing("season", make)


def _application(world: World) -> Any:
    season, room = a_season(world), a_room(world)

    def make() -> Any:
        now, by = clock.now(), world.people["ngo_admin"]
        row = save_application(season=season, organisation=world.organisation, facts=facts([room]), by=by, now=now)
        return send_application(row, by=by, now=now)

    return world.thing("season_application", make)


def _turn(world: World) -> Any:
    return world.thing(
        "season_turn",
        lambda: SeasonTurn.objects.create(
            application=_application(world),
            room=a_room(world),
            weekday=1,
            start_time=time(17),
            end_time=time(19),
        ),
    )


def _one(world: World) -> dict[str, Any]:
    return {"pk": a_season(world).pk}


def _of_application(world: World) -> dict[str, Any]:
    return {"pk": _application(world).pk}


def _of_turn(world: World) -> dict[str, Any]:
    return {"pk": _turn(world).pk}


_ROUNDS = ("season", *(f"season_{name}" for name in ("desk", "edit", "decide", "cancel", "for_whom")))
_PRESSED = tuple(f"season_{name}" for name in ("publish", "close", "compute"))
_APPLICATIONS = ("season_application", "season_application_send", "season_application_withdraw", "season_turn_new")

SEASON_KWARGS: dict[str, Callable[[World], dict[str, Any]]] = {
    **dict.fromkeys((f"premises:{name}" for name in (*_ROUNDS, *_PRESSED)), _one),
    **dict.fromkeys((f"premises:{name}" for name in _APPLICATIONS), _of_application),
    **dict.fromkeys((f"premises:season_turn_{name}" for name in ("move", "remove", "pin")), _of_turn),
    "premises:own_seasons": lambda world: {"organisation_id": world.organisation.pk},
    "premises:season_apply": lambda world: {"organisation_id": world.organisation.pk, "pk": a_season(world).pk},
    "premises:season_write_in": lambda world: {"pk": a_season(world).pk, "holder": world.organisation.pk},
}

#: Joined here, one line in ``objects.py`` for both.
BOOKING_AND_SEASON_KWARGS = {**BOOKING_KWARGS, **SEASON_KWARGS}
