"""Pages of use reports: the organisation's form, the officers' two checks."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
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
from grants.forms.money import ExtendForm, ReturnForm, UseReportFilter, UseReportForm
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
    targets = report.decision.application.answers.get("targets") or {}
    form = UseReportForm(request.POST or None, instance=report, targets=targets)
    if "autosave" in request.GET and request.method == "POST":
        return _autosave(request, report, form, now)
    if request.method == "POST" and form.is_valid():
        try:
            return _save(request, report, form, now)
        except verbs.StaleReport as stale:
            form.show_revision(stale.latest)
            form.add_error(None, str(stale))
            return _show_form(request, report, form, now, latest=stale.latest)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    return _show_form(request, report, form, now)


def _show_form(
    request: HttpRequest, report: UseReport, form: UseReportForm, now: datetime, *, latest: UseReport | None = None
) -> HttpResponse:
    context = {**_own_context(report, now), "form": form, "latest": latest}
    return render(request, "grants/use_reports/form.html", context)


def _autosave(request: HttpRequest, report: UseReport, form: UseReportForm, now: datetime) -> HttpResponse:
    """Save what was typed so far and tell so; what cannot be saved is told, and nothing is lost from the page."""
    context: dict[str, Any] = {"at": report.saved_at, "other": _("Korjaa virheet, niin tallennus jatkuu")}
    if form.is_valid():
        try:
            saved = verbs.save_use_report(
                report, form.values(), revision=form.cleaned_data["revision"], by=request.user, now=now
            )
            context = {"at": saved.saved_at, "revision": saved.revision}
        except Refused as refusal:
            context["other"] = str(refusal)
    return render(request, "grants/use_reports/autosaved.html", context)


def _own_context(report: UseReport, now: datetime) -> dict[str, Any]:
    return {
        "report": report,
        "application": report.decision.application,
        "organisation": report.decision.application.organisation,
        "files": _files(report, report.decision.application.organisation_id),
        "figures": _figures(report),
        "today": local_date(now),
    }


def _files(report: UseReport, organisation_id: int | None = None) -> list[dict[str, Any]]:
    rows = []
    for file in report.attachments.all():
        args = [organisation_id, report.pk, file.pk] if organisation_id else [report.pk, file.pk]
        name = "grants:own_report_file" if organisation_id else "grants:report_file"
        row = {"name": file.name, "size": file.size, "at": file.uploaded_at, "url": reverse(name, args=args)}
        if organisation_id and report.waits_for_applicant:
            row["remove_url"] = reverse("grants:use_report_remove_file", args=args)
        rows.append(row)
    return rows


def _save(request: HttpRequest, report: UseReport, form: UseReportForm, now: datetime) -> HttpResponse:
    """Save what was typed; with the button "send" send it when nothing is missing."""
    saved = verbs.save_use_report(
        report, form.values(), revision=form.cleaned_data["revision"], by=request.user, now=now
    )
    organisation_id = report.decision.application.organisation_id
    if "send" not in request.POST:
        messages.success(request, _("Tallensimme selvityksen. Voit jatkaa myöhemmin."))
        return redirect("grants:use_report", organisation_id, report.pk)
    lacking = verbs.missing(saved)
    if lacking:
        form.show_revision(saved)
        for name, text in lacking:
            form.add_error(name, text)
        messages.info(request, _("Selvitys on tallennettu, mutta siitä puuttuu vielä jotakin."))
        return _show_form(request, saved, form, now)
    verbs.submit_use_report(saved, by=request.user, now=now)
    messages.success(request, _("Selvityksesi on lähetetty. Kerromme, kun se on tarkistettu."))
    return redirect("grants:use_report", organisation_id, report.pk)


@require_POST
def add_file(request: HttpRequest, organisation_id: int, report_id: int) -> HttpResponse:
    """Add a document or picture to an unsent report."""
    now = clock.now()
    report = _own(request, organisation_id, report_id, now)
    get_allowed("grants.use_report.submit", request.user, now=now, pk=report.pk)
    if not report.waits_for_applicant:
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


def remove_file(request: HttpRequest, organisation_id: int, report_id: int, file_id: int) -> HttpResponse:
    """Ask, then remove a file of an unsent report with its contents."""
    now = clock.now()
    report = _own(request, organisation_id, report_id, now)
    get_allowed("grants.use_report.submit", request.user, now=now, pk=report.pk)
    file = _file(report, file_id)
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
    context = {
        "filter": form,
        "page": paginate(request, rows, per_page=50),
        "totals": rows.order_by().aggregate(
            granted=Sum("decision__sum"), spent=Sum("spent_sum", filter=~Q(state__in=["open", "returned"]))
        ),
        "today": local_date(now),
    }
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
    """One report; what the organisation is still writing is not shown."""
    application = report.decision.application
    fields = ("spent_sum", "people_reached", "meetings", "volunteers", "volunteer_hours")
    said = (None if report.waits_for_applicant else getattr(report, name) for name in fields)
    return (
        application.case_number,
        application.organisation.name,
        application.call.title_fi,
        report.due_on,
        str(report.state_label),
        report.decision.sum,
        *said,
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
    verb = request.POST.get("verb")
    ask = ReturnForm(request.POST if verb == "return" else None)
    extend = ExtendForm(request.POST if verb == "extend" else None)
    if request.method == "POST" and _officer_acts(request, report, ask, extend, now):
        return redirect("grants:officer_report", report.pk)
    rights = {name: may(f"grants.use_report.{name}", request.user, report, now=now) for name in OFFICERS_RIGHTS}
    context = {
        "report": report,
        "application": report.decision.application,
        "figures": _figures(report),
        "files": _files(report),
        "ask": ask,
        "extend": extend,
        "wrong": extend if extend.is_bound else ask,
        "may": rights,
        "may_recover": may("grants.recovery.open", request.user, report.decision, now=now),
        "today": local_date(now),
    }
    return render(request, "grants/use_reports/officer.html", context)


OFFICERS_RIGHTS = ("check", "approve", "return")


def _officer_acts(request: HttpRequest, report: UseReport, ask: ReturnForm, extend: ExtendForm, now: datetime) -> bool:
    """Do what the pressed button says; False when its form has to be shown again."""
    if any(form.is_bound and not form.is_valid() for form in (ask, extend)):
        return False
    acts: dict[str, Callable[[], UseReport]] = {
        "check": lambda: verbs.check_use_report(report, by=request.user, now=now),
        "approve": lambda: verbs.approve_use_report(report, by=request.user, now=now),
        "return": lambda: verbs.return_use_report(report, **ask.cleaned_data, by=request.user, now=now),
        "extend": lambda: verbs.extend_use_report(report, **extend.cleaned_data, by=request.user, now=now),
    }
    verb = request.POST.get("verb", "")
    if verb not in acts:
        raise Http404
    try:
        acts[verb]()
    except Refused as refusal:
        if extend.is_bound:
            extend.add_error("due_on", str(refusal))
            return False
        messages.error(request, str(refusal))
    else:
        messages.success(request, str(DONE[verb]))
    return True


DONE = {
    "check": gettext_lazy("Sisältö on merkitty tarkistetuksi. Rahan käyttö tarkistetaan seuraavaksi."),
    "approve": gettext_lazy("Selvitys on hyväksytty, ja järjestö saa viestin."),
    "return": gettext_lazy("Selvitys on palautettu, ja järjestö saa viestin."),
    "extend": gettext_lazy("Määräpäivää on siirretty, ja järjestö saa viestin."),
}


def _figures(report: UseReport) -> list[dict[str, Any]]:
    targets = report.decision.application.answers.get("targets") or {}
    names = ("people_reached", "meetings", "volunteers", "volunteer_hours")
    return [
        {
            "label": capfirst(UseReport._meta.get_field(name).verbose_name),  # type: ignore[union-attr]
            "value": getattr(report, name),
            "target": targets.get(name),
        }
        for name in names
    ]
