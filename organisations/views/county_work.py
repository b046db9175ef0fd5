"""What officers do on an organisation's behalf: a note, a claim from paper, looking at the NGO's own page."""

from copy import copy
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from accounts.access import sign_in_required
from common import clock
from common.policies import allowed, get_allowed
from organisations.forms import LookForm, NoteForm, PaperClaimForm
from organisations.models import Membership, Organisation, ReadOnlyVisit
from organisations.read_only import for_reading
from organisations.views import own
from organisations.views.helpers import attempt
from organisations.workflow.claims import enter_claim
from organisations.workflow.county_work import open_to_look, write_note


def _organisation(request: HttpRequest, pk: int) -> Organisation:
    found: Organisation = get_allowed("organisations.county_work", request.user, now=clock.now(), pk=pk)
    return found


@sign_in_required
def note(request: HttpRequest, pk: int) -> HttpResponse:
    """Write an inner note."""
    organisation = _organisation(request, pk)
    form = NoteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        text = form.cleaned_data["text"]
        if attempt(request, lambda: write_note(organisation, text=text, by=request.user, now=clock.now()), form):
            messages.success(request, _("Muistiinpano on kirjattu. Sen näkee vain hyvinvointialue."))
            return redirect("organisations:county_page", pk=pk)
    return render(request, "organisations/county/note.html", {"organisation": organisation, "form": form})


@sign_in_required
def paper_claim(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter a claim that came on paper, by e-mail or by telephone."""
    organisation = _organisation(request, pk)
    form = PaperClaimForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        claim = attempt(
            request, lambda: enter_claim(organisation, **form.cleaned_data, by=request.user, now=clock.now()), form
        )
        if claim:
            messages.success(request, _("Pyyntö on kirjattu. Se ratkaistaan edustuspyyntöjen jonossa."))
            return redirect("organisations:county_page", pk=pk)
    return render(request, "organisations/county/paper_claim.html", {"organisation": organisation, "form": form})


@sign_in_required
def look_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Say whose page is opened and why; the visit is stored and told to the organisation."""
    now = clock.now()
    organisation = _organisation(request, pk)
    people = Membership.objects.in_force(now).filter(organisation=organisation).select_related("user")
    form = LookForm(request.POST or None, people=list(people.order_by("user__full_name", "pk")))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        visit: ReadOnlyVisit | None = attempt(
            request,
            lambda: open_to_look(
                organisation, seen_as=form.people[data["person"]], reason=data["reason"], by=request.user, now=now
            ),
            form,
        )
        if visit:
            return redirect("organisations:look", pk=visit.pk)
    return render(request, "organisations/county/look_new.html", {"organisation": organisation, "form": form})


@never_cache
@sign_in_required
def look(request: HttpRequest, pk: int) -> HttpResponse:
    """The organisation's own page as the person sees it: to read only, for as long as the visit lasts."""
    rows = allowed("organisations.read_only_visit.view", request.user, now=clock.now())
    visit: ReadOnlyVisit = get_object_or_404(rows.select_related("organisation", "seen_as"), pk=pk)
    return render(
        request,
        "organisations/county/look.html",
        {"visit": visit, "organisation": visit.organisation, "seen": mark_safe(_page_of(request, visit))},  # noqa: S308
    )


def _page_of(request: HttpRequest, visit: ReadOnlyVisit) -> str:
    """Return the person's page for reading; whatever asking for it would write is rolled back.

    The person's own right is asked by the page itself: when it has ended, there is nothing to see (404).
    """
    asked: Any = copy(request)
    asked.user, asked.method = visit.seen_as, "GET"
    with transaction.atomic():
        answer: Any = own.own(asked, organisation_id=visit.organisation_id)
        transaction.set_rollback(True)
    return for_reading(answer.content.decode())
