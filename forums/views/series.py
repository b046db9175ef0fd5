"""The series of events: what is demanded of the year, kept by the coordinator."""

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import sign_in_required
from accounts.roles import current_user
from common import clock
from common.pagination import paginate
from common.policies import allowed
from common.times import local_date
from forums.forms.series import SeriesForm
from forums.models import EventForm, EventSeries
from forums.policies.events import may_list_events, may_plan_events
from forums.views.event_pages import desk_crumbs, require_planner
from forums.workflow.series import save_series
from liaisons.views.pages import ask


@sign_in_required
@require_safe
def series_list(request: HttpRequest) -> HttpResponse:
    """The series with how often each is demanded."""
    now = clock.now()
    if not may_list_events(request.user, now):
        raise Http404
    page = paginate(request, allowed("forums.series.read", request.user, now=now).order_by("order", "name_fi", "pk"))
    return render(
        request,
        "forums/events/series_list.html",
        {
            "page": page,
            "rows": [_row(row, now) for row in page],
            "can_manage": may_plan_events(request.user, now),
        },
    )


def _row(series: EventSeries, now: datetime) -> dict[str, Any]:
    labels = dict(EventForm.choices)
    return {
        "series": series,
        "demand": demand_words(series),
        "forms": ", ".join(str(labels[form]) for form in series.forms if form in labels),
        "ended": series.ended_on is not None and series.ended_on <= local_date(now),
    }


def demand_words(series: EventSeries) -> str:
    """Return how often the series is demanded, in words."""
    least, most = series.a_year_min, series.a_year_max
    if least is None and most is None:
        return _("tarpeen mukaan")
    values = [str(value) for value in dict.fromkeys((least, most)) if value is not None]
    term = series.per == "council_term"
    if values == ["1"]:
        return _("kerran valtuustokaudessa") if term else _("kerran vuodessa")
    words = _("%(count)s kertaa valtuustokaudessa") if term else _("%(count)s kertaa vuodessa")
    return words % {"count": "–".join(values)}


@sign_in_required
def series_new(request: HttpRequest) -> HttpResponse:
    """Add a series."""
    require_planner(request, clock.now())
    return _edit(request, None)


@sign_in_required
def series_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a series."""
    rows = allowed("forums.series.manage", request.user, now=clock.now())
    return _edit(request, get_object_or_404(rows, pk=pk))


def _edit(request: HttpRequest, series: EventSeries | None) -> HttpResponse:
    form = SeriesForm(request.POST if request.method == "POST" else None, instance=series)
    to = reverse("forums:series_list")
    return ask(
        request,
        form,
        lambda: save_series(series, **form.facts, by=current_user(request), now=clock.now()),
        done=_("Sarja on tallennettu."),
        to=to,
        heading=_("Muuta sarjaa: %(series)s") % {"series": series.name} if series else _("Uusi tapahtumasarja"),
        submit=_("Tallenna"),
        trail=desk_crumbs((to, _("Sarjat"))),
    )
