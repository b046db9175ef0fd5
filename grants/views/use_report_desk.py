"""Pages of use reports for officers: the list, its export and reminders, one report with its two checks, paper."""

from collections.abc import Callable
from datetime import datetime
from itertools import pairwise
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count, Q, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.roles import request_roles
from common import clock
from common.errors import Refused
from common.exports import csv_response, xlsx_response
from common.pagination import paginate
from common.policies import allowed, get_allowed, may
from common.times import local_date
from documents.views import serve
from grants import money_lists
from grants.award_terms import terms_of
from grants.forms.money import ExtendForm, ReturnForm, UseReportFilter
from grants.forms.use_reports import CheckForm, CostsForm, PaperReportForm
from grants.models import ReportStep, UseReport
from grants.use_report_content import as_sent, changes
from grants.use_report_costs import cost_table
from grants.use_report_figures import figures_of, places_of
from grants.use_report_items import shown
from grants.views.use_reports import are_valid, file_of, files_of, values_of
from grants.workflow import use_report_desk as desk
from grants.workflow import use_reports as verbs

READERS = {"coordinator", "registrar", "auditor", "payments_clerk"}
REMINDERS = {"coordinator", "payments_clerk"}
PER_PAGE = 50
Act = Callable[[], Any]


def _only(request: HttpRequest, roles: set[str]) -> None:
    if not roles & {role.key for role in request_roles(request)}:
        raise Http404


def _filters(request: HttpRequest, now: datetime) -> tuple[UseReportFilter, dict[str, Any]]:
    _only(request, READERS)
    form = UseReportFilter(request.GET or None, choices=money_lists.report_choices(request.user, now))
    return form, form.cleaned_data if form.is_bound and form.is_valid() else {}


@require_safe
def use_reports(request: HttpRequest) -> HttpResponse:
    """All use reports with filters; what is late is flagged, and what has not come can be reminded of."""
    now = clock.now()
    form, chosen = _filters(request, now)
    rows = money_lists.use_reports(request.user, chosen, now)
    totals = rows.order_by().aggregate(
        count=Count("pk"),
        granted=Sum("decision__sum"),
        spent=Sum("spent_sum", filter=~Q(state__in=["open", "returned"])),
    )
    page = paginate(request, rows, per_page=PER_PAGE, count=totals["count"])
    context = {
        "filter": form,
        "page": page,
        "totals": totals,
        "today": local_date(now),
        "may_remind": bool(REMINDERS & {role.key for role in request_roles(request)})
        and any(report.waits_for_applicant for report in page.object_list),
    }
    return render(request, "grants/use_reports/list.html", context)


@require_POST
def remind(request: HttpRequest) -> HttpResponse:
    """Remind the organisations of the chosen reports; back to the list as it was filtered."""
    _only(request, REMINDERS)
    keys = [int(key) for key in request.POST.getlist("valittu") if key.isascii() and key.isdigit() and len(key) < 10]
    if not keys:
        messages.error(request, _("Valitse ensin selvitykset, joista muistutetaan."))
    else:
        done = desk.remind_use_reports(keys, by=request.user, now=clock.now())
        passed = len(set(keys)) - done
        if done:
            text = ngettext("Muistutus on lähetetty yhdestä.", "Muistutus on lähetetty %(count)s selvityksestä.", done)
            messages.success(request, text % {"count": done})
        if passed:
            text = ngettext(
                "Yhdestä ei muistutettu: se on jo saapunut, tai siitä on muistutettu tänään.",
                "%(count)s selvityksestä ei muistutettu: ne ovat jo saapuneet, tai niistä on muistutettu tänään.",
                passed,
            )
            messages.info(request, text % {"count": passed})
    kept = [(name, request.POST.get(name, "")) for name in ("q", "tila", "haku", "kunta", "vuosi", "sivu")]
    query = urlencode([(name, value) for name, value in kept if value])
    return redirect(reverse("grants:use_reports") + (f"?{query}" if query else ""))


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
    "selvitys",
    "myöhässä",
    "muistutettu",
    "sisältö tarkastettu",
    "raha tarkastettu",
    "tavoite: tavoitettuja ihmisiä",
    "tavoite: tapaamisia",
    "tavoite: vapaaehtoisia",
    "tavoite: vapaaehtoistunteja",
)


