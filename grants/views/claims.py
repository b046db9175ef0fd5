"""Claims for revision on the officers' side: the list, one claim, its proposal, decision and appeal."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import sign_in_required
from accounts.roles import request_roles
from common import clock
from common.pagination import paginate
from common.policies import allowed, may
from common.times import local_date
from documents.models import RenderedDocument
from documents.views import serve
from grants.award_terms import terms_of
from grants.forms.changes import TermsFields
from grants.forms.claims import AppealForm, ClaimDecisionForm, ClaimProposalForm, CourtForm, RegisterClaimForm
from grants.models import ChangeRequest, ClaimFile, Decision, RecoveryCase, RevisionClaim
from grants.phrases import form_for, is_picking
from grants.views.case import to_declare
from grants.workflow.claim_meetings import body_of, leave_claim, sitting_in
from grants.workflow.claims import decide_claim, note_appeal, note_court, propose_claim, register_claim
from organisations.views.helpers import attempt

READERS = {"coordinator", "registrar", "auditor"}
WITH = (
    "decision__application__organisation",
    "decision__application__call__kind__decided_by",
    "decision__application__call__kind__claims_to",
    "change",
    "recovery",
    "agenda_item__meeting__body",
)


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


def _to_declare_first(request: HttpRequest, claim_id: int, now: datetime) -> RevisionClaim | None:
    """Return the claim where the person must first say whether they have a conflict of interest in its case."""
    cases = allowed("grants.application.declare", request.user, now=now)
    waiting = cases.exclude(conflict_declarations__user=request.user.pk).values("pk")
    return RevisionClaim.objects.filter(pk=claim_id, decision__application__in=waiting).first()


@require_safe
def claim(request: HttpRequest, claim_id: int) -> HttpResponse:
    """One claim: who, when, what; its files and the original decision; what the person may do next.

    For officers and for the members of the body that decides it, who declare before they read.
    """
    now = clock.now()
    undeclared = _to_declare_first(request, claim_id, now)
    if undeclared is not None:
        return to_declare(request, undeclared.decision.application_id)
    found = _claim(request, "grants.claim.view", claim_id, now)
    application = found.decision.application
    may_record = may("grants.claim.decide", request.user, found, now=now)
    may_present = may("grants.claim.present", request.user, found, now=now)
    meeting = found.agenda_item.meeting if found.agenda_item else None
    context = {
        "claim": found,
        "application": application,
        "files": _files(found),
        "matter_url": _matter_url(request, found, now),
        "has_letter": claimed_letter(found) is not None,
        "body": body_of(found),
        "meeting": meeting,
        # The body's members need no address of a private person to decide.
        "sees_contact": may_record or bool(READERS & {role.key for role in request_roles(request)}),
        "may_declare": may("grants.application.declare", request.user, application, now=now),
        "may_present": may_present and found.state == "proposed",
        "may_take_back": may_present and found.state == "presented" and meeting and meeting.state == "planned",
        "may_propose": found.state in ("received", "proposed")
        and may("grants.claim.propose", request.user, found, now=now),
        "may_decide": may_record and _may_decide(found),
        "may_appeal": may_record and found.state == "decided",
        "may_note_court": may_record and found.state == "appealed",
    }
    return render(request, "grants/claims/claim.html", context)


def _files(found: RevisionClaim) -> list[dict[str, Any]]:
    return [
        {
            "name": row.name,
            "url": reverse("grants:claim_file", args=[found.pk, row.pk]),
            "size": row.size,
            "at": row.uploaded_at,
        }
        for row in found.files.all()
    ]


def _matter_url(request: HttpRequest, found: RevisionClaim, now: datetime) -> str:
    """Return the page of the change or the recovery that the claim is about, where the person may open it."""
    if found.change is not None and may("grants.change.view", request.user, found.change, now=now):
        return found.change.get_absolute_url()
    if found.recovery is not None and may("grants.recovery.view", request.user, found.recovery, now=now):
        return found.recovery.get_absolute_url()
    return ""


def claimed_letter(found: RevisionClaim) -> RenderedDocument | None:
    """Return the letter of the decision as it stood when the claim came."""
    matter = found.change or found.recovery
    if matter is not None:
        return matter.letter
    version = found.decision.versions.filter(made_at__lte=found.filed_at).order_by("-number").first()
    return version.letter if version is not None else found.decision.letter


def _may_decide(found: RevisionClaim) -> bool:
    """Tell whether there is a decision to record: of a presented claim once its meeting has been held."""
    if found.state == "presented":
        return found.agenda_item is not None and found.agenda_item.meeting.state != "planned"
    return found.state == "proposed"


@require_safe
def claim_file(request: HttpRequest, claim_id: int, file_id: int) -> FileResponse:
    """A file that came with a claim, for its party and for whoever reads the claim."""
    found = _readable(request, claim_id)
    return serve(request, get_object_or_404(ClaimFile, claim=found, pk=file_id))


@require_safe
def target_letter(request: HttpRequest, claim_id: int) -> FileResponse:
    """The decision that is claimed against, for its party and for whoever reads the claim."""
    found = claimed_letter(_readable(request, claim_id))
    if found is None:
        raise Http404
    return serve(request, found)


def _readable(request: HttpRequest, claim_id: int) -> RevisionClaim:
    """Return the claim that its party or its reader asks for, or 404."""
    now = clock.now()
    for permission in ("grants.claim.view_own", "grants.claim.view"):
        found: RevisionClaim | None = allowed(permission, request.user, now=now).filter(pk=claim_id).first()
        if found is not None:
            return found
    raise Http404


@sign_in_required
def register(request: HttpRequest, decision_id: int) -> HttpResponse:
    """Enter a claim that came on paper or by mail about the grant's decision."""
    return _register(request, decision_id, {})


