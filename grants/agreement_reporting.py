"""The periods of an agreement's reporting interval, what a report says, and what is missing from it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.times import add_days
from grants.models import Agreement, AgreementReport
from organisations.confirmation import months_later

#: What a report tells, in the order in which it is read.
LABELS: dict[str, Any] = {
    "done": gettext_lazy("Mitä on tehty sopimuksen tehtävistä"),
    "plan_words": gettext_lazy("Miten toteuttamissuunnitelma etenee"),
    "problems": gettext_lazy("Mikä ei ole onnistunut ja mitä pitäisi muuttaa"),
    "people_reached": gettext_lazy("Tavoitettuja ihmisiä"),
    "meetings": gettext_lazy("Tapaamisia"),
    "volunteers": gettext_lazy("Vapaaehtoisia"),
}
FIGURES = ("people_reached", "meetings", "volunteers")


@dataclass(frozen=True)
class Span:
    """One period, both days included, and the day on which its report is due."""

    starts: date
    ends: date

    @property
    def due_on(self) -> date:
        """The day after the period: nothing is reported before it has been done."""
        return add_days(self.ends, 1)


def periods(agreement: Agreement, until: date) -> Iterator[Span]:
    """Yield the periods whose reports are due by the day, the oldest first; none without an interval.

    They are counted from the first day of the term; the last one ends with the term, however short.
    """
    starts, months = agreement.starts_on, agreement.reporting_months
    if starts is None or not months or agreement.reference:
        return
    over = agreement.lasts_until
    first, number = starts, 1
    while over is None or first <= over:
        following = months_later(starts, number * months)
        last = add_days(following, -1)
        span = Span(first, last if over is None else min(last, over))
        if span.due_on > until:
            return
        yield span
        first, number = following, number + 1


def next_due(agreement: Agreement, after: date) -> date | None:
    """Return the first due day after the day, or None where no report is asked any more."""
    horizon = months_later(after, (agreement.reporting_months or 0) + 1)
    return next((span.due_on for span in periods(agreement, horizon) if span.due_on > after), None)


def content_of(report: AgreementReport) -> dict[str, Any]:
    """Return what the report says, as it is kept when it is sent."""
    return {name: getattr(report, name) for name in LABELS}


def missing(report: AgreementReport) -> list[tuple[str, str]]:
    """Return the fields without which it cannot be sent, with what to do."""
    found = []
    if not report.done:
        found.append(("done", _("Kirjoita, mitä on tehty.")))
    if report.people_reached is None:
        found.append(("people_reached", _("Kirjoita, montako ihmistä tavoititte. Jos ette ketään, kirjoita 0.")))
    return found


def answers(report: AgreementReport) -> list[tuple[Any, Any, bool]]:
    """Return label, value and whether it is a figure, of what has been told."""
    rows = [(LABELS[name], getattr(report, name), name in FIGURES) for name in LABELS]
    return [row for row in rows if row[1] not in (None, "")]
