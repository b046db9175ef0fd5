"""What the nightly task erases of liaison work, and the changes of units whose day has come."""

from datetime import datetime, timedelta

from django.db.models import Q

from common.times import local_date
from liaisons.models import AGREED, Absence, Appointment

APPOINTMENT_KEPT = timedelta(days=6 * 365 + 2)
UNANSWERED_KEPT = ABSENCE_KEPT = timedelta(days=365)


def liaison_retention(now: datetime) -> dict[str, int]:
    """Provider of the ``retention`` seam: returns how many rows of each model were erased.

    Appointments with their substitutes go six years after the last day, those that never came true a year after
    they were closed, absences a year after their end.
    """
    today = local_date(now)
    old = Q(state__in=AGREED, valid_until__lt=today - APPOINTMENT_KEPT)
    never = Q(state__in=("declined", "withdrawn"), closed_at__lt=now - UNANSWERED_KEPT)
    _all, erased = Appointment.objects.filter(old | never).delete()
    absences, _by = Absence.objects.filter(valid_until__lt=today - ABSENCE_KEPT).delete()
    return {
        "liaisons.Appointment": erased.get("liaisons.Appointment", 0),
        "liaisons.Substitute": erased.get("liaisons.Substitute", 0),
        "liaisons.Absence": absences,
    }
