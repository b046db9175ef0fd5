"""Sums of the self-assessment: the county's score beside the organisations' mean; nothing of under five answers."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils.translation import gettext as _

from common import charts
from liaisons.models import CountyScore, NgoAssessment, NgoScore, Score, SelfAssessment, Thesis

#: Fewer answers than this are not shown, not even their mean.
SMALLEST = 5
#: A difference that the page names (points of five).
GAP = Decimal("0.5")


@dataclass(frozen=True)
class Sum:
    """One thesis of one year. ``mean``, ``counts`` and ``words`` are empty when fewer than five answered it."""

    thesis: Thesis
    county: CountyScore | None
    number: int | None
    mean: Decimal | None
    counts: tuple[tuple[str, int], ...]
    words: tuple[str, ...]

    @property
    def gap(self) -> Decimal | None:
        """How many points higher the county scores itself than organisations do."""
        return self.county.score - self.mean if self.county and self.mean is not None else None

    @property
    def gap_words(self) -> str:
        """The difference as a sentence; empty when there is nothing to compare."""
        if self.gap is None:
            return ""
        if abs(self.gap) < GAP:
            return _("Arviot ovat lähellä toisiaan.")
        values = {"points": charts.plain(abs(self.gap))}
        if self.gap > 0:
            return _("Hyvinvointialue arvioi itsensä %(points)s pistettä paremmaksi kuin järjestöt.") % values
        return _("Järjestöt arvioivat hyvinvointialueen %(points)s pistettä paremmaksi kuin se itse.") % values


def rounded(value: Decimal | float) -> Decimal:
    """Return a mean with one decimal."""
    return Decimal(str(value)).quantize(Decimal("0.1"), ROUND_HALF_UP)


def sums_of(found: SelfAssessment, now: datetime) -> list[Sum]:
    """Return the sums of a year, thesis by thesis; three queries. Organisations' part is empty until answering is over.

    Words come in an order that tells nothing of who wrote them or when.
    """
    county = {row.thesis_id: row for row in found.county_scores.select_related("thesis")}
    theses = {row.thesis_id: row.thesis for row in county.values()}
    if found.state != "published":
        theses |= Thesis.objects.filter(is_current=True).in_bulk()
    scores: dict[int, list[NgoScore]] = defaultdict(list)
    if found.state_at(now) in ("closed", "published"):
        for row in NgoScore.objects.filter(answer__assessment=found).select_related("thesis"):
            scores[row.thesis_id].append(row)
            theses[row.thesis_id] = row.thesis
    ordered = sorted(theses.values(), key=lambda thesis: (thesis.order, thesis.pk))
    return [_sum(thesis, county.get(thesis.pk), scores[thesis.pk]) for thesis in ordered]


def _sum(thesis: Thesis, county: CountyScore | None, rows: list[NgoScore]) -> Sum:
    if len(rows) < SMALLEST:
        return Sum(thesis, county, None, None, (), ())
    found = Counter(row.score for row in rows)
    return Sum(
        thesis,
        county,
        len(rows),
        rounded(Decimal(sum(row.score for row in rows)) / len(rows)),
        tuple((f"{score.value} {score.label}", found[score.value]) for score in Score),
        tuple(sorted(row.words for row in rows if row.words)),
    )


def answer_count(found: SelfAssessment) -> int | None:
    """Return how many organisations answered; None when fewer than five."""
    number = NgoAssessment.objects.filter(assessment=found).count()
    return number if number >= SMALLEST else None


def compared(sums: list[Sum]) -> Any:
    """Return the chart: the county's score of each thesis with the organisations' mean beside it, or None."""
    rows = [row for row in sums if row.county]
    if not rows:
        return None
    both = [(abs(row.gap), -place, row) for place, row in enumerate(rows) if row.gap is not None]
    widest = max(both, key=lambda found: found[:2])[2] if both else None
    heading = _("Hyvinvointialueen omat pisteet teeseittäin")
    if widest and widest.gap is not None and abs(widest.gap) >= GAP:
        heading = _("Suurin ero: %(thesis)s") % {"thesis": widest.thesis.name}
    elif widest:
        heading = _("Hyvinvointialueen ja järjestöjen arviot ovat lähellä toisiaan")
    with_ngos = widest is not None
    return charts.bars(
        key="theses",
        heading=heading,
        note=_("Leveä palkki on hyvinvointialueen arvio, kapea raidoitettu järjestöjen keskiarvo. Asteikko 1–5.")
        if with_ngos
        else _("Asteikko 1–5."),
        rows=[
            charts.Bar(
                label=f"{number}. {row.thesis.name}",
                value=row.county.score if row.county else 0,
                previous=row.mean,
                hot=row is widest and with_ngos,
            )
            for number, row in enumerate(rows, start=1)
        ],
        row_label=_("Teesi"),
        value_label=_("Hyvinvointialue"),
        previous_label=_("Järjestöt") if with_ngos else "",
    )


@dataclass(frozen=True)
class YearRow:
    """One thesis over the years: for each year the county's score and the organisations' mean as text."""

    thesis: Thesis
    cells: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Years:
    """The trend: years, the chart of the means over all theses, and a row for each thesis."""

    years: tuple[int, ...]
    chart: Any
    rows: tuple[YearRow, ...]


def over_years(published: Iterable[SelfAssessment]) -> Years | None:
    """Return the trend of published years, the latest eight; None before the second. Two queries."""
    years = sorted(published, key=lambda row: row.year)[-8:]
    if len(years) < 2:
        return None
    county: dict[tuple[int, int], int] = {}
    theses: dict[int, Thesis] = {}
    for row in CountyScore.objects.filter(assessment__in=years).select_related("thesis"):
        county[row.assessment_id, row.thesis_id] = row.score
        theses[row.thesis_id] = row.thesis
    ngos: dict[tuple[int, int], list[int]] = defaultdict(list)
    for year, thesis, score in NgoScore.objects.filter(answer__assessment__in=years).values_list(
        "answer__assessment", "thesis", "score"
    ):
        ngos[year, thesis].append(score)
    means = {key: rounded(Decimal(sum(rows)) / len(rows)) for key, rows in ngos.items() if len(rows) >= SMALLEST}
    return Years(
        tuple(row.year for row in years),
        charts.line(
            key="years",
            heading=_("Kaikkien teesien keskiarvo vuosittain"),
            points=[str(row.year) for row in years],
            series=[
                charts.Series(_("Hyvinvointialue"), [_mean_of_year(county, row.pk) for row in years]),
                charts.Series(_("Järjestöt"), [_mean_of_year(means, row.pk) for row in years]),
            ],
            row_label=_("Vuosi"),
        ),
        tuple(
            YearRow(
                thesis,
                tuple((_text(county.get((row.pk, thesis.pk))), _text(means.get((row.pk, thesis.pk)))) for row in years),
            )
            for thesis in sorted(theses.values(), key=lambda thesis: (thesis.order, thesis.pk))
        ),
    )


def _mean_of_year(scores: Any, year: int) -> Decimal | None:
    rows = [Decimal(score) for (key, _thesis), score in scores.items() if key == year]
    return rounded(sum(rows) / len(rows)) if rows else None


def _text(value: Any) -> str:
    return "–" if value is None else charts.plain(value)
