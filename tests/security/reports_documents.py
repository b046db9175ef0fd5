"""Routes of reports on agendas and of the co-operation document, and their arguments: like ``routes.py``."""

from collections.abc import Callable
from typing import Any

from common import clock
from common.times import local_date
from reports.cooperation import terms
from reports.models import CooperationDocument, ReportMatter
from reports.workflow import put_on_agenda
from reports.workflow.cooperation import begin_document
from tests.liaisons.factories import BodyFactory, MeetingFactory
from tests.reports.documents import decided
from tests.security.expect import PUBLIC, Expect, only
from tests.security.reports_talk import a_published_report
from tests.security.world import World

_MAKES = "coordinator"

REPORT_DOCUMENT_ROUTES: dict[str, Expect] = {
    "reports:place": only(_MAKES),
    "reports:unplace": only(_MAKES, method="post"),
    **{f"reports:{name}": PUBLIC for name in ("cooperation", "cooperation_old", "cooperation_pdf")},
    **{
        f"reports:{name}": only(_MAKES)
        for name in (
            "cooperation_desk",
            "cooperation_edit",
            "cooperation_preview",
            "cooperation_send",
            "cooperation_decide",
            "cooperation_chapter",
        )
    },
    "reports:cooperation_back": only(_MAKES, method="post"),
}


def _matter(world: World) -> ReportMatter:
    def make() -> ReportMatter:
        now = clock.now()
        meeting = MeetingFactory(body=BodyFactory(), starts_at=now.replace(year=now.year + 1, day=1))
        return put_on_agenda(a_published_report(world), meeting=meeting, by=world.people[_MAKES], now=now)

    return world.thing("report_matter", make)  # type: ignore[no-any-return]


def _decided(world: World) -> CooperationDocument:
    return world.thing("decided_document", lambda: decided(world.people[_MAKES], now=clock.now()))  # type: ignore[no-any-return]


def _draft(world: World) -> CooperationDocument:
    def make() -> CooperationDocument:
        _decided(world)
        now = clock.now()
        return begin_document(terms(local_date(now))[1], by=world.people[_MAKES], now=now)

    return world.thing("draft_document", make)  # type: ignore[no-any-return]


REPORT_DOCUMENT_KWARGS: dict[str, Callable[[World], dict[str, Any]]] = {
    "reports:place": lambda world: {"report_id": a_published_report(world).pk},
    "reports:unplace": lambda world: {"report_id": a_published_report(world).pk, "pk": _matter(world).pk},
    **{f"reports:{name}": lambda world: {"pk": _decided(world).pk} for name in ("cooperation_old", "cooperation_pdf")},
    **{
        f"reports:{name}": lambda world: {"pk": _draft(world).pk}
        for name in (
            "cooperation_edit",
            "cooperation_preview",
            "cooperation_send",
            "cooperation_decide",
            "cooperation_back",
        )
    },
    "reports:cooperation_chapter": lambda world: {"pk": _draft(world).pk, "key": "johdanto"},
}
