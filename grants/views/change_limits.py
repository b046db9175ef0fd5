"""How much of a change after award is decided without the body, by kind of grant: the coordinator's setting."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts.access import sign_in_required
from common import clock
from common.policies import get_allowed
from grants.forms.changes import KindLimitsForm
from grants.models import GrantKind
from grants.workflow.change_decisions import set_kind_limits
from organisations.views.helpers import attempt


@sign_in_required
def kind_limits(request: HttpRequest, kind_id: int) -> HttpResponse:
    """See and change the limits of one kind."""
    now = clock.now()
    get_allowed("grants.change.powers", request.user, now=now)
    kind = get_object_or_404(GrantKind.objects.select_related("decided_by", "claims_to"), pk=kind_id)
    start = {"months": kind.change_most_months, "sum": kind.change_most_sum}
    form = KindLimitsForm(request.POST if request.method == "POST" else None, initial=start)

    def act() -> Any:
        return set_kind_limits(kind, by=request.user, now=now, **form.cleaned_data)

    if request.method == "POST" and form.is_valid() and attempt(request, act, form):
        messages.success(request, _("Rajat on tallennettu. Ne koskevat muutoksia, joita ei ole vielä ratkaistu."))
        return redirect("grants:change_powers")
    status = 409 if form.errors else 200
    return render(request, "grants/changes/limits.html", {"kind": kind, "form": form}, status=status)
