"""The verbs of this room: meetings and their agenda, seats and duties."""

from liaisons.workflow.meetings import (
    add_agenda_item,
    check_minutes,
    hold_meeting,
    move_meeting,
    plan_meeting,
    record_section,
    remove_agenda_item,
)
from liaisons.workflow.seats import end_duty, end_seat, give_duty, give_seat

__all__ = [
    "add_agenda_item",
    "check_minutes",
    "end_duty",
    "end_seat",
    "give_duty",
    "give_seat",
    "hold_meeting",
    "move_meeting",
    "plan_meeting",
    "record_section",
    "remove_agenda_item",
]
