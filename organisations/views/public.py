"""The public registry: one organisation, and the claim to represent it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts.access import public_page, sign_in_required
from common import clock
from common.policies import allowed, get_allowed, may
from common.times import local_date
from organisations.confirmation import confirmed_within_a_year
from organisations.following import follows_merge
from organisations.forms import ClaimForm
from organisations.models import Claim, ImportRun, Organisation, Visibility
from organisations.views.helpers import attempt
from organisations.workflow import submit_claim, withdraw_claim

PUBLIC_ENTRIES = 10


def last_extract() -> ImportRun | None:
    """Return the last extract that was read."""
    return ImportRun.objects.filter(state="finished").order_by("-finished_at").first()


@public_page
@follows_merge("pk")
def organisation_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One organisation: what the register says, what it says itself, what it has done in public."""
    now = clock.now()
    organisation: Organisation = get_object_or_404(
        allowed("organisations.view", request.user, now=now).select_related("domicile"), pk=pk
    )
    public = organisation.timeline.filter(visibility=Visibility.PUBLIC)
    return render(
        request,
        "organisations/organisation_detail.html",
        {
            "organisation": organisation,
            "earlier_names": organisation.earlier_names.order_by("name"),
            "sectors": organisation.sectors.all(),
            "themes": organisation.themes.all(),
            "municipalities": organisation.municipalities.all(),
            "target_groups": organisation.target_groups.all(),
            "contacts": allowed("organisations.contact.public", request.user, now=now).filter(
                organisation=organisation
            ),
            "is_confirmed": confirmed_within_a_year(organisation, now),
            "activities": allowed("organisations.activity.view", request.user, now=now)
            .filter(organisation=organisation)
            .prefetch_related("municipalities"),
            "timeline": public.values("at", "text")[:PUBLIC_ENTRIES],
            "extract": last_extract() if organisation.in_last_extract else None,
            "overrides": organisation.register_overrides.in_force(local_date(now)),
            **_relation(request, organisation, now),
        },
    )


def _relation(request: HttpRequest, organisation: Organisation, now: Any) -> dict[str, Any]:
    """Return how the reader stands to the organisation; nothing is asked for a stranger."""
    if not request.user.is_authenticated:
        return {}
    signatories = None
    if may("organisations.signatories.view", request.user, organisation, now=now):
        signatories = organisation.signatories.order_by("name", "role")
    return {
        "has_county_page": may("organisations.county_page", request.user, organisation, now=now),
        "acts_for": may("organisations.represent", request.user, organisation, now=now),
        "own_claim": Claim.objects.filter(user=request.user, organisation=organisation, state="waiting").first(),
        "signatories": signatories,
        "can_merge": may("organisations.merge", request.user, organisation, now=now),
    }


@sign_in_required
@follows_merge("pk")
def claim_new(request: HttpRequest, pk: int) -> HttpResponse:
    """ "Edustan tätä järjestöä": ask for the right to act."""
    now = clock.now()
    organisation: Organisation = get_allowed("organisations.view", request.user, now=now, pk=pk)
    form = ClaimForm(request.POST or None, request.FILES or None, initial={"role": "admin"})
    if request.method == "POST" and form.is_valid():
        claim = attempt(
            request, lambda: submit_claim(organisation, **form.cleaned_data, by=request.user, now=now), form
        )
        if claim:
            messages.success(request, _("Pyyntösi on lähetetty. Saat viestin, kun se on käsitelty."))
            return redirect("organisations:own_claim", pk=claim.pk)
    return render(
        request,
        "organisations/claim_new.html",
        {
            "organisation": organisation,
            "form": form,
            "acts_for": may("organisations.represent", request.user, organisation, now=now),
        },
    )


@sign_in_required
def own_claim(request: HttpRequest, pk: int) -> HttpResponse:
    """One's own claim: where it stands; a waiting one can be taken back."""
    now = clock.now()
    claim: Claim = get_allowed("organisations.claim.own", request.user, now=now, pk=pk)
    if request.method == "POST":
        if attempt(request, lambda: withdraw_claim(claim, by=request.user, now=now)):
            messages.success(request, _("Pyyntö on peruttu."))
        return redirect("organisations:own_claim", pk=pk)
    claim = Claim.objects.select_related("organisation", "attachment").get(pk=claim.pk)
    return render(request, "organisations/own_claim.html", {"claim": claim, "organisation": claim.organisation})
