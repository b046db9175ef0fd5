"""Routes of what is public of grants, of earlier grants, and of the records system, and their arguments."""

from collections.abc import Callable
from typing import Any

from common import clock
from grants.models import EarlierGrantImport, RecordsPackage
from grants.workflow.records import make_package
from tests.grants.factories_records import make_whole_case
from tests.security.expect import PUBLIC, Expect, only
from tests.security.world import World

PUBLIC_DATA_ROUTES: dict[str, Expect] = {
    "grants:public_grants": PUBLIC,
    "grants:public_applied": PUBLIC,
    "grants:organisation_earlier": PUBLIC,
    **{f"grants_data:{name}": PUBLIC for name in ("csv", "json", "fields", "giving")},
    "grants:earlier_new": only("coordinator"),
    "grants:earlier_import": only("coordinator"),
    "grants:records": only("coordinator", "registrar"),
    "grants:records_call": only("coordinator", "registrar"),
    "grants:records_package": only("coordinator", "registrar"),
    "grants:records_download": only("coordinator", "registrar"),
}


def a_package(world: World) -> RecordsPackage:
    """Return a package of one decided case."""

    def make() -> RecordsPackage:
        case = make_whole_case().application
        by = world.people["registrar"]
        return make_package(case.call, applications=[case.pk], reason="", by=by, now=clock.now())

    return world.thing("records_package", make)  # type: ignore[no-any-return]


def a_reading(world: World) -> EarlierGrantImport:
    """Return a reading of a file that nobody has taken."""
    return world.thing(  # type: ignore[no-any-return]
        "earlier_import",
        lambda: EarlierGrantImport.objects.create(file_name="a.csv", form="stea", created_at=clock.now()),
    )


PUBLIC_DATA_KWARGS: dict[str, Callable[[World], dict[str, Any]]] = {
    "grants:organisation_earlier": lambda world: {"pk": world.organisation.pk},
    "grants:earlier_import": lambda world: {"run_id": a_reading(world).pk},
    "grants:records_call": lambda world: {"call_id": a_package(world).call_id},
    "grants:records_package": lambda world: {"package_id": a_package(world).pk},
    "grants:records_download": lambda world: {"package_id": a_package(world).pk},
}