@require_safe
def export(request: HttpRequest, kind: str) -> HttpResponseBase:
    """Exactly the reports that the filters show."""
    now = clock.now()
    _form, chosen = _filters(request, now)
    rows = money_lists.use_reports(request.user, chosen, now)
    make = xlsx_response if kind == "xlsx" else csv_response
    return make(_("kayttoselvitykset"), HEAD, (_row(report, now) for report in rows.iterator(chunk_size=500)))


def _row(report: UseReport, now: datetime) -> tuple[Any, ...]:
    """One report; what the organisation is still writing is not shown."""
    application = report.decision.application
    figures = figures_of(report)
    waits = report.waits_for_applicant
    return (
        application.case_number,
        application.organisation.name,
        application.call.title_fi,
        report.due_on,
        str(report.state_label),
        report.decision.sum,
        None if waits else report.spent_sum,
        *(None if waits else figure.value for figure in figures),
        str(report.get_kind_display()),
        str(_("kyllä")) if waits and report.due_on < local_date(now) else "",
        *(None if at is None else local_date(at) for at in (report.reminded_at, report.checked_at, report.approved_at)),
        *(figure.target for figure in figures),
    )


def officer_report(request: HttpRequest, report_id: int) -> HttpResponse:
    """One report for an officer: figures against promises, the story, the thread, and the next check."""
    now = clock.now()
    report = _read(request, report_id, now)
    verb = request.POST.get("verb", "")
    wanted: dict[str, forms.Form] = {
        "return": ReturnForm(request.POST if verb == "return" else None),
        "extend": ExtendForm(request.POST if verb == "extend" else None),
        "check": CheckForm(request.POST if verb == "check" else None, step=ReportStep.CONTENT, prefix="sisalto"),
        "approve": CheckForm(request.POST if verb == "approve" else None, step=ReportStep.MONEY, prefix="raha"),
    }
    if request.method == "POST" and _officer_acts(request, report, verb, wanted, now):
        return redirect("grants:officer_report", report.pk)
    rights = {name: may(f"grants.use_report.{name}", request.user, report, now=now) for name in OFFICERS_RIGHTS}
    context = {
        **_reading(report),
        "ask": wanted["return"],
        "extend": wanted["extend"],
        "check_form": wanted["check"],
        "approve_form": wanted["approve"],
        "wrong": wanted.get(verb, wanted["return"]),
        "may": rights,
        "may_recover": may("grants.recovery.open", request.user, report.decision, now=now),
        "today": local_date(now),
    }
    return render(request, "grants/use_reports/officer.html", context)


OFFICERS_RIGHTS = ("check", "approve", "return", "enter", "remind")


def _read(request: HttpRequest, report_id: int, now: datetime) -> UseReport:
    """Return a report that the officer may read, with its case; else Http404."""
    found: UseReport | None = (
        allowed("grants.use_report.view", request.user, now=now)
        .filter(pk=report_id)
        .select_related(
            "decision__application__organisation",
            "decision__application__call",
            "decision__application__form_version",
            "checked_by",
            "approved_by",
        )
        .first()
    )
    if found is None:
        raise Http404
    return found


def _reading(report: UseReport) -> dict[str, Any]:
    """What the page shows of the report: what it says, what was asked, checked and sent before."""
    versions = list(report.versions.select_related("sent_by"))
    steps = pairwise(versions)
    said = as_sent(report, versions[-1].content) if report.waits_for_applicant and versions else report
    return {
        "report": said,
        "application": report.decision.application,
        "terms": terms_of(report.decision),
        "figures": figures_of(said),
        "places": places_of(report),
        "cost_table": cost_table(said) if report.is_full else None,
        "files": files_of(report),
        "thread": report.questions.select_related("asked_by", "answered_by"),
        "checks": [{"check": check, "rows": shown(check)} for check in report.checks.select_related("checked_by")],
        "edits": [{"version": later, "changes": changes(earlier.content, later.content)} for earlier, later in steps],
    }


