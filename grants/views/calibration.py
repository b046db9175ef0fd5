"""The practice example: the coordinator's page of it, and the assessor's practice with the model afterwards."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import sign_in_required
from common import clock
from common.policies import allowed
from grants.calibration import compare_tries
from grants.forms.calibration import ExampleForm, PractiseForm
from grants.models import CalibrationExample, CalibrationTry, GrantCall
from grants.policies.calibration import PRACTISED
from grants.workflow.calibration import practise, remove_example, save_example, show_example
from organisations.views.helpers import attempt


@sign_in_required
def example(request: HttpRequest, call_id: int) -> HttpResponse:
    """The call's example: write it, show it, see how assessors gave points."""
    now = clock.now()
    call: GrantCall = get_object_or_404(allowed("grants.call.manage", request.user, now=now), pk=call_id)
    found = CalibrationExample.objects.filter(call=call).prefetch_related("scores").first()
    criteria = list(call.criteria.prefetch_related("levels"))
    form = ExampleForm(request.POST if request.method == "POST" else None, criteria=criteria, example=found)

    def act() -> CalibrationExample:
        data = form.cleaned_data
        return save_example(call, title=data["title"], text=data["text"], scores=form.scores, by=request.user, now=now)

    if request.method == "POST" and form.is_valid() and attempt(request, act, form):
        messages.success(request, _("Harjoitusesimerkki on tallennettu."))
        return redirect("grants:calibration", call_id)
    comparison = compare_tries(found, None) if found else None
    context = {
        "call": call,
        "example": found,
        "form": form,
        "criteria": criteria,
        "comparison": comparison,
        "may_edit": call.state in PRACTISED and not (comparison and comparison.tries),
        "may_write": call.state in PRACTISED,
    }
    return render(request, "grants/calibration/example.html", context, status=422 if form.errors else 200)


def _managed(request: HttpRequest, call_id: int, verb: Any, said: str) -> HttpResponse:
    now = clock.now()
    rows = allowed("grants.calibration.manage", request.user, now=now)
    found: CalibrationExample = get_object_or_404(rows, call=call_id)
    if attempt(request, lambda: verb(found, by=request.user, now=now)):
        messages.success(request, said)
    return redirect("grants:calibration", call_id)


@sign_in_required
@require_POST
def show(request: HttpRequest, call_id: int) -> HttpResponse:
    """Show the example to the call's assessors."""
    return _managed(request, call_id, show_example, _("Arvioijat näkevät esimerkin nyt ja voivat harjoitella."))


@sign_in_required
@require_POST
def remove(request: HttpRequest, call_id: int) -> HttpResponse:
    """Remove the example and what was practised with it."""
    return _managed(request, call_id, remove_example, _("Harjoitusesimerkki on poistettu."))


@sign_in_required
def practice(request: HttpRequest, call_id: int) -> HttpResponse:
    """Read the example and give one's own points; then the model points, their reasons and everybody's spread."""
    now = clock.now()
    rows = allowed("grants.calibration.practise", request.user, now=now).select_related("call")
    found: CalibrationExample = get_object_or_404(rows, call=call_id)
    own = CalibrationTry.objects.filter(example=found, assessor=request.user.pk).first()
    criteria = list(found.call.criteria.prefetch_related("levels"))
    form = PractiseForm(request.POST if request.method == "POST" else None, criteria=criteria)

    def act() -> CalibrationTry:
        return practise(found, points=form.given, by=request.user, now=now)

    if request.method == "POST" and (own or (form.is_valid() and attempt(request, act, form))):
        return redirect("grants:practise", call_id)
    context = {
        "call": found.call,
        "example": found,
        "form": form,
        "own": own,
        "comparison": compare_tries(found, own) if own else None,
    }
    return render(request, "grants/calibration/practise.html", context, status=422 if form.errors else 200)
