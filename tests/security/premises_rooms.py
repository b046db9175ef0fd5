"""Routes of sites and rooms, and their arguments: like ``routes.py`` and ``objects.py``."""

from collections.abc import Callable
from typing import Any

from common import clock
from premises.models import RoomFile, RoomImport, Site
from premises.workflow.opening import add_access, add_exception
from premises.workflow.rooms import add_file
from tests.premises.keeping import a_room, a_site, picture, town
from tests.security.expect import PUBLIC, SIGNED_IN, Expect, only
from tests.security.world import World

#: Who manages the world's site and who stands in.
MANAGER, DEPUTY = "liaison_unit", "liaison_municipal"
_KEEPERS = ("coordinator", MANAGER, DEPUTY)
_OWN = ("ngo_admin", "ngo_editor", "ngo_signatory")

_SITE = (
    "site_desk",
    "site_edit",
    "site_hours",
    "exception_new",
    "access_new",
    "site_terms",
    "site_out",
    "site_history",
    "room_new",
)
_ROOM = (
    "room_desk",
    "room_edit",
    "room_rules",
    "room_features",
    "room_picture",
    "room_hours",
    "room_out",
    "room_history",
)
_ROOM_READ = ("room_desk", "room_history")
_SITE_POST = ("site_back", "exception_remove", "access_remove")
_ROOM_POST = ("room_move", "room_back")

PREMISES_ROOM_ROUTES: dict[str, Expect] = {
    "premises:sites": PUBLIC,
    "premises:site": PUBLIC,
    "premises:room": PUBLIC,
    "premises:room_file": PUBLIC,
    "premises:own_rooms": only(*_OWN),
    "premises:own_site_new": only(*_OWN),
    # Who manages nothing is told who names managers.
    "premises:managed": SIGNED_IN,
    **{f"premises:{name}": only("coordinator") for name in ("site_new", "common_terms", "sheet_new", "sheet")},
    "premises:sheet_template": only("coordinator"),
    "premises:site_managers": only("coordinator"),
    **{f"premises:{name}": only(*_KEEPERS) for name in (*_SITE, *_ROOM)},
    # An auditor reads the managing pages and changes nothing.
    **{f"premises:{name}": only(*_KEEPERS, "auditor") for name in ("site_desk", "site_history", *_ROOM_READ)},
    **{f"premises:{name}": only(*_KEEPERS, method="post") for name in (*_SITE_POST, *_ROOM_POST)},
    "premises:room_picture_remove": only(*_KEEPERS, method="post"),
}


def the_site(world: World) -> Site:
    """Return a site of the county with a manager, a deputy and a room."""

    def make() -> Site:
        people = world.people
        site = a_site(municipality=town(), manager=people[MANAGER], deputy=people[DEPUTY])
        a_room(site)
        return site

    return world.thing("premises_site", make)  # type: ignore[no-any-return]


def _site(world: World) -> dict[str, Any]:
    return {"pk": the_site(world).pk}


def _room(world: World) -> dict[str, Any]:
    return {"pk": the_site(world).rooms.get().pk}


def _file(world: World) -> dict[str, Any]:
    def make() -> RoomFile:
        room = the_site(world).rooms.get()
        by = world.people[MANAGER]
        return add_file(room, kind="photo", upload=picture(), alt="Pöytä", by=by, now=clock.now())

    return {"pk": world.thing("premises_file", make).pk}


def _sheet(world: World) -> dict[str, Any]:
    def make() -> RoomImport:
        return RoomImport.objects.create(file_name="tilat.xlsx", created_at=clock.now())

    return {"pk": world.thing("premises_sheet", make).pk}


def _exception(world: World) -> dict[str, Any]:
    site, now = the_site(world), clock.now()
    by = world.people[MANAGER]
    make = lambda: add_exception(  # noqa: E731
        site, first_day=now.date(), last_day=None, reason="Remontti", by=by, now=now
    )
    return {"pk": site.pk, "exception": world.thing("premises_exception", make).pk}


def _access(world: World) -> dict[str, Any]:
    site, now = the_site(world), clock.now()
    by = world.people[MANAGER]
    make = lambda: add_access(  # noqa: E731
        site, way_in="code", text="Koodi 1234", valid_from=now.date(), by=by, now=now
    )
    return {"pk": site.pk, "instruction": world.thing("premises_access", make).pk}


def _own(world: World) -> dict[str, Any]:
    return {"organisation_id": world.organisation.pk}


PREMISES_ROOM_KWARGS: dict[str, Callable[[World], dict[str, Any]]] = {
    **dict.fromkeys((f"premises:{name}" for name in ("site", "site_managers", "site_back", *_SITE)), _site),
    **dict.fromkeys((f"premises:{name}" for name in ("room", *_ROOM, *_ROOM_POST)), _room),
    "premises:room_file": _file,
    "premises:room_picture_remove": _file,
    "premises:sheet": _sheet,
    "premises:exception_remove": _exception,
    "premises:access_remove": _access,
    "premises:own_rooms": _own,
    "premises:own_site_new": _own,
}
