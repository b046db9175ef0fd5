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
from liaisons.policies.posts import (
    MANAGERS,
    READERS,
    liaison_appointments,
    may_manage_posts,
    posts_answered,
    substitutions,
)
from liaisons.policies.requests import may_answer_requests, request_handle, request_own, request_view

__all__ = [
    "MANAGERS",
    "PRESENTERS",
    "READERS",
    "agenda_add",
    "appointments_in_force",
    "body_manage",
    "body_view",
    "liaison_appointments",
    "may_answer_requests",
    "may_manage_posts",
    "meeting_manage",
    "meeting_plan",
    "meeting_view",
    "minutes_record",
    "posts_answered",
    "request_handle",
    "request_own",
    "request_view",
    "seats_in_force",
    "substitutions",
]
