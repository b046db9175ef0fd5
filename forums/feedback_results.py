"""Sums of an event's feedback as charts, compared with earlier events of the series; nothing of a single person."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db.models import Avg, Count
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from common import charts
from common.times import format_date
from forums.models import Event, FeedbackQuestion, FeedbackRound, FeedbackValue, QuestionKind

#: With fewer answers than this no figures are shown: they could tell who said what.
SMALLEST = 5
#: So many earlier events of the series are compared.
EARLIER = 5


@dataclass(frozen=True)
class Result:
    """The answers to one question: a chart with mean and number, or texts in an order that tells nothing."""

    question: FeedbackQuestion
    number: int
    mean: Decimal | None
    chart: Any
    texts: tuple[str, ...]

    @property
    def label(self) -> str:
        """Return the question in the active language."""
        return question_text(self.question)


def question_text(question: FeedbackQuestion) -> str:
    """Return the question's text in the active language, or in Finnish."""
    return str(getattr(question, f"text_{(get_language() or 'fi')[:2]}", "") or question.text_fi)


def mean_of(numbers: Iterable[int]) -> Decimal | None:
    """Return the mean with one decimal, half up; None of nothing."""
    rows = list(numbers)
    if not rows:
        return None
    return (Decimal(sum(rows)) / len(rows)).quantize(Decimal("0.1"), ROUND_HALF_UP)


def results_of(found: FeedbackRound) -> list[Result]:
    """Return the results question by question; three queries. Below five answers only texts, in alphabetical order.

    No answer is shown as a whole: what one person said to several questions is never side by side.
    """
    values: dict[int, list[FeedbackValue]] = {}
    for value in FeedbackValue.objects.filter(answer__round=found):
        values.setdefault(value.question_id, []).append(value)
    enough = found.answers.count() >= SMALLEST
    return [_result(question, values.get(question.pk, []), enough) for question in found.questions.all()]


def _result(question: FeedbackQuestion, rows: list[FeedbackValue], enough: bool) -> Result:
    if question.kind == QuestionKind.TEXT:
        return Result(question, len(rows), None, None, tuple(sorted(row.text for row in rows)))
    if not enough:
        return Result(question, len(rows), None, None, ())
    if question.kind == QuestionKind.RATING:
        counts = Counter(row.number for row in rows)
        mean = mean_of(row.number for row in rows if row.number)
        bars = [charts.Bar(label=str(mark), value=counts[mark]) for mark in range(5, 0, -1)]
        heading = _("Keskiarvo %(mean)s") % {"mean": charts.plain(mean)} if mean is not None else question.text_fi
        return Result(question, len(rows), mean, _bars(question, heading, bars, _("Arvosana")), ())
    chosen = Counter(row.text for row in rows)
    bars = [charts.Bar(label=str(choice), value=chosen[choice]) for choice in question.choices]
    most = max(bars, key=lambda bar: bar.value) if bars else None
    heading = _("Useimmin valittu: %(choice)s") % {"choice": most.label} if most and most.value else question.text_fi
    return Result(question, len(rows), None, _bars(question, heading, bars, _("Vaihtoehto")), ())


def _bars(question: FeedbackQuestion, heading: str, bars: list[charts.Bar], row_label: str) -> Any:
    return charts.bars(
        key=f"feedback-{question.pk}", heading=heading, rows=bars, row_label=row_label, value_label=_("Vastauksia")
    )


@dataclass(frozen=True)
class Mean:
    """One event's mean of usefulness with the number of answers."""

    event: Event
    mean: Decimal
    number: int


def means(events: Any) -> list[Mean]:
    """Return the means of usefulness of these events that have five answers or more, oldest first; two queries."""
    rows = (
        FeedbackValue.objects.filter(question__is_main=True, question__round__event__in=events)
        .values("question__round__event")
        .annotate(mean=Avg("number"), number=Count("pk"))
        .filter(number__gte=SMALLEST)
    )
    found = {row["question__round__event"]: row for row in rows}
    return [
        Mean(
            event,
            Decimal(str(found[event.pk]["mean"])).quantize(Decimal("0.1"), ROUND_HALF_UP),
            found[event.pk]["number"],
        )
        for event in Event.objects.filter(pk__in=found).order_by("starts_at", "pk")
    ]


def compared(event: Event) -> Any:
    """Return the chart of usefulness in this and earlier events of the series; None before the second."""
    if event.series_id is None:
        return None
    earlier = Event.objects.filter(series=event.series_id, starts_at__lte=event.starts_at)
    rows = means(earlier.values("pk"))[-EARLIER - 1 :]
    if len(rows) < 2:
        return None
    last, before = rows[-1], rows[-2]
    heading = _("Hyödyllisyys pysyi ennallaan")
    if last.mean != before.mean:
        heading = _("Hyödyllisyys parani") if last.mean > before.mean else _("Hyödyllisyys laski")
    return charts.line(
        key="feedback-series",
        heading=heading,
        points=[format_date(row.event.starts_at) for row in rows],
        series=[charts.Series(_("Hyödyllisyys, keskiarvo"), [row.mean for row in rows])],
        row_label=_("Tapahtuma"),
    )
