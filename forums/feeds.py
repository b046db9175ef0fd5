"""Calendars that one follows: all public events, a series, a municipality, one's own. Meeting links are in none."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from icalendar import Event as CalendarEvent

from common.policies import allowed
from county.models import Municipality
from forums.calendar_files import event_calendar
from forums.models import CalendarKey, Event, EventSeries, SignUp
from forums.models.sign_ups import new_token
from premises.calendar_files import personal_events

#: How far back a calendar reaches, so that it does not grow without end.
KEPT = timedelta(days=365)
KEEP_SECONDS = 900


def public_events(now: datetime) -> QuerySet[Any]:
    """Return the events that everybody sees, from a year back on, in order, with what a file needs."""
    rows = allowed("forums.event.view", AnonymousUser(), now=now).filter(ends_at__gte=now - KEPT)
    return rows.select_related("room__site__municipality", "series", "municipality").order_by("starts_at", "pk")


def of_series(series: EventSeries, now: datetime) -> QuerySet[Any]:
    """Return the public events of the series."""
    return public_events(now).filter(series=series)


def of_municipality(municipality: Municipality, now: datetime) -> QuerySet[Any]:
    """Return the public events of the municipality, in its rooms, and of its regional group."""
    here = Q(municipality=municipality) | Q(room__site__municipality=municipality)
    group = Q(regional_group__in=municipality.regional_groups.values("pk"))
    return public_events(now).filter(here | group)


def own_events(user: Any, now: datetime) -> QuerySet[Any]:
    """Return what the person has signed up to or hosts, as far as they may still see it."""
    mine = SignUp.objects.standing().filter(user=user).values("event")
    rows = allowed("forums.event.view", user, now=now).filter(Q(pk__in=mine) | Q(hosts__user=user))
    found = Event.objects.filter(pk__in=rows.values("pk"), ends_at__gte=now - KEPT)
    return found.select_related("room__site").order_by("starts_at", "pk")


@transaction.atomic
def key_of(user: Any, now: datetime) -> CalendarKey:
    """Return the person's key, made when there is none."""
    return CalendarKey.objects.get_or_create(user=user, defaults={"made_at": now})[0]


@transaction.atomic
def renew_key(user: Any, now: datetime) -> CalendarKey:
    """Make a new key: the old address stops working at once."""
    return CalendarKey.objects.update_or_create(user=user, defaults={"token": new_token(), "made_at": now})[0]


def own_feed(user: Any, now: datetime) -> HttpResponse:
    """Return one calendar with the person's events and the bookings of rooms that concern them."""
    return feed(own_events(user, now), "oma-kalenteri", now, private=True, more=personal_events(user, now))


def feed(
    events: Iterable[Event], name: str, now: datetime, *, private: bool = False, more: Iterable[CalendarEvent] = ()
) -> HttpResponse:
    """Return the calendar as an answer that programs ask for again and again."""
    data = event_calendar(events, method="PUBLISH", with_link=False, now=now, more=more)
    response = HttpResponse(data, content_type="text/calendar; charset=utf-8; method=PUBLISH")
    response["Content-Disposition"] = f'inline; filename="{name}.ics"'
    response["Cache-Control"] = "private, no-store" if private else f"public, max-age={KEEP_SECONDS}"
    response["X-Robots-Tag"] = "noindex"
    return response
