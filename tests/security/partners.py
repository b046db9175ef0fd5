"""Routes of joint applications, and their arguments."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from common import clock
from grants.joint import digest
from grants.models import Application, ApplicationPartner
from grants.workflow.drafts import start_application
from grants.workflow.paper import start_paper_application
from grants.workflow.partners import add_partner, signer
from organisations.models import Organisation
from organisations.workflow.invitations import hash_token
from tests.grants.factories import make_call, make_kind, make_member, make_organisation
from tests.security.expect import PUBLIC, Expect, only
from tests.security.objects_handling import a_served_decision
from tests.security.world import NGO, World

_EDITORS = ("ngo_admin", "ngo_editor", "ngo_signatory")
_LEAD = ("application_partner_new", "application_partner", "application_lead")
_POSTS = ("application_partner_remove", "application_partner_ask")
_PAPER = ("paper_partners", "paper_partner_new", "paper_partner", "paper_lead")

PARTNER_ROUTES: dict[str, Expect] = {
    "grants:application_partners": only(*NGO),
    **{f"grants:{name}": only(*_EDITORS) for name in _LEAD},
    **{f"grants:{name}": only(*_EDITORS, method="post") for name in _POSTS},
    **{f"grants:{name}": only("coordinator", "registrar") for name in _PAPER},
    "grants:paper_partner_remove": only("coordinator", "registrar", method="post"),
    # The world's organisation is the partner of another applicant here.
    "grants:partnerships": only(*NGO),
    "grants:partnership": only(*NGO),
    "grants:partnership_letter": only(*NGO),
    "grants:partner_link": PUBLIC,
}


def _draft(world: World, organisation: Organisation, by: Any, *, on_paper: bool = False) -> Application:
    now = clock.now()
    call = make_call(
        kind=make_kind(decided_by=world.body),
        joint="allowed",
        opens_at=now - timedelta(days=5),
        closes_at=now + timedelta(days=20),
    )
    if not on_paper:
        return start_application(organisation=organisation, call=call, by=by, now=now)
    return start_paper_application(
        organisation=organisation, call=call, channel="post", arrived_at=now - timedelta(days=1), by=by, now=now
    )


def _partner(application: Application, organisation: Organisation | None = None) -> ApplicationPartner:
    return add_partner(
        application,
        organisation=organisation,
        name="" if organisation else "Seurakunta",
        contact_email="seurakunta@example.org",
        task="Ohjaa ryhmää",
        grant_share=Decimal(100),
        by=application.created_by,
        now=clock.now(),
    )


def an_outsider(world: World) -> ApplicationPartner:
    """Return a partner outside the register of a draft of the world's organisation, with a known link.

    Named anew when somebody has removed it.
    """
    found = world.things.get("outsider")
    if found is None or not ApplicationPartner.objects.filter(pk=found.pk).exists():
        by = world.people["ngo_admin"]
        draft = world.thing("joint_draft", lambda: _draft(world, world.organisation, by))
        found = world.things["outsider"] = _partner(draft)
        ApplicationPartner.objects.filter(pk=found.pk).update(
            state="asked", token_hash=hash_token(_token()), link_until=clock.now() + timedelta(days=3)
        )
    return found  # type: ignore[no-any-return]


def _token() -> str:
    return signer().sign("lippu")


def a_paper_partner(world: World) -> ApplicationPartner:
    """Return a partner of what an officer is entering from paper; entered anew when somebody has removed it."""
    found = world.things.get("paper_partner")
    if found is None or not ApplicationPartner.objects.filter(pk=found.pk).exists():
        by = world.people["coordinator"]
        draft = world.thing("joint_paper", lambda: _draft(world, world.organisation, by, on_paper=True))
        found = world.things["paper_partner"] = _partner(draft)
    return found  # type: ignore[no-any-return]


def a_partnership(world: World) -> ApplicationPartner:
    """Return the row by which the world's organisation is a partner of another's draft, and has been asked."""

    def make() -> ApplicationPartner:
        applicant = make_organisation("Toinen hakija ry")
        row = _partner(_draft(world, applicant, make_member(applicant)), world.organisation)
        ApplicationPartner.objects.filter(pk=row.pk).update(state="asked")
        return row

    return world.thing("partnership", make)  # type: ignore[no-any-return]


def a_decided_partnership(world: World) -> ApplicationPartner:
    """Return the row by which the world's organisation is a partner in a case whose decision has been served."""

    def make() -> ApplicationPartner:
        case = a_served_decision(world).application
        row = ApplicationPartner(
            application=case, organisation=world.organisation, task="x", added_by=case.created_by, added_at=clock.now()
        )
        row.state, row.answered_at, row.answered_via = "confirmed", clock.now(), "portal"
        row.confirmed_terms = digest(row)
        row.save()
        return row

    return world.thing("decided_partnership", make)  # type: ignore[no-any-return]


def _lead(world: World) -> dict[str, Any]:
    draft = an_outsider(world).application
    return {"organisation_id": draft.organisation_id, "application_id": draft.pk}


def _lead_partner(world: World) -> dict[str, Any]:
    return {**_lead(world), "partner_id": an_outsider(world).pk}


def _paper(world: World) -> dict[str, Any]:
    draft = a_paper_partner(world).application
    return {"call_id": draft.call_id, "application_id": draft.pk}


def _paper_partner(world: World) -> dict[str, Any]:
    return {**_paper(world), "partner_id": a_paper_partner(world).pk}


def _own(make: Callable[[World], ApplicationPartner]) -> Callable[[World], dict[str, Any]]:
    return lambda world: {"organisation_id": world.organisation.pk, "partner_id": make(world).pk}


def _link(world: World) -> dict[str, Any]:
    an_outsider(world)
    return {"token": _token()}


PARTNER_KWARGS: dict[str, Callable[[World], dict[str, Any]]] = {
    **dict.fromkeys(
        (f"grants:{name}" for name in ("application_partners", "application_partner_new", "application_lead")), _lead
    ),
    **dict.fromkeys((f"grants:{name}" for name in ("application_partner", *_POSTS)), _lead_partner),
    **dict.fromkeys((f"grants:{name}" for name in ("paper_partners", "paper_partner_new", "paper_lead")), _paper),
    **dict.fromkeys((f"grants:{name}" for name in ("paper_partner", "paper_partner_remove")), _paper_partner),
    "grants:partnerships": lambda world: {"organisation_id": world.organisation.pk},
    "grants:partnership": _own(a_partnership),
    "grants:partnership_letter": _own(a_decided_partnership),
    "grants:partner_link": _link,
}
