"""The verbs of rooms and bookings; one module a matter."""

from premises.workflow.aftermath import check_in, give_feedback, handle_damage, report_damage
from premises.workflow.base import Details, SlotTaken
from premises.workflow.bookings import book, cancel, confirm, decline, release
from premises.workflow.closures import close_room, reopen, take_back
from premises.workflow.lapsing import lapse_due
from premises.workflow.moves import edit_details, move
from premises.workflow.parts import add_part, join_part
from premises.workflow.queue import join_queue, leave_queue, take_offer
from premises.workflow.series import (
    Choice,
    Preview,
    SeriesResult,
    book_series,
    cancel_rest,
    preview_series,
    try_again,
)

__all__ = [
    "Choice",
    "Details",
    "Preview",
    "SeriesResult",
    "SlotTaken",
    "add_part",
    "book",
    "book_series",
    "cancel",
    "cancel_rest",
    "check_in",
    "close_room",
    "confirm",
    "decline",
    "edit_details",
    "give_feedback",
    "handle_damage",
    "join_part",
    "join_queue",
    "lapse_due",
    "leave_queue",
    "move",
    "preview_series",
    "release",
    "reopen",
    "report_damage",
    "take_back",
    "take_offer",
    "try_again",
]
