"""Booking a room: for whom, the form, and for many days the preview with a choice for each clash."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access import sign_in_required
from common import clock
from common.errors import Refused
from common.policies import allowed, get_allowed
from common.times import local_date
from liaisons.models import Unit
from organisations.acting import acting_organisation
from organisations.models import Organisation
from premises.forms.bookings import BookingForm, OfficerBookingForm
from premises.models import Room, UseTerms
from premises.policies.bookings import may_book_for, own_organisations, own_units
from premises.rules import check_holder, terms_of
from premises.views.booking_series import choices_from, preview_rows
from premises.workflow import book, book_series, preview_series

_PREFILLED = ("paiva", "klo", "loppuu", "asti", "valein")


def _room(request: HttpRequest, room_id: int, now: datetime) -> Room:
    room: Room = get_allowed("premises.room.view", request.user, now=now, pk=room_id)
    if not room.is_bookable:
        raise Http404
    return room


@sign_in_required
def book_room(request: HttpRequest, room_id: int) -> HttpResponse:
    """For whom the room is booked; who acts for one goes straight to the form."""
    now = clock.now()
    room = _room(request, room_id, now)
    holders = [one for one in _holders(request.user, now) if _suits(room, one)]
    query = request.GET.urlencode()
    choices = [{"name": one.name, "url": f"{_address(one, room, request)}?{query}"} for one in holders]
    if len(choices) == 1:
        return redirect(choices[0]["url"])
    context = {"room": room, "choices": choices, "desk_url": _desk_url(request, room, now, query)}
    return render(request, "premises/bookings/for_whom.html", context)


def _holders(user: Any, now: datetime) -> list[Organisation | Unit]:
    """Return for whom the person may book: their organisations, then the county's units they speak for."""
    own = Organisation.objects.filter(pk__in=own_organisations(user, now, editors=True)).order_by("name", "pk")
    units = Unit.objects.filter(own_units(user, now)).on(local_date(now)).order_by("name_fi", "pk")
    return [*own, *units]


def _suits(room: Room, holder: Organisation | Unit) -> bool:
    try:
        check_holder(room, holder)
    except Refused:
        return False
    return True


def _address(holder: Organisation | Unit, room: Room, request: HttpRequest) -> str:
    if "jono" in request.GET:
        return _join_url(holder, room)
    name = "premises:own_book" if isinstance(holder, Organisation) else "premises:unit_book"
    return reverse(name, args=[holder.pk, room.pk])


def _join_url(holder: Organisation | Unit, room: Room) -> str:
    name = "premises:queue_join" if isinstance(holder, Organisation) else "premises:unit_queue_join"
    return reverse(name, args=[holder.pk, room.pk])


def _desk_url(request: HttpRequest, room: Room, now: datetime, query: str) -> str:
    """Return where an officer books for who called, empty for others."""
    may = allowed("premises.room.manage", request.user, now=now).filter(pk=room.pk).exists()
    return f"{reverse('premises:desk_book', args=[room.pk])}?{query}" if may else ""


@sign_in_required
def own_book(request: HttpRequest, organisation_id: int, room_id: int) -> HttpResponse:
    """An organisation books."""
    now = clock.now()
    organisation = acting_organisation(request, organisation_id)
    room = _room(request, room_id, now)
    if not may_book_for(request.user, organisation, room, now):
        raise Http404
    return _book(request, room, organisation, BookingForm)


@sign_in_required
def unit_book(request: HttpRequest, unit_id: int, room_id: int) -> HttpResponse:
    """A unit of the county books."""
    now = clock.now()
    room = _room(request, room_id, now)
    unit = get_object_or_404(Unit, pk=unit_id)
    if not may_book_for(request.user, unit, room, now):
        raise Http404
    return _book(request, room, unit, BookingForm)


@sign_in_required
def desk_book(request: HttpRequest, room_id: int) -> HttpResponse:
    """An officer books for an organisation or a unit that called, wrote or came by."""
    room = get_allowed("premises.room.manage", request.user, now=clock.now(), pk=room_id, is_bookable=True)
    return _book(request, room, None, OfficerBookingForm)


