"""Pages of use reports: the organisation's form, the officers' two checks."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.roles import request_roles
from common import clock
from common.errors import Refused
from common.exports import csv_response, xlsx_response
from common.pagination import paginate
from common.policies import allowed, get_allowed, may
from common.times import local_date
from documents.uploads import check_upload
from documents.views import serve
from grants import money_lists
from grants.forms.money import ReturnForm, UseReportFilter, UseReportForm
from grants.models import UseReport, UseReportAttachment
from grants.workflow import use_reports as verbs
from organisations.acting import acting_organisation

READERS = {"coordinator", "registrar", "auditor", "payments_clerk"}
MAX_FILES = 10


@require_safe
def own_use_reports(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """The organisation's reports, what is late first."""
    now = clock.now()
    organisation = acting_organisation(request, organisation_id)
    rows = (
        allowed("grants.use_report.view_own", request.user, now=now)
        .filter(decision__application__organisation=organisation)
        .select_related("decision__application__call")
        .order_by("due_on", "pk")
    )
    context = {"organisation": organisation, "page": paginate(request, rows), "today": local_date(now)}
    return render(request, "grants/use_reports/own.html", context)


def _own(request: HttpRequest, organisation_id: int, report_id: int, now: datetime) -> UseReport:
    acting_organisation(request, organisation_id)
    rows = allowed("grants.use_report.view_own", request.user, now=now)
    found: UseReport | None = (
        rows.filter(pk=report_id, decision__application__organisation_id=organisation_id)
        .select_related("decision__application__organisation", "decision__application__call")
        .first()
    )
    if found is None:
        raise Http404
    return found


def use_report(request: HttpRequest, organisation_id: int, report_id: int) -> HttpResponse:
    """The report: a form while it waits for the organisation, then what was sent."""
    now = clock.now()
    report = _own(request, organisation_id, report_id, now)
    may_fill = may("grants.use_report.submit", request.user, report, now=now)
    editable = may_fill and report.state in ("open", "returned")
    if not editable:
        return render(request, "grants/use_reports/sent.html", _own_context(report, organisation_id, now))
    targets = report.decision.application.answers.get("targets") or {}
    form = UseReportForm(request.POST or None, instance=report, targets=targets)
    latest = None
    if request.method == "POST" and form.is_valid():
        try:
            return _save(request, report, form, now)
        except verbs.StaleReport as stale:
            latest = stale.latest
            _show_revision(form, latest)
            form.add_error(None, str(stale))
        except Refused as refusal:
            form.add_error(None, str(refusal))
    context = {**_own_context(report, organisation_id, now), "form": form, "latest": latest}
    return render(request, "grants/use_reports/form.html", context)


def _own_context(report: UseReport, organisation_id: int, now: datetime) -> dict[str, Any]:
    return {
        "report": report,
        "application": report.decision.application,
        "organisation": report.decision.application.organisation,
        "files": _files(report, organisation_id),
        "may_fill": report.state in ("open", "returned"),
        "today": local_date(now),
    }


def _files(report: UseReport, organisation_id: int | None = None) -> list[dict[str, Any]]:
    rows = []
    for file in report.attachments.all():
        args = [organisation_id, report.pk, file.pk] if organisation_id else [report.pk, file.pk]
        name = "grants:own_report_file" if organisation_id else "grants:report_file"
        rows.append({"name": file.name, "size": file.size, "at": file.uploaded_at, "url": reverse(name, args=args)})
    return rows


def _save(request: HttpRequest, report: UseReport, form: UseReportForm, now: datetime) -> HttpResponse:
    """Save what was typed; with the button "send" send it when nothing is missing."""
    values = {name: form.cleaned_data[name] for name in UseReportForm.Meta.fields}
    saved = verbs.save_use_report(report, values, revision=form.cleaned_data["revision"], by=request.user, now=now)
    organisation_id = report.decision.application.organisation_id
    if "send" not in request.POST:
        messages.success(request, _("Tallensimme selvityksen. Voit jatkaa myöhemmin."))
        return redirect("grants:use_report", organisation_id, report.pk)
    lacking = verbs.missing(saved)
    if lacking:
        _show_revision(form, saved)
        for name, text in lacking:
            form.add_error(name, text)
        raise Refused("incomplete", _("Selvitys on tallennettu, mutta siitä puuttuu vielä jotakin."))
    verbs.submit_use_report(saved, by=request.user, now=now)
    messages.success(request, _("Selvityksesi on lähetetty. Kerromme, kun se on tarkistettu."))
    return redirect("grants:use_report", organisation_id, report.pk)


def _show_revision(form: UseReportForm, report: UseReport) -> None:
    """Put the present revision into a form that is shown again, so that saving it once more counts."""
    data = form.data.copy()
    data["revision"] = str(report.revision)
    form.data = data


@require_POST
def add_file(request: HttpRequest, organisation_id: int, report_id: int) -> HttpResponse:
    """Add a document or picture to an unsent report."""
    now = clock.now()
    report = _own(request, organisation_id, report_id, now)
    get_allowed("grants.use_report.submit", request.user, now=now, pk=report.pk)
    if report.state not in ("open", "returned"):
        messages.error(request, _("Lähetettyyn selvitykseen ei voi enää lisätä tiedostoja."))
    elif report.attachments.count() >= MAX_FILES:
        messages.error(request, _("Selvityksessä voi olla enintään kymmenen tiedostoa."))
    elif not request.FILES.get("file"):
        messages.error(request, _("Valitse ensin tiedosto."))
    else:
        try:
            attachment = UseReportAttachment(use_report=report)
            attachment.take(check_upload(request.FILES["file"]), by=request.user, now=now)
            attachment.save()
            messages.success(request, _("Tiedosto on lisätty."))
        except ValidationError as wrong:
            messages.error(request, " ".join(wrong.messages))
    return redirect("grants:use_report", organisation_id, report_id)


