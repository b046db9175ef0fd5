"""Routes of external calendars, and their arguments: like ``routes.py`` and ``objects.py``."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from common import clock
from premises.models import CalendarClash, Closure, ExternalCalendar
from premises.workflow.calendars import add_calendar
from tests.premises.keeping import asked_booking
from tests.security.expect import Expect, only
from tests.security.premises_rooms import DEPUTY, MANAGER, the_site
from tests.security.world import World

_KEEPERS = ("coordinator", MANAGER, DEPUTY)

PREMISES_CALENDAR_ROUTES: dict[str, Expect] = {
    "premises:calendars": only(*_KEEPERS, "auditor"),
    "premises:calendar_new": only(*_KEEPERS),
    "premises:calendar_edit": only(*_KEEPERS),
    "premises:calendar_remove": only(*_KEEPERS),
    "premises:calendar_fetch": only(*_KEEPERS, method="post"),
    "premises:clash_stay": only(*_KEEPERS, method="post"),
}


def _calendar(world: World) -> ExternalCalendar:
    def make() -> ExternalCalendar:
        room, by = the_site(world).rooms.get(), world.people[MANAGER]
        address = "https://kalenteri.example/salaisuus.ics"
        return add_calendar(room, name="Outlook", address=address, by=by, now=clock.now())

    return world.thing("premises_calendar", make)  # type: ignore[no-any-return]


def _clash(world: World) -> dict[str, Any]:
    def make() -> CalendarClash:
        calendar, now = _calendar(world), clock.now()
        closure = Closure.objects.create(
            room=calendar.room,
            starts_at=now,
            ends_at=now + timedelta(days=2),
            reason="Outlook",
            source="calendar",
            calendar=calendar,
            uid="1:a",
            made_at=now,
        )
        booking = asked_booking(calendar.room, world.organisation)
        return CalendarClash.objects.create(closure=closure, booking=booking, noticed_at=now)

    return {"pk": world.thing("premises_clash", make).pk}


PREMISES_CALENDAR_KWARGS: dict[str, Callable[[World], dict[str, Any]]] = {
    **dict.fromkeys(
        ("premises:calendars", "premises:calendar_new"), lambda world: {"pk": the_site(world).rooms.get().pk}
    ),
    **dict.fromkeys(
        ("premises:calendar_edit", "premises:calendar_remove", "premises:calendar_fetch"),
        lambda world: {"pk": _calendar(world).pk},
    ),
    "premises:clash_stay": _clash,
}
