"""The calendar of events, one event, and its calendar file: open to all, each sees what is for them."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import public_page
from common import clock
from common.pagination import paginate
from common.policies import may
from forums.calendar_files import calendar_response, event_calendar
from forums.event_panels import PUBLIC_PANELS, panels_of
from forums.forms.event_filters import CalendarFilter
from forums.happenings import by_month, fetched, happenings
from forums.policies.events import may_plan_events
from forums.views.event_pages import event_context, found_event

A_PAGE = 30


@public_page
@require_safe
def events(request: HttpRequest) -> HttpResponse:
    """The calendar: events, the municipalities' evenings and trainings by month, the next first."""
    now = clock.now()
    form = CalendarFilter(request.GET or None)
    keys: Any = happenings(request.user, form.wish, now)
    page = paginate(request, keys, per_page=A_PAGE)
    return render(
        request,
        "forums/events/calendar.html",
        {
            "form": form,
            "page": page,
            "months": by_month(fetched(page.object_list)),
            "past": form.wish.past,
            "can_plan": may_plan_events(request.user, now),
        },
    )


@public_page
@require_safe
def event(request: HttpRequest, pk: int) -> HttpResponse:
    """One event: when, where, how, who holds it, what is on the agenda, and what the parts of the room add."""
    now = clock.now()
    found = found_event(request, pk, "forums.event.view", now)
    return render(
        request,
        "forums/events/event.html",
        {
            **event_context(found),
            "panels": panels_of(PUBLIC_PANELS, request, found, now),
            "is_over": found.ends_at < now,
            "has_file": found.state == "published" and found.ends_at >= now,
            "on_desk": request.user.is_authenticated and may("forums.event.desk", request.user, found, now=now),
        },
    )


@public_page
@require_safe
def event_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The event as a calendar file to add to one's own, without the meeting link: that comes with a place."""
    now = clock.now()
    found = found_event(request, pk, "forums.event.view", now)
    data = event_calendar([found], method="PUBLISH", with_link=False, now=now)
    return calendar_response(data, name=f"tapahtuma-{found.pk}.ics")
