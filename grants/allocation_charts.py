"""Charts of one way of sharing: by home municipality and by the size of the grant, each with its table."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from common.charts import Bar, BarChart, bars, in_euros
from common.money import format_euros
from grants.allocation import ZERO
from grants.allocation_rows import Column, Row
from grants.statistics import SIZE_LIMITS, size_labels

MOST_BARS = 20


def charts_of(rows: Sequence[Row], column: Column) -> list[BarChart]:
    """Return the charts of a column, of the cases that the reader may read; none when nothing is given."""
    given = [(row.place, row.ask.asked, column.sums[row.case.pk] or ZERO) for row in rows if row.case.can_read]
    return charts_of_sums(given)


def charts_of_sums(given: Sequence[tuple[str, Decimal, Decimal]]) -> list[BarChart]:
    """Return charts of (place, asked, given) in euros."""
    if not any(euros for _place, _asked, euros in given):
        return []
    return [_by_place(given), _by_size(euros for _place, _asked, euros in given)]


def _by_place(given: Sequence[tuple[str, Decimal, Decimal]]) -> BarChart:
    places: dict[str, list[Decimal]] = {}
    for place, asked, euros in given:
        sums = places.setdefault(place, [ZERO, ZERO])
        sums[0] += asked
        sums[1] += euros
    ranked = sorted(places.items(), key=lambda item: (-item[1][1], item[0]))
    shown, rest = ranked[:MOST_BARS], ranked[MOST_BARS:]
    if rest:
        others = [sum((sums[part] for _place, sums in rest), ZERO) for part in (0, 1)]
        shown = [*shown, (_("Muut"), others)]
    top = ranked[0]
    return bars(
        key="jako-kunnittain",
        heading=_("Eniten saa %(place)s: %(sum)s") % {"place": top[0], "sum": format_euros(top[1][1])},
        note=_("Esitetty kotipaikoittain. Vinoviivoitettu palkki on haettu summa."),
        rows=[Bar(place, sums[1], sums[0], hot=place == top[0]) for place, sums in shown],
        row_label=_("Kotipaikka"),
        value_label=_("Esitetty"),
        previous_label=_("Haettu"),
        written=in_euros,
    )


def _by_size(sums: Iterable[Decimal]) -> BarChart:
    counts = [0] * (len(SIZE_LIMITS) + 1)
    for euros in sums:
        if euros > 0:
            counts[sum(euros >= limit for limit in SIZE_LIMITS)] += 1
    labels: Any = size_labels()
    most = counts.index(max(counts))
    return bars(
        key="jako-koko",
        heading=_("Yleisin avustuksen koko: %(size)s") % {"size": labels[most]},
        rows=[Bar(labels[number], count, hot=number == most) for number, count in enumerate(counts)],
        row_label=_("Avustuksen koko"),
        value_label=_("Avustuksia"),
    )
