"""What the pages of events share: the event with what a page shows of it, crumbs, who reads the desk."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from common.policies import allowed
from common.templatetags.portal import crumbs
from forums.event_facts import access_of, when_words, where_words
from forums.life_cycles import EVENT
from forums.models import Event
from forums.policies.events import may_plan_events

Crumb = tuple[str, str]
RELATED = (
    "series",
    "run",
    "regional_group",
    "network",
    "body",
    "municipality",
    "theme",
    "room__site__municipality",
    "booking",
)


def with_related(rows: QuerySet[Event]) -> QuerySet[Event]:
    """Return the events with all that their pages tell."""
    return rows.select_related(*RELATED)


def found_event(request: HttpRequest, pk: int, permission: str, now: datetime) -> Event:
    """Return the event for whoever has the permission; 404 for others."""
    event: Event = get_object_or_404(with_related(allowed(permission, request.user, now=now)), pk=pk)
    return event


def event_context(event: Event) -> dict[str, Any]:
    """Return what both the public page and the desk page tell; four queries."""
    return {
        "event": event,
        "where": where_words(event),
        "when": when_words(event.starts_at, event.ends_at),
        "state_label": EVENT.label(event.state),
        "tone": EVENT.tone(event.state),
        "hosts": list(event.hosts.select_related("user", "organisation")),
        "services": list(event.services.all()),
        "agenda": list(event.agenda.all()),
        "access": access_of(event.room),
    }


def require_planner(request: HttpRequest, now: datetime) -> None:
    """Raise Http404 unless the person plans events of the county."""
    if not may_plan_events(request.user, now):
        raise Http404


def desk_crumbs(*more: Crumb) -> list[Crumb]:
    """Return the crumbs of the desk's pages of events."""
    return [(reverse("portal:desk"), _("Hallinta")), (reverse("forums:events_desk"), _("Tapahtumat")), *more]


def event_crumbs(event: Event) -> list[Crumb]:
    """Return the crumbs of what is done to one event."""
    return desk_crumbs((reverse("forums:event_desk", args=[event.pk]), event.name))


def show(
    request: HttpRequest,
    template: str,
    form: Any,
    *,
    heading: str,
    submit: str,
    trail: list[Crumb],
    lead: str = "",
    **more: Any,
) -> HttpResponse:
    """Show a page with a form; 422 when what was sent has faults."""
    faults = bool(form.errors) if not isinstance(form.errors, list) else any(form.errors)
    context = {
        "form": form,
        "heading": heading,
        "lead": lead,
        "submit": submit,
        "back_url": trail[-1][0],
        "trail": crumbs(*(part for pair in trail for part in pair), heading),
        **more,
    }
    return render(request, template, context, status=422 if faults else 200)
