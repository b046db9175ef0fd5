"""Handing the duty of admin over: starting it, answering it, taking it back."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import sign_in_required
from common import clock
from common.policies import allowed, get_allowed
from organisations.acting import acting_organisation
from organisations.forms import HandOverForm
from organisations.models import HandOver, Membership, Organisation
from organisations.views.helpers import attempt
from organisations.workflow.hand_overs import (
    accept_hand_over,
    cancel_hand_over,
    decline_hand_over,
    start_hand_over,
)


def _others(organisation: Organisation, user: Any, now: datetime) -> list[Membership]:
    """Return the organisation's other people, to whom the duty can be offered."""
    rows = Membership.objects.in_force(now).filter(organisation=organisation).exclude(user=user)
    return list(rows.select_related("user").order_by("user__full_name", "pk"))


@sign_in_required
def hand_over_new(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """Choose who is admin next and from when."""
    now = clock.now()
    organisation = acting_organisation(request, organisation_id, "organisations.manage_people")
    people = _others(organisation, request.user, now)
    form = HandOverForm(request.POST or None, people=people)
    if request.method == "POST" and form.is_valid():
        started = attempt(
            request,
            lambda: start_hand_over(organisation, **form.verb_arguments(), by=request.user, now=now),
            form,
        )
        if started:
            messages.success(
                request, _("Luovutus on aloitettu. Mikään ei muutu, ennen kuin uusi pääkäyttäjä hyväksyy sen.")
            )
            return redirect("organisations:people", organisation_id=organisation.pk)
    return render(request, "organisations/hand_over_new.html", {"organisation": organisation, "form": form})


@sign_in_required
def hand_over(request: HttpRequest, organisation_id: int, pk: int) -> HttpResponse:
    """One hand-over: the person who has been asked takes over or declines; the admin sees where it stands."""
    now = clock.now()
    organisation = acting_organisation(request, organisation_id)
    rows = allowed("organisations.hand_over.view", request.user, now=now).filter(organisation=organisation)
    found: HandOver = get_object_or_404(
        rows.select_related("organisation", "outgoing__user", "incoming_user", "invitation"), pk=pk
    )
    answers = allowed("organisations.hand_over.accept", request.user, now=now).filter(pk=found.pk).exists()
    if request.method == "POST" and answers:
        return _answer(request, found, now)
    return render(
        request,
        "organisations/hand_over.html",
        {
            "organisation": organisation,
            "hand_over": found,
            "answers": answers and found.state == "waiting" and found.expires_at > now,
            "may_cancel": found.state in ("waiting", "accepted")
            and allowed("organisations.hand_over.cancel", request.user, now=now).filter(pk=found.pk).exists(),
        },
    )


def _answer(request: HttpRequest, found: HandOver, now: datetime) -> HttpResponse:
    if "decline" in request.POST:
        if attempt(request, lambda: decline_hand_over(found, by=request.user, now=now)):
            messages.success(request, _("Et ottanut pääkäyttäjyyttä vastaan. Luovuttaja saa siitä viestin."))
    elif attempt(request, lambda: accept_hand_over(found, by=request.user, now=now)):
        messages.success(request, _("Kiitos! Pääkäyttäjyys siirtyy sinulle sovittuna päivänä."))
    return redirect("organisations:people", organisation_id=found.organisation_id)


@require_POST
@sign_in_required
def hand_over_cancel(request: HttpRequest, organisation_id: int, pk: int) -> HttpResponse:
    """Take a hand-over back."""
    now = clock.now()
    organisation = acting_organisation(request, organisation_id, "organisations.manage_people")
    found: HandOver = get_allowed(
        "organisations.hand_over.view", request.user, now=now, pk=pk, organisation=organisation
    )
    if attempt(request, lambda: cancel_hand_over(found, by=request.user, now=now)):
        messages.success(request, _("Luovutus on peruttu. Roolit ovat niin kuin ennen sitä."))
    return redirect("organisations:people", organisation_id=organisation.pk)
