"""Bringing the proposals to the body, and what its members see: name and sum, then what they may read."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from common import clock
from common.errors import Refused
from common.pagination import paginate
from common.policies import allowed, get_allowed, may
from grants import cases
from grants.answers import answers_for_reading
from grants.forms.handling import PresentForm
from grants.models import GrantCall
from grants.name_hints import mark_same_names
from grants.statements import statements_of
from grants.views.case import readable, to_declare
from grants.views.handling import decorated
from grants.workflow.conflicts import likely_conflicts
from grants.workflow.presentation import present_call, take_back
from liaisons.models import Meeting


def present(request: HttpRequest, call_id: int) -> HttpResponse:
    """Choose the meeting to which the call is brought."""
    now = clock.now()
    call: GrantCall = get_allowed("grants.call.present", request.user, now=now, pk=call_id)
    meetings = Meeting.objects.filter(body=call.kind.decided_by_id, state="planned", starts_at__gt=now)
    form = PresentForm(request.POST or None, meetings=meetings.order_by("starts_at"))
    if request.method == "POST" and form.is_valid():
        try:
            present_call(call, meeting=form.cleaned_data["meeting"], by=request.user, now=now)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Haku on viety kokouksen esityslistalle. Jäsenet näkevät sen nyt."))
            return redirect("grants:proposals", call_id)
    context = {"call": call, "form": form, "has_meetings": meetings.exists(), "body": call.kind.decided_by}
    return render(request, "grants/handling/present.html", context)


@require_POST
def take_back_call(request: HttpRequest, call_id: int) -> HttpResponse:
    """Return the call to preparation."""
    now = clock.now()
    call = get_allowed("grants.call.present", request.user, now=now, pk=call_id)
    try:
        take_back(call, by=request.user, now=now)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Haku on palautettu valmisteluun, ja asia on poistettu esityslistalta."))
    return redirect("grants:proposals", call_id)


def before_body(request: HttpRequest, call_id: int, now: datetime) -> GrantCall:
    """Return a presented call of the person's own body, or 404."""
    rows = allowed("grants.call.committee", request.user, now=now).select_related(
        "kind__decided_by", "agenda_item__meeting"
    )
    found: GrantCall = get_object_or_404(rows, pk=call_id)
    return found


@require_safe
def call(request: HttpRequest, call_id: int) -> HttpResponse:
    """The list for the body: declare first, then read; from what one has withdrawn only name and sum."""
    now = clock.now()
    found = before_body(request, call_id, now)
    rows = cases.cases_of(found, request.user, now)
    chosen = cases.choose(rows, {"jarjesta": request.GET.get("jarjesta", "") or "hakija"})
    totals = cases.totals(chosen)
    page = paginate(request, chosen, per_page=50, count=totals.count)
    shown = decorated(page)
    may_declare = found.state == "presented"
    undeclared = [row["case"] for row in shown if may_declare and not row["case"].declared]
    mark_same_names(request.user, undeclared, now)
    context = {
        "call": found,
        "now": now,
        "page": page,
        "rows": shown,
        "totals": totals,
        "undeclared": undeclared,
        "likely": likely_conflicts(request.user, undeclared) if undeclared else set(),
        "may_declare": may_declare,
        "frozen": allowed("grants.proposal_set.view", request.user, now=now).filter(call=found).first(),
    }
    return render(request, "grants/committee/call.html", context)


@require_safe
def case(request: HttpRequest, application_id: int) -> HttpResponse:
    """One case for a member: the proposal with its reasons, the points, the application.

    Who assesses the case and has not finished sees neither points nor the proposal made from them.
    """
    now = clock.now()
    found = readable(request, application_id, now)
    if found is None:
        return to_declare(request, application_id)
    presented = before_body(request, found.call_id, now)
    sees_points = may("grants.scores.view", request.user, found, now=now)
    done = found.assessments.filter(state="done").select_related("assessor").prefetch_related("scores__criterion")
    context = {
        "case": found,
        "call": presented,
        "organisation": found.organisation,
        "proposal": getattr(found, "proposal", None) if sees_points else None,
        "decision": getattr(found, "decision", None),
        "assessments": list(done.order_by("pk")) if sees_points else [],
        "is_blind": not sees_points,
        "sections": answers_for_reading(found, get_language() or "fi"),
        "statements": statements_of(found, request.user, now),
        "may_declare": found.state == "in_handling",
        "now": now,
    }
    return render(request, "grants/committee/case.html", context)
