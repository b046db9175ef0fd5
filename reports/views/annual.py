"""Pages of the yearly report: the public list and report, the coordinator's desk."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import public_page
from common import clock
from common.errors import Refused
from common.exports import csv_response
from common.pagination import paginate
from common.policies import allowed, get_allowed, may
from county.models import get_county
from documents.views import serve
from organisations.views.helpers import attempt
from reports import open_data, sections, told, workflow
from reports.audiences import COMMITTEE
from reports.forms.agenda import PlaceForm
from reports.forms.annual import OrderForm, TextsForm
from reports.matters import dealt_with
from reports.models import AnnualReport, ReportMatter, ReportReading
from reports.moved import moved
from reports.policies.annual import may_make_reports
from reports.slides import slides


@public_page
def reports(request: HttpRequest) -> HttpResponse:
    """Published reports, newest first."""
    rows = allowed("reports.annual.read", request.user).select_related("document")
    return render(request, "reports/list.html", {"page": paginate(request, rows)})


@public_page
def report(request: HttpRequest, report_id: int) -> HttpResponse:
    """A published report as a web page."""
    now = clock.now()
    matters = Exists(ReportMatter.objects.filter(report=OuterRef("pk")))
    rows: Any = allowed("reports.annual.read", request.user, now=now).annotate(is_placed=matters)
    found: Any = get_object_or_404(rows.select_related("document"), pk=report_id)
    marks = may("reports.annual.mark_read", request.user, found, now=now)
    reading = ReportReading.objects.filter(report=found, user=request.user.pk).first() if marks else None
    questions = allowed("reports.question.read", request.user, now=now).filter(report=found).select_related("asked_by")
    makes = may_make_reports(request.user, now)
    return render(
        request,
        "reports/report.html",
        {
            **told.content(found, questions),
            "may_mark": marks,
            "reading": reading,
            "makes": makes,
            "has_readers": makes and found.audience == COMMITTEE,
            "fields": open_data.FIELDS,
            "licence": open_data.LICENCE,
            "may_ask": (makes and found.audience == COMMITTEE) or marks,
            "dealt": dealt_with(found, request.user, now) if found.is_placed else [],
            **(_placing(request, now) if makes else {}),
        },
    )


def _placing(request: HttpRequest, now: datetime) -> dict[str, Any]:
    """Return the form by which the coordinator takes the report to a meeting."""
    meetings = allowed("reports.annual.place_in", request.user, now=now)
    return {"place_form": PlaceForm(meetings=meetings), "has_meetings": meetings.exists()}


@public_page
def report_pdf(request: HttpRequest, report_id: int) -> FileResponse:
    """The stored PDF of a published report."""
    found: AnnualReport = get_allowed("reports.annual.read", request.user, pk=report_id)
    if found.document is None:
        raise Http404
    return serve(request, found.document)


@public_page
def report_csv(request: HttpRequest, report_id: int) -> HttpResponse:
    """The key figures with their definitions as CSV that opens in a Finnish spreadsheet."""
    found: AnnualReport = get_allowed("reports.annual.read", request.user, pk=report_id)
    head = ["luku", found.year, found.year - 1, "määritelmä"]
    return csv_response(_file_name(found), head, sections.figures_as_rows(found.figures, found.reader))


def _file_name(found: AnnualReport) -> str:
    return f"jarjestoyhteistyo-{found.year}" if found.audience == COMMITTEE else slugify(found.title)


@public_page
def report_json(request: HttpRequest, report_id: int) -> JsonResponse:
    """The figures as JSON with what each field means."""
    rows = allowed("reports.annual.read", request.user).select_related("document")
    found: AnnualReport = get_object_or_404(rows, pk=report_id)
    county = get_county()
    address = request.build_absolute_uri(reverse("reports:report", args=[found.pk]))
    content = open_data.as_file(found, source=county.name_fi if county else "Yhdyspinta", address=address)
    return JsonResponse(content, json_dumps_params={"ensure_ascii": False})


@public_page
def slide(request: HttpRequest, report_id: int, number: int = 1) -> HttpResponse:
    """One screen of the presentation; links and arrow keys lead to the next and the previous."""
    found: AnnualReport = get_allowed("reports.annual.read", request.user, pk=report_id)
    screens = slides(found)
    if not 1 <= number <= len(screens):
        raise Http404
    context = {
        "report": found,
        "slide": screens[number - 1],
        "number": number,
        "count": len(screens),
        "previous": number - 1 or None,
        "next": number + 1 if number < len(screens) else None,
    }
    return render(request, "reports/slide.html", context)


@require_POST
def mark_read(request: HttpRequest, report_id: int) -> HttpResponse:
    """A member of the committee marks the report read."""
    now = clock.now()
    found: AnnualReport = get_allowed("reports.annual.mark_read", request.user, now=now, pk=report_id)
    workflow.mark_read(found, by=request.user, now=now)
    messages.success(request, _("Merkitsimme raportin luetuksi."))
    return redirect("reports:report", found.pk)


def manage(request: HttpRequest) -> HttpResponse:
    """The coordinator's list of reports, and beginning a new one."""
    now = clock.now()
    if not may_make_reports(request.user, now):
        raise Http404
    form = OrderForm(request.POST or None, now=now, initial={"year": now.year - 1})
    if request.method == "POST" and form.is_valid():
        try:
            ordered = workflow.order_report(**form.cleaned_data, by=request.user, now=now)
        except Refused as refusal:
            form.add_error("year", str(refusal))
        else:
            return redirect("reports:edit", ordered.pk)
    rows = allowed("reports.annual.manage", request.user, now=now).select_related("document", "created_by")
    return render(request, "reports/manage.html", {"page": paginate(request, rows), "form": form})


