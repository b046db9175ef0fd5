"""Claims for revision on the officers' side: the list, one claim, its proposal, decision and appeal."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import sign_in_required
from accounts.roles import request_roles
from common import clock
from common.pagination import paginate
from common.policies import allowed, may
from documents.views import serve
from grants.forms.decisions import AppealForm, ClaimDecisionForm, ClaimProposalForm, CourtForm, RegisterClaimForm
from grants.models import Decision, RevisionClaim
from grants.phrases import form_for, is_picking
from grants.workflow.claims import decide_claim, note_appeal, note_court, propose_claim, register_claim
from organisations.views.helpers import attempt

READERS = {"coordinator", "registrar", "auditor"}
WITH = ("decision__application__organisation", "decision__application__call")


@require_safe
def claims(request: HttpRequest) -> HttpResponse:
    """Every claim that the person reads, those without a decision first."""
    now = clock.now()
    rows = allowed("grants.claim.view", request.user, now=now).select_related(*WITH)
    page = paginate(request, rows.order_by("decided_on", "arrived_at", "pk").reverse())
    if not page.paginator.count and not READERS & {role.key for role in request_roles(request)}:
        raise Http404
    return render(request, "grants/claims/list.html", {"page": page})


def _claim(request: HttpRequest, permission: str, claim_id: int, now: datetime) -> RevisionClaim:
    found: RevisionClaim = get_object_or_404(
        allowed(permission, request.user, now=now).select_related(*WITH, "letter"), pk=claim_id
    )
    return found


@require_safe
def claim(request: HttpRequest, claim_id: int) -> HttpResponse:
    """One claim: who, when, what; what the person may do next."""
    now = clock.now()
    found = _claim(request, "grants.claim.view", claim_id, now)
    may_record = may("grants.claim.decide", request.user, found, now=now)
    context = {
        "claim": found,
        "application": found.decision.application,
        "may_propose": found.state in ("received", "proposed")
        and may("grants.claim.propose", request.user, found, now=now),
        "may_decide": may_record and found.state == "proposed",
        "may_appeal": may_record and found.state == "decided",
        "may_note_court": may_record and found.state == "appealed",
    }
    return render(request, "grants/claims/claim.html", context)


@sign_in_required
def register(request: HttpRequest, decision_id: int) -> HttpResponse:
    """Enter a claim that came on paper or by mail."""
    now = clock.now()
    rows = allowed("grants.claim.register", request.user, now=now).select_related(
        "application__organisation", "application__call"
    )
    decision: Decision = get_object_or_404(rows, pk=decision_id)
    organisation = decision.application.organisation
    start = {"claimant": "party", "name": organisation.name, "arrived_at": now}
    form = RegisterClaimForm(request.POST or None, initial=start)

    def act() -> RevisionClaim:
        return register_claim(decision, by=request.user, now=now, **form.cleaned_data)

    if request.method == "POST" and form.is_valid():
        made = attempt(request, act, form)
        if made:
            messages.success(request, _("Oikaisuvaatimus on kirjattu: %(number)s.") % {"number": made.case_number})
            return redirect(made)
    context = {"form": form, "decision": decision, "application": decision.application}
    return render(request, "grants/claims/register.html", context, status=409 if form.errors else 200)


def _step(
    request: HttpRequest, found: RevisionClaim, form: Any, act: Callable[[], Any], words: tuple[str, str, str]
) -> HttpResponse:
    """Show a form of one step of the claim, or take the step; ``words``: heading, button, what is said afterwards."""
    if request.method == "POST" and not is_picking(request) and form.is_valid() and attempt(request, act, form):
        messages.success(request, words[2])
        return redirect(found)
    context = {
        "claim": found,
        "application": found.decision.application,
        "form": form,
        "title": words[0],
        "submit": words[1],
        "has_phrases": "phrase" in form.fields,
    }
    status = 409 if form.is_bound and form.errors else 200
    return render(request, "grants/claims/step.html", context, status=status)


@sign_in_required
def propose(request: HttpRequest, claim_id: int) -> HttpResponse:
    """Propose what the body should decide."""
    now = clock.now()
    found = _claim(request, "grants.claim.propose", claim_id, now)
    start = {
        "outcome": found.proposed or ("not_examined" if found.is_late else ""),
        "sum": found.proposed_sum,
        "reasons": found.proposal_reasons,
    }
    form = form_for(request, ClaimProposalForm) if request.method == "POST" else ClaimProposalForm(initial=start)

    def act() -> RevisionClaim:
        given = {name: form.cleaned_data[name] for name in ("outcome", "sum", "reasons")}
        return propose_claim(found, by=request.user, now=now, **given)

    return _step(
        request, found, form, act, (_("Esitys päättäjälle"), _("Tallenna esitys"), _("Esitys on tallennettu."))
    )


@sign_in_required
def decide(request: HttpRequest, claim_id: int) -> HttpResponse:
    """Record what the body decided; the letter goes at once."""
    now = clock.now()
    found = _claim(request, "grants.claim.decide", claim_id, now)
    last = RevisionClaim.objects.exclude(court="").order_by("-recorded_at").values_list("court", flat=True).first()
    start = {
        "outcome": found.proposed,
        "new_sum": found.proposed_sum,
        "reasons": found.proposal_reasons,
        "court": last or "",
    }
    form = ClaimDecisionForm(request.POST or None, initial=start)

    def act() -> RevisionClaim:
        return decide_claim(found, by=request.user, now=now, **form.given())

    said = _("Ratkaisu on kirjattu ja lähetetty.")
    return _step(request, found, form, act, (_("Kirjaa ratkaisu"), _("Kirjaa ja anna tiedoksi"), said))


@sign_in_required
def appeal(request: HttpRequest, claim_id: int) -> HttpResponse:
    """Note an appeal to the administrative court."""
    now = clock.now()
    found = _claim(request, "grants.claim.decide", claim_id, now)
    form = AppealForm(request.POST or None)

    def act() -> RevisionClaim:
        return note_appeal(found, by=request.user, now=now, **form.cleaned_data)

    said = _("Valitus on merkitty. Päätös ei tule lainvoimaiseksi ennen ratkaisua.")
    return _step(request, found, form, act, (_("Merkitse valitus"), _("Merkitse valitus"), said))


@sign_in_required
def court(request: HttpRequest, claim_id: int) -> HttpResponse:
    """Note what the court decided."""
    now = clock.now()
    found = _claim(request, "grants.claim.decide", claim_id, now)
    form = CourtForm(request.POST or None)

    def act() -> RevisionClaim:
        return note_court(found, by=request.user, now=now, **form.cleaned_data)

    title = _("Merkitse hallinto-oikeuden ratkaisu")
    return _step(request, found, form, act, (title, _("Tallenna"), _("Hallinto-oikeuden ratkaisu on merkitty.")))


@require_safe
def letter(request: HttpRequest, claim_id: int) -> FileResponse:
    """The letter about a decided claim, for its party and for officers."""
    now = clock.now()
    for permission in ("grants.claim.view_own", "grants.claim.view"):
        found = allowed(permission, request.user, now=now).select_related("letter").filter(pk=claim_id).first()
        if found is not None and found.letter is not None:
            return serve(request, found.letter)
    raise Http404
