"""Routes of finding and booking rooms, and their arguments: like ``routes.py`` and ``objects.py``."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from common import clock
from common.times import add_days, local_date
from premises.models import DamageReport, WaitingPlace
from premises.spans import Span
from premises.workflow import close_room, join_queue, report_damage
from tests.premises.factories import RoomFactory, SiteFactory, make_booking, span
from tests.security.expect import PUBLIC, SIGNED_IN, Expect, only
from tests.security.world import World

#: The world's manager of premises is a person who is nothing else.
MANAGER = "plain"
EDITORS = ("ngo_admin", "ngo_editor", "ngo_signatory")
NGO = (*EDITORS, "ngo_viewer")
_MANAGERS = (MANAGER, "coordinator")
_UNIT_PEOPLE = ("liaison_unit", "coordinator")

BOOKING_ROUTES: dict[str, Expect] = {
    "premises:search": PUBLIC,
    # Who acts for nobody is told how to begin.
    "premises:book": SIGNED_IN,
    "premises:own_book": only(*EDITORS),
    "premises:unit_book": only("liaison_unit", *_MANAGERS),
    "premises:desk_book": only(*_MANAGERS),
    "premises:own_bookings": only(*NGO),
    "premises:own_calendar": only(*NGO),
    "premises:room_calendar": PUBLIC,
    "premises:desk_calendar": only(*_MANAGERS),
    "premises:queue_join": only(*EDITORS),
    "premises:queue_leave": only(*EDITORS, method="post"),
    "premises:queue_take": only(*EDITORS),
    # Who speaks for nobody is told how one begins.
    "premises:units": SIGNED_IN,
    "premises:unit_bookings": only(*_UNIT_PEOPLE),
    "premises:unit_calendar": only(*_UNIT_PEOPLE),
    "premises:unit_queue_join": only(*_UNIT_PEOPLE),
    "premises:unit_queue_leave": only(*_UNIT_PEOPLE, method="post"),
    "premises:unit_queue_take": only(*_UNIT_PEOPLE),
    "premises:booking": only(*NGO, *_MANAGERS, "auditor"),
    "premises:booking_calendar": only(*NGO, *_MANAGERS, "auditor"),
    **{
        f"premises:booking_{name}": only(*EDITORS, *_MANAGERS)
        for name in ("edit", "move", "cancel", "damage", "feedback")
    },
    **{
        f"premises:booking_{name}": only(*EDITORS, *_MANAGERS, method="post")
        for name in ("release", "try_again", "check_in")
    },
    # An auditor reads the managing pages and changes nothing.
    **{f"premises:{name}": only(*_MANAGERS, "auditor") for name in ("desk", "day", "week")},
    "premises:booking_confirm": only(*_MANAGERS, method="post"),
    **{f"premises:{name}": only(*_MANAGERS) for name in ("booking_decline", "booking_take_back", "close", "damage")},
    "premises:reopen": only(*_MANAGERS, method="post"),
}


def a_room(world: World) -> Any:
    """Return a room of the world's manager."""
    return world.thing(
        "room", lambda: RoomFactory(site=SiteFactory(manager=world.people[MANAGER], closed_on_holidays=False))
    )


def _span(days: int) -> Span:
    return span(day=add_days(local_date(clock.now()), days))


def a_booking(world: World) -> Any:
    """Return a booking of the world's organisation."""

    def make() -> Any:
        return make_booking(
            a_room(world), _span(14), holder=world.organisation, by=world.people["ngo_admin"], now=clock.now()
        )

    return world.thing("booking", make)


def _place(world: World) -> Any:
    """Return a place of the world's organisation in the queue for a slot of the other one."""

    def make() -> Any:
        room, wished = a_room(world), _span(15)
        now = clock.now()
        make_booking(room, wished, holder=world.other_organisation, by=world.people["other_ngo_admin"], now=now)
        return join_queue(
            room=room,
            holder=world.organisation,
            span=wished,
            purpose="Vertaisryhmä",
            by=world.people["ngo_admin"],
            now=now,
        )

    return world.thing("waiting_place", make)


