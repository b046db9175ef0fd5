"""The desk of events: the list, and one event with what its parts show to who runs it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import sign_in_required
from common import clock
from common.pagination import paginate
from common.policies import allowed, may
from forums.event_facts import where_words
from forums.event_panels import DESK_PANELS, panels_of
from forums.forms.event_filters import DeskFilter
from forums.life_cycles import EVENT
from forums.models import Event
from forums.policies.events import may_list_events, may_plan_events
from forums.views.event_pages import event_context, found_event, with_related
from forums.workflow.event_rooms import live_booking


@sign_in_required
@require_safe
def events_desk(request: HttpRequest) -> HttpResponse:
    """The events one runs: first what comes or is unfinished."""
    now = clock.now()
    form = DeskFilter(request.GET or None)
    rows = with_related(allowed("forums.event.desk", request.user, now=now))
    asked: dict[str, Any] = form.cleaned_data if form.is_valid() else {}
    if asked.get("sarja"):
        rows = rows.filter(series__key=asked["sarja"])
    state = asked.get("tila", "")
    if state in EVENT.keys():  # noqa: SIM118 - a life cycle is no mapping
        rows = rows.filter(state=state)
    elif state != "kaikki":
        rows = rows.filter(state__in=("planned", "published"))
    if state in ("held", "cancelled", "kaikki"):
        rows = rows.order_by("-starts_at", "-pk")
    page = paginate(request, rows.order_by("starts_at", "pk") if not rows.query.order_by else rows)
    return render(
        request,
        "forums/events/desk_list.html",
        {
            "form": form,
            "page": page,
            "rows": [_row(row) for row in page],
            "can_plan": may_plan_events(request.user, now),
            "sees_series": may_list_events(request.user, now),
        },
    )


def _row(event: Event) -> dict[str, Any]:
    return {
        "event": event,
        "where": where_words(event),
        "tone": EVENT.tone(event.state),
        "word": EVENT.label(event.state),
    }


@sign_in_required
@require_safe
def event_desk(request: HttpRequest, pk: int) -> HttpResponse:
    """One event for who runs it: what to do next, its facts, and the panels of the room's parts."""
    now = clock.now()
    event = found_event(request, pk, "forums.event.desk", now)
    can_manage = may("forums.event.manage", request.user, event, now=now)
    return render(
        request,
        "forums/events/desk.html",
        {
            **event_context(event),
            "panels": panels_of(DESK_PANELS, request, event, now),
            "can_manage": can_manage,
            "can_plan": may_plan_events(request.user, now),
            "is_coming": event.state in ("planned", "published"),
            "can_hold": can_manage and event.state == "published" and event.starts_at <= now,
            "is_over": event.ends_at < now,
            "booking": live_booking(event),
            "left_booked": event.state == "cancelled" and live_booking(event) is not None,
        },
    )
