"""Routes of the officers' work on cases and of the applicant's answers to it, and their arguments."""

from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from common import clock
from common.times import add_days, local_date
from documents.uploads import check_upload
from grants.models import SupplementRequest
from grants.workflow.supplement_answers import save_supplement
from grants.workflow.supplements import ask_supplement
from tests.grants.factories import PDF
from tests.security.expect import Expect, only
from tests.security.objects_handling import a_case
from tests.security.world import ASSESSOR, NGO, World

Kwargs = Callable[[World], dict[str, Any]]
READERS = ("coordinator", "registrar", "auditor")
_WORK = "case_check case_transfer supplement_new hearing_new call_supplements call_checks"
_OWN = "application_messages application_supplement application_supplement_send application_supplement_file"

CASE_WORK_ROUTES: dict[str, Expect] = {
    "grants:inbox": only(*READERS),
    "grants:case_pdf": only(*READERS, ASSESSOR, "presenter"),
    "grants:case_work": only(*READERS),
    "grants:case_supplement": only(*READERS),
    **{f"grants:{name}": only("coordinator") for name in _WORK.split()},
    # Who may not write or send reads; the verbs ask their own policies.
    **{f"grants:{name}": only(*NGO) for name in _OWN.split()},
}


def a_supplement(world: World) -> SupplementRequest:
    """Return an open request with a file in its draft, in the case that is in handling."""

    def make() -> SupplementRequest:
        case, now = a_case(world), clock.now()
        slot = case.call.attachment_slots.first()
        row = ask_supplement(
            case,
            text="Säännöt puuttuvat.",
            due_on=add_days(local_date(now), 14),
            slots=[slot],
            by=world.people["coordinator"],
            now=now,
        )
        upload = check_upload(SimpleUploadedFile("saannot.pdf", PDF))
        by = world.people["ngo_admin"]
        return save_supplement(row, answers={}, note="", uploads=[(slot, upload)], revision=0, by=by, now=now)

    return world.thing("supplement", make)  # type: ignore[no-any-return]


def _case(world: World) -> dict[str, Any]:
    return {"application_id": a_case(world).pk}


def _call(world: World) -> dict[str, Any]:
    return {"call_id": a_case(world).call_id}


def _asked(world: World) -> dict[str, Any]:
    return {**_case(world), "supplement_id": a_supplement(world).pk}


def _own(world: World) -> dict[str, Any]:
    return {"organisation_id": world.organisation.pk, **_asked(world)}


CASE_WORK_KWARGS: dict[str, Kwargs] = {
    **dict.fromkeys(
        (
            f"grants:{name}"
            for name in ["case_work", "case_check", "case_transfer", "supplement_new", "hearing_new", "case_pdf"]
        ),
        _case,
    ),
    **dict.fromkeys(("grants:call_supplements", "grants:call_checks"), _call),
    "grants:case_supplement": _asked,
    "grants:application_messages": lambda world: {"organisation_id": world.organisation.pk, **_case(world)},
    **dict.fromkeys(("grants:application_supplement", "grants:application_supplement_send"), _own),
    "grants:application_supplement_file": lambda world: {
        **_own(world),
        "file_id": a_supplement(world).files.get().pk,
    },
}