def _closure(world: World) -> Any:
    def make() -> Any:
        wished = _span(20)
        return close_room(
            room=a_room(world),
            span=Span(wished.start, wished.start + timedelta(hours=1)),
            reason="Koulutus",
            spare=[],
            by=world.people[MANAGER],
            now=clock.now(),
        )

    return world.thing("closure", make)


def _damage(world: World) -> DamageReport:
    booking = a_booking(world)

    def make() -> Any:
        return report_damage(
            room=booking.room, booking=booking, text="Ovi ei lukitu.", by=world.people["ngo_admin"], now=clock.now()
        )

    return world.thing("damage", make)  # type: ignore[no-any-return]


def _room_kwargs(world: World) -> dict[str, Any]:
    return {"room_id": a_room(world).pk}


def _own_room(world: World) -> dict[str, Any]:
    return {"organisation_id": world.organisation.pk, "room_id": a_room(world).pk}


def _own_place(world: World) -> dict[str, Any]:
    return {"organisation_id": world.organisation.pk, "pk": _place(world).pk}


def _one(world: World) -> dict[str, Any]:
    return {"pk": a_booking(world).pk}


def _site(world: World) -> dict[str, Any]:
    return {"site_id": a_room(world).site_id}


def _unit(world: World) -> dict[str, Any]:
    from liaisons.models import Unit

    return {"unit_id": Unit.objects.get(key="kotihoito").pk, "room_id": a_room(world).pk}


def _unit_only(world: World) -> dict[str, Any]:
    return {"unit_id": _unit(world)["unit_id"]}


def _unit_place(world: World) -> dict[str, Any]:
    """A place of the unit in the queue behind the world's organisation."""

    def make() -> Any:
        from liaisons.models import Unit

        booking = a_booking(world)
        return WaitingPlace.objects.create(
            room=booking.room,
            unit=Unit.objects.get(key="kotihoito"),
            starts_at=booking.starts_at,
            ends_at=booking.ends_at,
            purpose="Palaveri",
            asked_by=world.people["liaison_unit"],
            asked_at=clock.now(),
        )

    return {**_unit_only(world), "pk": world.thing("unit_place", make).pk}


_OF_BOOKING = (
    "booking",
    *(
        f"booking_{name}"
        for name in (
            "calendar",
            "edit",
            "move",
            "cancel",
            "damage",
            "feedback",
            "release",
            "try_again",
            "check_in",
            "confirm",
            "decline",
            "take_back",
        )
    ),
)

BOOKING_KWARGS: dict[str, Callable[[World], dict[str, Any]]] = {
    **dict.fromkeys((f"premises:{name}" for name in _OF_BOOKING), _one),
    **dict.fromkeys(("premises:book", "premises:desk_book", "premises:close", "premises:room_calendar"), _room_kwargs),
    **dict.fromkeys(("premises:own_book", "premises:queue_join"), _own_room),
    **dict.fromkeys(("premises:queue_leave", "premises:queue_take"), _own_place),
    **dict.fromkeys(("premises:day", "premises:week"), _site),
    "premises:unit_book": _unit,
    "premises:unit_queue_join": _unit,
    **dict.fromkeys(("premises:unit_bookings", "premises:unit_calendar"), _unit_only),
    **dict.fromkeys(("premises:unit_queue_leave", "premises:unit_queue_take"), _unit_place),
    "premises:own_calendar": lambda world: {"organisation_id": world.organisation.pk},
    "premises:own_bookings": lambda world: {"organisation_id": world.organisation.pk},
    "premises:reopen": lambda world: {"pk": _closure(world).pk},
    "premises:damage": lambda world: {"pk": _damage(world).pk},
}
