"""The calendar of calls for everybody, its iCal file, what one follows, and the coordinator's planned rounds."""

from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import formats
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from icalendar import Calendar, Event

from accounts.access import public_page, sign_in_required
from accounts.roles import has_any_staff_role, has_staff_role
from common import clock
from common.pagination import paginate
from common.policies import allowed
from common.times import add_days, format_date, local_date
from grants.calendar import call_calendar, planned_rounds
from grants.forms.call_terms import PlannedRoundForm
from grants.models import PlannedRound
from grants.workflow.call_terms import follow_kind, unfollow_kind
from notifications.outbox import absolute

GET_AND_POST = ["GET", "HEAD", "POST"]


@dataclass(frozen=True)
class Day:
    """One thing in the calendar; ``until`` is its last day where it lasts longer."""

    on: date
    title: str
    url: str = ""
    note: str = ""
    until: date | None = None


@dataclass
class Month:
    """A month by name with what happens in it."""

    name: str
    entries: list[Day] = field(default_factory=list)


def days(now: datetime) -> list[Day]:
    """Return what is known from this month to the end of next year, in order: calls and planned rounds."""
    start = local_date(now).replace(day=1)
    end = date(start.year + 1, 12, 31)
    known = [Day(entry.on, entry.title, entry.url) for entry in call_calendar(start, end)]
    for row in planned_rounds(start, end):
        title = _("Suunniteltu haku: %(kind)s, %(opens)s – %(closes)s") % {
            "kind": row.kind.name,
            "opens": format_date(row.opens_on),
            "closes": format_date(row.closes_on),
        }
        known.append(Day(row.opens_on, title, note=row.note_fi, until=row.closes_on))
    return sorted(known, key=lambda day: (day.on, day.title))


@public_page
@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """Coming and open calls, expected decisions, use reports and planned rounds, month by month."""
    now = clock.now()
    months = [
        Month(formats.date_format(first, "F Y"), list(entries))
        for first, entries in groupby(days(now), key=lambda day: day.on.replace(day=1))
    ]
    context = {"months": months, "may_plan": has_staff_role(request.user, "coordinator", now)}
    return render(request, "grants/calls/calendar.html", context)


@public_page
@require_safe
def calendar_file(request: HttpRequest) -> HttpResponse:
    """The same days as an iCalendar file (RFC 5545) of all-day events."""
    now = clock.now()
    host = urlsplit(settings.BASE_URL).hostname or "localhost"
    made = Calendar()
    made.add("prodid", "-//Yhdyspinta//fi")
    made.add("version", "2.0")
    for number, day in enumerate(days(now), start=1):
        event = Event()
        event.add("uid", f"grants-{day.on:%Y%m%d}-{number}@{host}")
        event.add("dtstamp", now)
        event.add("dtstart", day.on)
        event.add("dtend", add_days(day.until or day.on, 1))
        event.add("summary", day.title)
        if day.note:
            event.add("description", day.note)
        if day.url:
            event.add("url", absolute(day.url))
        made.add_component(event)
    response = HttpResponse(bytes(made.to_ical()), content_type="text/calendar; charset=utf-8; method=PUBLISH")
    response["Content-Disposition"] = 'attachment; filename="haut.ics"'
    return response


@sign_in_required
@require_http_methods(GET_AND_POST)
def follows(request: HttpRequest) -> HttpResponse:
    """Which kinds of grant one hears of; a button each to begin or to end."""
    now = clock.now()
    kinds = allowed("grants.kind.follow", request.user, now=now)
    if request.method == "POST":
        key = request.POST.get("kind", "")
        kind = get_object_or_404(kinds, pk=key if key.isdigit() else 0)
        if "unfollow" in request.POST:
            unfollow_kind(kind, by=request.user, now=now)
            messages.success(request, _("Et enää seuraa avustusta ”%(kind)s”.") % {"kind": kind.name})
        else:
            follow_kind(kind, by=request.user, now=now)
            messages.success(request, _("Seuraat nyt avustusta ”%(kind)s”.") % {"kind": kind.name})
        return redirect("grants:follows")
    own = set(allowed("grants.kind.own_follows", request.user, now=now).values_list("kind_id", flat=True))
    rows = [{"kind": kind, "followed": kind.pk in own} for kind in kinds.order_by("name_fi")]
    return render(request, "grants/calls/follows.html", {"rows": rows})


# The coordinator's plan


def _planner(request: HttpRequest, now: datetime) -> Any:
    """Return the rows that may be edited, or 404 for everybody but the coordinator."""
    if not has_any_staff_role(request.user, now, "coordinator"):
        raise Http404
    return allowed("grants.plan.edit", request.user, now=now)


@sign_in_required
@require_safe
def plan(request: HttpRequest) -> HttpResponse:
    """The planned rounds, the next first."""
    now = clock.now()
    rows = _planner(request, now).filter(closes_on__gte=local_date(now)).select_related("kind")
    return render(request, "grants/calls/plan.html", {"page": paginate(request, rows)})


@sign_in_required
@require_http_methods(GET_AND_POST)
def plan_edit(request: HttpRequest, round_id: int | None = None) -> HttpResponse:
    """Add or edit one planned round."""
    now = clock.now()
    rows = _planner(request, now)
    row = get_object_or_404(rows, pk=round_id) if round_id else PlannedRound()
    row.planned_by = request.user
    kinds = allowed("grants.call.create", request.user, now=now).order_by("name_fi")
    form = PlannedRoundForm(request.POST or None, instance=row, kinds=kinds)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Tallennettu. Suunnitelma näkyy hakujen kalenterissa."))
        return redirect("grants:plan")
    return render(request, "grants/calls/plan_edit.html", {"form": form})


@sign_in_required
@require_POST
def plan_remove(request: HttpRequest, round_id: int) -> HttpResponse:
    """Remove a planned round from the calendar."""
    row = get_object_or_404(_planner(request, clock.now()), pk=round_id)
    row.delete()
    messages.success(request, _("Suunniteltu haku on poistettu kalenterista."))
    return redirect("grants:plan")