@require_safe
def own_report_file(request: HttpRequest, organisation_id: int, report_id: int, file_id: int) -> HttpResponseBase:
    """A file of the organisation's own report."""
    report = _own(request, organisation_id, report_id, clock.now())
    return serve(request, _file(report, file_id))


@require_safe
def report_file(request: HttpRequest, report_id: int, file_id: int) -> HttpResponseBase:
    """A file of a report for an officer."""
    report = get_allowed("grants.use_report.view", request.user, pk=report_id)
    return serve(request, _file(report, file_id))


def _file(report: UseReport, file_id: int) -> UseReportAttachment:
    found = report.attachments.filter(pk=file_id).first()
    if found is None:
        raise Http404
    return found


def _filters(request: HttpRequest, now: datetime) -> tuple[UseReportFilter, dict[str, Any]]:
    if not READERS & {role.key for role in request_roles(request)}:
        raise Http404
    years = money_lists.years(allowed("grants.use_report.view", request.user, now=now))
    form = UseReportFilter(request.GET or None, years=years)
    return form, form.cleaned_data if form.is_bound and form.is_valid() else {}


@require_safe
def use_reports(request: HttpRequest) -> HttpResponse:
    """All use reports with filters; what is late is flagged."""
    now = clock.now()
    form, chosen = _filters(request, now)
    rows = money_lists.use_reports(request.user, chosen, now)
    context = {"filter": form, "page": paginate(request, rows, per_page=50), "today": local_date(now)}
    return render(request, "grants/use_reports/list.html", context)


HEAD = (
    "asianumero",
    "järjestö",
    "avustus",
    "määräpäivä",
    "tila",
    "myönnetty",
    "käytetty",
    "tavoitettuja ihmisiä",
    "tapaamisia",
    "vapaaehtoisia",
    "vapaaehtoistunteja",
)


@require_safe
def export(request: HttpRequest, kind: str) -> HttpResponseBase:
    """Exactly the reports that the filters show."""
    now = clock.now()
    _form, chosen = _filters(request, now)
    rows = money_lists.use_reports(request.user, chosen, now)
    make = xlsx_response if kind == "xlsx" else csv_response
    return make(_("kayttoselvitykset"), HEAD, (_row(report) for report in rows.iterator(chunk_size=500)))


def _row(report: UseReport) -> tuple[Any, ...]:
    application = report.decision.application
    return (
        application.case_number,
        application.organisation.name,
        application.call.title_fi,
        report.due_on,
        str(report.state_label),
        report.decision.sum,
        report.spent_sum,
        report.people_reached,
        report.meetings,
        report.volunteers,
        report.volunteer_hours,
    )


def officer_report(request: HttpRequest, report_id: int) -> HttpResponse:
    """One report for an officer: figures against targets, the story, and the next check."""
    now = clock.now()
    rows = allowed("grants.use_report.view", request.user, now=now).select_related(
        "decision__application__organisation", "decision__application__call", "checked_by", "approved_by"
    )
    report: UseReport | None = rows.filter(pk=report_id).first()
    if report is None:
        raise Http404
    form = ReturnForm(request.POST if request.POST.get("verb") == "return" else None)
    if request.method == "POST" and _officer_acts(request, report, form, now):
        return redirect("grants:officer_report", report.pk)
    context = {
        "report": report,
        "application": report.decision.application,
        "figures": _figures(report),
        "files": _files(report),
        "form": form,
        "may_check": may("grants.use_report.check", request.user, report, now=now),
        "may_approve": may("grants.use_report.approve", request.user, report, now=now),
        "today": local_date(now),
    }
    return render(request, "grants/use_reports/officer.html", context)


def _officer_acts(request: HttpRequest, report: UseReport, form: ReturnForm, now: datetime) -> bool:
    verb = request.POST.get("verb")
    try:
        if verb == "return":
            if not form.is_valid():
                return False
            verbs.return_use_report(report, reason=form.cleaned_data["reason"], by=request.user, now=now)
            messages.success(request, _("Selvitys on palautettu, ja järjestö saa viestin."))
        elif verb == "check":
            verbs.check_use_report(report, by=request.user, now=now)
            messages.success(request, _("Sisältö on merkitty tarkistetuksi. Rahan käyttö tarkistetaan seuraavaksi."))
        elif verb == "approve":
            verbs.approve_use_report(report, by=request.user, now=now)
            messages.success(request, _("Selvitys on hyväksytty, ja järjestö saa viestin."))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return True


def _figures(report: UseReport) -> list[dict[str, Any]]:
    targets = report.decision.application.answers.get("targets") or {}
    labels = UseReportForm.Meta.labels
    names = ("people_reached", "meetings", "volunteers", "volunteer_hours")
    return [{"label": labels[name], "value": getattr(report, name), "target": targets.get(name)} for name in names]
