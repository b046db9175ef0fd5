"""One booking: its page, and what its holder does with it."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.access import public_page, sign_in_required
from common import clock
from common.errors import Refused
from common.policies import allowed, get_allowed, may
from common.times import helsinki
from organisations.acting import acting_organisation
from organisations.views.helpers import attempt
from premises.calendar_files import booker_feed, bookings_calendar, room_feed
from premises.forms.bookings import DamageForm, DetailsForm, FeedbackForm, MoveForm
from premises.models import Booking, BookingFeedback, Room
from premises.policies.bookings import own_organisations
from premises.rules import can_still_cancel
from premises.views.booking_parts import instructions_for, series_rows
from premises.workflow import (
    cancel,
    cancel_rest,
    check_in,
    edit_details,
    give_feedback,
    move,
    release,
    report_damage,
    try_again,
)

WITH = ("room__site__municipality", "organisation", "unit", "series", "made_by", "decided_by", "terms")
VIEW, CHANGE = "premises.booking.view", "premises.booking.change"


def found_booking(request: HttpRequest, pk: int, now: datetime, permission: str = VIEW) -> Booking:
    """Return the booking that the permission reaches, with what its pages show; 404 otherwise."""
    rows = allowed(permission, request.user, now=now).select_related(*WITH)
    booking: Booking = get_object_or_404(rows, pk=pk)
    return booking


@sign_in_required
@require_safe
def booking(request: HttpRequest, pk: int) -> HttpResponse:
    """Where and when, how one gets in, what one may do next, and the other dates of the series."""
    now = clock.now()
    found = found_booking(request, pk, now)
    may_change = may(CHANGE, request.user, found, now=now)
    is_over = found.ends_at <= now
    may_manage = may("premises.booking.manage", request.user, found, now=now)
    is_own = _is_own(request, found, now)
    gets_in = found.state == "confirmed" and not is_over and (may_change or may_manage or is_own)
    context = {
        "booking": found,
        "room": found.room,
        "site": found.room.site,
        "instructions": instructions_for(found, now) if gets_in else [],
        "series": series_rows(found),
        "list_url": _list_url(request, found, now, is_own=is_own, may_manage=may_manage),
        "may_change": may_change and not is_over,
        "may_manage": may_manage,
        "can_cancel": found.starts_at > now,
        "may_check_in": may_change and _is_on(found, now),
        "is_over": is_over,
        "feedback": BookingFeedback.objects.filter(booking=found).first(),
        "may_tell": may_change and found.state == "confirmed" and found.starts_at <= now,
    }
    return render(request, "premises/bookings/booking.html", context)


def _list_url(request: HttpRequest, found: Booking, now: datetime, *, is_own: bool, may_manage: bool) -> str:
    """Return the list that the reader came from: the organisation's, the unit's or the room's manager's; or none."""
    if is_own and found.organisation_id:
        return reverse("premises:own_bookings", args=[found.organisation_id])
    if found.unit_id and allowed("premises.unit.act", request.user, now=now).filter(pk=found.unit_id).exists():
        return reverse("premises:unit_bookings", args=[found.unit_id])
    return reverse("premises:desk") if may_manage else ""


def _is_own(request: HttpRequest, found: Booking, now: datetime) -> bool:
    """Tell whether the person is of the organisation that holds the booking: an auditor gets no door code."""
    return own_organisations(request.user, now, editors=False).filter(organisation=found.organisation_id).exists()


def _is_on(found: Booking, now: datetime) -> bool:
    is_time = helsinki(found.starts_at).date() == helsinki(now).date() and found.ends_at > now
    return found.state == "confirmed" and found.checked_in_at is None and is_time


@sign_in_required
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what is told of the booking; the times stay and nobody gets mail."""
    now = clock.now()
    found = found_booking(request, pk, now, CHANGE)
    form = DetailsForm(request.POST or None, initial=DetailsForm.initial_of(found))

    def act() -> Booking:
        return edit_details(found, details=form.details, by=request.user, now=now)

    if request.method == "POST" and form.is_valid() and attempt(request, act, form):
        messages.success(request, _("Tiedot on tallennettu. Aika ja tila ovat ennallaan."))
        return redirect(found)
    status = 409 if form.errors else 200
    return render(request, "premises/bookings/edit.html", {"booking": found, "form": form}, status=status)


@sign_in_required
def move_booking(request: HttpRequest, pk: int) -> HttpResponse:
    """Another time or room; where the manager confirms, the old time is held until then only if the rule says so."""
    now = clock.now()
    found = found_booking(request, pk, now, CHANGE)
    start, end = helsinki(found.starts_at), helsinki(found.ends_at)
    initial = {"paiva": start.date(), "klo": start.time(), "loppuu": end.time(), "room": found.room_id}
    rooms = Room.objects.bookable().filter(site=found.room.site_id)
    form = MoveForm(request.POST or None, rooms=rooms, initial=initial)

    def act() -> Booking:
        return move(found, room=form.cleaned_data["room"], span=form.span, by=request.user, now=now)

    if request.method == "POST" and form.is_valid():
        moved = attempt(request, act, form)
        if moved:
            confirmed = moved.state == "confirmed"
            messages.success(
                request,
                _("Uusi aika on varattu.") if confirmed else _("Uusi aika odottaa tilavastaavan vahvistusta."),
            )
            return redirect(moved)
    status = 409 if form.errors else 200
    return render(request, "premises/bookings/move.html", {"booking": found, "form": form}, status=status)