def _initial(request: HttpRequest) -> dict[str, Any]:
    """Return what the search filled in, and the person's own name as the contact."""
    given = {name: request.GET[name] for name in _PREFILLED if request.GET.get(name)}
    user: Any = request.user
    return {"open_to": "members", "contact_name": user.full_name, "pyhat": True, **given}


def _book(request: HttpRequest, room: Room, holder: Any, form_class: type[BookingForm]) -> HttpResponse:
    now = clock.now()
    terms = terms_of([room])[room.pk]
    form = form_class(request.POST or None, room=room, terms=terms, initial=_initial(request))
    step = request.POST.get("vaihe", "")
    if request.method == "POST" and step != "muokkaa" and form.is_valid():
        whose = holder or form.holder  # type: ignore[attr-defined]
        answer = _act(request, form, room, whose, terms, step, now)
        if answer is not None:
            return answer
    context = {
        "room": room,
        "form": form,
        "holder": holder,
        "terms": terms,
        "cancel_url": room.get_absolute_url(),
        "queue_url": _queue_url(form, holder, room),
    }
    status = 422 if form.errors and step != "muokkaa" else 200
    return render(request, "premises/bookings/new.html", context, status=status)


def _queue_url(form: BookingForm, holder: Any, room: Room) -> str:
    """Return where the holder waits for the time that somebody else has; empty when it is not taken."""
    if holder is None or not form.has_error(NON_FIELD_ERRORS, "taken"):
        return ""
    asked = {name: form.data.get(name, "") for name in ("paiva", "klo", "loppuu")}
    return f"{_join_url(holder, room)}?{urlencode(asked)}"


def _act(
    request: HttpRequest, form: BookingForm, room: Room, whose: Any, terms: UseTerms | None, step: str, now: datetime
) -> HttpResponse | None:
    """Book, or show the preview; None when the rules refused and the form tells why."""
    try:
        if not form.is_series:
            made = book(
                room=room, holder=whose, span=form.span, details=form.details, terms=terms, by=request.user, now=now
            )
            messages.success(request, _told(made.state))
            return redirect(made)
        return _series(request, form, room, whose, terms, step, now)
    except Refused as refused:
        form.add_error(None, ValidationError(str(refused.message), code=refused.code))
        return None


def _series(
    request: HttpRequest, form: BookingForm, room: Room, whose: Any, terms: UseTerms | None, step: str, now: datetime
) -> HttpResponse:
    previews = preview_series(room=room, holder=whose, rule=form.rule, by=request.user, now=now)
    rows = preview_rows(previews, request.POST if step == "vahvista" else None)
    if step == "vahvista":
        made = book_series(
            room=room,
            holder=whose,
            rule=form.rule,
            choices=choices_from(rows, room),
            all_or_nothing=bool(request.POST.get("kaikki")),
            details=form.details,
            terms=terms,
            by=request.user,
            now=now,
        )
        count = len(made.bookings)
        words = ngettext("Varasit yhden kerran.", "Varasit %(count)s kertaa.", count)
        messages.success(request, words % {"count": count})
        return redirect((made.bookings or made.skipped)[0])
    free = sum(row.is_free for row in rows)
    context = {
        "room": room,
        "form": form,
        "holder": whose,
        "rows": rows,
        "free": free,
        "clashes": len(rows) - free - sum(row.is_left_out for row in rows),
        "left_out": sum(row.is_left_out for row in rows),
    }
    form.auto_id = False  # its fields go along hidden: no hint or error to point to
    return render(request, "premises/bookings/preview.html", context)


def _told(state: str) -> str:
    if state == "confirmed":
        return _("Tila on varattu teille. Lähetimme vahvistuksen sähköpostilla.")
    return _("Varauspyyntö on lähetetty. Tilavastaava vahvistaa sen, ja saat siitä sähköpostin.")
