"""Routes of state aid, and their arguments: like ``routes.py`` and ``objects.py``."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from common import clock
from grants.models import Application, DeclaredAid, DeMinimisAid
from grants.workflow.aid_ledger import add_aid
from grants.workflow.drafts import start_application
from grants.workflow.paper import start_paper_application
from grants.workflow.state_aid import add_declared, declare_aid
from grants.workflow.undertakings import name_undertaking
from tests.grants.factories import make_call, make_kind
from tests.security.expect import Expect, only
from tests.security.objects_handling import a_case, a_served_decision
from tests.security.world import NGO, World

Kwargs = Callable[[World], dict[str, Any]]
_EDITORS = ("ngo_admin", "ngo_editor", "ngo_signatory")
_READERS = ("coordinator", "registrar", "auditor")

STATE_AID_ROUTES: dict[str, Expect] = {
    "grants:application_state_aid": only(*NGO),
    "grants:application_aid_new": only(*_EDITORS),
    "grants:application_aid": only(*_EDITORS),
    "grants:application_aid_remove": only(*_EDITORS, method="post"),
    "grants:paper_state_aid": only("coordinator", "registrar"),
    "grants:paper_aid_new": only("coordinator", "registrar"),
    "grants:paper_aid": only("coordinator", "registrar"),
    "grants:paper_aid_remove": only("coordinator", "registrar", method="post"),
    "grants:own_aid": only(*NGO),
    "grants:own_aid_link_new": only(*_EDITORS),
    "grants:own_aid_link_remove": only(*_EDITORS, method="post"),
    "grants:aid_link_new": only("coordinator", "registrar"),
    "grants:aid_link_remove": only("coordinator", "registrar", method="post"),
    # Who may not mark reads; the verb asks its own policy.
    "grants:case_aid": only(*_READERS),
    "grants:aid_ledger": only(*_READERS),
    "grants:aid_organisation": only(*_READERS),
    "grants:aid_new_of_any": only("coordinator", "registrar"),
    "grants:aid_new": only("coordinator", "registrar"),
    "grants:aid_remove": only("coordinator", "registrar", method="post"),
    "grants:aid_register": only(*_READERS),
    "grants:aid_export": only(*_READERS),
    "grants:aid_registered": only(*_READERS),
}


def _declared(world: World, *, on_paper: bool) -> DeclaredAid:
    """Return an aid listed in a draft of the world's organisation; listed anew when somebody has removed it."""
    name, now = f"declared_aid_{on_paper}", clock.now()
    draft: Application | None = world.things.get(name)
    by = world.people["coordinator" if on_paper else "ngo_admin"]
    if draft is None:
        call = make_call(
            kind=make_kind(decided_by=world.body),
            state_aid=True,
            opens_at=now - timedelta(days=5),
            closes_at=now + timedelta(days=20),
        )
        given: dict[str, Any] = {"organisation": world.organisation, "call": call, "by": by, "now": now}
        if on_paper:
            draft = start_paper_application(channel="post", arrived_at=now - timedelta(days=1), **given)
        else:
            draft = start_application(**given)
        declare_aid(draft, is_economic=True, has_earlier=True, by=by, now=now)
        world.things[name] = draft
    row = DeclaredAid.objects.filter(application=draft).first()
    given = {"granter": "Lieksa", "granted_on": now.date(), "sum": Decimal(1), "purpose": "Auto", "by": by, "now": now}
    return row or add_declared(draft, **given)


def an_own_grant(world: World) -> DeMinimisAid:
    """Return the ledger's row of the world's served grant."""

    def make() -> DeMinimisAid:
        decision = a_served_decision(world)
        return DeMinimisAid.objects.create(
            organisation=world.organisation,
            decision=decision,
            granter="Hyvinvointialue",
            granted_on=decision.decided_on,
            sum=decision.sum,
            purpose="Kahvila",
            added_at=clock.now(),
            due_on=decision.decided_on + timedelta(days=28),
        )

    return world.thing("own_grant", make)  # type: ignore[no-any-return]


def a_manual_row(world: World) -> DeMinimisAid:
    """Return a row that an officer wrote down; the same one again, or anew when somebody has removed it."""
    return add_aid(
        world.organisation,
        granter="Lieksa",
        granted_on=clock.now().date(),
        sum=Decimal(1),
        purpose="Auto",
        by=world.people["coordinator"],
        now=clock.now(),
    )


def _draft(world: World) -> dict[str, Any]:
    return {"organisation_id": world.organisation.pk, "application_id": _declared(world, on_paper=False).application_id}


def _paper(world: World) -> dict[str, Any]:
    found = _declared(world, on_paper=True).application
    return {"call_id": found.call_id, "application_id": found.pk}


def _organisation(world: World) -> dict[str, Any]:
    an_own_grant(world)
    return {"organisation_id": world.organisation.pk}


def _ledger(world: World) -> dict[str, Any]:
    an_own_grant(world)
    return {}


def _linked(world: World) -> dict[str, Any]:
    """Return a link of the world's organisation; the same one again, or anew when somebody has removed it."""
    row = name_undertaking(
        world.organisation,
        name="Kahvila Oy",
        business_id="0116297-6",
        control="votes",
        by=world.people["coordinator"],
        now=clock.now(),
    )
    return {"organisation_id": world.organisation.pk, "link_id": row.pk}


STATE_AID_KWARGS: dict[str, Kwargs] = {
    "grants:application_state_aid": _draft,
    "grants:application_aid_new": _draft,
    "grants:application_aid": lambda world: {**_draft(world), "aid_id": _declared(world, on_paper=False).pk},
    "grants:application_aid_remove": lambda world: {**_draft(world), "aid_id": _declared(world, on_paper=False).pk},
    "grants:paper_state_aid": _paper,
    "grants:paper_aid_new": _paper,
    "grants:paper_aid": lambda world: {**_paper(world), "aid_id": _declared(world, on_paper=True).pk},
    "grants:paper_aid_remove": lambda world: {**_paper(world), "aid_id": _declared(world, on_paper=True).pk},
    "grants:own_aid": _organisation,
    "grants:own_aid_link_new": _organisation,
    "grants:own_aid_link_remove": _linked,
    "grants:aid_link_new": _organisation,
    "grants:aid_link_remove": _linked,
    "grants:case_aid": lambda world: {"application_id": a_case(world).pk},
    "grants:aid_ledger": _ledger,
    "grants:aid_organisation": _organisation,
    "grants:aid_new": _organisation,
    "grants:aid_remove": lambda world: {
        "organisation_id": world.organisation.pk,
        "aid_id": a_manual_row(world).pk,
    },
    "grants:aid_register": _ledger,
    "grants:aid_export": lambda world: {**_ledger(world), "kind": "csv"},
    "grants:aid_registered": lambda world: {"aid_id": an_own_grant(world).pk},
}
