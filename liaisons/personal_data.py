"""What a person may download about their liaison work (GDPR articles 15 and 20)."""

from typing import Any

from accounts.models import User
from liaisons.models import Absence, Appointment, Substitute


def own_data(user: User) -> dict[str, Any]:
    """Return the person's appointments, substitutions and absences."""
    appointment = ("post__name_fi", "state", "valid_from", "valid_until", "working_time", "tasks", "supervisor")
    contact = ("phone", "shows_phone", "shows_email", "accepted_on", "introduced_on", "reason")
    substitute = ("appointment__post__name_fi", "valid_from", "valid_until", "order")
    return {
        "appointments": list(Appointment.objects.filter(user=user).values(*appointment, *contact)),
        "substitutions": list(Substitute.objects.filter(user=user).values(*substitute)),
        "absences": list(Absence.objects.filter(user=user).values("valid_from", "valid_until")),
    }