def edit(request: HttpRequest, report_id: int) -> HttpResponse:
    """A draft: progress while it is collected, then figures, texts, preview and freezing."""
    now = clock.now()
    found: AnnualReport = get_allowed("reports.annual.manage", request.user, now=now, pk=report_id)
    if found.state == "frozen":
        return redirect("reports:report", found.pk)
    form = TextsForm(request.POST or None, instance=AnnualReport.objects.get(pk=found.pk))
    if (
        request.method == "POST"
        and found.state == "draft"
        and form.is_valid()
        and attempt(request, lambda: workflow.save_texts(found, form.cleaned_data, by=request.user, now=now), form)
    ):
        messages.success(request, _("Tekstit on tallennettu."))
        return redirect("reports:edit", found.pk)
    context = told.content(found) if found.figures else {"report": found}
    return render(request, "reports/edit.html", {**context, "form": form})


def progress(request: HttpRequest, report_id: int) -> HttpResponse:
    """The progress alone, asked again by the page; when the work is done the page is loaded anew."""
    found: AnnualReport = get_allowed("reports.annual.manage", request.user, pk=report_id)
    response = render(request, "reports/_progress.html", {"report": found})
    if found.state in ("draft", "frozen"):
        response["HX-Refresh"] = "true"
    return response


def moved_figures(request: HttpRequest, report_id: int) -> HttpResponse:
    """What has moved since the draft was built; ``?osa=1`` is the part that the draft's page asks for by itself."""
    now = clock.now()
    drafts = allowed("reports.annual.manage", request.user, now=now).filter(state="draft")
    found: AnnualReport | None = drafts.filter(pk=report_id).first()
    if found is None:
        raise Http404
    template = "reports/_moved.html" if "osa" in request.GET else "reports/moved.html"
    return render(request, template, {"report": found, "moved": moved(found, now), "checked_at": now})


@require_POST
def act(request: HttpRequest, report_id: int) -> HttpResponse:
    """The draft's verbs: collect the figures again, or freeze and publish."""
    now = clock.now()
    found: AnnualReport = get_allowed("reports.annual.manage", request.user, now=now, pk=report_id)
    verb = workflow.freeze if request.POST.get("verb") == "freeze" else workflow.collect_again
    try:
        verb(found, by=request.user, now=now)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("reports:edit", found.pk)
