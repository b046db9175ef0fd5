"""The officers' pages of the registry: claims and account numbers."""

from datetime import datetime

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts.access import sign_in_required
from common import clock
from common.pagination import paginate
from common.policies import allowed, may
from documents.views import serve
from organisations.forms import ClaimApprovalForm, ClaimStateFilter, ReasonForm
from organisations.models import BankAccount, Claim, Organisation
from organisations.name_match import matching
from organisations.policies import may_read_bank_accounts, may_read_claims
from organisations.views.helpers import attempt
from organisations.workflow import (
    approve_claim,
    refuse_bank_account,
    refuse_claim,
    verify_bank_account,
)


@sign_in_required
def claims(request: HttpRequest) -> HttpResponse:
    """Claims: the waiting ones, oldest first, unless another state is asked for."""
    now = clock.now()
    if not may_read_claims(request.user, now):
        raise Http404
    form = ClaimStateFilter(request.GET or None)
    state = form.cleaned_data["tila"] if form.is_valid() else ""
    rows = allowed("organisations.claim.view", request.user, now=now)
    if state != "kaikki":
        rows = rows.filter(state=state or "waiting")
    rows = rows.select_related("organisation", "user").order_by("created_at" if not state else "-created_at", "pk")
    return render(request, "organisations/claims.html", {"page": paginate(request, rows), "form": form, "state": state})


@sign_in_required
def claim_case(request: HttpRequest, pk: int) -> HttpResponse:
    """One claim: who asks and why, what the extract says, and the decision."""
    now = clock.now()
    claim = get_object_or_404(
        allowed("organisations.claim.view", request.user, now=now).select_related(
            "organisation__domicile", "user", "decided_by", "attachment", "code__campaign", "entered_by"
        ),
        pk=pk,
    )
    approval = ClaimApprovalForm(initial={"role": claim.role}, prefix="hyvaksy")
    refusal = ReasonForm(prefix="hylkaa")
    if request.method == "POST":
        if "approve" in request.POST:
            approval = ClaimApprovalForm(request.POST, prefix="hyvaksy")
            done = _approve(request, claim, approval, now)
        else:
            refusal = ReasonForm(request.POST, prefix="hylkaa")
            done = _refuse(request, claim, refusal, now)
        if done:
            return redirect("organisations:claim_case", pk=pk)
    organisation: Organisation = claim.organisation
    signatories = list(organisation.signatories.order_by("name", "role"))
    return render(
        request,
        "organisations/claim_case.html",
        {
            "claim": claim,
            "organisation": organisation,
            "signatories": signatories,
            "matches": matching(claim.user.full_name, signatories),
            "memberships": organisation.memberships.in_force(now).select_related("user"),
            "can_decide": claim.state == "waiting" and may("organisations.claim.decide", request.user, claim, now=now),
            "approval": approval,
            "refusal": refusal,
        },
    )


def _approve(request: HttpRequest, claim: Claim, form: ClaimApprovalForm, now: datetime) -> bool:
    if not form.is_valid():
        return False
    done = attempt(request, lambda: approve_claim(claim, **form.cleaned_data, by=request.user, now=now), form)
    if done:
        messages.success(request, _("Pyyntö on hyväksytty, ja henkilölle on lähtenyt viesti."))
    return bool(done)


def _refuse(request: HttpRequest, claim: Claim, form: ReasonForm, now: datetime) -> bool:
    if not form.is_valid():
        return False
    done = attempt(request, lambda: refuse_claim(claim, **form.cleaned_data, by=request.user, now=now), form)
    if done:
        messages.success(request, _("Pyyntö on hylätty, ja henkilölle on lähtenyt viesti perusteluineen."))
    return bool(done)


@sign_in_required
def claim_file(request: HttpRequest, pk: int) -> FileResponse:
    """The attachment of a claim, for the officers and the claimant."""
    now = clock.now()
    own = allowed("organisations.claim.own", request.user, now=now)
    visible = allowed("organisations.claim.view", request.user, now=now) | own
    claim = get_object_or_404(visible.select_related("attachment"), pk=pk)
    if not hasattr(claim, "attachment"):
        raise Http404
    return serve(request, claim.attachment)


@sign_in_required
def bank_accounts(request: HttpRequest) -> HttpResponse:
    """Account numbers that wait for the second person, oldest first."""
    now = clock.now()
    if not may_read_bank_accounts(request.user, now):
        raise Http404
    rows = allowed("organisations.bank_account.view", request.user, now=now).filter(state="entered")
    rows = rows.select_related("organisation", "entered_by").order_by("entered_at", "pk")
    return render(request, "organisations/bank_accounts.html", {"page": paginate(request, rows)})


@sign_in_required
def bank_statement(request: HttpRequest, pk: int) -> FileResponse:
    """The statement of an account, for those who see the account."""
    rows = allowed("organisations.bank_account.view", request.user, now=clock.now())
    account: BankAccount = get_object_or_404(rows.select_related("statement"), pk=pk)
    if not hasattr(account, "statement"):
        raise Http404
    return serve(request, account.statement)


@sign_in_required
def bank_account_case(request: HttpRequest, pk: int) -> HttpResponse:
    """One account number: compared with the account statement, then verified or not."""
    now = clock.now()
    if not may_read_bank_accounts(request.user, now):
        raise Http404
    rows = allowed("organisations.bank_account.view", request.user, now=now)
    rows = rows.select_related("organisation", "entered_by", "verified_by", "statement")
    account: BankAccount = get_object_or_404(rows, pk=pk)
    refusal = ReasonForm(request.POST if "refuse" in request.POST else None)
    if request.method == "POST":
        if "verify" in request.POST:
            done = attempt(request, lambda: verify_bank_account(account, by=request.user, now=now))
        else:
            done = refusal.is_valid() and attempt(
                request, lambda: refuse_bank_account(account, **refusal.cleaned_data, by=request.user, now=now), refusal
            )
        if done or "verify" in request.POST:
            if done:
                messages.success(request, _("Tilinumeron tarkistus on kirjattu."))
            return redirect("organisations:bank_account_case", pk=pk)
    return render(
        request,
        "organisations/bank_account_case.html",
        {
            "account": account,
            "organisation": account.organisation,
            "current": account.organisation.bank_accounts.current().exclude(pk=account.pk).first(),
            "can_verify": account.state == "entered"
            and may("organisations.bank_account.verify", request.user, account, now=now),
            "refusal": refusal,
        },
    )
