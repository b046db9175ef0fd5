"""Managing rooms: add, describe, rules of booking, features, pictures, order, out of use."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import sign_in_required
from accounts.roles import current_user
from common import clock
from common.pagination import paginate
from common.policies import get_allowed
from premises.catalogue import grouped, week_of
from premises.forms.rooms import FeaturesForm, PictureForm, RoomForm, RulesForm
from premises.models import Feature, Room, RoomFile
from premises.views import keeping_pages as pages
from premises.views.sites_desk import history, week
from premises.workflow import rooms as verbs


@sign_in_required
def room_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a room to a site."""
    site = pages.managed_site(request, pk)
    form = RoomForm(request.POST or None, site=site)
    return pages.ask(
        request,
        form,
        lambda: verbs.add_room(site, **form.cleaned_data, by=current_user(request), now=clock.now()),
        done=_("Tila on lisätty. Kerro seuraavaksi, mitä tilassa on."),
        to=lambda room: reverse("premises:room_features", args=[room.pk]),
        heading=_("Uusi tila: %(site)s") % {"site": site.name},
        submit=_("Tallenna"),
        trail=pages.site_crumbs(request, site),
    )


@sign_in_required
@require_safe
def room_desk(request: HttpRequest, pk: int) -> HttpResponse:
    """One room as its manager sees it."""
    room = pages.read_room(request, pk)
    return render(
        request,
        "premises/rooms/desk.html",
        {
            "room": room,
            "site": room.site,
            "manages": pages.manages(request, room.site),
            "trail": pages.trail_of(pages.room_crumbs(request, room)[:-1], room.name),
            "groups": grouped(room.features.select_related("feature").order_by("feature__order")),
            "files": room.files.all(),
            "week": week_of(room.opening_hours.all()),
            "calendars": room.calendars.all(),
            "parts": room.parts.order_by("order", "name_fi"),
            "coming": verbs.coming_bookings(room, clock.now()).count(),
        },
    )


@sign_in_required
def room_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what is told of a room."""
    room = pages.managed_room(request, pk)
    form = RoomForm(request.POST or None, instance=Room.objects.get(pk=room.pk), site=room.site)
    return _edit(request, room, form, _("Muuta tietoja: %(room)s"))


@sign_in_required
def room_rules(request: HttpRequest, pk: int) -> HttpResponse:
    """Change by what rules the room is booked."""
    room = pages.managed_room(request, pk)
    form = RulesForm(request.POST or None, instance=Room.objects.get(pk=room.pk))
    return _edit(request, room, form, _("Varaamisen säännöt: %(room)s"))


def _edit(request: HttpRequest, room: Room, form: RoomForm | RulesForm, heading: str) -> HttpResponse:
    return pages.ask(
        request,
        form,
        lambda: verbs.edit_room(room, **form.cleaned_data, by=current_user(request), now=clock.now()),
        done=_("Tiedot on tallennettu. Varauksia, jotka on jo tehty, tämä ei muuta."),
        to=pages.room_url(room),
        heading=heading % {"room": room.name},
        submit=_("Tallenna"),
        trail=pages.room_crumbs(request, room),
    )


@sign_in_required
def room_features(request: HttpRequest, pk: int) -> HttpResponse:
    """Tell what is in the room."""
    room = pages.managed_room(request, pk)
    standing = dict(room.features.values_list("feature", "detail"))
    form = FeaturesForm(request.POST or None, features=list(Feature.objects.all()), standing=standing)
    return pages.ask(
        request,
        form,
        lambda: verbs.set_features(room, details=form.details, by=current_user(request), now=clock.now()),
        done=_("Ominaisuudet on tallennettu. Tila löytyy nyt niillä haussa."),
        to=pages.room_url(room),
        heading=_("Mitä tilassa on: %(room)s") % {"room": room.name},
        submit=_("Tallenna"),
        trail=pages.room_crumbs(request, room),
        lead=_("Näillä tila löytyy haussa. Merkitse vain se, mikä on totta tänään."),
        template="premises/rooms/features.html",
    )


@sign_in_required
def room_picture(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a photo or a floor plan."""
    room = pages.managed_room(request, pk)
    form = PictureForm(request.POST or None, request.FILES or None, initial={"kind": "photo"})
    return pages.ask(
        request,
        form,
        lambda: verbs.add_file(room, **form.cleaned_data, by=current_user(request), now=clock.now()),
        done=_("Kuva on lisätty."),
        to=pages.room_url(room),
        heading=_("Lisää kuva: %(room)s") % {"room": room.name},
        submit=_("Lisää kuva"),
        trail=pages.room_crumbs(request, room),
    )


@sign_in_required
@require_POST
def room_picture_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a picture away."""
    found: RoomFile = get_allowed("premises.file.manage", request.user, now=clock.now(), pk=pk)
    return pages.press(
        request,
        lambda: verbs.remove_file(found, by=current_user(request), now=clock.now()),
        done=_("Kuva on poistettu."),
        to=pages.room_url(found.room),
    )


@sign_in_required
def room_hours(request: HttpRequest, pk: int) -> HttpResponse:
    """The week of one room that has hours of its own."""
    room = pages.managed_room(request, pk)
    return week(request, room.site, room, pages.room_url(room), pages.room_crumbs(request, room))


@sign_in_required
@require_POST
def room_move(request: HttpRequest, pk: int) -> HttpResponse:
    """Move a room up or down in the list."""
    room = pages.managed_room(request, pk)
    up = request.POST.get("suunta") == "ylos"
    return pages.press(
        request,
        lambda: verbs.move_room(room, up=up, by=current_user(request), now=clock.now()),
        done=_("Järjestys on muutettu."),
        to=pages.site_url(room.site),
    )


@sign_in_required
def room_out(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a room out of use; the bookings that are in the way are told."""
    now = clock.now()
    room = pages.managed_room(request, pk)
    return pages.confirm(
        request,
        lambda: verbs.take_room_out(room, by=current_user(request), now=now),
        done=_("Tila on poissa käytöstä. Voit ottaa sen takaisin käyttöön tällä sivulla."),
        to=pages.room_url(room),
        heading=_("Poista käytöstä: %(room)s") % {"room": room.name},
        text=_("Tila ja sen osat poistuvat hausta ja julkisilta sivuilta. Mitään ei hävitetä."),
        button=_("Poista käytöstä"),
        trail=pages.room_crumbs(request, room),
        page=paginate(request, verbs.coming_bookings(room, now)),
    )


@sign_in_required
@require_POST
def room_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a room into use again."""
    room = pages.managed_room(request, pk)
    return pages.press(
        request,
        lambda: verbs.bring_room_back(room, by=current_user(request), now=clock.now()),
        done=_("Tila on taas käytössä."),
        to=pages.room_url(room),
    )


@sign_in_required
@require_safe
def room_history(request: HttpRequest, pk: int) -> HttpResponse:
    """Who changed what of a room."""
    room = pages.read_room(request, pk)
    return history(request, room, pages.room_crumbs(request, room), room.name)
