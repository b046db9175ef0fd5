"""Routes of bundles of cases, and their arguments: like ``routes.py`` and ``objects.py``."""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.core.files.base import ContentFile

from common import clock
from grants.models import BundledCase, CaseBundle, CaseBundleFile
from tests.grants.factories import PDF
from tests.security.expect import Expect, only
from tests.security.objects_handling import a_presented_case
from tests.security.world import ASSESSOR, BODY, World

Kwargs = Callable[[World], dict[str, Any]]

BUNDLE_ROUTES: dict[str, Expect] = {
    "grants:case_bundle_new": only("coordinator", "registrar", "auditor", *BODY, ASSESSOR),
    # A bundle is one person's own.
    "grants:case_bundle": only("coordinator"),
    "grants:case_bundle_file": only("coordinator"),
}


def a_bundle(world: World) -> CaseBundle:
    """Return the coordinator's bundle of one case, with its file."""

    def make() -> CaseBundle:
        case, now = a_presented_case(world), clock.now()
        bundle = CaseBundle.objects.create(
            call=case.call,
            made_for=world.people["coordinator"],
            state="ready",
            total=1,
            done=1,
            asked_at=now,
            expires_at=now + timedelta(days=7),
        )
        BundledCase.objects.create(bundle=bundle, application=case, order=1)
        CaseBundleFile.objects.create(
            bundle=bundle,
            file=ContentFile(PDF, name="nippu.pdf"),
            name="nippu.pdf",
            size=len(PDF),
            sha256=hashlib.sha256(PDF).hexdigest(),
            content_type="application/pdf",
            scan_state="clean",
            uploaded_at=now,
        )
        return bundle

    return world.thing("case_bundle", make)  # type: ignore[no-any-return]


def _bundle(world: World) -> dict[str, Any]:
    return {"bundle_id": a_bundle(world).pk}


BUNDLE_KWARGS: dict[str, Kwargs] = {
    "grants:case_bundle_new": lambda world: {"call_id": a_presented_case(world).call_id},
    "grants:case_bundle": _bundle,
    "grants:case_bundle_file": _bundle,
}
