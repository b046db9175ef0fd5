"""The use of rooms in a year: the page and its files."""

from collections.abc import Iterator
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import sign_in_required
from common import charts, clock
from common.exports import csv_response, xlsx_response
from common.seams import Period
from common.times import year_period
from premises import statistics
from premises.policies.bookings import may_read_figures

_SHOWN = 50


def _period(request: HttpRequest, offered: list[int]) -> Period:
    wanted = request.GET.get("vuosi", "")
    year = next((one for one in offered if str(one) == wanted), offered[0])
    return Period(year, *year_period(year))


@sign_in_required
@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """Hours and value by organisation, sector, municipality and room; utilisation, refusals, misses."""
    now = clock.now()
    if not may_read_figures(request.user, now):
        raise Http404
    offered = statistics.years(now)
    period = _period(request, offered)
    rooms, organisations = statistics.by_room(period), statistics.by_organisation(period)
    places = statistics.by_municipality(period)
    context = {
        "year": period.year,
        "years": offered,
        "total": statistics.sum_of(rooms),
        "ngos": statistics.sum_of(organisations),
        "groups": [
            (_("Järjestöt"), organisations[:_SHOWN]),
            (_("Hyvinvointialueen yksiköt"), statistics.by_unit(period)[:_SHOWN]),
            (_("Toimialat"), statistics.by_sector(period)),
            (_("Kunnat"), places),
        ],
        "rooms": statistics.utilisation(period, rooms)[:_SHOWN],
        "refusals": statistics.refusals(period)[:_SHOWN],
        "misses": statistics.misses(period),
        "seasons": statistics.seasons(period),
        "chart": _chart(places, period.year) if places else None,
    }
    return render(request, "premises/figures.html", context)


def _chart(places: list[statistics.Use], year: int) -> charts.BarChart:
    return charts.bars(
        key="room-hours",
        heading=_("Tilojen käyttö kunnittain, tuntia"),
        rows=[charts.Bar(use.name, use.hours) for use in places],
        row_label=_("Kunta"),
        value_label=str(year),
    )


@sign_in_required
@require_safe
def figures_export(request: HttpRequest, kind: str) -> HttpResponse:
    """All rows of the page as ``csv`` or ``xlsx``."""
    now = clock.now()
    if not may_read_figures(request.user, now):
        raise Http404
    period = _period(request, statistics.years(now))
    head = [_("Ryhmä"), _("Nimi"), _("Tunteja"), _("Varauksia"), _("Arvo, €")]
    response = csv_response if kind == "csv" else xlsx_response
    return response(f"{_('tilojen-kaytto')}-{period.year}", head, list(_rows(period)))


def _rows(period: Period) -> Iterator[list[Any]]:
    groups = (
        (_("Järjestö"), statistics.by_organisation(period)),
        (_("Yksikkö"), statistics.by_unit(period)),
        (_("Toimiala"), statistics.by_sector(period)),
        (_("Kunta"), statistics.by_municipality(period)),
        (_("Tila"), statistics.by_room(period)),
    )
    for group, uses in groups:
        for use in uses:
            yield [group, use.name, use.hours, use.bookings, use.value]
