"""Figures of hand-outs and of what nobody found, for the coordinator's page and the ``statistics`` seam."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet, Sum
from django.utils.translation import gettext as _

from common import charts
from common.policies import allowed
from common.seams import Figure, Period
from common.times import local_date
from organisations.models import HandoutCount, SearchMiss

TOP = 10


@dataclass(frozen=True)
class HandoutStatistics:
    """The last twelve months: total, charts by unit, situation and municipality, and misses, most first."""

    total: int
    charts: tuple[charts.BarChart, ...]
    misses: tuple[dict[str, Any], ...]


def _bars(rows: QuerySet[HandoutCount], by: str, heading: str, label: str, unknown: str) -> charts.BarChart:
    sums = rows.order_by().values_list(by).annotate(n=Sum("number")).order_by("-n", by)[:TOP]
    return charts.bars(
        key=by.replace("__", "-").replace("_", "-"),
        heading=heading,
        rows=[charts.Bar(str(name or unknown), number) for name, number in sums],
        row_label=label,
        value_label=_("Ohjauslappuja"),
    )


def handout_statistics(user: Any, now: datetime) -> HandoutStatistics:
    """Return what the person may read of the last twelve months; six queries."""
    today = local_date(now)
    since = today.replace(year=today.year - 1, day=1)
    rows = allowed("organisations.handout.count", user, now=now).filter(month__gte=since)
    misses = allowed("organisations.search_miss.view", user, now=now).filter(month__gte=since)
    return HandoutStatistics(
        total=rows.aggregate(n=Sum("number"))["n"] or 0,
        charts=(
            _bars(rows, "unit_name", _("Ohjauslaput yksiköittäin"), _("Yksikkö"), _("Yksikköä ei kerrottu")),
            _bars(
                rows,
                "life_situation__name_fi",
                _("Ohjauslaput elämäntilanteittain"),
                _("Elämäntilanne"),
                _("Ei valittu"),
            ),
            _bars(rows, "municipality__name_fi", _("Ohjauslaput kunnittain"), _("Kunta"), _("Koko alue tai etänä")),
        ),
        misses=tuple(
            misses.values("life_situation__name_fi", "municipality__name_fi")
            .annotate(n=Sum("number"))
            .order_by("-n", "life_situation__name_fi", "municipality__name_fi")[:50]
        ),
    )


def handout_figures(period: Period) -> Iterator[Figure]:
    """Provider of the ``statistics`` seam: hand-outs and searches without a find of the period."""
    months = {"month__gte": local_date(period.start), "month__lt": local_date(period.end)}
    yield Figure(
        key="organisations.handouts",
        label=_("Ohjauslappuja asiakkaille"),
        value=HandoutCount.objects.filter(**months).aggregate(n=Sum("number"))["n"] or 0,
        definition=_("Portaalissa tehdyt ohjauslaput, joilla asiakas ohjattiin järjestön toimintaan."),
    )
    yield Figure(
        key="organisations.search_misses",
        label=_("Hakuja ilman tulosta"),
        value=SearchMiss.objects.filter(**months).aggregate(n=Sum("number"))["n"] or 0,
        definition=_("Haut, joissa elämäntilanteeseen ei löytynyt toimintaa kunnasta."),
    )