@sign_in_required
def cancel_booking(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask once, then cancel this date or it and the rest of the series."""
    now = clock.now()
    found = found_booking(request, pk, now, CHANGE)
    rest = 0
    if found.series_id:
        rest = Booking.objects.live().filter(series=found.series_id, starts_at__gte=found.starts_at).count()
    if request.method == "POST":
        try:
            words = _cancelled(request, found, now)
        except Refused as refused:
            messages.error(request, str(refused.message))
        else:
            messages.success(request, words)
        return redirect(found)
    is_late = found.state == "confirmed" and not can_still_cancel(found.starts_at, found.room, now)
    context = {"booking": found, "rest": rest, "is_late": is_late}
    return render(request, "premises/bookings/cancel.html", context)


def _cancelled(request: HttpRequest, found: Booking, now: datetime) -> str:
    if request.POST.get("mitka") == "loput":
        count = len(cancel_rest(found, by=request.user, now=now))
        return ngettext("Yksi varaus on peruttu.", "%(count)s varausta on peruttu.", count) % {"count": count}
    cancel(found, by=request.user, now=now)
    return _("Varaus on peruttu. Kiitos, että kerroitte: aika on nyt muiden varattavissa.")


def _do(request: HttpRequest, pk: int, verb: Any, words: str) -> HttpResponse:
    """Do a verb of one press and go back to the booking."""
    now = clock.now()
    found = found_booking(request, pk, now, CHANGE)
    if attempt(request, lambda: verb(found, by=request.user, now=now)):
        messages.success(request, words)
    return redirect(found)


@sign_in_required
@require_POST
def release_booking(request: HttpRequest, pk: int) -> HttpResponse:
    """We did not need it after all."""
    return _do(request, pk, release, _("Kiitos, että kerroitte. Aika on vapautettu muille."))


@sign_in_required
@require_POST
def try_booking_again(request: HttpRequest, pk: int) -> HttpResponse:
    """A date of a series that could not be had is tried once more."""
    return _do(request, pk, try_again, _("Aika onnistui: se on nyt varauksissanne."))


@sign_in_required
@require_POST
def check_in_booking(request: HttpRequest, pk: int) -> HttpResponse:
    """We are here."""
    return _do(request, pk, check_in, _("Kiitos, merkitsimme teidät paikalle."))


@sign_in_required
@require_safe
def calendar_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The booking for the calendar of a telephone or a computer."""
    now = clock.now()
    found = found_booking(request, pk, now)
    return _calendar(bookings_calendar([found], method="PUBLISH", now=now), f"varaus-{found.pk}")


@public_page
@require_safe
def room_calendar(request: HttpRequest, room_id: int) -> HttpResponse:
    """When the room is taken, for anybody's calendar: without by whom and what for."""
    now = clock.now()
    room = get_allowed("premises.room.view", request.user, now=now, pk=room_id)
    return _calendar(room_feed(room, now), f"tila-{room.pk}")


@sign_in_required
@require_safe
def own_calendar(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """All bookings of the organisation for a calendar."""
    now = clock.now()
    organisation = acting_organisation(request, organisation_id)
    return _calendar(booker_feed(organisation, now), "tilavaraukset")


@sign_in_required
@require_safe
def unit_calendar(request: HttpRequest, unit_id: int) -> HttpResponse:
    """All bookings of the unit for a calendar."""
    now = clock.now()
    unit = get_allowed("premises.unit.act", request.user, now=now, pk=unit_id)
    return _calendar(booker_feed(unit, now), "tilavaraukset")


def _calendar(data: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(data, content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.ics"'
    return answer


@sign_in_required
def damage(request: HttpRequest, pk: int) -> HttpResponse:
    """Tell what is broken or missing; the manager answers."""
    now = clock.now()
    found = found_booking(request, pk, now, CHANGE)
    form = DamageForm(request.POST or None)

    def act() -> Any:
        return report_damage(room=found.room, booking=found, text=form.cleaned_data["text"], by=request.user, now=now)

    if request.method == "POST" and form.is_valid() and attempt(request, act, form):
        messages.success(request, _("Kiitos ilmoituksesta. Tilavastaava saa siitä viestin."))
        return redirect(found)
    return _told(request, found, form, _("Ilmoita viasta"), _("Lähetä ilmoitus"))


@sign_in_required
def feedback(request: HttpRequest, pk: int) -> HttpResponse:
    """How the room suited."""
    now = clock.now()
    found = found_booking(request, pk, now, CHANGE)
    form = FeedbackForm(request.POST or None)

    def act() -> Any:
        return give_feedback(found, **form.cleaned_data, by=request.user, now=now)

    if request.method == "POST" and form.is_valid() and attempt(request, act, form):
        messages.success(request, _("Kiitos palautteesta."))
        return redirect(found)
    return _told(request, found, form, _("Anna palautetta tilasta"), _("Lähetä palaute"))


def _told(request: HttpRequest, found: Booking, form: Any, title: str, submit: str) -> HttpResponse:
    context = {"booking": found, "form": form, "title": title, "submit": submit}
    return render(request, "premises/bookings/tell.html", context, status=422 if form.errors else 200)
