"""Who may see and do what, one module a concept; importing the package registers every permission."""

from liaisons.policies.bodies import (
    PRESENTERS,
    agenda_add,
    appointments_in_force,
    body_manage,
    body_view,
    meeting_manage,
    meeting_plan,
    meeting_view,
    minutes_record,
    seats_in_force,
)

__all__ = [
    "PRESENTERS",
    "agenda_add",
    "appointments_in_force",
    "body_manage",
    "body_view",
    "meeting_manage",
    "meeting_plan",
    "meeting_view",
    "minutes_record",
    "seats_in_force",
]
