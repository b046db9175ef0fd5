"""The bookings and queue places of an organisation or of a unit of the county, and the queue."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import sign_in_required
from common import clock
from common.pagination import paginate
from common.policies import allowed, get_allowed
from liaisons.models import Unit
from organisations.acting import acting_organisation
from organisations.models import Organisation
from organisations.views.helpers import attempt
from premises.forms.bookings import OfferForm, QueueForm
from premises.models import Room, WaitingPlace
from premises.policies.bookings import Holder, may_book_for
from premises.policies.seasons import seasons_on
from premises.rules import terms_of
from premises.spans import Span
from premises.workflow import join_queue, leave_queue, take_offer


@dataclass(frozen=True)
class Own:
    """Whose pages these are, and where they stand."""

    holder: Holder

    @property
    def _kind(self) -> str:
        return "organisation" if isinstance(self.holder, Organisation) else "unit"

    def _url(self, name: str, *more: int) -> str:
        prefix = {"organisation": "own_" if name in ("bookings", "calendar") else "", "unit": "unit_"}[self._kind]
        return reverse(f"premises:{prefix}{name}", args=[self.holder.pk, *more])

    @property
    def filter(self) -> dict[str, Any]:
        """Return what the rows of the holder have in common."""
        return {self._kind: self.holder}

    @property
    def home(self) -> str:
        """Return where the crumbs begin."""
        if isinstance(self.holder, Organisation):
            return reverse("organisations:own", args=[self.holder.pk])
        return reverse("portal:desk")

    @property
    def bookings(self) -> str:
        """Return the address of the list."""
        return self._url("bookings")

    @property
    def calendar(self) -> str:
        """Return the address of the calendar file."""
        return self._url("calendar")

    @property
    def seasons(self) -> str:
        """Return the address of an organisation's seasons; a unit applies for none."""
        return reverse("premises:own_seasons", args=[self.holder.pk]) if isinstance(self.holder, Organisation) else ""

    def place(self, row: WaitingPlace) -> dict[str, Any]:
        """Return a place in a queue with the addresses at which it is answered."""
        return {
            "row": row,
            "take_url": self._url("queue_take", row.pk),
            "leave_url": self._url("queue_leave", row.pk),
        }


def _organisation(request: HttpRequest, organisation_id: int) -> Own:
    return Own(acting_organisation(request, organisation_id))


def unit_of(request: HttpRequest, unit_id: int) -> Unit:
    """Return the unit for which the person acts, or raise Http404."""
    unit: Unit = get_allowed("premises.unit.act", request.user, now=clock.now(), pk=unit_id)
    return unit


def _unit(request: HttpRequest, unit_id: int) -> Own:
    return Own(unit_of(request, unit_id))


@sign_in_required
@require_safe
def own_bookings(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """What is coming to an organisation, what was, and where it waits."""
    return _bookings(request, _organisation(request, organisation_id))


@sign_in_required
@require_safe
def unit_bookings(request: HttpRequest, unit_id: int) -> HttpResponse:
    """The same for a unit of the county."""
    return _bookings(request, _unit(request, unit_id))


@sign_in_required
@require_safe
def units(request: HttpRequest) -> HttpResponse:
    """The units for which the person books; with one, straight to its page."""
    now = clock.now()
    rows = allowed("premises.unit.act", request.user, now=now).order_by("name_fi", "pk")
    page = paginate(request, rows)
    if page.paginator.count == 1:
        return redirect("premises:unit_bookings", page[0].pk)
    return render(request, "premises/bookings/units.html", {"page": page})


def _bookings(request: HttpRequest, own: Own) -> HttpResponse:
    now = clock.now()
    rows: Any = allowed("premises.booking.view", request.user, now=now).filter(**own.filter)
    rows = rows.select_related("room__site")
    past = request.GET.get("nayta") == "menneet"
    rows = rows.filter(ends_at__lte=now).order_by("-starts_at", "-pk") if past else rows.coming(now)
    places = allowed("premises.waiting.view", request.user, now=now).filter(
        **own.filter, state__in=["waiting", "offered"], starts_at__gt=now
    )
    context = {
        "own": own,
        "page": paginate(request, rows),
        "past": past,
        "seasons_url": own.seasons if seasons_on() else "",
        "places": [own.place(row) for row in places.select_related("room__site").order_by("starts_at", "pk")[:50]],
    }
    return render(request, "premises/bookings/own.html", context)


@sign_in_required
def join(request: HttpRequest, organisation_id: int, room_id: int) -> HttpResponse:
    """Wait for a slot that somebody else has: the first in the queue is offered it first."""
    return _join(request, _organisation(request, organisation_id), room_id)


@sign_in_required
def unit_join(request: HttpRequest, unit_id: int, room_id: int) -> HttpResponse:
    """The same for a unit of the county."""
    return _join(request, _unit(request, unit_id), room_id)


def _join(request: HttpRequest, own: Own, room_id: int) -> HttpResponse:
    now = clock.now()
    room: Room = get_allowed("premises.room.book", request.user, now=now, pk=room_id)
    if not may_book_for(request.user, own.holder, room, now):
        raise Http404
    given = {name: request.GET.get(name, "") for name in ("paiva", "klo", "loppuu")}
    form = QueueForm(request.POST or None, initial=given)

    def act() -> WaitingPlace:
        purpose = form.cleaned_data["purpose"]
        return join_queue(room=room, holder=own.holder, span=form.span, purpose=purpose, by=request.user, now=now)

    if request.method == "POST" and form.is_valid() and attempt(request, act, form):
        messages.success(request, _("Olette jonossa. Kerromme sähköpostilla, kun aika vapautuu."))
        return redirect(own.bookings)
    context = {"own": own, "room": room, "form": form}
    return render(request, "premises/bookings/join.html", context, status=409 if form.errors else 200)


def _place(request: HttpRequest, own: Own, pk: int, now: datetime) -> WaitingPlace:
    rows = allowed("premises.waiting.change", request.user, now=now).select_related("room__site")
    place: WaitingPlace = get_object_or_404(rows, pk=pk, **own.filter)
    return place


@sign_in_required
@require_POST
def leave(request: HttpRequest, organisation_id: int, pk: int) -> HttpResponse:
    """Leave the queue."""
    return _leave(request, _organisation(request, organisation_id), pk)


@sign_in_required
@require_POST
def unit_leave(request: HttpRequest, unit_id: int, pk: int) -> HttpResponse:
    """The same for a unit of the county."""
    return _leave(request, _unit(request, unit_id), pk)


def _leave(request: HttpRequest, own: Own, pk: int) -> HttpResponse:
    now = clock.now()
    place = _place(request, own, pk, now)
    if attempt(request, lambda: leave_queue(place, by=request.user, now=now)):
        messages.success(request, _("Ette ole enää jonossa."))
    return redirect(own.bookings)


@sign_in_required
def take(request: HttpRequest, organisation_id: int, pk: int) -> HttpResponse:
    """Book the slot that is offered."""
    return _take(request, _organisation(request, organisation_id), pk)


@sign_in_required
def unit_take(request: HttpRequest, unit_id: int, pk: int) -> HttpResponse:
    """The same for a unit of the county."""
    return _take(request, _unit(request, unit_id), pk)


def _take(request: HttpRequest, own: Own, pk: int) -> HttpResponse:
    now = clock.now()
    place = _place(request, own, pk, now)
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
    context = {
        "own": own,
        "place": place,
        "span": span,
        "form": form,
        "terms": terms,
        "is_offered": place.state == "offered",
    }
    return render(request, "premises/bookings/take.html", context, status=409 if form.errors else 200)
