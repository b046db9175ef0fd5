"""What the pages of topics, materials, memos, actions, ideas and feedback share: crumbs and finding the event."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from common import clock
from common.policies import get_allowed
from common.templatetags.portal import crumbs
from forums.models import Event
from liaisons.views.pages import Crumb


def seen_event(request: HttpRequest, pk: int) -> Event:
    """Return an event that the person sees, or raise Http404."""
    found: Event = get_allowed("forums.event.view", request.user, now=clock.now(), pk=pk)
    return found


def managed_event(request: HttpRequest, pk: int) -> Event:
    """Return an event that the person runs, or raise Http404."""
    found: Event = get_allowed("forums.event.manage", request.user, now=clock.now(), pk=pk)
    return found


def desk_event(request: HttpRequest, pk: int) -> Event:
    """Return an event whose desk the person reads, or raise Http404."""
    found: Event = get_allowed("forums.event.desk", request.user, now=clock.now(), pk=pk)
    return found


def event_crumbs(event: Event, *more: Crumb) -> list[Crumb]:
    """Return the crumbs of an event's public pages."""
    return [(reverse("forums:events"), _("Tapahtumat")), (event.get_absolute_url(), event.name), *more]


def event_desk_crumbs(event: Event, *more: Crumb) -> list[Crumb]:
    """Return the crumbs of an event's desk."""
    return [(reverse("portal:desk"), _("Hallinta")), (desk_url(event), event.name), *more]


def desk_url(event: Event) -> str:
    """Return the address of the event's desk."""
    return reverse("forums:event_desk", args=[event.pk])


def idea_crumbs(*more: Crumb) -> list[Crumb]:
    """Return the crumbs of the register of ideas."""
    return [(reverse("forums:ideas"), _("Ideat")), *more]


def idea_desk_crumbs(*more: Crumb) -> list[Crumb]:
    """Return the crumbs of the desk of ideas."""
    return [(reverse("portal:desk"), _("Hallinta")), (reverse("forums:ideas_desk"), _("Ideat")), *more]


def tagged(rows: Any, now: Any) -> list[dict[str, Any]]:
    """Return ideas with whether they are late."""
    return [{"idea": row, "late": row.is_late(now)} for row in rows]


def trail(pairs: list[Crumb], last: str) -> str:
    """Return the crumbs of a page as HTML."""
    return crumbs(*(part for pair in pairs for part in pair), last)


def sent_page(
    request: HttpRequest, heading: str, *, email: str, after: str, pairs: list[Crumb], back: str
) -> HttpResponse:
    """Show that it has been sent: with an address, that its link waits there; then what happens next."""
    context = {
        "heading": heading,
        "email": email,
        "after": after,
        "back_url": pairs[-1][0],
        "back": back,
        "trail": trail(pairs, heading),
    }
    return render(request, "forums/after/sent.html", context)
