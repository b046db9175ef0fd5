"""Routes of events and their arguments: like ``routes.py`` and ``objects.py``."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from common import clock
from forums.models import EventRun
from tests.forums.factories import EventFactory, EventSeriesFactory
from tests.security.expect import PUBLIC, SIGNED_IN, Expect, only
from tests.security.world import World

#: The world's host of an event is a person who is nothing else.
HOST = "plain"
_RUNS = ("coordinator", HOST)
_PLANS = ("coordinator",)
_READS = ("coordinator", "auditor")

FORUM_EVENT_ROUTES: dict[str, Expect] = {
    "forums:events": PUBLIC,
    # Who may not see the event gets 404; the world's is public.
    "forums:event": PUBLIC,
    "forums:event_file": PUBLIC,
    # Who holds no event is told that there is none.
    "forums:events_desk": SIGNED_IN,
    "forums:event_new": only(*_PLANS),
    "forums:event_desk": only(*_READS, HOST),
    **{f"forums:event_{name}": only(*_RUNS) for name in ("edit", "cancel", "agenda", "hosts", "services")},
    **{f"forums:event_{name}": only(*_RUNS, method="post") for name in ("publish", "hold")},
    **{f"forums:event_{name}": only(*_PLANS) for name in ("copy", "repeat")},
    "forums:run": only(*_READS),
    "forums:run_publish": only(*_PLANS, method="post"),
    "forums:run_edit": only(*_PLANS, method="post"),
    "forums:series_list": only(*_READS),
    "forums:series_new": only(*_PLANS),
    "forums:series_edit": only(*_PLANS),
}


def an_event(world: World) -> Any:
    """Return a published, public event that the world's host holds."""

    def make() -> Any:
        event = EventFactory(starts_at=clock.now() + timedelta(days=14))
        event.hosts.create(user=world.people[HOST])
        return event

    return world.thing("forum_event", make)


def _a_run(world: World) -> Any:
    return world.thing("event_run", lambda: EventRun.objects.create(name_fi="Jakso", created_at=clock.now()))


FORUM_EVENT_KWARGS: dict[str, Callable[[World], dict[str, Any]]] = {
    **{
        f"forums:{name}": lambda world: {"pk": an_event(world).pk}
        for name in (
            "event",
            "event_file",
            "event_desk",
            "event_edit",
            "event_cancel",
            "event_agenda",
            "event_hosts",
            "event_services",
            "event_publish",
            "event_hold",
            "event_copy",
            "event_repeat",
        )
    },
    **{f"forums:{name}": lambda world: {"pk": _a_run(world).pk} for name in ("run", "run_publish", "run_edit")},
    "forums:series_edit": lambda world: {"pk": world.thing("event_series", EventSeriesFactory).pk},
}
