"""Coming meetings: what waits for their members, and what stands on the annual wheel."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from common.seams import CalendarEntry, Todo
from common.times import day_start, format_date, local_date
from liaisons.models import Meeting
from liaisons.policies import appointments_in_force, seats_in_force

AHEAD = timedelta(days=30)


def coming_meetings(user: Any, now: datetime) -> Iterator[Todo]:
    """Provider of the ``todos`` seam: planned meetings of the next 30 days in the person's own bodies; one query."""
    if not user.is_authenticated:
        return
    own = Q(body__in=seats_in_force(user, now).values("body"))
    own |= Q(body__in=appointments_in_force(user, now).values("body"))
    coming = Meeting.objects.filter(own, state="planned", starts_at__gte=now, starts_at__lt=now + AHEAD)
    meetings = coming.select_related("body")
    for meeting in meetings.order_by("starts_at"):
        yield Todo(
            title=_("Valmistaudu kokoukseen %(day)s: %(body)s")
            % {"day": format_date(meeting.starts_at), "body": meeting.body.name},
            url=reverse("liaisons:meeting", args=[meeting.pk]),
            button=_("Avaa esityslista"),
            due=meeting.starts_at,
            detail=meeting.place,
            quiet=True,
        )


def meetings_of_year(first: date, last: date) -> Iterator[CalendarEntry]:
    """Provider of the ``calendar`` seam: meetings from ``first`` to ``last``, both included."""
    end = day_start(last + timedelta(days=1))
    meetings = Meeting.objects.filter(starts_at__gte=day_start(first), starts_at__lt=end).select_related("body")
    for meeting in meetings.order_by("starts_at"):
        yield CalendarEntry(
            title=meeting.body.name,
            on=local_date(meeting.starts_at),
            url=reverse("liaisons:meeting", args=[meeting.pk]),
            kind="meeting",
        )
