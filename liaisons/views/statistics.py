"""Figures of liaison work: the page and its files."""

from collections.abc import Iterator
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts.access import sign_in_required
from common import clock
from common.exports import csv_response, xlsx_response
from common.times import local_date
from liaisons import statistics
from liaisons.policies import may_read_figures


def _year(request: HttpRequest, offered: list[int]) -> int:
    wanted = request.GET.get("vuosi", "")
    return next((year for year in offered if str(year) == wanted), offered[0])


@sign_in_required
def figures(request: HttpRequest) -> HttpResponse:
    """Requests of a year by kind and unit, times, satisfaction; posts and seats as they stand today."""
    now = clock.now()
    if not may_read_figures(request.user, now):
        raise Http404
    today = local_date(now)
    offered = statistics.years(now)
    year = _year(request, offered)
    found = statistics.request_figures(year, today)
    before = statistics.request_figures(year - 1, today)
    return render(
        request,
        "liaisons/statistics.html",
        {
            "year": year,
            "years": offered,
            "found": found,
            "before": before,
            "trainings": statistics.trainings_held(year),
            "standing": statistics.standing_figures(today),
            "kind_chart": statistics.kind_chart(found, before, year) if found.by_kind else None,
            "helped_chart": statistics.helped_chart(found) if found.helped else None,
        },
    )


@sign_in_required
def figures_export(request: HttpRequest, kind: str) -> HttpResponse:
    """The tables of the page as ``csv`` or ``xlsx``."""
    now = clock.now()
    if not may_read_figures(request.user, now):
        raise Http404
    year = _year(request, statistics.years(now))
    found = statistics.request_figures(year, local_date(now))
    head = [
        _("Ryhmä"),
        _("Nimi"),
        _("Pyyntöjä"),
        _("Avoinna"),
        _("Myöhässä"),
        _("Ensimmäinen vastaus, mediaani, pv"),
        _("Ensimmäinen vastaus, 90 %, pv"),
        _("Vastaus, mediaani, pv"),
        _("Vastaus, 90 %, pv"),
    ]
    response = csv_response if kind == "csv" else xlsx_response
    return response(f"{_('yhteistyopyynnot')}-{year}", head, list(_rows(found)))


def _rows(found: statistics.RequestFigures) -> Iterator[list[Any]]:
    groups = ((_("Kaikki"), (found.total,)), (_("Laji"), found.by_kind), (_("Yksikkö"), found.by_unit))
    for group, lines in groups:
        for line in lines:
            times = (line.first.median, line.first.p90, line.answer.median, line.answer.p90)
            yield [group, line.label, line.count, line.open, line.late, *times]