def _officer_acts(request: HttpRequest, report: UseReport, verb: str, wanted: dict[str, Any], now: datetime) -> bool:
    """Do what the pressed button says; False when its form has to be shown again."""
    by = request.user
    acts: dict[str, Act] = {
        "check": lambda: verbs.check_use_report(report, **wanted["check"].values(), by=by, now=now),
        "approve": lambda: verbs.approve_use_report(report, **wanted["approve"].values(), by=by, now=now),
        "return": lambda: verbs.return_use_report(report, **wanted["return"].cleaned_data, by=by, now=now),
        "extend": lambda: verbs.extend_use_report(report, **wanted["extend"].cleaned_data, by=by, now=now),
    }
    if verb not in acts:
        raise Http404
    if not may(f"grants.use_report.{RIGHT_OF.get(verb, verb)}", by, report, now=now):
        raise Http404
    if not wanted[verb].is_valid():
        return False
    try:
        acts[verb]()
    except Refused as refusal:
        if "due_on" in wanted[verb].fields and refusal.code == "bad_day":
            wanted[verb].add_error("due_on", str(refusal))
            return False
        messages.error(request, str(refusal))
    else:
        messages.success(request, str(DONE[verb]))
    return True


#: The right that a button needs where it is not of the same name.
RIGHT_OF = {"extend": "check"}
DONE = {
    "check": gettext_lazy("Sisältö on merkitty tarkistetuksi. Rahan käyttö tarkistetaan seuraavaksi."),
    "approve": gettext_lazy("Selvitys on hyväksytty, ja järjestö saa viestin."),
    "return": gettext_lazy("Kysymys on lähetetty, ja selvitys on taas järjestöllä."),
    "extend": gettext_lazy("Määräpäivää on siirretty, ja järjestö saa viestin."),
}


def enter_report(request: HttpRequest, report_id: int) -> HttpResponse:
    """Enter a report that came on paper: the organisation's form, with the day of arrival and the scan."""
    now = clock.now()
    found = get_allowed("grants.use_report.enter", request.user, now=now, pk=report_id)
    report = _read(request, found.pk, now)
    if request.method != "POST" and not report.waits_for_applicant:
        messages.error(request, _("Selvitys on jo saapunut. Sitä ei kirjata uudelleen."))
        return redirect("grants:officer_report", report.pk)
    targets = report.decision.application.answers.get("targets") or {}
    # What the organisation has begun in the portal is its own: the officer's form begins empty.
    blank = UseReport(pk=report.pk, decision=report.decision, kind=report.kind, is_full=report.is_full)
    form = PaperReportForm(request.POST or None, request.FILES or None, instance=blank, targets=targets)
    costs = CostsForm(request.POST or None, report=blank) if report.is_full else None
    if request.method == "POST" and are_valid(form, costs) and "add_row" not in request.POST:
        try:
            desk.enter_use_report(
                report,
                values_of(form, costs),
                arrived_on=form.cleaned_data["arrived_on"],
                scan=form.cleaned_data["scan"],
                by=request.user,
                now=now,
            )
        except Refused as refusal:
            form.add_error("arrived_on" if refusal.code == "bad_day" else None, str(refusal))
        else:
            messages.success(request, _("Selvitys on kirjattu. Tarkasta se niin kuin muutkin."))
            return redirect("grants:officer_report", report.pk)
    context: dict[str, Any] = {
        "report": report,
        "application": report.decision.application,
        "form": form,
        "costs": costs,
    }
    if costs is not None:
        context["sums"] = costs.table(form.cleaned_data.get("spent_sum") if form.is_bound else None)
    return render(request, "grants/use_reports/enter.html", context)


@require_safe
def report_file(request: HttpRequest, report_id: int, file_id: int) -> HttpResponseBase:
    """A file of a report for an officer."""
    report = get_allowed("grants.use_report.view", request.user, pk=report_id)
    return serve(request, file_of(report, file_id))
