"""An NGO's side of calls for candidates, and the candidate's own answer through a link."""

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import public_page, sign_in_required
from common import clock
from common.pagination import paginate
from common.policies import allowed, may
from liaisons.asked import calls_asking
from liaisons.forms import CandidateForm, ConsentForm
from liaisons.models import Candidate
from liaisons.views.pages import act_and_return
from liaisons.workflow import (
    answer_as_candidate,
    ask_consent_again,
    find_candidate,
    propose_candidate,
    withdraw_candidate,
)
from organisations.acting import acting_organisation
from organisations.views.helpers import attempt


@sign_in_required
def own_nominations(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """The calls that are open, and the candidates that the NGO has proposed, with where each stands."""
    now = clock.now()
    organisation = acting_organisation(request, organisation_id)
    calls = allowed("liaisons.nomination.public", request.user, now=now).filter(state="open", deadline__gt=now)
    asked = calls_asking(calls, organisation, now).select_related("body", "chooser")
    own = allowed("liaisons.candidate.own", request.user, now=now).filter(organisation=organisation)
    rows = own.select_related("call__body").order_by("-proposed_at", "-pk")
    context = {"organisation": organisation, "calls": asked, "page": paginate(request, rows), "now": now}
    return render(request, "liaisons/own_nominations.html", context)


@sign_in_required
def own_nomination(request: HttpRequest, organisation_id: int, pk: int) -> HttpResponse:
    """Read a call and propose a candidate for the NGO."""
    now = clock.now()
    organisation = acting_organisation(request, organisation_id)
    own = Q(candidates__organisation=organisation)
    public = allowed("liaisons.nomination.public", request.user, now=now)
    call = get_object_or_404(public.select_related("body__regional_group", "chooser"), pk=pk)
    is_asked = calls_asking(public.filter(pk=pk), organisation, now).exists()
    if not is_asked and not public.filter(own, pk=pk).exists():
        raise Http404
    can_propose = (
        is_asked and call.takes_proposals(now) and may("organisations.prepare", request.user, organisation, now=now)
    )
    form = CandidateForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = attempt(
            request,
            lambda: propose_candidate(call, organisation=organisation, **form.cleaned_data, by=request.user, now=now),
            form,
        )
        if made:
            to = reverse("liaisons:own_candidate", args=[organisation_id, made.pk])
            return act_and_return(request, lambda: True, _("Ehdotus on tallessa. Ehdokas saa pyynnön suostua."), to)
    context = {
        "organisation": organisation,
        "call": call,
        "form": form if can_propose else None,
        "candidates": call.candidates.filter(organisation=organisation),
        "now": now,
    }
    return render(request, "liaisons/own_nomination.html", context)


def _own(request: HttpRequest, organisation_id: int, pk: int) -> Candidate:
    organisation = acting_organisation(request, organisation_id)
    rows = allowed("liaisons.candidate.own", request.user, now=clock.now()).filter(organisation=organisation)
    found: Candidate = get_object_or_404(rows.select_related("call__body", "call__chooser", "organisation"), pk=pk)
    return found


@sign_in_required
def own_candidate(request: HttpRequest, organisation_id: int, pk: int) -> HttpResponse:
    """One candidate of the NGO: where it stands and what comes next."""
    now = clock.now()
    found = _own(request, organisation_id, pk)
    can_act = may("liaisons.candidate.withdraw", request.user, found, now=now)
    context = {
        "organisation": found.organisation,
        "candidate": found,
        "call": found.call,
        "now": now,
        "can_withdraw": can_act and found.state in ("proposed", "consented"),
        "can_remind": can_act and found.state == "proposed",
    }
    return render(request, "liaisons/own_candidate.html", context)


@sign_in_required
@require_POST
def own_candidate_withdraw(request: HttpRequest, organisation_id: int, pk: int) -> HttpResponse:
    """Take the proposal back."""
    found = _own(request, organisation_id, pk)
    return act_and_return(
        request,
        lambda: withdraw_candidate(found, by=request.user, now=clock.now()),
        _("Ehdotus on peruttu, ja ehdokas saa viestin."),
        reverse("liaisons:own_candidate", args=[organisation_id, pk]),
    )


@sign_in_required
@require_POST
def own_candidate_remind(request: HttpRequest, organisation_id: int, pk: int) -> HttpResponse:
    """Ask the candidate again, with a new link."""
    found = _own(request, organisation_id, pk)
    return act_and_return(
        request,
        lambda: ask_consent_again(found, by=request.user, now=clock.now()),
        _("Ehdokas saa uuden pyynnön. Vanha linkki ei enää toimi."),
        reverse("liaisons:own_candidate", args=[organisation_id, pk]),
    )


@public_page
def consent(request: HttpRequest, token: str) -> HttpResponse:
    """The candidate reads what they are asked to consent to, and answers; nobody signs in for it."""
    now = clock.now()
    found = find_candidate(token)
    if found is None:
        return render(request, "liaisons/consent.html", {"candidate": None}, status=404)
    form = ConsentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        consents = "suostun" in request.POST
        note = form.cleaned_data["note"]
        if attempt(request, lambda: answer_as_candidate(token, consents=consents, note=note, now=now), form):
            return redirect("liaisons:consent", token)
    context = {
        "candidate": found,
        "call": found.call,
        "form": form,
        "is_open": found.state in ("proposed", "consented") and now <= found.consent_until,
        "now": now,
    }
    response = render(request, "liaisons/consent.html", context)
    # Never to other sites. "no-referrer" would also make the form's own Origin null, which CSRF refuses.
    response["Referrer-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    return response
