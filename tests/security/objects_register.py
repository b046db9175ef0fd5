"""The arguments of the register's routes: a report with its file, a pair, a merge."""

from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from common import clock
from documents.uploads import check_upload
from organisations.models import MergeJournal
from organisations.workflow import report_register_error
from tests.organisations.factories import OrganisationFactory
from tests.organisations.merging import merged
from tests.security.world import World

Kwargs = Callable[[World], dict[str, Any]]


def a_report(world: World) -> Any:
    """Return an error that the world's organisation has reported, with a file."""

    def make() -> Any:
        return report_register_error(
            world.organisation,
            field="name",
            value="Oikea Nimi ry",
            note="Muutosilmoitus on tehty.",
            attachment=check_upload(SimpleUploadedFile("ote.txt", b"Ote")),
            by=world.people["ngo_admin"],
            now=clock.now(),
        )

    return world.thing("register_report", make)


def a_merge(world: World) -> MergeJournal:
    """Return a merge of two organisations that are nobody's here."""

    def make() -> MergeJournal:
        return merged(OrganisationFactory(), OrganisationFactory(), by=world.people["coordinator"], now=clock.now())

    found: MergeJournal = world.thing("merge", make)
    return found


def _own(world: World) -> dict[str, Any]:
    return {"organisation_id": world.organisation.pk}


REGISTER: dict[str, Kwargs] = {
    "organisations:review": lambda world: {"pk": a_report(world).pk},
    "organisations:review_file": lambda world: {"pk": a_report(world).pk},
    "organisations:own_reviews": _own,
    "organisations:report_error": _own,
    "organisations:own_review": lambda world: {**_own(world), "pk": a_report(world).pk},
    "organisations:compare": lambda world: {"first": world.organisation.pk, "second": world.other_organisation.pk},
    "organisations:merge": lambda world: {"survivor": world.organisation.pk, "vanished": world.other_organisation.pk},
    "organisations:merge_journal": lambda world: {"pk": a_merge(world).pk},
    "organisations:merge_undo": lambda world: {"pk": a_merge(world).pk},
}
