"""Changes after award on the organisation's side: what holds, the copy, the difference, sending, the decision."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from common import clock
from common.errors import Refused
from common.pagination import paginate
from common.policies import allowed, may
from grants.applicant import sender_names
from grants.award_terms import side_by_side, terms_of
from grants.claims_of import own_claims_of
from grants.forms.changes import ChangeForm
from grants.models import ChangeRequest, Decision, ReportKind, UseReport
from grants.workflow.changes import problems, save_change, send_change, start_change, why_not, withdraw_change
from organisations.acting import acting_organisation
from organisations.views.helpers import attempt

WITH = (
    "decision__application__call",
    "decision__application__organisation",
    "decision__application__form_version",
    "letter",
)


@require_safe
def own_list(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """The organisation's changes, and the grants of which a change may be asked."""
    now = clock.now()
    organisation = acting_organisation(request, organisation_id)
    rows: Any = allowed("grants.change.view_own", request.user, now=now)
    rows = rows.filter(decision__application__organisation=organisation)
    grants = (
        allowed("grants.change.start", request.user, now=now)
        .filter(application__organisation=organisation, application__call__year__gte=now.year - 3)
        .exclude(pk__in=rows.open().values("decision"))
        .exclude(pk__in=UseReport.objects.filter(kind=ReportKind.FINAL, state="approved").values("decision"))
        .select_related("application__call")
        .order_by("-decided_on", "-pk")
    )
    page = paginate(request, rows.select_related("decision__application__call").order_by("-created_at", "-pk"))
    context = {"organisation": organisation, "page": page, "grants": list(grants[:10])}
    return render(request, "grants/changes/own_list.html", context)


@login_required
def new(request: HttpRequest, organisation_id: int, decision_id: int) -> HttpResponse:
    """What holds now and what may be asked; the button takes a copy. Too late says so."""
    now = clock.now()
    organisation = acting_organisation(request, organisation_id)
    rows = allowed("grants.change.start", request.user, now=now).select_related(
        "application__call", "application__form_version", "application__organisation"
    )
    decision: Decision = get_object_or_404(rows, pk=decision_id, application__organisation_id=organisation_id)
    refused = ""
    if request.method == "POST":
        try:
            made = start_change(decision, by=request.user, now=now)
        except Refused as refusal:
            refused = str(refusal)
        else:
            return redirect("grants:own_change_edit", organisation_id, made.pk)
    standing = decision.changes.open().first()
    context = {
        "organisation": organisation,
        "decision": decision,
        "application": decision.application,
        "terms": terms_of(decision),
        "standing": standing,
        "why_not": refused or ("" if standing else why_not(decision, now)),
    }
    return render(request, "grants/changes/new.html", context, status=409 if refused else 200)


def _own(request: HttpRequest, permission: str, organisation_id: int, change_id: int, now: datetime) -> ChangeRequest:
    acting_organisation(request, organisation_id)
    rows = allowed(permission, request.user, now=now).select_related(*WITH)
    found: ChangeRequest = get_object_or_404(rows, pk=change_id, decision__application__organisation_id=organisation_id)
    return found


def _context(found: ChangeRequest) -> dict[str, Any]:
    application = found.decision.application
    return {
        "change": found,
        "rows": side_by_side(found.terms_before, found.terms_asked, found.terms_decided),
        "decision": found.decision,
        "application": application,
        "organisation": application.organisation,
    }


@require_safe
def own_change(request: HttpRequest, organisation_id: int, change_id: int) -> HttpResponse:
    """One change: where it is, what it changes, what was decided, and the next step."""
    now = clock.now()
    found = _own(request, "grants.change.view_own", organisation_id, change_id, now)
    context = {
        **_context(found),
        "may_edit": found.is_writable and may("grants.change.edit", request.user, found, now=now),
        "may_withdraw": found.is_open and may("grants.change.send", request.user, found, now=now),
        "report": found.decision.use_report,
        **own_claims_of(found, request.user, now),
    }
    return render(request, "grants/changes/own.html", context)


@login_required
def edit(request: HttpRequest, organisation_id: int, change_id: int) -> HttpResponse:
    """The copy: everything on one page, saved as it is; what is missing is told before sending."""
    now = clock.now()
    found = _own(request, "grants.change.edit", organisation_id, change_id, now)
    if not found.is_writable and request.method != "POST":
        return redirect("grants:own_change", organisation_id, change_id)
    form = ChangeForm(
        request.POST or None,
        terms=found.terms_asked,
        granted=found.decision.sum,
        use_to_now=found.terms_before.use_to,
        initial={"why": found.why, "revision": found.revision},
    )
    if request.method == "POST" and form.is_valid() and _saved(request, found, form, now):
        messages.success(request, _("Tallennettu. Tarkistakaa muutos ennen lähettämistä."))
        return redirect("grants:own_change_preview", organisation_id, change_id)
    context = {**_context(found), "form": form}
    return render(request, "grants/changes/edit.html", context, status=409 if form.errors else 200)


def _saved(request: HttpRequest, found: ChangeRequest, form: ChangeForm, now: datetime) -> bool:
    """Save; a refusal is shown on the form with what was typed."""
    data = form.cleaned_data
    try:
        save_change(found, form.new_terms(), why=data["why"], revision=data["revision"], by=request.user, now=now)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        if refusal.code == "stale":
            found.refresh_from_db(fields=["revision"])
            form.show_revision(found.revision)
        return False
    return True


@login_required
def preview(request: HttpRequest, organisation_id: int, change_id: int) -> HttpResponse:
    """The difference before it is sent; POST sends."""
    now = clock.now()
    found = _own(request, "grants.change.edit", organisation_id, change_id, now)
    refused = ""
    if request.method == "POST":
        try:
            sent = send_change(found, by=request.user, now=now)
        except Refused as refusal:
            refused = str(refusal)
        else:
            messages.success(
                request,
                _("Muutoshakemus on lähetetty. Sen asianumero on %(number)s.") % {"number": sent.case_number},
            )
            return redirect("grants:own_change", organisation_id, change_id)
    if not found.is_writable and not refused:
        return redirect("grants:own_change", organisation_id, change_id)
    context = {
        **_context(found),
        "lacking": problems(found, now),
        "late": "" if found.sent_at else why_not(found.decision, now),
        "refused": refused,
        "may_send": may("grants.change.send", request.user, found, now=now),
        "senders": sender_names(found.decision.application.organisation, now),
    }
    return render(request, "grants/changes/preview.html", context, status=409 if refused else 200)


@login_required
def withdraw(request: HttpRequest, organisation_id: int, change_id: int) -> HttpResponse:
    """Confirm and take the change back."""
    now = clock.now()
    found = _own(request, "grants.change.send", organisation_id, change_id, now)
    if request.method == "POST":
        if attempt(request, lambda: withdraw_change(found, by=request.user, now=now)):
            messages.success(request, _("Muutoshakemus on peruttu. Avustuksen ehdot pysyvät ennallaan."))
        return redirect("grants:own_change", organisation_id, change_id)
    if not found.is_open:
        return redirect("grants:own_change", organisation_id, change_id)
    return render(request, "grants/changes/withdraw.html", _context(found))
