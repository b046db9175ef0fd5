"""Who may see and do what, one module a concept; importing the package registers every permission."""

from liaisons.policies.bodies import (
    BODY_MAKERS,
    PRESENTERS,
    appointments_in_force,
    bodies_served,
    body_edit,
    body_manage,
    body_view,
    deciding_seats,
    may_make_bodies,
    meeting_plan,
    seats_in_force,
)
from liaisons.policies.kept_contacts import may_keep_contacts, may_list_contacts
from liaisons.policies.meetings import (
    agenda_add,
    item_public,
    item_read,
    meeting_manage,
    meeting_view,
    minutes_record,
    record_view,
    record_write,
)
from liaisons.policies.municipal import evening_manage, evening_public, municipality_serve
from liaisons.policies.networks import may_list_networks, may_manage_networks
from liaisons.policies.nominations import nomination_desk, nomination_manage
from liaisons.policies.posts import (
    MANAGERS,
    READERS,
    liaison_appointments,
    may_manage_posts,
    posts_answered,
    substitutions,
)
from liaisons.policies.requests import (
    may_answer_requests,
    may_read_figures,
    may_record_requests,
    need_manage,
    need_public,
    request_attachment,
    request_handle,
    request_own,
    request_view,
)
from liaisons.policies.rounds import may_manage_rounds
from liaisons.policies.theses import may_manage_assessments
from liaisons.policies.trainings import may_manage_trainings, may_read_trainings, may_take_part

__all__ = [
    "BODY_MAKERS",
    "MANAGERS",
    "PRESENTERS",
    "READERS",
    "agenda_add",
    "appointments_in_force",
    "bodies_served",
    "body_edit",
    "body_manage",
    "body_view",
    "deciding_seats",
    "evening_manage",
    "evening_public",
    "item_public",
    "item_read",
    "liaison_appointments",
    "may_answer_requests",
    "may_keep_contacts",
    "may_list_contacts",
    "may_list_networks",
    "may_make_bodies",
    "may_manage_assessments",
    "may_manage_networks",
    "may_manage_posts",
    "may_manage_rounds",
    "may_manage_trainings",
    "may_read_figures",
    "may_read_trainings",
    "may_record_requests",
    "may_take_part",
    "meeting_manage",
    "meeting_plan",
    "meeting_view",
    "minutes_record",
    "municipality_serve",
    "need_manage",
    "need_public",
    "nomination_desk",
    "nomination_manage",
    "posts_answered",
    "record_view",
    "record_write",
    "request_attachment",
    "request_handle",
    "request_own",
    "request_view",
    "seats_in_force",
    "substitutions",
]
