"""Development goals: reading them for a page and a report, and the verbs that set them up and follow them."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from common import charts
from common.errors import Refused
from common.policies import get_allowed
from common.times import local_date
from liaisons.workflow.saving import save_checked
from reports.audiences import COMMITTEE
from reports.figures import headline
from reports.models import AnnualReport, DevelopmentGoal, GoalIndicator, GoalUpdate, GoalValue, IndicatorSource


@dataclass(frozen=True)
class Trend:
    """An indicator as people read it: the newest value, what it began from, where it goes, and a line of its years."""

    indicator: GoalIndicator
    year: int | None
    value: Decimal | None
    reached: bool
    chart: charts.LineChart | None

    @property
    def rows(self) -> list[dict[str, str]]:
        """Names and values for a list."""
        unit = self.indicator.unit
        newest = f"{_with(self.value, unit)} ({self.year})" if self.value is not None else _("ei vielä lukua")
        return [
            {"label": _("Lähtötaso"), "value": _with(self.indicator.baseline, unit)},
            {"label": _("Nyt"), "value": newest},
            {"label": _("Tavoite"), "value": _with(self.indicator.target, unit)},
        ]


def _with(value: Decimal | None, unit: str) -> str:
    return "–" if value is None else f"{charts.plain(value.normalize())} {unit}".strip()


def goals_with_all(rows: QuerySet[DevelopmentGoal]) -> QuerySet[DevelopmentGoal]:
    """Return the goals with indicators, values and updates (newest first): four queries whatever the rows."""
    values = Prefetch("indicators__values", GoalValue.objects.order_by("year"))
    updates = Prefetch("updates", GoalUpdate.objects.newest_first().select_related("written_by"))
    return rows.select_related("responsible").prefetch_related("indicators", values, updates)


def trend(indicator: GoalIndicator) -> Trend:
    """Return the indicator's trend; its values have been fetched in the order of years. Two years make a line."""
    values = list(indicator.values.all())
    last = values[-1] if values else None
    return Trend(
        indicator,
        last.year if last else None,
        last.value if last else None,
        indicator.is_reached(last.value) if last else False,
        _line(indicator, values) if len(values) > 1 else None,
    )


def _line(indicator: GoalIndicator, values: list[GoalValue]) -> charts.LineChart:
    series = [charts.Series(indicator.label, [row.value for row in values])]
    if indicator.target is not None:
        series.append(charts.Series(_("Tavoite"), [indicator.target] * len(values)))
    return charts.line(
        key=f"mittari-{indicator.pk}",
        heading=indicator.label,
        points=[str(row.year) for row in values],
        series=series,
        row_label=_("Vuosi"),
        note=indicator.unit,
    )


def newest(goal: DevelopmentGoal, until: date | None = None) -> GoalUpdate | None:
    """Return the goal's newest update (by the day ``until``); updates have been fetched newest first."""
    return next((row for row in goal.updates.all() if until is None or row.on <= until), None)


# Verbs


@transaction.atomic
def name_responsible(goal: DevelopmentGoal, *, email: str, by: Any, now: datetime) -> DevelopmentGoal:
    """Name who answers for the goal; an empty address leaves it to nobody. Refused: no_such_person."""
    row: DevelopmentGoal = get_allowed("reports.goal.manage", by, now=now, lock=True, pk=goal.pk)
    address = email.strip()
    person = User.objects.filter(email__iexact=address, is_active=True).first() if address else None
    if address and person is None:
        raise Refused("no_such_person", _("Tällä sähköpostilla ei ole käyttäjää. Tarkista osoite."))
    row.responsible = person
    row.save(update_fields=["responsible"])
    return row


@transaction.atomic
def save_indicator(indicator: GoalIndicator, *, by: Any, now: datetime) -> GoalIndicator:
    """Save a new or changed indicator of a goal that the person manages. Refused: indicator_refused."""
    get_allowed("reports.goal.manage", by, now=now, lock=True, pk=indicator.goal_id)
    save_checked(indicator, "indicator_refused")
    if indicator.source == IndicatorSource.FIGURE:
        _fill([indicator], years_of(indicator.goal, now), now)
    return indicator


@transaction.atomic
def remove_indicator(indicator: GoalIndicator, *, by: Any, now: datetime) -> None:
    """Take an indicator away with its values; what was published in a frozen report stays there."""
    row: GoalIndicator = get_allowed("reports.indicator.manage", by, now=now, lock=True, pk=indicator.pk)
    row.delete()


