"""The manager's work: requests that wait, the list for the door, the week of a site, closures, damage."""

from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import sign_in_required
from accounts.models import StaffRoleKind
from accounts.roles import has_any_staff_role
from common import clock
from common.errors import Refused
from common.pagination import paginate
from common.policies import allowed, get_allowed, may
from common.time_fields import DayField
from common.times import day_start, helsinki, local_date
from organisations.views.helpers import attempt
from premises.calendar_files import manager_feed
from premises.forms.bookings import ClosureForm, DamageAnswerForm, ReasonForm, TakeBackForm
from premises.models import Booking, Closure, DamageReport, Room, Site
from premises.tree import Tree
from premises.views.bookings import WITH
from premises.views.calendars import open_clashes
from premises.workflow import close_room, confirm, decline, handle_damage, reopen, take_back

MANAGE = "premises.booking.manage"
MOST_SITES = 200


@sign_in_required
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """What waits for the manager: requests with who would lose, damage reports, and the sites of today."""
    now = clock.now()
    sites = list(allowed("premises.site.read", request.user, now=now).order_by("name_fi", "pk")[:MOST_SITES])
    keeps = has_any_staff_role(request.user, now, StaffRoleKind.COORDINATOR)
    reads = has_any_staff_role(request.user, now, StaffRoleKind.AUDITOR)
    if not sites and not keeps and not reads:
        raise Http404
    asked = allowed("premises.booking.view", request.user, now=now).filter(
        room__site__in=allowed("premises.site.read", request.user, now=now).values("pk")
    )
    rows = asked.filter(state="requested", ends_at__gt=now)
    page = paginate(request, rows.select_related(*WITH).order_by("starts_at", "pk"))
    damage = allowed("premises.damage.manage", request.user, now=now).filter(state="open")
    requests = list(page)
    rivals = _rivals(requests)
    context = {
        "sites": sites,
        "managed": set(allowed("premises.site.manage", request.user, now=now).values_list("pk", flat=True)),
        "page": page,
        "rows": [(row, rivals.get(row.pk, [])) for row in requests],
        "clashes": list(open_clashes(request.user, now)[:20]),
        "damage": list(damage.select_related("room__site", "reported_by")[:20]),
    }
    return render(request, "premises/desk/desk.html", context)


def _rivals(requests: list[Booking]) -> dict[int, list[Booking]]:
    """Return by request the other live bookings that want the same space at the same time; two queries."""
    if not requests:
        return {}
    tree = Tree({row.room.site_id for row in requests})
    first, last = min(row.starts_at for row in requests), max(row.ends_at for row in requests)
    kin = {row.pk: set(tree.kin(row.room_id)) for row in requests}
    others = (
        Booking.objects.live()
        .between(first, last)
        .filter(room__in=set().union(*kin.values()))
        .select_related("room", "organisation", "unit")
    )
    found: dict[int, list[Booking]] = defaultdict(list)
    for other in others:
        for row in requests:
            overlaps = other.starts_at < row.ends_at and row.starts_at < other.ends_at
            if other.pk != row.pk and overlaps and other.room_id in kin[row.pk]:
                found[row.pk].append(other)
    return dict(found)


def _managed(request: HttpRequest, pk: int, now: datetime) -> Booking:
    rows = allowed(MANAGE, request.user, now=now).select_related(*WITH)
    booking: Booking = get_object_or_404(rows, pk=pk)
    return booking