@sign_in_required
def register_of_change(request: HttpRequest, change_id: int) -> HttpResponse:
    """Enter a claim that came on paper about the decision on a change."""
    rows = ChangeRequest.objects.filter(letter__isnull=False)
    found: ChangeRequest = get_object_or_404(rows, pk=change_id)
    return _register(request, found.decision_id, {"change": found})


@sign_in_required
def register_of_recovery(request: HttpRequest, recovery_id: int) -> HttpResponse:
    """Enter a claim that came on paper about the decision to recover."""
    rows = RecoveryCase.objects.filter(letter__isnull=False)
    found: RecoveryCase = get_object_or_404(rows, pk=recovery_id)
    return _register(request, found.decision_id, {"recovery": found})


def _register(request: HttpRequest, decision_id: int, about: dict[str, Any]) -> HttpResponse:
    now = clock.now()
    rows = allowed("grants.claim.register", request.user, now=now).select_related(
        "application__organisation", "application__call"
    )
    decision: Decision = get_object_or_404(rows, pk=decision_id)
    organisation = decision.application.organisation
    start = {"claimant": "party", "name": organisation.name, "arrived_at": now}
    form = RegisterClaimForm(request.POST or None, request.FILES or None, initial=start)

    def act() -> RevisionClaim:
        return register_claim(decision, by=request.user, now=now, **about, **form.given())

    if request.method == "POST" and form.is_valid():
        made = attempt(request, act, form)
        if made:
            messages.success(request, _("Oikaisuvaatimus on kirjattu: %(number)s.") % {"number": made.case_number})
            return redirect(made)
    matter: Any = about.get("change") or about.get("recovery")
    context = {
        "form": form,
        "decision": decision,
        "application": decision.application,
        "matter": matter,
        "ends_on": matter.revision_ends_on if matter else decision.revision_ends_on,
    }
    return render(request, "grants/claims/register.html", context, status=409 if form.errors else 200)


def _step(
    request: HttpRequest,
    found: RevisionClaim,
    form: Any,
    act: Callable[[], Any],
    words: tuple[str, str, str],
    **extra: Any,
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
        **extra,
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
    is_sent = request.method == "POST"
    form = (
        form_for(request, ClaimProposalForm, claim=found) if is_sent else ClaimProposalForm(initial=start, claim=found)
    )

    def act() -> RevisionClaim:
        given: dict[str, Any] = {name: form.cleaned_data.get(name) for name in ("outcome", "sum", "reasons")}
        return propose_claim(found, by=request.user, now=now, **given)

    return _step(
        request, found, form, act, (_("Esitys päättäjälle"), _("Tallenna esitys"), _("Esitys on tallennettu."))
    )


@sign_in_required
def decide(request: HttpRequest, claim_id: int) -> HttpResponse:
    """Record what the body decided, or that it did not; the letter of a decision goes at once."""
    now = clock.now()
    found = _claim(request, "grants.claim.decide", claim_id, now)
    item, sitting = found.agenda_item, sitting_in(found)
    last = RevisionClaim.objects.exclude(court="").order_by("-recorded_at").values_list("court", flat=True).first()
    start = {
        "outcome": found.proposed,
        "new_sum": found.proposed_sum,
        "reasons": found.proposal_reasons,
        "court": last or "",
        **({"section_number": item.section_number, "decided_on": local_date(item.meeting.starts_at)} if item else {}),
    }
    form = ClaimDecisionForm(request.POST or None, initial=start, claim=found, sitting=sitting)
    terms_form = _terms_form(request, found)
    if request.method == "POST" and form.is_valid() and form.left is not None:
        left = form.left
        if attempt(request, lambda: leave_claim(found, left=left, by=request.user, now=now), form):
            messages.success(request, _("Kirjattu. Oikaisuvaatimus tuodaan uuteen kokoukseen."))
            return redirect(found)

    def act() -> RevisionClaim | None:
        terms = None
        if terms_form is not None and form.is_accepted:
            if not terms_form.is_valid():
                form.add_error(None, _("Korjaa käyttöaika, käyttötarkoitus tai talousarvion rivit."))
                return None
            terms = terms_form.new_terms()
        return decide_claim(found, by=request.user, now=now, new_terms=terms, **form.given())

    if request.method == "POST" and form.is_valid() and form.left is None and attempt_valid(request, act, form):
        messages.success(request, _("Ratkaisu on kirjattu ja lähetetty."))
        return redirect(found)
    context = {
        "claim": found,
        "application": found.decision.application,
        "form": form,
        "terms_form": terms_form,
        "sitting": sitting,
        "meeting": item.meeting if item else None,
    }
    return render(request, "grants/claims/decide.html", context, status=409 if form.errors else 200)


def attempt_valid(request: HttpRequest, act: Callable[[], Any], form: Any) -> Any:
    """Do it; None also where the act itself found an error in the form."""
    done = attempt(request, act, form)
    return None if form.errors else done


def _terms_form(request: HttpRequest, found: RevisionClaim) -> TermsFields | None:
    """Return the form of the terms of use that hold after an accepted claim about a change; None for other claims.

    What the organisation asked for is offered.
    """
    if found.change is None:
        return None
    decision = found.decision
    terms = found.change.terms_asked
    return TermsFields(request.POST or None, terms=terms, granted=terms_of(decision).total, prefix="terms")


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
    found = _readable(request, claim_id)
    if found.letter is None:
        raise Http404
    return serve(request, found.letter)
