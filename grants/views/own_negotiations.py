"""The organisation's pages of its negotiation: whose turn it is, versions, meetings with their memos, ending."""

from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from common import clock
from common.policies import allowed
from grants.models import Application, Side
from grants.negotiation_pages import negotiation_context
from grants.views import negotiation_steps as steps
from grants.workflow.negotiations import AGREE, WRITE
from organisations.acting import acting_organisation

SIDE = Side.ORGANISATION


def own_case(
    request: HttpRequest,
    organisation_id: int,
    application_id: int,
    now: datetime,
    permission: str = "grants.negotiation.view_own",
) -> Application:
    """Return the organisation's negotiated application under the permission, or 404."""
    acting_organisation(request, organisation_id)
    rows = allowed(permission, request.user, now=now).select_related("call", "organisation", "negotiation")
    found: Application | None = rows.filter(pk=application_id, organisation=organisation_id).first()
    if found is None:
        raise Http404
    return found


def own_context(case: Application, now: datetime) -> dict[str, Any]:
    """Return what every own page of the negotiation shows."""
    return {
        "application": case,
        "case": case,
        "call": case.call,
        "organisation": case.organisation,
        "now": now,
    }


@login_required
def own_negotiation(request: HttpRequest, organisation_id: int, application_id: int) -> HttpResponse:
    """The negotiation as the organisation sees it; POST approves the version that the button names."""
    now = clock.now()
    case = own_case(request, organisation_id, application_id, now)
    if request.method == "POST":
        steps.approve(request, SIDE, own_case(request, organisation_id, application_id, now, AGREE[SIDE]), now)
        return redirect("grants:own_negotiation", organisation_id, application_id)
    context = {**own_context(case, now), **negotiation_context(SIDE, case, request.user, now)}
    return render(request, "grants/negotiations/own.html", context)


@login_required
def own_negotiation_version_new(request: HttpRequest, organisation_id: int, application_id: int) -> HttpResponse:
    """Send a version."""
    now = clock.now()
    case = own_case(request, organisation_id, application_id, now, WRITE[SIDE])
    return steps.new_version(request, SIDE, case, own_context(case, now), now)


@login_required
@require_safe
def own_negotiation_version(
    request: HttpRequest, organisation_id: int, application_id: int, number: int
) -> HttpResponse:
    """Read one version."""
    now = clock.now()
    case = own_case(request, organisation_id, application_id, now)
    return steps.one_version(request, SIDE, case, own_context(case, now), number)


@login_required
def own_negotiation_end(request: HttpRequest, organisation_id: int, application_id: int) -> HttpResponse:
    """End the negotiation."""
    now = clock.now()
    case = own_case(request, organisation_id, application_id, now, AGREE[SIDE])
    return steps.end(request, SIDE, case, own_context(case, now), now)
