"""Finding a free room. The whole search stands in the address; nothing of the person is kept."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from accounts.access import public_page
from common import clock
from common.pagination import paginate
from common.times import add_days, format_date, helsinki, local_date
from premises.finding import Found, Wanted, find, record_miss
from premises.forms.clock import short_time
from premises.forms.search import RoomSearch
from premises.models import SeasonRound
from premises.recurrence import Rule
from premises.spans import Span

FIRST_TIMES, ALL_TIMES, ROOMS_A_PAGE, MOST_MARKS = 5, 60, 20, 4


@public_page
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """The search and what is free; without a question the form with examples."""
    now = clock.now()
    asked = any(request.GET.get(name) for name in ("alkaen", "klo", "loppuu"))
    form = RoomSearch(request.GET) if asked else RoomSearch(initial=_usual(now))
    context: dict[str, Any] = {"form": form, "examples": _examples(now)}
    if not asked or not form.is_valid():
        context["open_seasons"] = list(SeasonRound.objects.switched_on().taking(now).order_by("closes_at", "pk")[:5])
        return render(request, "premises/search/search.html", context)
    wanted = _wanted(form)
    found = find(request.user, wanted, now=now)
    if not any(one.free for one in found):
        record_miss(wanted, now=now)
    most = ALL_TIMES if request.GET.get("kerrat") == "kaikki" else FIRST_TIMES
    page = paginate(request, found, per_page=ROOMS_A_PAGE)
    context |= {
        "asked": True,
        "page": page,
        "rows": [_row(one, wanted.rule, most) for one in page],
        "times": found[0].first(most) if found else (),
        "count": len(found[0].verdicts) if found else 0,
        "most": most,
        "rule": wanted.rule,
        "is_series": form.is_series,
        "best": found[0] if form.is_series and found and found[0].free > 1 else None,
        "best_url": _book_url(found[0], wanted.rule, whole=True) if found else "",
        "fits_all": sum(one.fits_all for one in found),
        "wider": _wider(request, form) if not any(one.free for one in found) else [],
    }
    return render(request, "premises/search/search.html", context)


def _wanted(form: RoomSearch) -> Wanted:
    data = form.cleaned_data
    return Wanted(
        rule=form.rule(),
        municipality=data["kunta"],
        neighbours=data["naapurit"],
        number=data["henkiloita"],
        features=tuple(data["tilassa"]),
    )


def _row(found: Found, rule: Rule, most: int) -> dict[str, Any]:
    """Return one room of the table: its cells, each with the address that books it, and how often it is free."""
    base = reverse("premises:book", args=[found.room.pk])
    cells = []
    for verdict in found.first(most):
        span = verdict.span if verdict.is_free else verdict.near
        queue = f"{base}?jono=1&{_times(verdict.span)}" if verdict.why == "taken" else ""
        cells.append(
            {"verdict": verdict, "span": span, "url": f"{base}?{_times(span)}" if span else "", "queue": queue}
        )
    marks = [row.feature.name.lower() for row in found.room.features.all() if row.feature.is_filter]
    url = _book_url(found, rule, whole=rule.last_day > rule.first_day)
    return {"found": found, "cells": cells, "url": url, "marks": marks[:MOST_MARKS]}


def _times(span: Span) -> str:
    start, end = helsinki(span.start), helsinki(span.end)
    values = {"paiva": format_date(start.date()), "klo": short_time(start.time()), "loppuu": short_time(end.time())}
    return urlencode(values)


def _book_url(found: Found, rule: Rule, *, whole: bool) -> str:
    """Return the address of the booking form with the times of the rule filled in."""
    values = {
        "paiva": format_date(rule.first_day),
        "klo": short_time(rule.start_time),
        "loppuu": short_time(rule.end_time),
    }
    if whole:
        values |= {"asti": format_date(rule.last_day), "valein": str(rule.every_weeks)}
    return f"{reverse('premises:book', args=[found.room.pk])}?{urlencode(values)}"


def _usual(now: Any) -> dict[str, Any]:
    return {"alkaen": add_days(local_date(now), 1), "klo": "17", "loppuu": "19"}


def _examples(now: Any) -> list[tuple[str, str]]:
    """Return searches that people make often, as query strings with the days that suit now."""
    today = local_date(now)
    show = format_date
    spring = today.month >= 9
    first = today.replace(year=today.year + 1, month=1, day=8) if spring else add_days(today, 7)
    last = first.replace(month=5, day=31) if first.month < 5 else first.replace(month=12, day=15)
    weekly = {"alkaen": show(first), "asti": show(last), "klo": "17", "loppuu": "19"}
    tomorrow = {"alkaen": show(add_days(today, 1)), "klo": "13", "loppuu": "15"}
    return [
        ("tuesdays", urlencode({"milloin": "1", **weekly})),
        ("thursdays", urlencode({"milloin": "3", **weekly, "valein": "2"})),
        ("tomorrow", urlencode(tomorrow)),
    ]


def _wider(request: HttpRequest, form: RoomSearch) -> list[tuple[str, str]]:
    """Return searches that ask for less: each without one of the limits in use."""
    limits = {"tilassa": form.cleaned_data["tilassa"], "kunta": form.cleaned_data["kunta"]}
    limits["henkiloita"] = form.cleaned_data["henkiloita"]
    wider = []
    for name, value in limits.items():
        if value:
            query = request.GET.copy()
            query.pop(name)
            wider.append((name, query.urlencode()))
    return wider
