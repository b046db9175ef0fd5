"""Payments and use reports of the tests of routes, and their arguments: like ``objects.py``."""

from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from documents.uploads import check_upload
from grants.models import UseReportAttachment
from tests.grants.factories import PDF
from tests.grants.factories_money import FINAL, make_payment, make_use_report
from tests.security.world import World

Kwargs = Callable[[World], dict[str, Any]]


def a_payment(world: World) -> Any:
    """Return an instalment that waits, of the world's organisation."""
    fields = {"organisation": world.organisation, "by": world.people["ngo_admin"]}
    return world.thing("payment", lambda: make_payment(**fields))


def a_report_file(world: World) -> Any:
    """Return a file of a use report that the world's organisation fills in."""

    def make() -> Any:
        found = UseReportAttachment(use_report=make_use_report(decision=a_payment(world).decision))
        found.take(check_upload(SimpleUploadedFile("esite.pdf", PDF)), by=world.people["ngo_admin"], now=FINAL)
        found.save()
        return found

    return world.thing("report_file", make)


def _own_report(world: World) -> dict[str, Any]:
    return {"organisation_id": world.organisation.pk, "report_id": a_report_file(world).use_report_id}


def _own_file(world: World) -> dict[str, Any]:
    return {**_own_report(world), "file_id": a_report_file(world).pk}


GRANTS_MONEY: dict[str, Kwargs] = {
    "grants:payments_export": lambda world: {"kind": "csv"},
    "grants:payment": lambda world: {"payment_id": a_payment(world).pk},
    "grants:plan_payment": lambda world: {"decision_id": a_payment(world).decision_id},
    "grants:own_payments": lambda world: {"organisation_id": world.organisation.pk},
    "grants:use_reports_export": lambda world: {"kind": "xlsx"},
    "grants:officer_report": lambda world: {"report_id": a_report_file(world).use_report_id},
    "grants:report_file": lambda world: {
        "report_id": a_report_file(world).use_report_id,
        "file_id": a_report_file(world).pk,
    },
    "grants:own_use_reports": lambda world: {"organisation_id": world.organisation.pk},
    "grants:use_report": _own_report,
    "grants:use_report_add_file": _own_report,
    "grants:use_report_remove_file": _own_file,
    "grants:own_report_file": _own_file,
}
