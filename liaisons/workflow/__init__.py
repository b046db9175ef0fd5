"""The verbs of this room: units, posts and appointments, meetings and their agenda, seats and duties."""

from liaisons.workflow.appointments import (
    accept_appointment,
    decline_appointment,
    end_appointment,
    propose_appointment,
    remind_unaccepted,
    withdraw_appointment,
)
from liaisons.workflow.meetings import (
    add_agenda_item,
    check_minutes,
    hold_meeting,
    move_meeting,
    plan_meeting,
    record_section,
    remove_agenda_item,
)
from liaisons.workflow.posts import end_post, end_power, grant_power
from liaisons.workflow.seats import end_duty, end_seat, give_duty, give_seat
from liaisons.workflow.standing_in import end_absence, end_substitute, name_substitute, record_absence
from liaisons.workflow.units import (
    add_unit,
    apply_due_changes,
    cancel_planned_change,
    end_unit,
    move_unit,
    rename_unit,
)

__all__ = [
    "accept_appointment",
    "add_agenda_item",
    "add_unit",
    "apply_due_changes",
    "cancel_planned_change",
    "check_minutes",
    "decline_appointment",
    "end_absence",
    "end_appointment",
    "end_duty",
    "end_post",
    "end_power",
    "end_seat",
    "end_substitute",
    "end_unit",
    "give_duty",
    "give_seat",
    "grant_power",
    "hold_meeting",
    "move_meeting",
    "move_unit",
    "name_substitute",
    "plan_meeting",
    "propose_appointment",
    "record_absence",
    "record_section",
    "remind_unaccepted",
    "remove_agenda_item",
    "rename_unit",
    "withdraw_appointment",
]
