"""Routes of statements of liaison people, files of messages and saved views of the inbox, and their arguments."""

from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from common import clock
from common.times import add_days, local_date
from documents.uploads import check_upload
from grants.models import CaseStatement, MessageFile
from grants.workflow.case_work import write_message
from grants.workflow.statements import ask_statements
from liaisons.models import Post
from tests.grants.factories import PDF
from tests.liaisons.factories import AppointmentFactory
from tests.security.expect import NOBODY, SIGNED_IN, Expect, only
from tests.security.objects_handling import a_case
from tests.security.world import NGO, World

Kwargs = Callable[[World], dict[str, Any]]
READERS = ("coordinator", "registrar", "auditor")

STATEMENT_ROUTES: dict[str, Expect] = {
    "grants:statement_new": only("coordinator"),
    "grants:case_statement": only(*READERS),
    "grants:case_message_file": only(*READERS),
    "grants:application_message_file": only(*NGO),
    # Everybody has the list of their own; it is empty for those of whom nothing is asked.
    "grants:own_statements": SIGNED_IN,
    # The world's statement is asked of a post that none of its people holds.
    "grants:own_statement": NOBODY,
}


def a_statement(world: World) -> CaseStatement:
    """Return a request in the world's case to a post of somebody outside the world's people."""

    def make() -> CaseStatement:
        post: Post = AppointmentFactory().post
        now = clock.now()
        asked = {"question": "Onko tarvetta?", "due_on": add_days(local_date(now), 14)}
        return ask_statements(a_case(world), [post.pk], **asked, by=world.people["coordinator"], now=now)[0]

    return world.thing("case_statement", make)  # type: ignore[no-any-return]


def a_message_file(world: World) -> MessageFile:
    """Return a file that an officer sent with a message in the world's case."""

    def make() -> MessageFile:
        upload = check_upload(SimpleUploadedFile("malli.pdf", PDF))
        by = world.people["coordinator"]
        made = write_message(a_case(world), text="Tässä malli.", uploads=[upload], by=by, now=clock.now())
        return made.files.get()

    return world.thing("message_file", make)  # type: ignore[no-any-return]


STATEMENT_KWARGS: dict[str, Kwargs] = {
    "grants:statement_new": lambda world: {"application_id": a_case(world).pk},
    "grants:case_statement": lambda world: {
        "application_id": a_case(world).pk,
        "statement_id": a_statement(world).pk,
    },
    "grants:own_statement": lambda world: {"statement_id": a_statement(world).pk},
    "grants:case_message_file": lambda world: {
        "application_id": a_case(world).pk,
        "file_id": a_message_file(world).pk,
    },
    "grants:application_message_file": lambda world: {
        "organisation_id": world.organisation.pk,
        "application_id": a_case(world).pk,
        "file_id": a_message_file(world).pk,
    },
}
