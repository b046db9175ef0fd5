"""Routes of what the second half of grants has: support by year, reports of agreements; and their arguments."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from common import clock
from documents.uploads import check_upload
from grants.models import AgreementReport, AgreementReportFile
from liaisons.models import Post
from tests.grants.factories import PDF
from tests.security.agreements import an_agreement
from tests.security.expect import PUBLIC, Expect, only
from tests.security.world import LIAISON, NGO, World

Kwargs = Callable[[World], dict[str, Any]]
_READERS = ("coordinator", "registrar", "auditor")

SUPPORT_ROUTES: dict[str, Expect] = {
    "organisations:public_support": PUBLIC,
    "organisations:support_list": only(*_READERS),
    "organisations:support_list_file": only(*_READERS),
    "organisations:county_support": only(*_READERS),
    "organisations:county_support_file": only(*_READERS),
    "organisations:own_support": only(*NGO),
    "organisations:own_support_file": only(*NGO),
    # Liaison people have the list of their units; it is empty for a municipality's.
    **{f"grants:{name}": only(*_READERS, *LIAISON) for name in ("agreement_reports", "agreement_reports_export")},
    "grants:agreement_reports_remind": only(*_READERS, *LIAISON, method="post"),
    **{f"grants:agreement_report{name}": only(*_READERS, "liaison_unit") for name in ("", "_file")},
    "grants:agreements_xlsx": only(*_READERS, "liaison_unit"),
    "grants:agreement_report_paper": only("coordinator", "liaison_unit"),
    **{f"grants:own_agreement_report{name}": only(*NGO) for name in ("", "_file")},
    "grants:own_agreement_report_remove_file": only("ngo_admin", "ngo_editor", "ngo_signatory"),
}


def _organisation(world: World) -> dict[str, Any]:
    return {"pk": world.organisation.pk}


def _own(world: World) -> dict[str, Any]:
    return {"organisation_id": world.organisation.pk}


def a_report(world: World) -> AgreementReport:
    """Return a report with a file, of the world's agreement, whose unit is that of the liaison person."""

    def make() -> AgreementReport:
        agreement, now = an_agreement(world), clock.now()
        agreement.unit = Post.objects.filter(appointments__user=world.people["liaison_unit"]).earliest("pk").unit
        agreement.save(update_fields=["unit"])
        found: AgreementReport = agreement.parties.get().reports.create(
            period_from=date(2026, 1, 1), period_to=date(2026, 4, 30), due_on=date(2026, 5, 1), opened_at=now
        )
        file = AgreementReportFile(report=found)
        file.take(check_upload(SimpleUploadedFile("kuvat.pdf", PDF)), by=world.people["ngo_admin"], now=now)
        file.save()
        return found

    return world.thing("agreement_report", make)  # type: ignore[no-any-return]


def _report(world: World) -> dict[str, Any]:
    return {"report_id": a_report(world).pk}


def _nothing(world: World) -> dict[str, Any]:
    a_report(world)
    return {}


def _own_report(world: World) -> dict[str, Any]:
    return {**_report(world), **_own(world)}


def _file(base: Kwargs) -> Kwargs:
    return lambda world: {**base(world), "file_id": a_report(world).files.get().pk}


SUPPORT_KWARGS: dict[str, Kwargs] = {
    "organisations:public_support": _organisation,
    "organisations:support_list_file": lambda _world: {"kind": "csv"},
    "organisations:county_support": _organisation,
    "organisations:county_support_file": lambda world: {**_organisation(world), "kind": "xlsx"},
    "organisations:own_support": _own,
    "organisations:own_support_file": lambda world: {**_own(world), "kind": "csv"},
    "grants:agreement_reports_export": lambda _world: {"kind": "csv"},
    "grants:agreements_xlsx": _nothing,
    "grants:agreement_report": _report,
    "grants:agreement_report_paper": _report,
    "grants:agreement_report_file": _file(_report),
    "grants:own_agreement_report": _own_report,
    "grants:own_agreement_report_file": _file(_own_report),
    "grants:own_agreement_report_remove_file": _file(_own_report),
}
