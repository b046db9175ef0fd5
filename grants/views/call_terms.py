"""A call's terms on the coordinator's side: reserves of the appropriation, the budget, who is invited."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common import clock
from common.errors import Refused
from common.pagination import paginate
from common.policies import allowed
from grants.forms.call_terms import BudgetForm, InviteForm, ReserveForm
from grants.models import AppropriationReserve, GrantCall
from grants.workflow import calls as verbs
from grants.workflow.call_terms import invite_organisation, record_budget, remove_invitation

GET_AND_POST = ["GET", "HEAD", "POST"]


def _managed(request: HttpRequest, call_id: int) -> GrantCall:
    """Return the call without what hangs on it, or 404."""
    rows = allowed("grants.call.manage", request.user, now=clock.now()).select_related("kind")
    found: GrantCall = get_object_or_404(rows, pk=call_id)
    return found


@require_safe
def reserves(request: HttpRequest, call_id: int) -> HttpResponse:
    """The parts of the appropriation that are kept, and what is left for all."""
    call = _managed(request, call_id)
    rows = list(call.reserves.select_related("theme", "group"))
    kept = sum(row.sum for row in rows)
    context = {"call": call, "rows": rows, "kept": kept, "left": call.appropriation - kept}
    return render(request, "grants/calls/reserves.html", context)


@require_http_methods(GET_AND_POST)
def reserve(request: HttpRequest, call_id: int, reserve_id: int | None = None) -> HttpResponse:
    """Add or edit one reserve of a draft."""
    call = _managed(request, call_id)
    row = get_object_or_404(call.reserves, pk=reserve_id) if reserve_id else AppropriationReserve(call=call)
    if request.method != "POST" and call.state != "draft":
        return redirect("grants:call_reserves", call.pk)
    form, refusal = _reserve_form(call, row, None), ""
    if request.method == "POST":
        try:
            with transaction.atomic():
                call = verbs.lock_draft(call_id, by=request.user, now=clock.now())
                form = _reserve_form(call, row, request.POST)
                if form.is_valid():
                    return _save_reserve(request, call, form)
        except Refused as refused:
            refusal, form = str(refused.message), _reserve_form(call, row, request.POST)
    context = {"call": call, "form": form, "reserve": row if row.pk else None, "refusal": refusal}
    return render(request, "grants/calls/reserve.html", context, status=409 if refusal else 200)


def _reserve_form(call: GrantCall, row: AppropriationReserve, data: Any) -> ReserveForm:
    others = sum(other.sum for other in call.reserves.all() if other.pk != row.pk)
    return ReserveForm(data, instance=row, left=call.appropriation - others)


def _save_reserve(request: HttpRequest, call: GrantCall, form: ReserveForm) -> HttpResponse:
    row = form.save(commit=False)
    if row.pk is None:
        row.order = int(call.reserves.aggregate(last=Max("order"))["last"] or 0) + 1
    row.save()
    messages.success(request, _("Tallennettu."))
    return redirect("grants:call_reserves", call.pk)


@require_POST
def reserve_remove(request: HttpRequest, call_id: int, reserve_id: int) -> HttpResponse:
    """Remove a reserve of a draft; its money is again for all."""
    call = _managed(request, call_id)
    row = get_object_or_404(call.reserves, pk=reserve_id)
    try:
        with transaction.atomic():
            verbs.lock_draft(call_id, by=request.user, now=clock.now())
            row.delete()
        messages.success(request, _("Poistettu: %(name)s") % {"name": row})
    except Refused as refused:
        messages.error(request, str(refused.message))
    return redirect("grants:call_reserves", call_id)


@require_http_methods(GET_AND_POST)
def budget(request: HttpRequest, call_id: int) -> HttpResponse:
    """Write what the budget made of a conditional appropriation."""
    call = _managed(request, call_id)
    if not call.awaits_budget or call.state not in ("published", "handling", "presented"):
        return redirect("grants:call_edit", call.pk)
    form, status = BudgetForm(request.POST or None, initial={"total": call.appropriation}), 200
    if request.method == "POST" and form.is_valid():
        try:
            record_budget(call, by=request.user, now=clock.now(), **form.cleaned_data)
        except Refused as refused:
            fields = {"below_proposed": "total", "not_positive": "total", "bad_day": "decided_on", "no_body": "body"}
            form.add_error(fields.get(refused.code), str(refused.message))
            status = 409
        else:
            messages.success(request, _("Talousarviopäätös on kirjattu. Määräraha ei ole enää ehdollinen."))
            return redirect("grants:call_edit", call.pk)
    return render(request, "grants/calls/budget.html", {"call": call, "form": form}, status=status)


@require_http_methods(GET_AND_POST)
def invitations(request: HttpRequest, call_id: int) -> HttpResponse:
    """Who is invited to a negotiated or direct call, and inviting one more."""
    call = _managed(request, call_id)
    if not call.by_invitation:
        return redirect("grants:call_edit", call.pk)
    form, status = InviteForm(request.POST or None), 200
    if request.method == "POST" and form.is_valid():
        found = form.cleaned_data["organisation"]
        try:
            invite_organisation(call, organisation=found, by=request.user, now=clock.now())
        except Refused as refused:
            form.add_error(None, str(refused.message))
            status = 409
        else:
            messages.success(request, _("%(name)s on kutsuttu hakemaan.") % {"name": found.name})
            return redirect("grants:call_invitations", call.pk)
    now = clock.now()
    rows = call.invitations.select_related("organisation", "invited_by")
    is_open = call.state == "draft" or (call.state == "published" and now < call.closes_at)
    context = {"call": call, "form": form, "page": paginate(request, rows), "may_invite": is_open}
    return render(request, "grants/calls/invitations.html", context, status=status)


@require_POST
def invitation_remove(request: HttpRequest, call_id: int, invitation_id: int) -> HttpResponse:
    """Take an invitation back while nothing has been begun on it."""
    call = _managed(request, call_id)
    row = get_object_or_404(call.invitations.select_related("organisation"), pk=invitation_id)
    try:
        remove_invitation(row, by=request.user, now=clock.now())
        messages.success(request, _("Kutsu on peruttu: %(name)s") % {"name": row.organisation.name})
    except Refused as refused:
        messages.error(request, str(refused.message))
    return redirect("grants:call_invitations", call.pk)
