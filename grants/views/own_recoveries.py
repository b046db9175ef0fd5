"""Recoveries on the organisation's side: what is asked back, its statement, how it is paid."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from common import clock
from common.pagination import paginate
from common.policies import allowed, may
from common.times import local_date
from county.models import get_county
from grants.claims_of import own_claims_of
from grants.forms.recoveries import StatementForm
from grants.models import RecoveryCase
from grants.workflow.recoveries import answer_recovery
from organisations.acting import acting_organisation
from organisations.views.helpers import attempt


@require_safe
def own_list(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """What the county asks back of the organisation."""
    now = clock.now()
    organisation = acting_organisation(request, organisation_id)
    rows = (
        allowed("grants.recovery.view_own", request.user, now=now)
        .filter(decision__application__organisation=organisation)
        .select_related("decision__application__call")
        .prefetch_related("repayments")
    )
    page = paginate(request, rows.order_by("-opened_at", "-pk"))
    today = local_date(now)
    context = {"organisation": organisation, "page": page, "rows": [(row, row.balance(today)) for row in page]}
    return render(request, "grants/recoveries/own_list.html", context)


@login_required
def own_recovery(request: HttpRequest, organisation_id: int, recovery_id: int) -> HttpResponse:
    """One recovery: why, the statement, the decision, how much is owed and how it is paid."""
    now = clock.now()
    organisation = acting_organisation(request, organisation_id)
    rows = allowed("grants.recovery.view_own", request.user, now=now).select_related(
        "decision__application__call", "letter"
    )
    found: RecoveryCase = get_object_or_404(
        rows, pk=recovery_id, decision__application__organisation_id=organisation_id
    )
    may_answer = may("grants.recovery.answer", request.user, found, now=now)
    form = StatementForm(request.POST or None, initial={"statement": found.statement})

    def act() -> RecoveryCase:
        return answer_recovery(found, statement=form.cleaned_data["statement"], by=request.user, now=now)

    if request.method == "POST" and form.is_valid() and attempt(request, act, form):
        messages.success(request, _("Kiitos. Lausumanne on lähetetty."))
        return redirect("grants:own_recovery", organisation_id, found.pk)
    context = {
        "recovery": found,
        "application": found.decision.application,
        "organisation": organisation,
        "county": get_county(),
        "balance": found.balance(local_date(now)),
        "parts": list(found.parts.all()),
        **own_claims_of(found, request.user, now),
        "form": form if may_answer and (form.is_bound or found.takes_statement(local_date(now))) else None,
    }
    return render(request, "grants/recoveries/own.html", context, status=409 if form.errors else 200)
