"""Routes of the talk about yearly reports, and their arguments: like ``routes.py`` and ``objects.py``."""

from collections.abc import Callable
from typing import Any

from common import clock
from reports import workflow
from reports.models import AnnualReport, SectionQuestion
from tests.reports.conftest import collected, frozen
from tests.security.expect import PUBLIC, Expect, only
from tests.security.world import BODY, World

_MAKES = "coordinator"

REPORT_TALK_ROUTES: dict[str, Expect] = {
    **{f"reports:{name}": PUBLIC for name in ("report_json", "slides", "slide")},
    "reports:ask": only(*BODY, _MAKES),
    "reports:comment": only(_MAKES),
    "reports:moved": only(_MAKES),
    "reports:question": only(_MAKES),
    "reports:readers": only(_MAKES),
}


def a_published_report(world: World) -> AnnualReport:
    """Return the published report that the world's body reads: the one of ``objects.py``."""

    def make() -> AnnualReport:
        type(world.body).objects.filter(pk=world.body.pk).update(reads=["annual_report"])
        return frozen(world.people[_MAKES], 2024)

    return world.thing("report", make)  # type: ignore[no-any-return]


def _draft(world: World) -> AnnualReport:
    return world.thing("draft_report", lambda: collected(world.people[_MAKES], 2025))  # type: ignore[no-any-return]


def _question(world: World) -> SectionQuestion:
    def make() -> SectionQuestion:
        report, now = a_published_report(world), clock.now()
        return workflow.ask_question(report, section="kentta", text="Miksi?", by=world.people["body_member"], now=now)

    return world.thing("report_question", make)  # type: ignore[no-any-return]


REPORT_TALK_KWARGS: dict[str, Callable[[World], dict[str, Any]]] = {
    **dict.fromkeys(
        (f"reports:{name}" for name in ("report_json", "slides", "ask", "readers")),
        lambda world: {"report_id": a_published_report(world).pk},
    ),
    "reports:slide": lambda world: {"report_id": a_published_report(world).pk, "number": 2},
    "reports:comment": lambda world: {"report_id": _draft(world).pk, "section": "kentta"},
    "reports:moved": lambda world: {"report_id": _draft(world).pk},
    "reports:question": lambda world: {"pk": _question(world).pk},
}
