"""The organisation's pages of its co-funded project: other funders' decisions, and how the activity goes on."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from common import clock
from common.errors import Refused
from common.policies import may
from grants.forms.cofunding import ContinuityForm
from grants.models import Application, CoFunding, Side
from grants.views import cofunding_steps as steps
from grants.views.own_negotiations import own_case, own_context
from grants.workflow.continuity import answer_continuity

SIDE = Side.ORGANISATION
KEEP = "grants.cofunding.keep_own"


def _context(case: Application, now: datetime) -> dict[str, Any]:
    return {**own_context(case, now), "section": "funding"}


@login_required
@require_safe
def own_cofunding(request: HttpRequest, organisation_id: int, application_id: int) -> HttpResponse:
    """The other funders and their decisions, the project's term, and the question of continuity."""
    now = clock.now()
    case = own_case(request, organisation_id, application_id, now)
    context = {
        **_context(case, now),
        **steps.cofunding_context(SIDE, case),
        "may_keep": may(KEEP, request.user, case, now=now),
    }
    return render(request, "grants/cofunding/own.html", context)


@login_required
def own_cofunding_new(request: HttpRequest, organisation_id: int, application_id: int) -> HttpResponse:
    """Add a co-funder."""
    now = clock.now()
    case = own_case(request, organisation_id, application_id, now, KEEP)
    return steps.one(request, SIDE, case, None, {**_context(case, now), "crumb": _("Rahoittaja")}, now)


@login_required
def own_cofunding_edit(
    request: HttpRequest, organisation_id: int, application_id: int, cofunding_id: int
) -> HttpResponse:
    """Update what has become of a co-funder."""
    now = clock.now()
    case = own_case(request, organisation_id, application_id, now, KEEP)
    row = get_object_or_404(CoFunding, pk=cofunding_id, application=case)
    return steps.one(request, SIDE, case, row, {**_context(case, now), "crumb": _("Rahoittaja")}, now)


@login_required
@require_safe
def own_cofunding_file(
    request: HttpRequest, organisation_id: int, application_id: int, file_id: int
) -> HttpResponseBase:
    """A co-funder's decision as a file."""
    return steps.file_of(request, own_case(request, organisation_id, application_id, clock.now()), file_id)


@login_required
def own_continuity(request: HttpRequest, organisation_id: int, application_id: int) -> HttpResponse:
    """The question "Miten toiminta jatkuu": the answer, and the county's view once it is there."""
    now = clock.now()
    case = own_case(request, organisation_id, application_id, now)
    found = steps.cofunding_context(SIDE, case)
    row = found["continuity"]
    may_answer = row is not None and may("grants.continuity.answer", request.user, case, now=now)
    if row is None or (request.method == "POST" and not may_answer):
        raise Http404
    form = ContinuityForm(request.POST or None, initial={"plan": row.plan, "text": row.text})
    status = 422 if form.errors else 200
    if request.method == "POST" and form.is_valid():
        try:
            answer_continuity(case, **form.cleaned_data, by=request.user, now=now)
        except Refused as refused:
            form.add_error(None, str(refused))
            status = 409
        else:
            messages.success(request, _("Vastaus on lähetetty hyvinvointialueelle."))
            return redirect("grants:own_continuity", organisation_id, application_id)
    context = {
        **_context(case, now),
        **found,
        "crumb": _("Miten toiminta jatkuu"),
        "form": form,
        "may_answer": may_answer and row.state != "viewed",
        "kept": status == 409,
    }
    return render(request, "grants/cofunding/own_continuity.html", context, status=status)
