"""Reports of agreements for the county: the list, its export and reminders, one report, and one that came on paper."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.access import sign_in_required
from accounts.roles import has_any_staff_role
from common import clock
from common.errors import Refused
from common.exports import Cell, csv_response, xlsx_response
from common.pagination import paginate
from common.policies import allowed, may
from common.times import local_date
from documents.views import serve
from grants.forms.agreement_reports import AcceptForm, AgreementReportFilter, PaperReportForm, QuestionForm
from grants.models import AgreementReport
from grants.policies import READING_STAFF
from grants.policies.agreements import powers_of
from grants.views.own_agreement_reports import WITH, file_or_404, files_of, shared_context
from grants.workflow import agreement_reports as verbs
from liaisons.policies.posts import posts_answered

STATES = {"luettavana": ["submitted"], "odottaa": ["open", "returned"], "hyvaksytty": ["accepted"]}


def _is_reader(user: Any, now: datetime) -> bool:
    """Tell whether the person has the list: reading staff, who may sign, and liaison people (of their units)."""
    if has_any_staff_role(user, now, *READING_STAFF):
        return True
    return powers_of(user, now).exists() or posts_answered(user, now).exists()


def _chosen(request: HttpRequest, now: datetime) -> tuple[AgreementReportFilter, QuerySet[AgreementReport]]:
    if not _is_reader(request.user, now):
        raise Http404
    form = AgreementReportFilter(request.GET or None)
    data = form.chosen()
    rows: QuerySet[AgreementReport] = allowed("grants.agreement_report.view", request.user, now=now)
    if words := (data.get("q") or "").strip():
        agreement = Q(party__agreement__title__icontains=words) | Q(party__agreement__number__icontains=words)
        rows = rows.filter(agreement | Q(party__organisation__name__icontains=words))
    if data.get("tila") == "myohassa":
        rows = rows.filter(state__in=STATES["odottaa"], due_on__lt=local_date(now))
    elif data.get("tila"):
        rows = rows.filter(state__in=STATES[data["tila"]])
    return form, rows.select_related("party__agreement", "party__organisation").order_by("-due_on", "-pk")


@sign_in_required
@require_safe
def reports(request: HttpRequest) -> HttpResponse:
    """The reports that the filters leave; what is late is flagged, and what has not come can be reminded of."""
    now = clock.now()
    form, rows = _chosen(request, now)
    page = paginate(request, rows)
    waiting = [row.pk for row in page if row.waits]
    handled = allowed("grants.agreement_report.handle", request.user, now=now).filter(pk__in=waiting)
    context = {
        "form": form,
        "page": page,
        "today": local_date(now),
        "remindable": set(handled.values_list("pk", flat=True)) if waiting else set(),
    }
    return render(request, "grants/agreement_reports/list.html", context)


HEAD = (
    "asianumero",
    "sopimus",
    "järjestö",
    "aika alkaa",
    "aika päättyy",
    "määräpäivä",
    "tila",
    "lähetetty",
    "tavoitettuja ihmisiä",
    "tapaamisia",
    "vapaaehtoisia",
    "muistutettu",
)


@sign_in_required
@require_safe
def export(request: HttpRequest, kind: str) -> HttpResponseBase:
    """Exactly the reports that the filters show; figures only of what has been sent."""
    _form, rows = _chosen(request, clock.now())
    make = xlsx_response if kind == "xlsx" else csv_response
    return make("sopimusraportit", HEAD, (_line(row) for row in rows.iterator(chunk_size=500)))


def _line(row: AgreementReport) -> list[Cell]:
    figures = (row.people_reached, row.meetings, row.volunteers)
    return [
        row.party.agreement.number,
        row.party.agreement.title,
        row.party.organisation.name,
        row.period_from,
        row.period_to,
        row.due_on,
        str(row.state_label),
        local_date(row.submitted_at) if row.submitted_at else None,
        *((None, None, None) if row.waits else figures),
        local_date(row.reminded_at) if row.reminded_at else None,
    ]


@sign_in_required
@require_POST
def remind(request: HttpRequest) -> HttpResponse:
    """Remind the organisations of the chosen reports; back to the list as it was filtered."""
    now = clock.now()
    if not _is_reader(request.user, now):
        raise Http404
    keys = [int(key) for key in request.POST.getlist("valittu") if key.isascii() and key.isdigit() and len(key) < 10]
    if not keys:
        messages.error(request, _("Valitse ensin raportit, joista muistutetaan."))
    else:
        done = verbs.remind_agreement_reports(keys, by=request.user, now=now)
        text = ngettext(
            "Muistutus on lähetetty yhdestä raportista.", "Muistutus on lähetetty %(count)s raportista.", done
        )
        said = text % {"count": done} if done else _("Näistä on jo muistutettu tänään, tai ne ovat saapuneet.")
        messages.success(request, said)
    kept = [(name, request.POST.get(name, "")) for name in ("q", "tila", "sivu")]
    query = urlencode([(name, value) for name, value in kept if value])
    return redirect(reverse("grants:agreement_reports") + (f"?{query}" if query else ""))


def _found(request: HttpRequest, permission: str, report_id: int, now: datetime) -> AgreementReport:
    rows = allowed(permission, request.user, now=now).select_related(*WITH, "accepted_by")
    found: AgreementReport = get_object_or_404(rows, pk=report_id)
    return found


@sign_in_required
def report(request: HttpRequest, report_id: int) -> HttpResponse:
    """One report beside what was agreed; it is accepted, or the organisation is asked for more."""
    now = clock.now()
    permission = "grants.agreement_report.handle" if request.method == "POST" else "grants.agreement_report.view"
    found = _found(request, permission, report_id, now)
    is_question = request.method == "POST" and "question" in request.POST
    question = QuestionForm(request.POST if is_question else None)
    accept = AcceptForm(request.POST if request.method == "POST" and not is_question else None)
    wrong = question if is_question else accept
    if request.method == "POST" and wrong.is_valid():
        act, said = _verb(request, found, wrong, now)
        try:
            act()
        except Refused as refused:
            wrong.add_error(None, str(refused.message))
            found = _found(request, "grants.agreement_report.view", report_id, now)
        else:
            messages.success(request, said)
            return redirect(found)
    context = {
        **shared_context(found, now),
        "files": files_of(found, own=False),
        "may_handle": may("grants.agreement_report.handle", request.user, found, now=now),
        "may_open_agreement": may("grants.agreement.view", request.user, found.party.agreement, now=now),
        "question": question,
        "accept": accept,
        "wrong": wrong,
    }
    return render(request, "grants/agreement_reports/report.html", context, status=409 if wrong.errors else 200)


def _verb(
    request: HttpRequest, found: AgreementReport, form: QuestionForm | AcceptForm, now: datetime
) -> tuple[Callable[[], Any], str]:
    data = form.cleaned_data
    if isinstance(form, QuestionForm):
        said = _("Kysymys on lähetetty. Raportti on järjestöllä täydennettävänä.")
        return lambda: verbs.return_agreement_report(found, question=data["question"], by=request.user, now=now), said
    said = _("Raportti on hyväksytty, ja järjestö saa viestin.")
    return lambda: verbs.accept_agreement_report(found, words=data["words"], by=request.user, now=now), said


@sign_in_required
def paper(request: HttpRequest, report_id: int) -> HttpResponse:
    """Enter a report that came on paper."""
    now = clock.now()
    found = _found(request, "grants.agreement_report.handle", report_id, now)
    form = PaperReportForm(request.POST or None, request.FILES or None, report=found)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            verbs.enter_agreement_report(
                found, form.values(), arrived_on=data["arrived_on"], scan=data["file"], by=request.user, now=now
            )
        except Refused as refused:
            form.add_error(None, str(refused.message))
        else:
            messages.success(request, _("Raportti on kirjattu. Lue ja hyväksy se tai kysy järjestöltä lisää."))
            return redirect(found)
    context = {**shared_context(found, now), "form": form}
    return render(request, "grants/agreement_reports/paper.html", context, status=409 if form.errors else 200)


@sign_in_required
@require_safe
def file(request: HttpRequest, report_id: int, file_id: int) -> HttpResponseBase:
    """A file of the report."""
    found = _found(request, "grants.agreement_report.view", report_id, clock.now())
    return serve(request, file_or_404(found, file_id))
