"""The bookings and queue places of an organisation, and the queue."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import sign_in_required
from common import clock
from common.pagination import paginate
from common.policies import allowed, get_allowed
from organisations.acting import acting_organisation
from organisations.views.helpers import attempt
from premises.forms.bookings import OfferForm, QueueForm
from premises.models import Room, WaitingPlace
from premises.policies.bookings import may_book_for
from premises.rules import terms_of
from premises.spans import Span
from premises.workflow import join_queue, leave_queue, take_offer


@sign_in_required
@require_safe
def own_bookings(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """What is coming, what was, and where one waits."""
    now = clock.now()
    organisation = acting_organisation(request, organisation_id)
    rows: Any = allowed("premises.booking.view", request.user, now=now).filter(organisation=organisation)
    rows = rows.select_related("room__site")
    past = request.GET.get("nayta") == "menneet"
    rows = rows.filter(ends_at__lte=now).order_by("-starts_at", "-pk") if past else rows.coming(now)
    places = allowed("premises.waiting.view", request.user, now=now).filter(
        organisation=organisation, state__in=["waiting", "offered"], starts_at__gt=now
    )
    context = {
        "organisation": organisation,
        "page": paginate(request, rows),
        "past": past,
        "places": list(places.select_related("room__site").order_by("starts_at", "pk")[:50]),
    }
    return render(request, "premises/bookings/own.html", context)


@sign_in_required
def join(request: HttpRequest, organisation_id: int, room_id: int) -> HttpResponse:
    """Wait for a slot that somebody else has: the first in the queue is offered it first."""
    now = clock.now()
    organisation = acting_organisation(request, organisation_id)
    room: Room = get_allowed("premises.room.book", request.user, now=now, pk=room_id)
    if not may_book_for(request.user, organisation, room, now):
        raise Http404
    given = {name: request.GET.get(name, "") for name in ("paiva", "klo", "loppuu")}
    form = QueueForm(request.POST or None, initial=given)

    def act() -> WaitingPlace:
        return join_queue(
            room=room,
            holder=organisation,
            span=form.span,
            purpose=form.cleaned_data["purpose"],
            by=request.user,
            now=now,
        )

    if request.method == "POST" and form.is_valid() and attempt(request, act, form):
        messages.success(request, _("Olette jonossa. Kerromme sähköpostilla, kun aika vapautuu."))
        return redirect("premises:own_bookings", organisation_id)
    context = {"organisation": organisation, "room": room, "form": form}
    return render(request, "premises/bookings/join.html", context, status=409 if form.errors else 200)


def _place(request: HttpRequest, organisation_id: int, pk: int, now: datetime) -> WaitingPlace:
    acting_organisation(request, organisation_id)
    rows = allowed("premises.waiting.change", request.user, now=now).select_related("room__site")
    place: WaitingPlace = get_object_or_404(rows, pk=pk, organisation=organisation_id)
    return place


@sign_in_required
@require_POST
def leave(request: HttpRequest, organisation_id: int, pk: int) -> HttpResponse:
    """Leave the queue."""
    now = clock.now()
    place = _place(request, organisation_id, pk, now)
    if attempt(request, lambda: leave_queue(place, by=request.user, now=now)):
        messages.success(request, _("Ette ole enää jonossa."))
    return redirect("premises:own_bookings", organisation_id)


@sign_in_required
def take(request: HttpRequest, organisation_id: int, pk: int) -> HttpResponse:
    """Book the slot that is offered."""
    now = clock.now()
    place = _place(request, organisation_id, pk, now)
    terms = terms_of([place.room])[place.room_id]
    user: Any = request.user
    initial = {"purpose": place.purpose, "open_to": "members", "contact_name": user.full_name}
    form = OfferForm(request.POST or None, room=place.room, terms=terms, initial=initial)

    def act() -> Any:
        return take_offer(place, details=form.details, terms=terms, by=request.user, now=now)

    if request.method == "POST" and form.is_valid():
        made = attempt(request, act, form)
        if made:
            messages.success(request, _("Aika on nyt teidän."))
            return redirect(made)
    span = Span(place.starts_at, place.ends_at)
    context = {"place": place, "span": span, "form": form, "terms": terms, "is_offered": place.state == "offered"}
    return render(request, "premises/bookings/take.html", context, status=409 if form.errors else 200)
