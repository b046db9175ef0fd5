"""Routes of decisions that hold, and their arguments: like ``routes.py`` and ``objects.py``."""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.core.files.base import ContentFile

from common import clock
from documents.models import RenderedDocument
from grants.models import Decision, DecisionVersion, Phrase, RevisionClaim
from grants.workflow.claims import register_claim
from tests.grants.factories import PDF
from tests.security.expect import Expect, only
from tests.security.objects_handling import a_presented_case, a_served_decision
from tests.security.world import ASSESSOR, BODY, NGO, World

Kwargs = Callable[[World], dict[str, Any]]
_READERS = ("coordinator", "registrar", "auditor")
_WHOLE_CASE = (*_READERS, *BODY)
_SENDERS = ("ngo_admin", "ngo_signatory")
_RECORD = ("registrar", "secretary")

DECISION_ROUTES: dict[str, Expect] = {
    "grants:grant_answer": only(*_SENDERS),
    "grants:claim_new": only(*_SENDERS),
    "grants:own_claim": only(*NGO),
    "grants:decisions_publication": only(*_RECORD),
    "grants:decisions_print": only(*_READERS, "presenter", "secretary"),
    "grants:decision_edit": only("coordinator", "registrar"),
    "grants:decision_correct": only("coordinator", "registrar"),
    "grants:claim_register": only("registrar"),
    "grants:decision_version": only(*NGO, *_WHOLE_CASE, ASSESSOR, "payments_clerk"),
    # Of the body's people those who read some claim; in this world they all read the one that there is.
    "grants:claims": only(*_WHOLE_CASE),
    "grants:claim": only(*_WHOLE_CASE),
    "grants:claim_propose": only("coordinator"),
    "grants:claim_decide": only(*_RECORD),
    "grants:claim_appeal": only(*_RECORD),
    "grants:claim_court": only(*_RECORD),
    "grants:claim_letter": only(*NGO, *_WHOLE_CASE),
    "grants:phrases": only("coordinator"),
    "grants:phrase_new": only("coordinator"),
    "grants:phrase": only("coordinator"),
    "grants:phrase_remove": only("coordinator", method="post"),
}


def a_letter() -> RenderedDocument:
    """Return a letter whose file is there."""
    return RenderedDocument.objects.create(
        kind="grants.decision",
        title="Päätös",
        language="fi",
        file=ContentFile(PDF, name="paatos.pdf"),
        name="paatos.pdf",
        size=len(PDF),
        sha256=hashlib.sha256(PDF).hexdigest(),
        pages=1,
        created_at=clock.now(),
    )


def a_decision(world: World) -> Decision:
    """Return the world's served decision with its first version."""

    def make() -> Decision:
        row: Decision = a_served_decision(world)
        row.refresh_from_db()
        names = ("outcome", "sum", "reasons", "legal_basis", "contact", "decided_on", "section_number", "sent_on")
        DecisionVersion.objects.create(
            decision=row,
            number=1,
            kind="original",
            **{name: getattr(row, name) for name in names},
            letter=a_letter(),
            made_by=row.recorded_by,
            made_at=clock.now(),
        )
        return row

    return world.thing("decision_with_version", make)  # type: ignore[no-any-return]


def a_claim(world: World) -> RevisionClaim:
    """Return a claim of the world's organisation about it, decided, with its letter."""

    def make() -> RevisionClaim:
        decision, by, now = a_decision(world), world.people["registrar"], clock.now()
        Decision.objects.filter(pk=decision.pk).update(decided_on=now.date() - timedelta(days=3))
        claim = register_claim(
            decision, claimant="party", name="Järjestö", demand="Lisää.", arrived_at=now, by=by, now=now
        )
        made = {"recorded_by": by, "recorded_at": now, "decided_on": now.date(), "sent_on": now.date()}
        RevisionClaim.objects.filter(pk=claim.pk).update(
            state="decided",
            proposed="rejected",
            proposal_reasons="Ei uutta.",
            proposed_by=by,
            proposed_at=now,
            outcome="rejected",
            reasons="Ei uutta.",
            court="Hallinto-oikeus",
            section_number=3,
            appeal_ends_on=now.date() + timedelta(days=33),
            letter=a_letter(),
            **made,
        )
        return claim

    return world.thing("revision_claim", make)  # type: ignore[no-any-return]


def _own(world: World) -> dict[str, Any]:
    return {"organisation_id": world.organisation.pk, "application_id": a_decision(world).application_id}


def _phrase(world: World) -> dict[str, Any]:
    made = world.thing(
        "phrase", lambda: Phrase.objects.create(title="Vaikuttavuus", text_fi="Vaikuttavaa.", edited_at=clock.now())
    )
    return {"phrase_id": made.pk}


def _decision(world: World) -> dict[str, Any]:
    return {"decision_id": a_decision(world).pk}


def _claim(world: World) -> dict[str, Any]:
    return {"claim_id": a_claim(world).pk}


def _call(world: World) -> dict[str, Any]:
    return {"call_id": a_presented_case(world).call_id}


def _no_arguments(world: World) -> dict[str, Any]:
    a_claim(world)
    return {}


DECISION_KWARGS: dict[str, Kwargs] = {
    **dict.fromkeys(("grants:grant_answer", "grants:claim_new"), _own),
    "grants:own_claim": lambda world: {**_claim(world), "organisation_id": world.organisation.pk},
    **dict.fromkeys(("grants:decisions_publication", "grants:decisions_print"), _call),
    **dict.fromkeys((f"grants:{name}" for name in ("decision_edit", "decision_correct", "claim_register")), _decision),
    "grants:decision_version": lambda world: {**_decision(world), "number": 1},
    "grants:claims": _no_arguments,
    **dict.fromkeys(
        (f"grants:claim{name}" for name in ("", "_propose", "_decide", "_appeal", "_court", "_letter")), _claim
    ),
    **dict.fromkeys(("grants:phrase", "grants:phrase_remove"), _phrase),
}
