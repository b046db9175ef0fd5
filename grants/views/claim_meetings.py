"""Bringing a claim for revision to a meeting of the body that decides it, and taking it back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import sign_in_required
from common import clock
from common.policies import get_allowed
from grants.forms.handling import PresentForm
from grants.models import RevisionClaim
from grants.workflow.claim_meetings import body_of, present_claim, take_back_claim
from liaisons.models import Meeting
from organisations.views.helpers import attempt


@sign_in_required
def present(request: HttpRequest, claim_id: int) -> HttpResponse:
    """Choose the meeting to which the claim is brought."""
    now = clock.now()
    claim: RevisionClaim = get_allowed("grants.claim.present", request.user, now=now, pk=claim_id)
    body = body_of(claim)
    meetings = Meeting.objects.filter(body=body, state="planned", starts_at__gt=now) if body else Meeting.objects.none()
    form = PresentForm(request.POST or None, meetings=meetings.order_by("starts_at"))

    def act() -> RevisionClaim:
        return present_claim(claim, meeting=form.cleaned_data["meeting"], by=request.user, now=now)

    if request.method == "POST" and form.is_valid() and attempt(request, act, form):
        messages.success(request, _("Oikaisuvaatimus on viety kokouksen esityslistalle. Jäsenet näkevät sen nyt."))
        return redirect(claim)
    context = {"claim": claim, "form": form, "body": body, "has_meetings": meetings.exists()}
    return render(request, "grants/claims/present.html", context, status=409 if form.errors else 200)


@require_POST
def take_back(request: HttpRequest, claim_id: int) -> HttpResponse:
    """Return the claim to preparation."""
    now = clock.now()
    claim: RevisionClaim = get_allowed("grants.claim.present", request.user, now=now, pk=claim_id)
    if attempt(request, lambda: take_back_claim(claim, by=request.user, now=now)):
        messages.success(request, _("Oikaisuvaatimus on palautettu valmisteluun, ja asia on poistettu esityslistalta."))
    return redirect(claim)
