"""Routes of claims before the body and about later decisions, and their arguments: like ``routes.py``."""

import hashlib
from collections.abc import Callable
from typing import Any

from django.core.files.base import ContentFile

from common import clock
from grants.models import ClaimFile
from tests.grants.factories import PDF
from tests.security.changes import a_decided_change
from tests.security.decisions import a_claim
from tests.security.expect import Expect, only
from tests.security.recoveries import a_recovery
from tests.security.world import BODY, NGO, World

Kwargs = Callable[[World], dict[str, Any]]
_WHOLE_CASE = ("coordinator", "registrar", "auditor", *BODY)
_SENDERS = ("ngo_admin", "ngo_signatory")

CLAIM_ROUTES: dict[str, Expect] = {
    "grants:claim_present": only("presenter"),
    "grants:claim_take_back": only("presenter", method="post"),
    "grants:claim_target_letter": only(*NGO, *_WHOLE_CASE),
    "grants:claim_file": only(*NGO, *_WHOLE_CASE),
    "grants:change_claim_register": only("registrar"),
    "grants:recovery_claim_register": only("registrar"),
    "grants:change_claim_new": only(*_SENDERS),
    "grants:recovery_claim_new": only(*_SENDERS),
}


def a_claim_file(world: World) -> ClaimFile:
    """Return a file that came with the world's claim."""

    def make() -> ClaimFile:
        return ClaimFile.objects.create(
            claim=a_claim(world),
            file=ContentFile(PDF, name="selvitys.pdf"),
            name="selvitys.pdf",
            size=len(PDF),
            sha256=hashlib.sha256(PDF).hexdigest(),
            content_type="application/pdf",
            scan_state="clean",
            uploaded_at=clock.now(),
        )

    return world.thing("claim_file", make)  # type: ignore[no-any-return]


def _claim(world: World) -> dict[str, Any]:
    return {"claim_id": a_claim(world).pk}


def _change(world: World) -> dict[str, Any]:
    return {"change_id": a_decided_change(world).pk}


def _recovery(world: World) -> dict[str, Any]:
    return {"recovery_id": a_recovery(world).pk}


def _own(builder: Kwargs) -> Kwargs:
    return lambda world: {"organisation_id": world.organisation.pk, **builder(world)}


CLAIM_KWARGS: dict[str, Kwargs] = {
    **dict.fromkeys((f"grants:claim_{name}" for name in ("present", "take_back", "target_letter")), _claim),
    "grants:claim_file": lambda world: {**_claim(world), "file_id": a_claim_file(world).pk},
    "grants:change_claim_register": _change,
    "grants:recovery_claim_register": _recovery,
    "grants:change_claim_new": _own(_change),
    "grants:recovery_claim_new": _own(_recovery),
}
