"""Routes of negotiated grants: negotiation, co-funders, continuity; and their arguments."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from common import clock
from common.times import local_date
from documents.uploads import check_upload
from grants.models import Application, CallInvitation, Continuity, NegotiationMeeting, Procedure, Side
from grants.workflow.cofunding import FunderFacts, Share, keep_cofunding, save_project
from grants.workflow.handling import open_handling
from grants.workflow.negotiation_meetings import arrange_meeting
from grants.workflow.negotiations import Offer, open_negotiation, send_version
from tests.grants.factories import PDF, make_call, make_kind, make_submitted
from tests.security.expect import Expect, only
from tests.security.world import LIAISON, NGO, World

Kwargs = Callable[[World], dict[str, Any]]
_READERS = ("coordinator", "registrar", "auditor")
_EDITORS = ("ngo_admin", "ngo_editor", "ngo_signatory")
_SENDERS = ("ngo_admin", "ngo_signatory")
_WORK = ("version_new", "participants", "meeting_new", "meeting", "end")
_KEEP = ("cofunding_new", "cofunding_edit", "cofunded_project")

NEGOTIATION_ROUTES: dict[str, Expect] = {
    # Liaison people have the list of those in which they take part; it may be empty.
    "grants:negotiations": only(*_READERS, *LIAISON),
    "grants:negotiation": only(*_READERS),
    "grants:negotiation_version": only(*_READERS),
    **{f"grants:negotiation_{name}": only("coordinator") for name in _WORK},
    "grants:commitments": only(*_READERS),
    "grants:commitments_csv": only(*_READERS),
    "grants:cofunding": only(*_READERS),
    "grants:cofunding_file": only(*_READERS),
    **{f"grants:{name}": only("coordinator") for name in _KEEP},
    "grants:continuity": only(*_READERS),
    "grants:continuity_agreement": only("coordinator", method="post"),
    "grants:own_negotiation": only(*NGO),
    "grants:own_negotiation_version": only(*NGO),
    "grants:own_negotiation_version_new": only(*_EDITORS),
    "grants:own_negotiation_end": only(*_SENDERS),
    "grants:own_cofunding": only(*NGO),
    "grants:own_cofunding_file": only(*NGO),
    "grants:own_cofunding_new": only(*_EDITORS),
    "grants:own_cofunding_edit": only(*_EDITORS),
    "grants:own_continuity": only(*NGO),
}


def a_negotiated(world: World) -> Application:
    """Return a case of the world's organisation in the middle of its negotiation, with all that belongs to it."""

    def make() -> Application:
        now, by = clock.now(), world.people["coordinator"]
        call = make_call(
            kind=make_kind(decided_by=world.body),
            procedure=Procedure.NEGOTIATED,
            opens_at=now - timedelta(days=30),
            closes_at=now - timedelta(days=1),
        )
        CallInvitation.objects.create(
            call=call, organisation=world.organisation, invited_by=by, invited_at=now - timedelta(days=30)
        )
        sender = world.people["ngo_admin"]
        case = make_submitted(call=call, organisation=world.organisation, by=sender, now=now - timedelta(days=10))
        open_handling(call, by=by, now=now)
        case.refresh_from_db()
        open_negotiation(case, turn=Side.COUNTY, by=by, now=now)
        send_version(case, Offer(Decimal(1000), "Palkka"), side=Side.COUNTY, seen=0, by=by, now=now)
        arrange_meeting(case, starts_at=now + timedelta(days=3), place="Sote-keskus", by=by, now=now)
        facts = FunderFacts("stea", "STEA", Decimal(5000), "asked")
        upload = check_upload(SimpleUploadedFile("paatos.pdf", PDF))
        keep_cofunding(case, facts, side=Side.COUNTY, upload=upload, by=by, now=now)
        year = now.year
        term = {"starts_on": date(year, 1, 1), "ends_on": date(year + 1, 12, 31)}
        project = save_project(case, name="Hanke", shares=[Share(year, Decimal(1000))], by=by, now=now, **term)
        Continuity.objects.create(project=project, asked_at=now, due_on=local_date(now))
        return case

    return world.thing("negotiated", make)  # type: ignore[no-any-return]


def _case(world: World) -> dict[str, Any]:
    return {"application_id": a_negotiated(world).pk}


def _own(world: World) -> dict[str, Any]:
    return {"organisation_id": world.organisation.pk, **_case(world)}


def _meeting(world: World) -> dict[str, Any]:
    found = NegotiationMeeting.objects.get(negotiation__application=a_negotiated(world))
    return {**_case(world), "meeting_id": found.pk}


def _row(world: World) -> dict[str, Any]:
    return {"cofunding_id": a_negotiated(world).cofunding.get().pk}


def _file(world: World) -> dict[str, Any]:
    return {"file_id": a_negotiated(world).cofunding.get().files.get().pk}


_BOTH: dict[str, Kwargs] = {
    "negotiation": lambda world: {},
    "negotiation_version_new": lambda world: {},
    "negotiation_version": lambda world: {"number": 1},
    "negotiation_end": lambda world: {},
    "cofunding": lambda world: {},
    "cofunding_new": lambda world: {},
    "cofunding_edit": _row,
    "cofunding_file": _file,
    "continuity": lambda world: {},
}


def _county(more: Kwargs) -> Kwargs:
    return lambda world: {**_case(world), **more(world)}


def _organisation(more: Kwargs) -> Kwargs:
    return lambda world: {**_own(world), **more(world)}


NEGOTIATION_KWARGS: dict[str, Kwargs] = {
    **{f"grants:{name}": _county(more) for name, more in _BOTH.items()},
    **{f"grants:own_{name}": _organisation(more) for name, more in _BOTH.items()},
    "grants:negotiation_participants": _case,
    "grants:negotiation_meeting_new": _case,
    "grants:negotiation_meeting": _meeting,
    "grants:cofunded_project": _case,
    "grants:continuity_agreement": _case,
}
