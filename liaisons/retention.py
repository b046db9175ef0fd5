"""What the nightly task erases of liaison work, and the changes of units whose day has come."""

from datetime import datetime, timedelta

from django.db.models import Q

from common.times import local_date
from liaisons.models import AGREED, FINISHED, Absence, Appointment, Attendance, Candidate, RecordComment

APPOINTMENT_KEPT = timedelta(days=6 * 365 + 2)
UNANSWERED_KEPT = ABSENCE_KEPT = NOTE_KEPT = COMMENT_KEPT = timedelta(days=365)
CANDIDATE_KEPT = timedelta(days=2 * 365)


def liaison_retention(now: datetime) -> dict[str, int]:
    """Provider of the ``retention`` seam: returns how many rows of each model were erased.

    Appointments with their substitutes go six years after the last day, those that never came true a year after
    they were closed, absences a year after their end. Candidates go two years after their call has ended, comments on
    minutes a year after these were approved, and what people wrote to a secretary a year after the meeting.
    """
    today = local_date(now)
    old = Q(state__in=AGREED, valid_until__lt=today - APPOINTMENT_KEPT)
    never = Q(state__in=("declined", "withdrawn"), closed_at__lt=now - UNANSWERED_KEPT)
    _all, erased = Appointment.objects.filter(old | never).delete()
    absences, _by = Absence.objects.filter(valid_until__lt=today - ABSENCE_KEPT).delete()
    return {
        **_bodies(now),
        "liaisons.Appointment": erased.get("liaisons.Appointment", 0),
        "liaisons.Substitute": erased.get("liaisons.Substitute", 0),
        "liaisons.Absence": absences,
    }


def _bodies(now: datetime) -> dict[str, int]:
    candidates, _by = Candidate.objects.filter(call__ended_at__lt=now - CANDIDATE_KEPT).delete()
    old = RecordComment.objects.filter(record__state__in=FINISHED, record__approved_at__lt=now - COMMENT_KEPT)
    comments, _by = old.delete()
    notes = Attendance.objects.filter(meeting__starts_at__lt=now - NOTE_KEPT).exclude(note="").update(note="")
    return {
        "liaisons.Candidate": candidates,
        "liaisons.RecordComment": comments,
        "liaisons.Attendance.note": notes,
    }