@sign_in_required
@require_POST
def confirm_booking(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm a request in one press."""
    now = clock.now()
    found = _managed(request, pk, now)
    if attempt(request, lambda: confirm(found, by=request.user, now=now)):
        messages.success(request, _("Varaus on vahvistettu. Varaaja saa viestin."))
    return redirect("premises:desk")


def _with_reason(request: HttpRequest, pk: int, *, form_class: Any, verb: Any, words: str, page: dict[str, str]) -> Any:
    """Ask the reason on a page of its own, then do the verb with it."""
    now = clock.now()
    found = _managed(request, pk, now)
    form = form_class(request.POST or None)
    if isinstance(form, TakeBackForm):
        form.offer_rooms_of(found)

    def act() -> Any:
        return verb(found, **form.cleaned_data, by=request.user, now=now)

    if request.method == "POST" and form.is_valid() and attempt(request, act, form):
        messages.success(request, words)
        return redirect("premises:desk")
    context = {"booking": found, "form": form, **page}
    return render(request, "premises/desk/reason.html", context, status=409 if form.errors else 200)


@sign_in_required
def decline_booking(request: HttpRequest, pk: int) -> HttpResponse:
    """Decline a request with a reason that the booker reads."""
    page = {
        "title": _("Älä vahvista varausta"),
        "button": _("Lähetä vastaus"),
        "text": _("Varaaja saa viestin, jossa on syy."),
    }
    return _with_reason(  # type: ignore[no-any-return]
        request, pk, form_class=ReasonForm, verb=decline, words=_("Vastaus on lähetetty varaajalle."), page=page
    )


@sign_in_required
def take_booking_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a confirmed time for the county's own need, with an alternative where there is one."""
    page = {
        "title": _("Ota aika takaisin"),
        "button": _("Ota aika takaisin"),
        "text": _(
            "Varaaja saa heti viestin, jossa on syy ja tarjottu toinen tila. Ota aika takaisin vain, kun on pakko."
        ),
    }
    return _with_reason(  # type: ignore[no-any-return]
        request, pk, form_class=TakeBackForm, verb=take_back, words=_("Aika on otettu takaisin."), page=page
    )


@sign_in_required
@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """What is booked in the sites that the person manages, for a calendar."""
    now = clock.now()
    sites = list(allowed("premises.site.manage", request.user, now=now).order_by("pk")[:MOST_SITES])
    if not sites:
        raise Http404
    answer = HttpResponse(manager_feed(sites, now), content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="tilat.ics"'
    return answer


def _day(request: HttpRequest, now: datetime) -> date:
    """Return the day of the address, today when there is none or it cannot be read."""
    try:
        return DayField().to_python(request.GET.get("paiva", "")) or local_date(now)
    except ValidationError:
        return local_date(now)


def _bookings(site: Site, first: date, last: date) -> list[Booking]:
    """Return the live bookings of the site on those days, in order; one query."""
    rows = Booking.objects.live().between(day_start(first), day_start(last + timedelta(days=1)))
    return list(rows.filter(room__site=site).select_related("room", "organisation", "unit").order_by("starts_at", "pk"))


@sign_in_required
@require_safe
def day(request: HttpRequest, site_id: int) -> HttpResponse:
    """The list for the door: who is where and when, printable."""
    now = clock.now()
    site = get_allowed("premises.site.read", request.user, now=now, pk=site_id)
    on = _day(request, now)
    context = {
        "site": site,
        "day": on,
        "before": on - timedelta(days=1),
        "after": on + timedelta(days=1),
        "rows": _bookings(site, on, on),
    }
    return render(request, "premises/desk/day.html", context)


@sign_in_required
@require_safe
def week(request: HttpRequest, site_id: int) -> HttpResponse:
    """The week of a site as a table: rooms down, days across; closures too."""
    now = clock.now()
    site = get_allowed("premises.site.read", request.user, now=now, pk=site_id)
    on = _day(request, now)
    monday = on - timedelta(days=on.weekday())
    days = [monday + timedelta(days=n) for n in range(7)]
    cells: dict[tuple[int, date], list[Any]] = defaultdict(list)
    for row in _bookings(site, days[0], days[-1]):
        cells[row.room_id, helsinki(row.starts_at).date()].append(row)
    closures = Closure.objects.filter(
        room__site=site,
        ended_at__isnull=True,
        starts_at__lt=day_start(days[-1] + timedelta(days=1)),
        ends_at__gt=day_start(days[0]),
    )
    for closure in closures:
        for one in days:
            if closure.starts_at < day_start(one + timedelta(days=1)) and closure.ends_at > day_start(one):
                cells[closure.room_id, one].append(closure)
    rooms = Room.objects.filter(site=site, is_in_use=True).order_by("order", "name_fi", "pk")
    context = {
        "site": site,
        "days": days,
        "manages": may("premises.site.manage", request.user, site, now=now),
        "week": monday.isocalendar().week,
        "before": monday - timedelta(days=7),
        "after": monday + timedelta(days=7),
        "rows": [{"room": room, "cells": [(one, cells.get((room.pk, one), [])) for one in days]} for room in rooms],
    }
    return render(request, "premises/desk/week.html", context)


@sign_in_required
def close(request: HttpRequest, room_id: int) -> HttpResponse:
    """Close a room for the county's own use; the bookings that would lose are shown and may be spared."""
    now = clock.now()
    room = get_allowed("premises.room.manage", request.user, now=now, pk=room_id)
    form = ClosureForm(request.POST or None)
    losing: list[Booking] = []
    if request.method == "POST" and form.is_valid():
        losing = _losing(room, form)
        if not losing or request.POST.get("vaihe") == "vahvista":
            spare = [row for row in losing if str(row.pk) in request.POST.getlist("saa-jaada")]
            if _closed(request, room, form, spare, now):
                return redirect("premises:week", room.site_id)
    context = {"room": room, "form": form, "losing": losing}
    return render(request, "premises/desk/close.html", context, status=409 if form.errors else 200)


def _losing(room: Room, form: ClosureForm) -> list[Booking]:
    span = form.span
    rows = Booking.objects.live().between(span.start, span.end).filter(room__in=Tree({room.site_id}).kin(room.pk))
    return list(rows.select_related("room", "organisation", "unit").order_by("starts_at", "pk"))


def _closed(request: HttpRequest, room: Room, form: ClosureForm, spare: list[Booking], now: datetime) -> bool:
    try:
        close_room(room=room, span=form.span, reason=form.cleaned_data["reason"], spare=spare, by=request.user, now=now)
    except Refused as refused:
        form.add_error(None, str(refused.message))
        return False
    messages.success(request, _("Tila on suljettu siksi ajaksi. Varaajat, joiden aika peruuntui, saivat viestin."))
    return True


@sign_in_required
@require_POST
def open_again(request: HttpRequest, pk: int) -> HttpResponse:
    """End a closure."""
    now = clock.now()
    closure: Closure = get_allowed("premises.closure.manage", request.user, now=now, pk=pk)
    if attempt(request, lambda: reopen(closure, by=request.user, now=now)):
        messages.success(request, _("Sulku on poistettu, ja aika on taas varattavissa."))
    return redirect("premises:week", closure.room.site_id)


@sign_in_required
def answer_damage(request: HttpRequest, pk: int) -> HttpResponse:
    """Tell what was done about what was broken."""
    now = clock.now()
    rows = allowed("premises.damage.manage", request.user, now=now).select_related("room__site", "reported_by")
    found: DamageReport = get_object_or_404(rows, pk=pk)
    form = DamageAnswerForm(request.POST or None, initial={"answer": found.answer})

    def act() -> Any:
        return handle_damage(found, answer=form.cleaned_data["answer"], by=request.user, now=now)

    if request.method == "POST" and form.is_valid() and attempt(request, act, form):
        messages.success(request, _("Vikailmoitus on käsitelty."))
        return redirect("premises:desk")
    context = {"report": found, "form": form}
    return render(request, "premises/desk/damage.html", context, status=409 if form.errors else 200)
