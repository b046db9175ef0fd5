"""Routes of applications that come on paper, and their arguments."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from common import clock
from documents.uploads import check_upload
from grants.models import Application
from grants.workflow.drafts import copy_to_columns
from grants.workflow.paper import enter_paper_application, start_paper_application
from tests.grants.factories import PDF, attach, make_call, make_kind
from tests.security.expect import Expect, only
from tests.security.world import NGO, World

_ENTERING = ("paper", "paper_arrival", "paper_attachments", "paper_attachment", "paper_review", "paper_discard")

PAPER_ROUTES: dict[str, Expect] = {
    "grants:paper_new": only("coordinator", "registrar"),
    # Nobody of the organisation, before it has been entered.
    **{f"grants:{name}": only("coordinator", "registrar") for name in (*_ENTERING, "paper_page")},
    "grants:case_original": only("coordinator", "registrar", "auditor"),
    "grants:own_original": only(*NGO),
}


def _begun(world: World) -> Application:
    now, by = clock.now(), world.people["coordinator"]
    call = make_call(
        kind=make_kind(decided_by=world.body), opens_at=now - timedelta(days=5), closes_at=now + timedelta(days=20)
    )
    draft = start_paper_application(
        organisation=world.organisation,
        call=call,
        channel="post",
        arrived_at=now - timedelta(days=1),
        upload=check_upload(SimpleUploadedFile("paperi.pdf", PDF)),
        by=by,
        now=now,
    )
    attach(draft, call.attachment_slots.order_by("order")[0], by=by, now=now)
    return draft


def a_paper_draft(world: World) -> Application:
    """Return what an officer is entering for the world's organisation; made anew when somebody has removed it."""
    found = world.things.get("paper_draft")
    if found is None or not Application.objects.filter(pk=found.pk, received_at__isnull=True).exists():
        world.things["paper_draft"] = _begun(world)
    return world.things["paper_draft"]  # type: ignore[no-any-return]


def an_entered_one(world: World) -> Application:
    """Return a paper application of the world's organisation that has been entered, with its scan."""

    def make() -> Application:
        draft = _begun(world)
        draft.answers = {"title": "Vertaisryhmät", "asked_sum": "3000.00"}
        copy_to_columns(draft, draft.form_version.definition)
        draft.save()
        enter_paper_application(draft, by=world.people["registrar"], now=clock.now())
        return draft

    return world.thing("entered_paper", make)  # type: ignore[no-any-return]


def _draft(world: World) -> dict[str, Any]:
    found = a_paper_draft(world)
    return {"call_id": found.call_id, "application_id": found.pk}


def _page(world: World) -> dict[str, Any]:
    definition = a_paper_draft(world).form_version.definition
    return {**_draft(world), "page": definition["pages"][0]["key"]}


PAPER_KWARGS: dict[str, Callable[[World], dict[str, Any]]] = {
    "grants:paper_new": lambda world: {"call_id": a_paper_draft(world).call_id},
    **dict.fromkeys((f"grants:{name}" for name in _ENTERING), _draft),
    "grants:paper_attachment": lambda world: {
        **_draft(world),
        "attachment_id": a_paper_draft(world).attachments.get().pk,
    },
    "grants:paper_page": _page,
    "grants:case_original": lambda world: {"application_id": an_entered_one(world).pk},
    "grants:own_original": lambda world: {
        "organisation_id": world.organisation.pk,
        "application_id": an_entered_one(world).pk,
    },
}
