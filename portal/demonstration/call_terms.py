"""The demonstration's planned rounds: next year's yearly call and the one after it, so that the calendar has days."""

from datetime import timedelta

from common.times import local_date
from grants.models import GrantKind, PlannedRound
from portal.demonstration.calendar import Round
from portal.demonstration.people import People


def plan_rounds(kind: GrantKind, current: Round, people: People) -> None:
    """Plan the yearly call a year after the one that is open now."""
    PlannedRound.objects.create(
        kind=kind,
        opens_on=local_date(current.opens_at) + timedelta(days=364),
        closes_on=local_date(current.closes_at) + timedelta(days=364),
        note_fi="Määräraha vahvistuu talousarviossa.",
        planned_by=people.coordinator,
    )
