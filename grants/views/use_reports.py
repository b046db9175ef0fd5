"""Pages of use reports for the organisation: the list, the form, what was sent, the files."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from common import clock
from common.errors import Refused
from common.pagination import paginate
from common.policies import allowed, get_allowed, may
from common.times import local_date
from documents.views import serve
from grants.award_terms import terms_of
from grants.forms.money import UseReportForm
from grants.forms.use_reports import CostsForm, ReportFileForm
from grants.models import UseReport, UseReportAttachment
from grants.use_report_costs import cost_table
from grants.use_report_figures import figures_of
from grants.workflow import use_reports as verbs
from organisations.acting import acting_organisation

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
        .select_related(
            "decision__application__organisation",
            "decision__application__call",
            "decision__application__form_version",
        )
        .first()
    )
    if found is None:
        raise Http404
    return found


def use_report(request: HttpRequest, organisation_id: int, report_id: int) -> HttpResponse:
    """The report: a form while it waits for the organisation, then what was sent. ``?autosave=1`` saves by itself."""
    now = clock.now()
    report = _own(request, organisation_id, report_id, now)
    may_fill = may("grants.use_report.submit", request.user, report, now=now)
    if request.method == "POST" and not may_fill:
        raise Http404
    if not (may_fill and report.waits_for_applicant):
        if request.method == "POST":
            messages.error(request, _("Selvitys on jo lähetetty, joten muutoksia ei tallennettu."))
        return render(request, "grants/use_reports/sent.html", _own_context(report, now))
    form, costs = _forms(request, report)
    if "autosave" in request.GET and request.method == "POST":
        return _autosave(request, report, form, costs, now)
    typed = request.method == "POST" and are_valid(form, costs)
    if typed and "add_row" not in request.POST:
        try:
            return _save(request, report, form, costs, now)
        except verbs.StaleReport as stale:
            form.show_revision(stale.latest)
            form.add_error(None, str(stale))
            return _show_form(request, report, form, costs, now, latest=stale.latest)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    return _show_form(request, report, form, costs, now)


def _forms(request: HttpRequest, report: UseReport) -> tuple[UseReportForm, CostsForm | None]:
    """Return the form of the report, and of a full one that of its costs."""
    targets = report.decision.application.answers.get("targets") or {}
    data = request.POST or None
    form = UseReportForm(data, instance=report, targets=targets, question=verbs.open_question(report))
    return form, CostsForm(data, report=report) if report.is_full else None


def are_valid(form: UseReportForm, costs: CostsForm | None) -> bool:
    """Tell whether both forms are right; both are read, so that every problem is told at once."""
    valid = form.is_valid()
    return (costs is None or costs.is_valid()) and valid


def values_of(form: UseReportForm, costs: CostsForm | None) -> dict[str, Any]:
    """Return what was typed; where every line is told and the sum is not, the page makes the sum."""
    values = form.values()
    if costs is not None:
        rows = costs.costs()
        values["costs"] = [row.stored() for row in rows]
        if values["spent_sum"] is None and rows and all(row.used is not None for row in rows):
            values["spent_sum"] = costs.table(None).used
    return values


def _show_form(
    request: HttpRequest,
    report: UseReport,
    form: UseReportForm,
    costs: CostsForm | None,
    now: datetime,
    *,
    latest: UseReport | None = None,
) -> HttpResponse:
    told = form.cleaned_data.get("spent_sum") if form.is_bound else None
    context = {
        **_own_context(report, now),
        "form": form,
        "costs": costs,
        "sums": costs.table(report.spent_sum if told is None else told) if costs is not None else None,
        "latest": latest,
        "question": verbs.open_question(report),
        "file_form": ReportFileForm(),
    }
    return render(request, "grants/use_reports/form.html", context)


def _autosave(
    request: HttpRequest, report: UseReport, form: UseReportForm, costs: CostsForm | None, now: datetime
) -> HttpResponse:
    """Save what was typed so far and tell so; what cannot be saved is told, and nothing is lost from the page."""
    context: dict[str, Any] = {"at": report.saved_at, "other": _("Korjaa virheet, niin tallennus jatkuu")}
    if are_valid(form, costs):
        try:
            # The typed sum stays as it is typed: the page makes it only when a button is pressed.
            values = {**values_of(form, costs), "spent_sum": form.cleaned_data["spent_sum"]}
            revision = form.cleaned_data["revision"]
            saved = verbs.save_use_report(report, values, revision=revision, by=request.user, now=now)
            context = {"at": saved.saved_at, "revision": saved.revision}
            if costs is not None:
                context["sums"] = costs.table(saved.spent_sum)
        except Refused as refusal:
            context["other"] = str(refusal)
    return render(request, "grants/use_reports/autosaved.html", context)


def _own_context(report: UseReport, now: datetime) -> dict[str, Any]:
    return {
        "report": report,
        "application": report.decision.application,
        "organisation": report.decision.application.organisation,
        "files": files_of(report, report.decision.application.organisation_id),
        "figures": figures_of(report),
        "cost_table": cost_table(report) if report.is_full else None,
        "thread": report.questions.filter(answered_at__isnull=False),
        "replaced": replaced_draft(report),
        "terms": terms_of(report.decision),
        "today": local_date(now),
    }


def replaced_draft(report: UseReport) -> dict[str, Any] | None:
    """Return what the organisation had written in the portal when its report came on paper."""
    if report.arrived_on is None:
        return None
    found = report.versions.filter(content__has_key="draft").order_by("-number").first()
    return found.content["draft"] if found else None


def files_of(report: UseReport, organisation_id: int | None = None) -> list[dict[str, Any]]:
    """Return the report's files for the list of files: for its organisation, else for officers."""
    rows = []
    for file in report.attachments.all():
        args = [organisation_id, report.pk, file.pk] if organisation_id else [report.pk, file.pk]
        name = "grants:own_report_file" if organisation_id else "grants:report_file"
        row = {"name": file.name, "size": file.size, "at": file.uploaded_at, "url": reverse(name, args=args)}
        row["note"] = file.get_consent_display()
        if organisation_id and report.waits_for_applicant:
            row["remove_url"] = reverse("grants:use_report_remove_file", args=args)
        rows.append(row)
    return rows


