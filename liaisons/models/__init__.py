"""The county's units, its liaison posts and who holds them, and the bodies that decide and advise."""

from liaisons.models.appointments import (
    AGREED,
    APPOINTMENT,
    ENDING_SOON,
    STANDING,
    Absence,
    Appointment,
    Substitute,
)
from liaisons.models.bodies import AppointmentRole, Body, BodyAppointment, BodyKind, Seat, SeatRole
from liaisons.models.meetings import MEETING, AgendaItem, Meeting
from liaisons.models.posts import NEEDS_UNIT, Post, PostLevel, PostPower, Power
from liaisons.models.requests import (
    REQUEST_LIFE,
    CooperationRequest,
    Helped,
    RequestEntry,
    RequestKind,
    Result,
)
from liaisons.models.terms import DateRange
from liaisons.models.units import COUNTIES_BEGAN, Unit, UnitKind, UnitSuccession, UnitVersion, below

__all__ = [
    "AGREED",
    "APPOINTMENT",
    "COUNTIES_BEGAN",
    "ENDING_SOON",
    "MEETING",
    "NEEDS_UNIT",
    "REQUEST_LIFE",
    "STANDING",
    "Absence",
    "AgendaItem",
    "Appointment",
    "AppointmentRole",
    "Body",
    "BodyAppointment",
    "BodyKind",
    "CooperationRequest",
    "DateRange",
    "Helped",
    "Meeting",
    "Post",
    "PostLevel",
    "PostPower",
    "Power",
    "RequestEntry",
    "RequestKind",
    "Result",
    "Seat",
    "SeatRole",
    "Substitute",
    "Unit",
    "UnitKind",
    "UnitSuccession",
    "UnitVersion",
    "below",
]
