"""A report of an agreement on the organisation's side: written, sent, and read afterwards."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import sign_in_required
from common import clock
from common.errors import Refused
from common.policies import allowed, may
from common.times import local_date
from documents.views import serve
from grants.agreement_reporting import answers, missing
from grants.forms.agreement_reports import ReportForm
from grants.models import AgreementReport, AgreementReportFile
from grants.workflow import agreement_reports as verbs
from organisations.acting import acting_organisation

WITH = ("party__agreement__signed_version", "party__agreement__kind", "party__organisation", "submitted_by")


def _own(request: HttpRequest, organisation_id: int, report_id: int, now: datetime) -> AgreementReport:
    organisation = acting_organisation(request, organisation_id)
    rows = allowed("grants.agreement_report.view_own", request.user, now=now).select_related(*WITH)
    found: AgreementReport = get_object_or_404(rows, pk=report_id, party__organisation=organisation)
    return found


def shared_context(report: AgreementReport, now: datetime) -> dict[str, Any]:
    """Return what the pages of both sides show of a report."""
    agreement = report.party.agreement
    version = agreement.signed_version
    return {
        "report": report,
        "agreement": agreement,
        "organisation": report.party.organisation,
        "duties": version.content.get("organisation_duties", "") if version else "",
        "plan_rows": list(agreement.plan_rows.all()),
        "answers": answers(report),
        "thread": list(report.notes.select_related("by")),
        "is_late": report.is_late(local_date(now)),
    }


def files_of(report: AgreementReport, *, own: bool, removable: bool = False) -> list[dict[str, Any]]:
    """Return the report's files for the list of files."""
    name = "own_agreement_report" if own else "agreement_report"
    base = [report.party.organisation_id, report.pk] if own else [report.pk]
    rows = []
    for one in report.files.all():
        args = [*base, one.pk]
        row = {
            "name": one.name,
            "size": one.size,
            "at": one.uploaded_at,
            "url": reverse(f"grants:{name}_file", args=args),
        }
        if removable:
            row["remove_url"] = reverse("grants:own_agreement_report_remove_file", args=args)
        rows.append(row)
    return rows


@sign_in_required
def report(request: HttpRequest, organisation_id: int, report_id: int) -> HttpResponse:
    """The report: a form while it waits for the organisation, then what was sent."""
    now = clock.now()
    found = _own(request, organisation_id, report_id, now)
    may_send = may("grants.agreement_report.send", request.user, found, now=now)
    if request.method == "POST" and not may_send:
        raise Http404
    if not (may_send and found.waits):
        if request.method == "POST":
            messages.error(request, _("Raportti on jo lähetetty, joten muutoksia ei tallennettu."))
        return _show(request, found, None, now)
    form = ReportForm(request.POST or None, request.FILES or None, report=found)
    if request.method == "POST" and form.is_valid():
        try:
            if _save(request, found, form, now):
                return redirect(found.own_url)
        except Refused as refused:
            form.add_error(None, str(refused.message))
            _show_newest(form, found)
    return _show(request, found, form, now, status=409 if form.errors else 200)


def _show_newest(form: ReportForm, found: AgreementReport) -> None:
    """Let the next press save what is typed, over what was saved meanwhile."""
    found.refresh_from_db()
    form.data = {**form.data.dict(), "revision": str(found.revision)}  # type: ignore[attr-defined]


def _save(request: HttpRequest, found: AgreementReport, form: ReportForm, now: datetime) -> bool:
    """Save what was typed and the file; with the button "send" send it. False when something is missing."""
    revision = form.cleaned_data["revision"]
    saved = verbs.save_agreement_report(found, form.values(), revision=revision, by=request.user, now=now)
    if form.cleaned_data.get("file"):
        verbs.add_report_file(saved, form.cleaned_data["file"], by=request.user, now=now)
    if "send" not in request.POST:
        messages.success(request, _("Raportti on tallennettu. Voitte jatkaa myöhemmin."))
        return True
    if gaps := missing(saved):
        for name, text in gaps:
            form.add_error(name, text)
        messages.info(request, _("Raportti on tallennettu, mutta siitä puuttuu vielä jotakin."))
        _show_newest(form, found)
        return False
    answer = form.cleaned_data.get("answer", "")
    verbs.submit_agreement_report(saved, answer=answer, by=request.user, now=now)
    messages.success(request, _("Raportti on lähetetty. Kerromme, kun se on luettu."))
    return True


def _show(
    request: HttpRequest, found: AgreementReport, form: ReportForm | None, now: datetime, *, status: int = 200
) -> HttpResponse:
    files = files_of(found, own=True, removable=form is not None)
    context = {**shared_context(found, now), "form": form, "files": files, "now": now}
    return render(request, "grants/agreement_reports/own.html", context, status=status)


def file_or_404(report: AgreementReport, file_id: int) -> AgreementReportFile:
    """Return the report's file, else 404."""
    found: AgreementReportFile = get_object_or_404(report.files.all(), pk=file_id)
    return found


@sign_in_required
@require_safe
def file(request: HttpRequest, organisation_id: int, report_id: int, file_id: int) -> HttpResponseBase:
    """A file of the organisation's own report."""
    return serve(request, file_or_404(_own(request, organisation_id, report_id, clock.now()), file_id))


@sign_in_required
def remove_file(request: HttpRequest, organisation_id: int, report_id: int, file_id: int) -> HttpResponse:
    """Ask, then remove a file of an unsent report with its contents."""
    now = clock.now()
    found = _own(request, organisation_id, report_id, now)
    if not may("grants.agreement_report.send", request.user, found, now=now):
        raise Http404
    one = file_or_404(found, file_id)
    if request.method == "POST":
        try:
            verbs.remove_report_file(one, by=request.user, now=now)
        except Refused as refused:
            messages.error(request, str(refused.message))
        else:
            messages.success(request, _("Tiedosto on poistettu."))
        return redirect(found.own_url)
    context = {**shared_context(found, now), "file": one}
    return render(request, "grants/agreement_reports/remove_file.html", context)
