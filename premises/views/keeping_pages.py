"""What the pages of who keeps sites and rooms share: crumbs, the page of one form, the answer to a button."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from common import clock
from common.policies import allowed, may
from common.templatetags.portal import crumbs
from organisations.models import Organisation
from organisations.views.helpers import attempt
from premises.models import Room, Site
from premises.policies.bookings import own_organisations
from premises.policies.keeping import may_keep_register

Crumb = tuple[str, str]


def keeper_crumbs(*more: Crumb) -> list[Crumb]:
    """Return the crumbs of the county's pages."""
    return [(reverse("portal:desk"), _("Hallinta")), (reverse("premises:managed"), _("Tilat")), *more]


def own_crumbs(organisation: Organisation, *more: Crumb) -> list[Crumb]:
    """Return the crumbs of an organisation's pages."""
    return [
        (reverse("organisations:own", args=[organisation.pk]), organisation.name),
        (reverse("premises:own_rooms", args=[organisation.pk]), _("Omat tilamme")),
        *more,
    ]


def site_crumbs(request: HttpRequest, site: Site, *more: Crumb) -> list[Crumb]:
    """Return the crumbs of what is done to a site: its organisation's for its own people, else the county's."""
    here = (site_url(site), site.name)
    own = own_organisations(request.user, clock.now(), editors=False)
    if site.organisation is not None and own.filter(organisation=site.organisation).exists():
        return own_crumbs(site.organisation, here, *more)
    return keeper_crumbs(here, *more)


def room_crumbs(request: HttpRequest, room: Room, *more: Crumb) -> list[Crumb]:
    """Return the crumbs of what is done to a room."""
    return site_crumbs(request, room.site, (room_url(room), room.name), *more)


def site_url(site: Site) -> str:
    """Return the address of the site's managing page."""
    return reverse("premises:site_desk", args=[site.pk])


def room_url(room: Room) -> str:
    """Return the address of the room's managing page."""
    return reverse("premises:room_desk", args=[room.pk])


def trail_of(pairs: list[Crumb], here: str) -> str:
    """Return the crumbs as the page shows them."""
    return crumbs(*(part for pair in pairs for part in pair), here)


def read_site(request: HttpRequest, pk: int) -> Site:
    """Return the site whose managing pages the person reads (an auditor reads all), or raise Http404."""
    return managed_site(request, pk, "premises.site.read")


def read_room(request: HttpRequest, pk: int) -> Room:
    """Return the room whose managing pages the person reads, or raise Http404."""
    return managed_room(request, pk, "premises.room.read")


def manages(request: HttpRequest, site: Site) -> bool:
    """Tell whether the person may change what the page shows: only then it has buttons."""
    return may("premises.site.manage", request.user, site, now=clock.now())


def managed_site(request: HttpRequest, pk: int, permission: str = "premises.site.manage") -> Site:
    """Return the site that the person manages, or raise Http404."""
    rows = allowed(permission, request.user, now=clock.now())
    found: Site = get_object_or_404(rows.select_related("organisation", "municipality", "manager", "deputy"), pk=pk)
    return found


def managed_room(request: HttpRequest, pk: int, permission: str = "premises.room.manage") -> Room:
    """Return the room whose site the person manages, or raise Http404."""
    rows = allowed(permission, request.user, now=clock.now())
    found: Room = get_object_or_404(rows.select_related("site__organisation", "parent"), pk=pk)
    return found


def require_keeper(request: HttpRequest) -> None:
    """Raise Http404 unless the person keeps the whole register of sites."""
    if not may_keep_register(request.user, clock.now()):
        raise Http404


def ask(
    request: HttpRequest,
    form: Any,
    act: Callable[[], Any],
    *,
    done: str,
    to: str | Callable[[Any], str],
    heading: str,
    submit: str,
    trail: list[Crumb],
    lead: str = "",
    template: str = "liaisons/simple_form.html",
    **more: Any,
) -> HttpResponse:
    """Show the form, or do what it asks and go on (``to`` may be told by what came of it); a refusal stays here."""
    if request.method == "POST" and form.is_valid():
        made = attempt(request, act, form)
        if made:
            messages.success(request, done)
            return redirect(to if isinstance(to, str) else to(made))
    context = {
        "form": form,
        "heading": heading,
        "lead": lead,
        "submit": submit,
        "back_url": trail[-1][0],
        "trail": trail_of(trail, heading),
        **more,
    }
    return render(request, template, context, status=422 if form.is_bound and form.errors else 200)


def confirm(
    request: HttpRequest,
    act: Callable[[], Any],
    *,
    done: str,
    to: str,
    heading: str,
    text: str,
    button: str,
    trail: list[Crumb],
    **more: Any,
) -> HttpResponse:
    """Ask once more about something that takes a thing away, then do it."""
    if request.method == "POST" and attempt(request, act):
        messages.success(request, done)
        return redirect(to)
    context = {
        "heading": heading,
        "text": text,
        "button": button,
        "cancel_url": trail[-1][0],
        "trail": trail_of(trail, heading),
        **more,
    }
    return render(request, "premises/confirm.html", context)


def press(request: HttpRequest, act: Callable[[], Any], *, done: str, to: str) -> HttpResponse:
    """Do what a button asks, tell what happened or why it was refused, and go to ``to``."""
    if attempt(request, act):
        messages.success(request, done)
    return redirect(to)
