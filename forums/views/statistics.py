"""Events in figures: the page and its files."""

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
from forums import statistics
from forums.policies.wheel import may_read_wheel
from forums.wheel import Wheel, wheel

_SHOWN = 50


def _period(request: HttpRequest, offered: list[int]) -> Period:
    wanted = request.GET.get("vuosi", "")
    return statistics.period_of(next((one for one in offered if str(one) == wanted), offered[0]))


@sign_in_required
@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """Held against demanded, attendance by organisation, sector, municipality and series."""
    now = clock.now()
    if not may_read_wheel(request.user, now):
        raise Http404
    offered = statistics.years(now)
    period = _period(request, offered)
    made = wheel(period.year, now)
    series = statistics.by_series(period)
    context: dict[str, Any] = {
        "year": period.year,
        "years": offered,
        "sums": statistics.attendance(period),
        "wheel": made,
        "groups": [
            (_("Järjestöt"), statistics.by_organisation(period)[:_SHOWN]),
            (_("Toimialat"), statistics.by_sector(period)),
            (_("Kunnat"), statistics.by_municipality(period)),
        ],
        "demand_chart": _demand_chart(made) if made.demanded else None,
        "series_chart": _series_chart(series) if series else None,
    }
    return render(request, "forums/wheel/figures.html", context)


def _demand_chart(made: Wheel) -> charts.BarChart:
    """Return held of each demanded row, what was demanded hatched above it."""
    rows = [
        charts.Bar(
            f"{row.series.name}: {row.target.name}" if row.target.pk else row.series.name,
            row.held,
            row.least,
            hot=row.held < (row.least or 0),
        )
        for row in made.demanded
    ]
    return charts.bars(
        key="held",
        heading=_("Vaadituista tapahtumista on pidetty %(held)s/%(needed)s")
        % {"held": made.held, "needed": made.needed},
        rows=rows,
        row_label=_("Sarja ja ryhmä"),
        value_label=_("Pidetty"),
        previous_label=_("Vaaditaan"),
    )


def _series_chart(rows: list[statistics.Come]) -> charts.BarChart:
    most = rows[0]
    return charts.bars(
        key="series",
        heading=_("Eniten osallistumisia: %(name)s") % {"name": most.name or _("Muut tapahtumat")},
        rows=[
            charts.Bar(row.name or _("Muut tapahtumat"), row.attendances, hot=row is most and len(rows) > 1)
            for row in rows
        ],
        row_label=_("Sarja"),
        value_label=_("Osallistumisia"),
    )


@sign_in_required
@require_safe
def figures_export(request: HttpRequest, kind: str) -> HttpResponse:
    """All rows of the page as ``csv`` or ``xlsx``."""
    now = clock.now()
    if not may_read_wheel(request.user, now):
        raise Http404
    period = _period(request, statistics.years(now))
    head = [_("Ryhmä"), _("Nimi"), _("Osallistumisia"), _("Ihmisiä"), _("Pidetty"), _("Vaaditaan")]
    response = csv_response if kind == "csv" else xlsx_response
    return response(f"{_('tapahtumat')}-{period.year}", head, list(_rows(period, wheel(period.year, now))))


def _rows(period: Period, made: Wheel) -> Iterator[list[Any]]:
    sums = statistics.attendance(period)
    yield [_("Kaikki"), "", sums.attendances, sums.people, sums.events, made.needed]
    for row in made.rows:
        name = f"{row.series.name}: {row.target.name}" if row.target.pk else row.series.name
        yield [_("Vuosikello"), name, None, None, row.held, row.least]
    groups = (
        (_("Sarja"), statistics.by_series(period)),
        (_("Järjestö"), statistics.by_organisation(period)),
        (_("Toimiala"), statistics.by_sector(period)),
        (_("Kunta"), statistics.by_municipality(period)),
    )
    for group, rows in groups:
        for one in rows:
            yield [group, one.name, one.attendances, one.people, None, None]
