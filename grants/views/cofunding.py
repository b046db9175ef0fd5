"""The county's pages of a co-funded project: co-funders, term and shares, continuity, what is promised of each year."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import sign_in_required
from accounts.roles import has_any_staff_role
from common import clock
from common.errors import Refused
from common.exports import csv_response
from common.pagination import paginate
from common.policies import allowed, may
from grants.cofunded import by_year, kind_of, promised, total
from grants.forms.cofunding import AgreementOfForm, ProjectForm, ViewForm
from grants.forms.negotiations import ReasonForm
from grants.models import Application, CoFunding, Side
from grants.policies import READING_STAFF
from grants.views import cofunding_steps as steps
from grants.views.case import case_context, to_declare
from grants.views.negotiations import WITH, followed_case
from grants.workflow.cofunding import save_project, set_condition, settle_cofunding
from grants.workflow.continuity import draft_agreement, view_continuity
from organisations.views.helpers import attempt

KEEP = "grants.cofunding.keep"
SIDE = Side.COUNTY


@sign_in_required
@require_safe
def cofunding(request: HttpRequest, application_id: int) -> HttpResponse:
    """The case's tab: co-funders and their decisions, the project's term and shares, what comes after it."""
    now = clock.now()
    case = followed_case(request, application_id, now)
    if case is None:
        return to_declare(request, application_id)
    context = {
        **case_context(request, case, "cofunding", now),
        **steps.cofunding_context(SIDE, case),
        "may_keep": may(KEEP, request.user, case, now=now),
    }
    return render(request, "grants/cofunding/cofunding.html", context)


def _kept(request: HttpRequest, application_id: int, now: Any) -> tuple[Application, dict[str, Any]]:
    rows = allowed(KEEP, request.user, now=now).select_related(*WITH)
    case: Application = get_object_or_404(rows, pk=application_id)
    return case, case_context(request, case, "cofunding", now)


@sign_in_required
def cofunding_new(request: HttpRequest, application_id: int) -> HttpResponse:
    """Add a co-funder."""
    now = clock.now()
    case, context = _kept(request, application_id, now)
    return steps.one(request, SIDE, case, None, context, now)


@sign_in_required
def cofunding_edit(request: HttpRequest, application_id: int, cofunding_id: int) -> HttpResponse:
    """Update a co-funder; ``act`` makes the payment wait for it, withdraws that, or settles a smaller decision."""
    now = clock.now()
    case, context = _kept(request, application_id, now)
    row = get_object_or_404(CoFunding, pk=cofunding_id, application=case)
    act = str(request.POST.get("act", ""))
    forms: dict[str, Any] = {
        "withdraw": ReasonForm(
            request.POST if act == "withdraw" else None, prefix="withdraw", label=_("Miksi maksaminen ei enää odota?")
        ),
        "settle": ReasonForm(
            request.POST if act == "settle" else None,
            prefix="settle",
            label=_("Miten pienempi rahoitus otetaan huomioon?"),
            help_text=_("Esimerkiksi: järjestö hakee muutosta talousarvioon, tai toiminta toteutuu suunnitellusti."),
        ),
    }
    if act in ("wait", "withdraw", "settle"):
        if _settled(request, row, act, forms.get(act)):
            return redirect("grants:cofunding_edit", case.pk, row.pk)
        return render(
            request,
            "grants/cofunding/condition.html",
            {**context, "row": row, "forms": forms, "form": forms.get(act)},
            status=422,
        )
    return steps.one(request, SIDE, case, row, {**context, "forms": forms}, now)


def _settled(request: HttpRequest, row: CoFunding, act: str, form: Any) -> bool:
    given: dict[str, Any] = {"by": request.user, "now": clock.now()}
    if act == "wait":
        done = attempt(request, lambda: set_condition(row, is_condition=True, **given))
    elif not form.is_valid():
        return False
    elif act == "withdraw":
        reason = form.cleaned_data["reason"]
        done = attempt(request, lambda: set_condition(row, is_condition=False, reason=reason, **given), form)
    else:
        done = attempt(request, lambda: settle_cofunding(row, note=form.cleaned_data["reason"], **given), form)
    if done:
        messages.success(request, _("Tallennettu. Hakija näkee tämän asian tapahtumissa."))
    return bool(done) or act == "wait"


@sign_in_required
@require_safe
def cofunding_file(request: HttpRequest, application_id: int, file_id: int) -> HttpResponseBase:
    """A co-funder's decision as a file."""
    case = followed_case(request, application_id, clock.now())
    if case is None:
        return to_declare(request, application_id)
    return steps.file_of(request, case, file_id)


