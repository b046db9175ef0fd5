"""The county's units, and the bodies that decide and advise: seats, appointments, meetings and their agenda."""

from liaisons.models.bodies import AppointmentRole, Body, BodyAppointment, BodyKind, Seat, SeatRole
from liaisons.models.meetings import MEETING, AgendaItem, Meeting
from liaisons.models.terms import DateRange
from liaisons.models.units import COUNTIES_BEGAN, Unit, UnitKind

__all__ = [
    "COUNTIES_BEGAN",
    "MEETING",
    "AgendaItem",
    "AppointmentRole",
    "Body",
    "BodyAppointment",
    "BodyKind",
    "DateRange",
    "Meeting",
    "Seat",
    "SeatRole",
    "Unit",
    "UnitKind",
]
