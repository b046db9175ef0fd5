"""What a person may download about their liaison work (GDPR articles 15 and 20)."""

from typing import Any

from accounts.models import User
from liaisons.models import (
    Absence,
    Appointment,
    Attendance,
    BodyAppointment,
    Candidate,
    CooperationRequest,
    ItemConflict,
    ItemDeputy,
    RequestEntry,
    Seat,
    Substitute,
)
from liaisons.round_seams import own_comments
from liaisons.thesis_seams import own_answers


def own_data(user: User) -> dict[str, Any]:
    """Return the person's appointments, seats, meetings, withdrawals, candidacies, requests and more."""
    appointment = ("post__name_fi", "state", "valid_from", "valid_until", "working_time", "tasks", "supervisor")
    contact = ("phone", "shows_phone", "shows_email", "accepted_on", "introduced_on", "reason")
    asked = ("kind", "subject", "organisation__name", "state", "created_at", "answered_at", "result", "helped")
    words = ("request__subject", "kind", "text", "at")
    substitute = ("appointment__post__name_fi", "valid_from", "valid_until", "order")
    meeting = ("meeting__body__name_fi", "meeting__starts_at", "role", "reply", "note", "presence")
    withdrawal = ("item__meeting__body__name_fi", "item__meeting__starts_at", "part", "ground", "declared_at")
    matter = ("item__meeting__body__name_fi", "item__meeting__starts_at", "part", "called_at")
    candidate = ("call__title", "organisation__name", "full_name", "grounds", "state", "consent_text", "answered_at")
    return {
        "appointments": list(Appointment.objects.filter(user=user).values(*appointment, *contact)),
        "substitutions": list(Substitute.objects.filter(user=user).values(*substitute)),
        "seats": list(Seat.objects.filter(user=user).values("body__name_fi", "role", "valid_from", "valid_until")),
        "duties": list(
            BodyAppointment.objects.filter(user=user).values("body__name_fi", "role", "valid_from", "valid_until")
        ),
        "withdrawals": list(ItemConflict.objects.filter(user=user).values(*withdrawal)),
        "matters_as_deputy": list(ItemDeputy.objects.filter(attendance__user=user).values(*matter)),
        "meetings": list(Attendance.objects.filter(user=user).values(*meeting)),
        "candidacies": list(Candidate.objects.filter(email__iexact=user.email).values(*candidate)),
        "requests": list(CooperationRequest.objects.filter(asked_by=user).values(*asked)),
        "words_in_requests": list(RequestEntry.objects.filter(by=user).values(*words)),
        "comments_in_rounds": own_comments(user),
        "assessments": own_answers(user),
        "absences": list(Absence.objects.filter(user=user).values("valid_from", "valid_until")),
    }
