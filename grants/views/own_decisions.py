"""The applicant's side of a decision: answering a grant, claiming revision, reading one's claim."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from common import clock
from common.policies import allowed
from common.times import local_date
from grants.forms.claims import ClaimForm
from grants.forms.decisions import AnswerForm
from grants.models import ChangeRequest, Decision, RecoveryCase, RevisionClaim
from grants.workflow.acceptance import answer_grant
from grants.workflow.claims import file_claim
from organisations.acting import acting_organisation
from organisations.views.helpers import attempt


def _own(request: HttpRequest, permission: str, organisation_id: int, application_id: int) -> Decision:
    rows = allowed(permission, request.user, now=clock.now()).select_related(
        "application__call", "application__organisation"
    )
    found: Decision = get_object_or_404(
        rows, application_id=application_id, application__organisation_id=organisation_id
    )
    request.acting_organisation = found.application.organisation  # type: ignore[attr-defined]
    return found


@login_required
def answer(request: HttpRequest, organisation_id: int, application_id: int) -> HttpResponse:
    """Accept the grant with its terms, or decline it."""
    now = clock.now()
    decision = _own(request, "grants.grant.answer", organisation_id, application_id)
    if decision.is_declined:
        return redirect("grants:application", organisation_id, application_id)
    form = AnswerForm(request.POST or None, initial={"answer": "accept"})

    def act() -> Decision:
        accepts = form.cleaned_data["answer"] == "accept"
        return answer_grant(decision, accepts=accepts, by=request.user, now=now)

    if request.method == "POST" and form.is_valid() and attempt(request, act, form):
        accepted = form.cleaned_data["answer"] == "accept"
        messages.success(
            request,
            _("Kiitos. Avustus ja ehdot on hyväksytty.") if accepted else _("Olette kieltäytyneet avustuksesta."),
        )
        return redirect("grants:application", organisation_id, application_id)
    return _render(request, "answer_grant", decision, form)


@login_required
def claim_new(request: HttpRequest, organisation_id: int, application_id: int) -> HttpResponse:
    """Claim revision of the grant's decision; that the period is over is said, and the claim is taken all the same."""
    decision = _own(request, "grants.claim.file", organisation_id, application_id)
    return _claim(request, decision, {}, decision.revision_ends_on)


@login_required
def change_claim_new(request: HttpRequest, organisation_id: int, change_id: int) -> HttpResponse:
    """Claim revision of the decision on a change."""
    rows = allowed("grants.change.view_own", request.user, now=clock.now()).filter(letter__isnull=False)
    found: ChangeRequest = get_object_or_404(rows.select_related("decision"), pk=change_id)
    decision = _own(request, "grants.claim.file", organisation_id, found.decision.application_id)
    return _claim(request, decision, {"change": found}, found.revision_ends_on)


@login_required
def recovery_claim_new(request: HttpRequest, organisation_id: int, recovery_id: int) -> HttpResponse:
    """Claim revision of the decision to recover."""
    rows = allowed("grants.recovery.view_own", request.user, now=clock.now()).filter(letter__isnull=False)
    found: RecoveryCase = get_object_or_404(rows.select_related("decision"), pk=recovery_id)
    decision = _own(request, "grants.claim.file", organisation_id, found.decision.application_id)
    return _claim(request, decision, {"recovery": found}, found.revision_ends_on)


def _claim(request: HttpRequest, decision: Decision, about: dict[str, Any], last: date | None) -> HttpResponse:
    """Show the form of a claim, or file it; ``about``: the later matter, ``last``: the last day of the period."""
    now = clock.now()
    form = ClaimForm(request.POST or None, request.FILES or None)

    def act() -> RevisionClaim:
        return file_claim(decision, by=request.user, now=now, **about, **form.given())

    if request.method == "POST" and form.is_valid():
        made = attempt(request, act, form)
        if made:
            messages.success(
                request, _("Oikaisuvaatimus on saapunut. Sen asianumero on %(number)s.") % {"number": made.case_number}
            )
            return redirect("grants:own_claim", decision.application.organisation_id, made.pk)
    extra = {"is_late": last is not None and local_date(now) > last, "ends_on": last, **about}
    return _render(request, "claim_new", decision, form, **extra)


def _render(request: HttpRequest, name: str, decision: Decision, form: Any, **extra: Any) -> HttpResponse:
    context = {"decision": decision, "application": decision.application, "form": form, **extra}
    status = 409 if form.errors else 200
    return render(request, f"grants/applications/{name}.html", context, status=status)


@require_safe
def own_claim(request: HttpRequest, organisation_id: int, claim_id: int) -> HttpResponse:
    """One's own claim: where it is, what was written, what was decided."""
    organisation = acting_organisation(request, organisation_id)
    rows = allowed("grants.claim.view_own", request.user, now=clock.now()).select_related(
        "decision__application__call", "letter", "change", "recovery"
    )
    found: RevisionClaim = get_object_or_404(rows, pk=claim_id, decision__application__organisation_id=organisation_id)
    files = [
        {
            "name": row.name,
            "url": reverse("grants:claim_file", args=[found.pk, row.pk]),
            "size": row.size,
            "at": row.uploaded_at,
        }
        for row in found.files.all()
    ]
    context = {"claim": found, "application": found.decision.application, "organisation": organisation, "files": files}
    return render(request, "grants/applications/claim.html", context)