@sign_in_required
def cofunded_project(request: HttpRequest, application_id: int) -> HttpResponse:
    """The project's term and the county's share by year."""
    now = clock.now()
    case, context = _kept(request, application_id, now)
    year = case.call.year
    start = {"name": case.title, "starts_on": date(year, 1, 1), "ends_on": date(year, 12, 31)}
    form = ProjectForm(request.POST or None, project=getattr(case, "cofunded_project", None), start=start)
    if request.method == "POST" and form.is_valid():
        data = {name: form.cleaned_data[name] for name in ("name", "starts_on", "ends_on")}
        if _saved(case, form, data, request):
            messages.success(request, _("Hankkeen tiedot on tallennettu."))
            return redirect("grants:cofunding", case.pk)
    context |= {"form": form}
    return render(request, "grants/cofunding/project.html", context, status=422 if form.errors else 200)


def _saved(case: Application, form: ProjectForm, data: dict[str, Any], request: HttpRequest) -> bool:
    try:
        save_project(case, shares=form.shares(), by=request.user, now=clock.now(), **data)
    except Refused as refused:
        form.add_error({"bad_term": "ends_on", "bad_share": "year_0"}.get(refused.code), str(refused))
        return False
    return True


@sign_in_required
def continuity(request: HttpRequest, application_id: int) -> HttpResponse:
    """The organisation's answer and the county's view of it."""
    now = clock.now()
    case = followed_case(request, application_id, now)
    if case is None:
        return to_declare(request, application_id)
    found = steps.cofunding_context(SIDE, case)
    row = found["continuity"]
    if row is None:
        raise Http404
    may_view = may("grants.continuity.view", request.user, case, now=now)
    form = ViewForm(request.POST or None, initial={"view": row.view})
    if request.method == "POST":
        if not may_view:
            raise Http404
        if form.is_valid():
            view = form.cleaned_data["view"]
            if attempt(request, lambda: view_continuity(case, view=view, by=request.user, now=now), form):
                messages.success(request, _("Näkemys on tallennettu. Järjestö voi lukea sen."))
                return redirect("grants:continuity", case.pk)
    may_draft = has_any_staff_role(request.user, now, "coordinator") and may_view
    context = {
        **case_context(request, case, "cofunding", now),
        **found,
        "form": form,
        "may_view": may_view and row.state != "asked",
        "may_draft": may_draft and row.plan == "agreement" and row.agreement_id is None,
        "kinds": AgreementOfForm(),
    }
    return render(request, "grants/cofunding/continuity.html", context, status=422 if form.errors else 200)


@sign_in_required
@require_POST
def continuity_agreement(request: HttpRequest, application_id: int) -> HttpResponse:
    """Begin an agreement filled in from the project and the answer."""
    now = clock.now()
    rows = allowed("grants.continuity.view", request.user, now=now)
    case: Application = get_object_or_404(rows, pk=application_id)
    if not has_any_staff_role(request.user, now, "coordinator"):
        raise Http404
    form = AgreementOfForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Valitse sopimuksen laji."))
        return redirect("grants:continuity", case.pk)
    kind = form.cleaned_data["kind"]
    made = attempt(request, lambda: draft_agreement(case, kind=kind, by=request.user, now=now))
    if made is None:
        return redirect("grants:continuity", case.pk)
    messages.success(request, _("Luonnos on aloitettu. Järjestö näkee sen, kun lähetät sen."))
    return redirect(made)


def _readers(request: HttpRequest) -> Any:
    now = clock.now()
    if not has_any_staff_role(request.user, now, *READING_STAFF):
        raise Http404
    return promised(request.user, now)


@sign_in_required
@require_safe
def commitments(request: HttpRequest) -> HttpResponse:
    """What has been promised of each year: for certain, on a condition, and what is still negotiated."""
    rows = _readers(request)
    years = by_year(rows)
    page = paginate(request, _with_projects(rows))
    context = {
        "years": years,
        "totals": {name: total(years, name) for name in ("committed", "conditional", "coming")},
        "page": page,
        "shares": [{"share": share, "kind": kind_of(share)} for share in page],
    }
    return render(request, "grants/cofunding/commitments.html", context)


def _with_projects(rows: Any) -> Any:
    related = ("project__application__organisation", "project__application__call", "project__application__decision")
    return rows.select_related(*related).order_by("year", "project__name", "pk")


@sign_in_required
@require_safe
def commitments_export(request: HttpRequest) -> HttpResponseBase:
    """The same shares, a row each."""
    words = {"committed": "sitova", "conditional": "ehdollinen", "coming": "neuvottelussa", "": "ei voimassa"}
    head = ("vuosi", "järjestö", "hanke", "alkaa", "päättyy", "asianumero", "osuus", "tilanne")
    rows = (
        (
            share.year,
            share.project.application.organisation.name,
            share.project.name,
            share.project.starts_on,
            share.project.ends_on,
            share.project.application.case_number,
            share.sum,
            words[kind_of(share)],
        )
        for share in _with_projects(_readers(request)).iterator(chunk_size=500)
    )
    return csv_response("sitoumukset", head, rows)
