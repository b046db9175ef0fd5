"""What other rooms ask of events: what waits, the search, the wheel, own data, merging."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.personal_data import personal_data
from common import clock, seams
from common.policies import allowed
from common.seams import CalendarEntry, SearchHit, Todo
from common.times import day_start, format_date, local_date
from forums.models import AgendaSlot, Event, EventHost
from forums.policies.events import events_managed
from notifications.kinds import register_kind
from organisations.merging import register_merge_rule, same_stays

#: An event that is so near should be public: people need time to come.
AHEAD = timedelta(days=30)
SHOWN = 5
#: Events are told of yearly, this year beside the last; who held and spoke is then of no more use.
KEPT_YEARS = 2


def register_events() -> None:
    """Fill the seams; called once when the app is ready."""
    seams.todos.register("forums.events", event_todos)
    seams.search.register("forums.events", event_hits)
    seams.calendar.register("forums.events", events_of_year)
    seams.retention.register("forums.events", event_retention)
    personal_data.register("forums.events", own_event_data)
    register_merge_rule("forums.EventHost", same_stays("event_id"))
    register_kind("forums.host_named", gettext_lazy("Sinut on nimetty tapahtuman järjestäjäksi"))


def event_todos(user: Any, now: datetime) -> Iterator[Todo]:
    """Provider of the ``todos`` seam: events to mark held, to publish, and rooms left booked; at most three queries."""
    if not user.is_authenticated:
        return
    own = events_managed(user, now)
    if own.query.is_empty():
        return
    near = Q(state="planned", starts_at__gt=now, starts_at__lte=now + AHEAD)
    rows = own.filter(near | Q(state="published", ends_at__lt=now)).order_by("starts_at", "pk")
    for event in rows[: 2 * SHOWN]:
        values = {"event": event.name, "day": format_date(event.starts_at)}
        waits = event.state == "planned"
        yield Todo(
            title=(_("Julkaise tapahtuma: %(event)s %(day)s") if waits else _("Merkitse pidetyksi: %(event)s %(day)s"))
            % values,
            url=reverse("forums:event_desk", args=[event.pk]),
            button=_("Julkaise") if waits else _("Merkitse"),
            due=event.starts_at if waits else None,
        )
    left = own.filter(state="cancelled", starts_at__gt=now, booking__state__in=("requested", "confirmed"))
    for event in left.order_by("starts_at")[:SHOWN]:
        yield Todo(
            title=_("Peru tilavaraus, joka jäi perutusta tapahtumasta: %(event)s") % {"event": event.name},
            url=reverse("forums:event_desk", args=[event.pk]),
            button=_("Avaa"),
            due=event.starts_at,
        )


def event_hits(user: Any, words: str, limit: int) -> Iterator[SearchHit]:
    """Provider of the ``search`` seam: events whose name or text holds every word, the newest first; one query."""
    found = allowed("forums.event.view", user, now=clock.now())
    for word in words.split():
        found = found.filter(
            Q(name_fi__icontains=word)
            | Q(name_sv__icontains=word)
            | Q(name_en__icontains=word)
            | Q(description_fi__icontains=word)
        )
    for event in found.order_by("-starts_at", "-pk")[:limit]:
        yield SearchHit(
            title=event.name,
            url=event.get_absolute_url(),
            kind=_("Tapahtuma"),
            detail=format_date(event.starts_at),
        )


def events_of_year(first: date, last: date) -> Iterator[CalendarEntry]:
    """Provider of the ``calendar`` seam: published and held events from ``first`` to ``last``, both included."""
    start, end = day_start(first), day_start(last + timedelta(days=1))
    for event in Event.objects.between(start, end).filter(state__in=("published", "held")):
        yield CalendarEntry(
            title=event.name, on=local_date(event.starts_at), url=event.get_absolute_url(), kind="event"
        )


def own_event_data(user: User) -> dict[str, Any]:
    """Return the events that the person has made and those they host (GDPR articles 15 and 20)."""
    facts = ("name_fi", "starts_at", "ends_at", "state")
    hosted = EventHost.objects.filter(user=user)
    return {
        "planned": list(Event.objects.filter(created_by=user).values(*facts, "created_at")),
        "hosted": list(hosted.values("label", *(f"event__{name}" for name in facts))),
    }


@transaction.atomic
def event_retention(now: datetime) -> dict[str, int]:
    """Provider of the ``retention`` seam: two years after an event's year its people and its link are forgotten.

    The event itself, the organisations that held it and the subjects stay: they are the history of the co-operation.
    """
    limit = day_start(date(local_date(now).year - KEPT_YEARS, 1, 1))
    people = EventHost.objects.filter(event__ends_at__lt=limit, user__isnull=False)
    alone = people.filter(organisation=None, label="")
    erased, _by = alone.delete()
    erased += people.update(user=None)
    speakers = AgendaSlot.objects.filter(event__ends_at__lt=limit).exclude(speaker="").update(speaker="")
    old = Event.objects.filter(ends_at__lt=limit).exclude(meeting_url="", meeting_note="")
    return {
        "forums.EventHost people": erased,
        "forums.AgendaSlot speakers": speakers,
        "forums.Event links": old.update(meeting_url="", meeting_note=""),
    }
