"""The arguments of the routes of handling: a call in handling and one before the body, both with a case.

Everybody who must declare before reading has said that they have no conflict of interest; what a declared
conflict hides is in ``tests/grants/test_conflicts.py``.
"""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.core.files.base import ContentFile

from common import clock
from documents.models import RenderedDocument
from grants.models import Decision
from grants.workflow.conflicts import declare_no_conflicts
from grants.workflow.handling import assign_assessor, open_handling
from grants.workflow.presentation import present_call
from grants.workflow.proposals import propose
from tests.grants.factories import PDF, make_call, make_kind, make_submitted
from tests.grants.factories_money import make_decision
from tests.liaisons.factories import MeetingFactory
from tests.security.world import ASSESSOR, BODY, World

Kwargs = Callable[[World], dict[str, Any]]


def _taken_up(world: World) -> Any:
    """Return a case of the world's organisation in handling, with the world's assessor."""
    now = clock.now()
    call = make_call(
        kind=make_kind(decided_by=world.body),
        opens_at=now - timedelta(days=30),
        closes_at=now - timedelta(days=1),
    )
    sender, coordinator = world.people["ngo_admin"], world.people["coordinator"]
    case = make_submitted(call=call, organisation=world.organisation, by=sender, now=now - timedelta(days=10))
    open_handling(call, by=coordinator, now=now)
    assign_assessor(call, user=world.people[ASSESSOR], until=None, by=coordinator, now=now)
    for role in (ASSESSOR, "presenter"):
        assert declare_no_conflicts([case.pk], by=world.people[role], now=now) == 1
    case.refresh_from_db()
    return case


def _presented(world: World) -> Any:
    """Return such a case, brought to a coming meeting of the world's body."""
    now = clock.now()
    case = _taken_up(world)
    propose(case, sum=Decimal(3000), reasons="Vaikuttavaa.", by=world.people["coordinator"], now=now)
    meeting = MeetingFactory(body=world.body, starts_at=now + timedelta(days=9 + len(world.things)))
    present_call(case.call, meeting=meeting, by=world.people["presenter"], now=now)
    for role in set(BODY) - {"presenter"}:
        assert declare_no_conflicts([case.pk], by=world.people[role], now=now) == 1
    case.refresh_from_db()
    return case


def a_case(world: World) -> Any:
    """Return the case whose call is in handling."""
    return world.thing("case", lambda: _taken_up(world))


def a_presented_case(world: World) -> Any:
    """Return the case whose call is before the body."""
    return world.thing("presented_case", lambda: _presented(world))


def a_served_decision(world: World) -> Any:
    """Return a decision whose letter has been served."""

    def make() -> Any:
        decision = make_decision(application=_presented(world), state="issued")
        letter = RenderedDocument.objects.create(
            kind="grants.decision",
            title="Päätös avustushakemukseen",
            language="fi",
            file=ContentFile(PDF, name="paatos.pdf"),
            name="paatos.pdf",
            size=len(PDF),
            sha256=hashlib.sha256(PDF).hexdigest(),
            pages=1,
            created_at=clock.now(),
        )
        Decision.objects.filter(pk=decision.pk).update(letter=letter)
        return decision

    return world.thing("served_decision", make)


def _call(world: World) -> dict[str, Any]:
    return {"call_id": a_case(world).call_id}


def _presented_call(world: World) -> dict[str, Any]:
    return {"call_id": a_presented_case(world).call_id}


def _case(world: World) -> dict[str, Any]:
    return {"application_id": a_case(world).pk}


def _presented_case(world: World) -> dict[str, Any]:
    return {"application_id": a_presented_case(world).pk}


def _all(builder: Kwargs, names: str) -> dict[str, Kwargs]:
    return dict.fromkeys((f"grants:{name}" for name in names.split()), builder)


GRANTS_HANDLING: dict[str, Kwargs] = {
    **_all(_call, "call_handling call_open_handling call_assessors call_cases_csv call_cases_xlsx proposals"),
    **_all(_call, "call_present declare_many"),
    **_all(_presented_call, "call_take_back decisions decisions_record decisions_issue committee_call"),
    **_all(_case, "declare propose assess"),
    **_all(_presented_case, "case case_assessments case_files case_history committee_case"),
    "grants:call_assessor_end": lambda world: {
        **_call(world),
        "assignment_id": a_case(world).call.assessors.get().pk,
    },
    "grants:case_file": lambda world: {
        **_presented_case(world),
        "attachment_id": a_presented_case(world).attachments.first().pk,
    },
    "grants:municipal": lambda _world: {"code": "167"},
    "grants:decision_letter": lambda world: {"decision_id": a_served_decision(world).pk},
}