@transaction.atomic
def enter_value(indicator: GoalIndicator, *, year: int, value: Decimal, note: str, by: Any, now: datetime) -> GoalValue:
    """Enter an indicator's value of a year by hand, over the earlier one. Refused: from_statistics, value_refused."""
    row: GoalIndicator = get_allowed("reports.indicator.follow", by, now=now, lock=True, pk=indicator.pk)
    if row.source == IndicatorSource.FIGURE:
        raise Refused("from_statistics", _("Tämän mittarin luvun laskee portaali. Sitä ei kirjata käsin."))
    found = GoalValue.objects.filter(indicator=row, year=year).first() or GoalValue(indicator=row, year=year)
    found.value, found.note, found.entered_by, found.entered_at = value, note.strip(), by, now
    save_checked(found, "value_refused")
    return found


@transaction.atomic
def follow_goal(goal: DevelopmentGoal, *, update: GoalUpdate, by: Any, now: datetime) -> GoalUpdate:
    """Write how the goal goes. The same words of the same day again return the first.

    ``update`` is unsaved: day, light, text and evidence. Refused: in_future, update_refused.
    """
    row: DevelopmentGoal = get_allowed("reports.goal.follow", by, now=now, lock=True, pk=goal.pk)
    if update.on > local_date(now):
        raise Refused("in_future", _("Päivä on vasta tulossa. Kirjaa, mitä on jo tehty."))
    again = GoalUpdate.objects.filter(goal=row, on=update.on, text=update.text).first()
    if again is not None:
        return again
    update.goal, update.written_by, update.written_at = row, by, now
    save_checked(update, "update_refused")
    return update


# Values from the portal's statistics


def years_of(goal: DevelopmentGoal, now: datetime) -> list[int]:
    """Return the years of which the goal has figures by now: from the year before its period."""
    return list(range(goal.first_year - 1, min(goal.last_year, local_date(now).year) + 1))


def fill_values(now: datetime) -> int:
    """Bring the indicators that the portal counts up to date; return how many values were written. The nightly task."""
    today = local_date(now).year
    rows = list(
        GoalIndicator.objects.filter(
            source=IndicatorSource.FIGURE, goal__first_year__lte=today, goal__last_year__gte=today - 1
        ).select_related("goal")
    )
    years = sorted({year for row in rows for year in years_of(row.goal, now) if year >= today - 1})
    return _fill(rows, years, now)


def figures_of(year: int) -> dict[str, Decimal]:
    """Return the year's figures by key: those of its frozen report where there is one, else counted now."""
    frozen = AnnualReport.objects.published().filter(year=year, audience=COMMITTEE).order_by("-version").first()
    if frozen is not None:
        rows = {row["key"]: row["value"] for row in frozen.figures.get("headline", ())}
    else:
        rows = {figure.key: figure.value for figure in headline(year)}
    return {key: Decimal(str(value)) for key, value in rows.items() if value is not None}


def _fill(rows: list[GoalIndicator], years: list[int], now: datetime) -> int:
    if not rows:
        return 0
    written = 0
    for year in years:
        figures = figures_of(year)
        for row in rows:
            if row.figure_key in figures:
                written += _write_value(row, year, figures[row.figure_key], now)
    return written


def _write_value(row: GoalIndicator, year: int, value: Decimal, now: datetime) -> int:
    """Write one counted value when it differs from what stands; return 1 when it was written."""
    standing = GoalValue.objects.filter(indicator=row, year=year).first()
    if standing is not None and standing.value == value:
        return 0
    GoalValue.objects.update_or_create(
        indicator=row, year=year, defaults={"value": value, "entered_by": None, "entered_at": now, "note": ""}
    )
    return 1


# The yearly report


def goals_of_year(year: int) -> list[dict[str, Any]]:
    """Return the goals of the year for the report's snapshot: text, light and words by the year's end, indicators."""
    found = []
    for goal in goals_with_all(DevelopmentGoal.objects.in_period(year).order_by("order", "pk")):
        last = newest(goal, date(year, 12, 31))
        found.append(
            {
                "text": goal.text_fi,
                "light": last.light if last else "",
                "comment": last.text if last else "",
                "on": last.on if last else None,
                "indicators": [_indicator_of_year(row, year) for row in goal.indicators.all()],
            }
        )
    return found


def _indicator_of_year(row: GoalIndicator, year: int) -> dict[str, Any]:
    values = {value.year: value.value for value in row.values.all()}
    return {
        "label": row.label,
        "unit": row.unit,
        "value": values.get(year),
        "previous": values.get(year - 1),
        "target": row.target,
        "reached": row.is_reached(values.get(year)),
    }
