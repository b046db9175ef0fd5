"""Observations: the officers' list and case, and what the organisation reads and answers."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts.access import sign_in_required
from common import clock
from common.pagination import paginate
from common.policies import allowed, get_allowed, may
from common.times import local_date
from organisations.acting import acting_organisation
from organisations.forms import ReasonForm
from organisations.forms.checks import ObservationFilter, ObservationForm, ReplyForm
from organisations.models import Observation, Organisation
from organisations.policies.relations import may_read_county_pages
from organisations.views.helpers import attempt
from organisations.workflow.observations import (
    confirm_observation,
    make_observation,
    reply_to_observation,
    withdraw_observation,
)


@sign_in_required
def observations(request: HttpRequest) -> HttpResponse:
    """Observations of all organisations: those in force unless another state is asked for."""
    now = clock.now()
    if not may_read_county_pages(request.user, now):
        raise Http404
    form = ObservationFilter(request.GET or None)
    state = form.cleaned_data["tila"] if form.is_valid() else ""
    rows: Any = allowed("organisations.observation.view", request.user, now=now)
    if not state:
        rows = rows.in_force(now)
    elif state != "kaikki":
        rows = rows.filter(state=state)
    rows = rows.select_related("organisation", "made_by").order_by("-made_at", "-pk")
    return render(
        request, "organisations/observations/list.html", {"form": form, "state": state, "page": paginate(request, rows)}
    )


@sign_in_required
def observation_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Write an observation about an organisation."""
    now = clock.now()
    organisation: Organisation = get_allowed("organisations.observation.make", request.user, now=now, pk=pk)
    form = ObservationForm(request.POST or None, initial={"valid_from": local_date(now)})
    if request.method == "POST" and form.is_valid():
        made = attempt(
            request, lambda: make_observation(organisation, **form.cleaned_data, by=request.user, now=now), form
        )
        if made:
            messages.success(request, _("Huomio on kirjattu. Se tulee voimaan, kun toinen henkilö vahvistaa sen."))
            return redirect("organisations:county_page", pk=pk)
    return render(request, "organisations/observations/new.html", {"organisation": organisation, "form": form})


@sign_in_required
def observation(request: HttpRequest, pk: int) -> HttpResponse:
    """One observation: confirmed by a second person, answered by the organisation, withdrawn with a reason."""
    now = clock.now()
    rows = allowed("organisations.observation.view", request.user, now=now)
    found: Observation = get_object_or_404(
        rows.select_related("organisation", "made_by", "confirmed_by", "withdrawn_by"), pk=pk
    )
    withdrawal = ReasonForm(request.POST if "withdraw" in request.POST else None)
    if request.method == "POST" and _act(request, found, withdrawal, now):
        return redirect("organisations:observation", pk=pk)
    return render(
        request,
        "organisations/observations/observation.html",
        {
            "observation": found,
            "organisation": found.organisation,
            "replies": found.replies.select_related("by"),
            "may_confirm": found.state == "proposed"
            and may("organisations.observation.confirm", request.user, found, now=now),
            "may_withdraw": found.state != "withdrawn"
            and may("organisations.observation.manage", request.user, found, now=now),
            "is_mine": found.made_by_id == request.user.pk,
            "withdrawal": withdrawal,
        },
    )


def _act(request: HttpRequest, found: Observation, withdrawal: ReasonForm, now: datetime) -> bool:
    if "confirm" in request.POST:
        if attempt(request, lambda: confirm_observation(found, by=request.user, now=now)):
            messages.success(request, _("Huomio on vahvistettu, ja järjestölle on lähtenyt viesti."))
        return True
    if not withdrawal.is_valid():
        return False
    data = withdrawal.cleaned_data
    done = attempt(request, lambda: withdraw_observation(found, **data, by=request.user, now=now), withdrawal)
    if done:
        messages.success(request, _("Huomio on peruttu."))
    return bool(done)


# What the organisation sees


@sign_in_required
def own_observations(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """The county's observations about the organisation that have been confirmed."""
    now = clock.now()
    organisation = acting_organisation(request, organisation_id)
    rows = allowed("organisations.observation.own", request.user, now=now).filter(organisation=organisation)
    return render(
        request,
        "organisations/observations/own_list.html",
        {"organisation": organisation, "page": paginate(request, rows.order_by("-confirmed_at", "-pk"))},
    )


@sign_in_required
def own_observation(request: HttpRequest, organisation_id: int, pk: int) -> HttpResponse:
    """One observation about the organisation, and its right to answer."""
    now = clock.now()
    organisation = acting_organisation(request, organisation_id)
    found: Observation = get_allowed(
        "organisations.observation.own", request.user, now=now, pk=pk, organisation=organisation
    )
    may_reply = may("organisations.observation.reply", request.user, found, now=now)
    form = ReplyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = attempt(
            request, lambda: reply_to_observation(found, **form.cleaned_data, by=request.user, now=now), form
        )
        if done:
            messages.success(request, _("Vastine on lähetetty hyvinvointialueelle."))
            return redirect("organisations:own_observation", organisation_id=organisation.pk, pk=pk)
    return render(
        request,
        "organisations/observations/own.html",
        {
            "organisation": organisation,
            "observation": found,
            "replies": found.replies.select_related("by"),
            "form": form if may_reply else None,
        },
    )
