"""The annual wheel: the coordinator's page, its file, trying a time, and what is coming for everybody."""

from datetime import datetime, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import public_page, sign_in_required
from common import clock
from common.policies import allowed
from common.times import local_date, year_period
from forums.event_clashes import clashes
from forums.forms.wheel import TryTimeForm
from forums.models import Event, SchoolBreak
from forums.policies.events import may_plan_events
from forums.policies.wheel import may_propose_dates, may_read_wheel
from forums.wheel import QUARTERS, quarter_of, wheel, years
from forums.wheel_calendar import by_quarter, entries_of, quarter_name, wheel_file
from forums.wheel_chart import wheel_chart
from premises.spans import Span

#: A time longer than this is tried only so far.
LONGEST = timedelta(days=31)


def _year(request: HttpRequest, offered: list[int], now: datetime) -> int:
    wanted = request.GET.get("vuosi", "")
    return next((one for one in offered if str(one) == wanted), local_date(now).year)


def _require_reader(request: HttpRequest, now: datetime) -> None:
    if not may_read_wheel(request.user, now):
        raise Http404


@sign_in_required
@require_safe
def annual_wheel(request: HttpRequest) -> HttpResponse:
    """What is demanded of the year against what is planned and held; beside it the other rooms' days."""
    now = clock.now()
    _require_reader(request, now)
    offered = years(now)
    year = _year(request, offered, now)
    made, entries = wheel(year, now), entries_of(year)
    first, last = (local_date(instant) for instant in year_period(year))
    breaks = list(SchoolBreak.objects.touching(first, last))
    can_plan = may_plan_events(request.user, now)
    context: dict[str, Any] = {
        "wheel": made,
        "years": offered,
        "year": year,
        "chart": wheel_chart(made, entries, breaks, now, plans=can_plan),
        "quarters": by_quarter(entries),
        "quarter_names": [quarter_name(number) for number in QUARTERS],
        "breaks": breaks,
        "can_plan": can_plan,
        "can_propose": may_propose_dates(request.user, now),
        **_tried(request),
    }
    return render(request, "forums/wheel/wheel.html", context)


def _tried(request: HttpRequest) -> dict[str, Any]:
    """Return the form of a time that is tried, and what stands in its way."""
    asked = any(name in request.GET for name in ("alkaa", "paattyy"))
    form = TryTimeForm(request.GET if asked else None)
    if not (asked and form.is_valid()):
        return {"try_form": form, "tried": False}
    start, end = form.cleaned_data["alkaa"], form.cleaned_data["paattyy"]
    span = Span(start, min(end, start + LONGEST))
    return {"try_form": form, "tried": True, "clashes": clashes([span], now=clock.now(), people=[request.user])[0]}


@sign_in_required
@require_safe
def annual_wheel_file(request: HttpRequest) -> HttpResponse:
    """The same year as an iCalendar file."""
    now = clock.now()
    _require_reader(request, now)
    year = _year(request, years(now), now)
    data = wheel_file(wheel(year, now), entries_of(year), now)
    response = HttpResponse(data, content_type="text/calendar; charset=utf-8; method=PUBLISH")
    response["Content-Disposition"] = f'attachment; filename="vuosikello-{year}.ics"'
    response["Cache-Control"] = "private, no-store"
    return response


@public_page
@require_safe
def public_year(request: HttpRequest) -> HttpResponse:
    """What is coming in the year, by quarter: events that the reader may see, calls, ends of agreements."""
    now = clock.now()
    this = local_date(now).year
    year = _year(request, [this, this + 1], now)
    start, end = year_period(year)
    seen: Any = allowed("forums.event.view", request.user, now=now)
    rows = seen.between(start, end).filter(state__in=("published", "held")).select_related("series", "room")
    events: list[Event] = list(rows.order_by("starts_at", "pk")[:500])
    quarters = [
        {
            "name": part.name,
            "events": [event for event in events if quarter_of(local_date(event.starts_at)) == part.number],
            "entries": part.entries,
            "is_now": year == this and part.number == quarter_of(local_date(now)),
        }
        for part in by_quarter(entries_of(year, public=True))
    ]
    context = {"year": year, "years": [this, this + 1], "quarters": quarters, "heading": _("Yhteistyön vuosi")}
    return render(request, "forums/wheel/public_year.html", context)
