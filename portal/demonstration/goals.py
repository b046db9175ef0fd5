"""Development goals followed for two years: indicators counted by the portal and by hand, lights of all kinds."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from reports.goals import enter_value, follow_goal, name_responsible, save_indicator
from reports.models import DevelopmentGoal, GoalIndicator, GoalUpdate, IndicatorSource, Light

#: Place of the goal, days ago, light, words, evidence.
_UPDATES: tuple[tuple[int, int, str, str, str], ...] = (
    (0, 400, Light.ATTENTION, "Koordinaattorin tehtävä on täytetty, sijaista ei ole.", "Järjestöyhteistyön asiakirja"),
    (0, 60, Light.ON_TRACK, "Palvelualueiden yhteyshenkilöt on nimetty ja perehdytetty.", "Yhteyshenkilöluettelo"),
    (1, 90, Light.ON_TRACK, "Hakulomake lyheni, ja järjestöt saavat tiedot valmiiksi täytettyinä.", "Haun palaute"),
    (2, 200, Light.ATTENTION, "Toimintahaku on käytössä, mutta ohjaus palvelupoluilla puuttuu.", ""),
    (3, 30, Light.REACHED, "Järjestöfoorumi ja etäkahvit pidettiin suunnitellusti.", "Tapahtumakalenteri"),
    (5, 120, Light.OFF_TRACK, "OLKA-toiminnan rahoituksesta vuoden 2026 jälkeen ei ole vielä päätöstä.", ""),
    (6, 20, Light.ON_TRACK, "Tilat ja niiden varaaminen ovat portaalissa.", "Tilahaku"),
)
#: Place of the goal, name, unit, baseline, target, values by hand (year, value).
_BY_HAND: tuple[tuple[int, str, str, str, str, tuple[tuple[int, str], ...]], ...] = (
    (0, "Nimettyjä yhteyshenkilöitä", "hlö", "12", "25", ((2024, "12"), (2025, "19"))),
    (2, "Järjestöjen arvio ohjauksesta (1–5)", "", "2.6", "3.5", ((2023, "2.6"), (2025, "2.9"))),
    (4, "Ammattilaisia, jotka tuntevat alueensa järjestöt", "%", "34", "60", ((2024, "34"), (2025, "41"))),
)


def follow_goals(coordinator: Any, now: datetime) -> None:
    """Set up indicators, values and updates of the goals that the area file gives; an area without them has none."""
    goals = {goal.order: goal for goal in DevelopmentGoal.objects.order_by("first_year", "order")}
    if not goals:
        return
    for place in (0, 1, 6):
        if place in goals:
            name_responsible(goals[place], email=coordinator.email, by=coordinator, now=now)
    for place, label, unit, baseline, target, values in _BY_HAND:
        if place not in goals:
            continue
        row = GoalIndicator(
            goal=goals[place], label=label, unit=unit, baseline=Decimal(baseline), target=Decimal(target)
        )
        save_indicator(row, by=coordinator, now=now)
        for year, value in values:
            enter_value(row, year=year, value=Decimal(value), note="", by=coordinator, now=now)
    _counted(goals, coordinator, now)
    for place, days, light, text, evidence in _UPDATES:
        if place in goals:
            when = now - timedelta(days=days)
            update = GoalUpdate(on=when.date(), light=light, text=text, evidence=evidence)
            follow_goal(goals[place], update=update, by=coordinator, now=when)


def _counted(goals: dict[int, DevelopmentGoal], coordinator: Any, now: datetime) -> None:
    """Add an indicator that the portal counts: bookings of rooms, the seventh goal."""
    if 6 in goals:
        row = GoalIndicator(
            goal=goals[6], label="Järjestöjen varaukset alueen tiloissa", unit="kpl", source=IndicatorSource.FIGURE,
            figure_key="premises.bookings",
        )  # fmt: skip
        save_indicator(row, by=coordinator, now=now)
