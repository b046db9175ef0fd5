"""Routes of the newsletter and their arguments: like ``routes.py`` and ``objects.py``."""

from collections.abc import Callable
from datetime import date
from typing import Any

from common import clock
from portal.models import Newsletter, Subscriber
from tests.security.expect import PUBLIC, Expect, only
from tests.security.world import World

NEWSLETTER_ROUTES: dict[str, Expect] = {
    **{f"portal:{name}": PUBLIC for name in ("newsletters", "newsletter", "newsletter_confirm", "newsletter_leave")},
    "portal:newsletter_desk": only("coordinator"),
    "portal:newsletter_edit": only("coordinator"),
    "portal:newsletter_send": only("coordinator", method="post"),
}


def _letter(world: World) -> dict[str, Any]:
    by = world.people["coordinator"]

    def make() -> Any:
        now = clock.now()
        return Newsletter.objects.create(
            month=date(2026, 10, 1),
            intro_fi="Hei",
            content={"fi": []},
            state="sent",
            made_at=now,
            made_by=by,
            ordered_at=now,
            sent_at=now,
        )

    return {"pk": world.thing("newsletter", make).pk}


def _token(world: World) -> dict[str, Any]:
    row = world.thing("subscriber", lambda: Subscriber.objects.create(email="lukija@example.org", asked_at=clock.now()))
    return {"token": row.token}


NEWSLETTER_KWARGS: dict[str, Callable[[World], dict[str, Any]]] = {
    **dict.fromkeys(("portal:newsletter", "portal:newsletter_edit", "portal:newsletter_send"), _letter),
    **dict.fromkeys(("portal:newsletter_confirm", "portal:newsletter_leave"), _token),
}
