"""The external calendars of a room: which are read, how that goes, and what they clash with."""

from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from accounts.access import sign_in_required
from accounts.roles import current_user
from common import clock
from common.policies import allowed
from premises.forms.calendars import CalendarForm
from premises.links import desk_path, room_calendars_path
from premises.models import CalendarClash, ExternalCalendar, Room
from premises.views import keeping_pages as pages
from premises.workflow import calendars as verbs

_SHOWN = 50


def open_clashes(user: Any, now: Any) -> Any:
    """Return the bookings that stand where an event of a calendar wants the room, the next first."""
    rows = allowed("premises.clash.manage", user, now=now).filter(
        settled_at__isnull=True, closure__ended_at__isnull=True, booking__state="confirmed", booking__ends_at__gt=now
    )
    related = ("closure__calendar", "booking__room__site", "booking__organisation", "booking__unit")
    return rows.select_related(*related).order_by("booking__starts_at", "pk")


@sign_in_required
@require_safe
def calendars(request: HttpRequest, pk: int) -> HttpResponse:
    """The calendars of a room: last tried, last succeeded, why not, when next; and what to do about clashes."""
    now = clock.now()
    room = pages.read_room(request, pk)
    live = Q(closures__ended_at__isnull=True, closures__ends_at__gt=now)
    context = {
        "room": room,
        "manages": pages.manages(request, room.site),
        "trail": pages.trail_of(pages.room_crumbs(request, room), _("Ulkoiset kalenterit")),
        "rows": list(room.calendars.annotate(coming=Count("closures", filter=live))),
        "clashes": list(open_clashes(request.user, now).filter(closure__room=room)[:_SHOWN]),
        "now": now,
    }
    return render(request, "premises/rooms/calendars.html", context)


def _trail(request: HttpRequest, room: Room) -> list[pages.Crumb]:
    return [*pages.room_crumbs(request, room), (room_calendars_path(room.pk), _("Ulkoiset kalenterit"))]


@sign_in_required
@sensitive_post_parameters("address")
def calendar_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the address of a calendar that is read in."""
    room = pages.managed_room(request, pk)
    form = CalendarForm(request.POST or None)
    return pages.ask(
        request,
        form,
        lambda: verbs.add_calendar(room, **form.cleaned_data, by=current_user(request), now=clock.now()),
        done=_("Kalenteri on lisätty. Se haetaan minuutin sisällä."),
        to=room_calendars_path(room.pk),
        heading=_("Lisää kalenteri: %(room)s") % {"room": room.name},
        submit=_("Tallenna"),
        trail=_trail(request, room),
        lead=_("Kalenterin tapahtumat sulkevat tilan siksi aikaa. Tapahtumien nimiä ja osallistujia ei lueta."),
    )


def _managed(request: HttpRequest, pk: int) -> ExternalCalendar:
    rows = allowed("premises.calendar.manage", request.user, now=clock.now())
    found: ExternalCalendar = get_object_or_404(rows.select_related("room__site__organisation"), pk=pk)
    return found


@sign_in_required
@sensitive_post_parameters("address")
def calendar_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the name or the address."""
    calendar = _managed(request, pk)
    form = CalendarForm(request.POST or None, calendar=calendar)
    return pages.ask(
        request,
        form,
        lambda: verbs.change_calendar(calendar, **form.cleaned_data, by=current_user(request), now=clock.now()),
        done=_("Kalenterin tiedot on tallennettu."),
        to=room_calendars_path(calendar.room_id),
        heading=_("Muuta kalenteria: %(name)s") % {"name": calendar.name},
        submit=_("Tallenna"),
        trail=_trail(request, calendar.room),
    )


@sign_in_required
@require_POST
def calendar_fetch(request: HttpRequest, pk: int) -> HttpResponse:
    """Fetch in the next round."""
    calendar = _managed(request, pk)
    return pages.press(
        request,
        lambda: verbs.ask_now(calendar, by=current_user(request), now=clock.now()),
        done=_("Kalenteri haetaan minuutin sisällä. Päivitä sitten tämä sivu."),
        to=room_calendars_path(calendar.room_id),
    )


@sign_in_required
def calendar_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask once more, then stop reading the calendar."""
    calendar = _managed(request, pk)
    return pages.confirm(
        request,
        lambda: verbs.remove_calendar(calendar, by=current_user(request), now=clock.now()),
        done=_("Kalenteri on poistettu. Ajat, jotka se sulki, ovat taas varattavissa."),
        to=room_calendars_path(calendar.room_id),
        heading=_("Poista kalenteri: %(name)s") % {"name": calendar.name},
        text=_("Kalenteria ei enää lueta, ja sen sulkemat ajat vapautuvat. Osoite hävitetään."),
        button=_("Poista kalenteri"),
        trail=_trail(request, calendar.room),
        question=_("Poistetaanko kalenteri?"),
    )


@sign_in_required
@require_POST
def clash_stay(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a booking stand though a calendar has an event at its time."""
    rows = allowed("premises.clash.manage", request.user, now=clock.now())
    clash: CalendarClash = get_object_or_404(rows, pk=pk)
    return pages.press(
        request,
        lambda: verbs.let_stay(clash, by=current_user(request), now=clock.now()),
        done=_("Varaus jää voimaan. Kerro siitä sille, jonka tapahtuma kalenterissa on."),
        to=desk_path(),
    )