def _save(
    request: HttpRequest, report: UseReport, form: UseReportForm, costs: CostsForm | None, now: datetime
) -> HttpResponse:
    """Save what was typed; with the button "send" send it when nothing is missing."""
    saved = verbs.save_use_report(
        report, values_of(form, costs), revision=form.cleaned_data["revision"], by=request.user, now=now
    )
    organisation_id = report.decision.application.organisation_id
    if "send" not in request.POST:
        messages.success(request, _("Tallensimme selvityksen. Voit jatkaa myöhemmin."))
        return redirect("grants:use_report", organisation_id, report.pk)
    lacking = verbs.missing(saved)
    if lacking:
        form.show_revision(saved)
        for name, text in lacking:
            if name == "costs" and costs is not None:
                costs.add_error(None, text)
            else:
                form.add_error(name, text)
        messages.info(request, _("Selvitys on tallennettu, mutta siitä puuttuu vielä jotakin."))
        return _show_form(request, saved, form, costs, now)
    verbs.submit_use_report(saved, by=request.user, now=now)
    messages.success(request, _("Selvityksesi on lähetetty. Kerromme, kun se on tarkistettu."))
    return redirect("grants:use_report", organisation_id, report.pk)


@require_POST
def add_file(request: HttpRequest, organisation_id: int, report_id: int) -> HttpResponse:
    """Add a document or picture to an unsent report."""
    now = clock.now()
    report = _own(request, organisation_id, report_id, now)
    get_allowed("grants.use_report.submit", request.user, now=now, pk=report.pk)
    form = ReportFileForm(request.POST, request.FILES)
    if not report.waits_for_applicant:
        messages.error(request, _("Lähetettyyn selvitykseen ei voi enää lisätä tiedostoja."))
    elif report.attachments.count() >= MAX_FILES:
        messages.error(request, _("Selvityksessä voi olla enintään kymmenen tiedostoa."))
    elif not request.FILES.get("file"):
        messages.error(request, _("Valitse ensin tiedosto."))
    elif not form.is_valid():
        messages.error(request, " ".join(str(text) for texts in form.errors.values() for text in texts))
    else:
        attachment = UseReportAttachment(use_report=report, consent=form.cleaned_data["consent"])
        attachment.take(form.cleaned_data["file"], by=request.user, now=now)
        attachment.save()
        messages.success(request, _("Tiedosto on lisätty."))
    return redirect("grants:use_report", organisation_id, report_id)


def remove_file(request: HttpRequest, organisation_id: int, report_id: int, file_id: int) -> HttpResponse:
    """Ask, then remove a file of an unsent report with its contents."""
    now = clock.now()
    report = _own(request, organisation_id, report_id, now)
    get_allowed("grants.use_report.submit", request.user, now=now, pk=report.pk)
    file = file_of(report, file_id)
    if not report.waits_for_applicant:
        messages.error(request, _("Lähetetystä selvityksestä ei voi enää poistaa tiedostoja."))
    elif request.method == "POST":
        file.delete()
        messages.success(request, _("Tiedosto on poistettu."))
    else:
        context = {**_own_context(report, now), "file": file}
        return render(request, "grants/use_reports/remove_file.html", context)
    return redirect("grants:use_report", organisation_id, report_id)


@require_safe
def own_report_file(request: HttpRequest, organisation_id: int, report_id: int, file_id: int) -> HttpResponseBase:
    """A file of the organisation's own report."""
    report = _own(request, organisation_id, report_id, clock.now())
    return serve(request, file_of(report, file_id))


def file_of(report: UseReport, file_id: int) -> UseReportAttachment:
    """Return the report's file, else Http404."""
    found = report.attachments.filter(pk=file_id).first()
    if found is None:
        raise Http404
    return found
