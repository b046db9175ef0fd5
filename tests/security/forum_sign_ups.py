"""Routes of sign-ups and attendance, and their arguments: like ``routes.py`` and ``objects.py``."""

from collections.abc import Callable
from typing import Any

from tests.forums.factories import SignUpFactory
from tests.security.expect import PUBLIC, SIGNED_IN, Expect, only
from tests.security.forum_events import HOST, an_event
from tests.security.world import World

_RUNS = ("coordinator", HOST)
_DESK = (*_RUNS, "auditor")

FORUM_SIGN_UP_ROUTES: dict[str, Expect] = {
    # The world's event is public; who may not see an event gets 404.
    "forums:sign_up": PUBLIC,
    "forums:sign_up_sent": PUBLIC,
    "forums:sign_up_organisations": PUBLIC,
    # The link in the letter is the right.
    "forums:sign_up_page": PUBLIC,
    "forums:sign_up_cancel": PUBLIC,
    "forums:sign_up_calendar": PUBLIC,
    "forums:own_sign_ups": SIGNED_IN,
    **{f"forums:{name}": only(*_DESK) for name in ("sign_ups", "sign_ups_csv", "sign_ups_xlsx")},
    **{f"forums:{name}": only(*_RUNS) for name in ("sign_up_phone", "sign_up_message", "sign_up_needs")},
    **{f"forums:{name}": only(*_RUNS) for name in ("attendance", "attendance_walk_in", "attendance_file")},
    "forums:attendance_code": only(*_RUNS),
    "forums:sign_up_remove": only(*_RUNS, method="post"),
    "forums:attendance_mark": only(*_RUNS, method="post"),
}


def a_sign_up(world: World) -> Any:
    """Return the confirmed sign-up of a visitor to the world's event."""
    return world.thing("forum_sign_up", lambda: SignUpFactory(event=an_event(world)))


_OF_EVENT = (
    "sign_up",
    "sign_up_sent",
    "sign_ups",
    "sign_ups_csv",
    "sign_ups_xlsx",
    "sign_up_phone",
    "sign_up_message",
    "sign_up_needs",
    "attendance",
    "attendance_walk_in",
    "attendance_file",
)
_BY_TOKEN = ("sign_up_page", "sign_up_cancel", "sign_up_calendar", "attendance_code")

FORUM_SIGN_UP_KWARGS: dict[str, Callable[[World], dict[str, Any]]] = {
    **{f"forums:{name}": lambda world: {"pk": a_sign_up(world).event_id} for name in _OF_EVENT},
    **{f"forums:{name}": lambda world: {"token": a_sign_up(world).token} for name in _BY_TOKEN},
    **{f"forums:{name}": lambda world: {"pk": a_sign_up(world).pk} for name in ("sign_up_remove", "attendance_mark")},
}
