"""Who was there, from when to when; who presided."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.errors import Refused
from common.policies import get_allowed
from liaisons.models import Attendance, AttendanceRole, Meeting, Presence
from liaisons.workflow.meeting_log import log
from liaisons.workflow.saving import save_checked


@transaction.atomic
def add_visitor(meeting: Meeting, *, name: str, task: str, by: Any, now: datetime) -> Attendance:
    """Add somebody who takes part without a seat; the same name and task again returns the row that is there."""
    meeting = get_allowed("liaisons.meeting.manage", by, now=now, lock=True, pk=meeting.pk)
    _refuse_closed(meeting)
    row, _made = Attendance.objects.get_or_create(meeting=meeting, role=AttendanceRole.VISITOR, name=name, task=task)
    return row


def _refuse_closed(meeting: Meeting) -> None:
    if meeting.state in ("minutes_checked", "cancelled"):
        raise Refused("closed", _("Kokous on jo käsitelty loppuun, eikä läsnäoloa voi muuttaa."))


@transaction.atomic
def mark_presence(meeting: Meeting, marks: dict[int, dict[str, Any]], *, by: Any, now: datetime) -> Meeting:
    """Mark who was there: attendance id -> presence, arrived_at, left_at. Refused before the meeting begins.

    All or nothing: a time that cannot be is refused with the person's name.
    """
    meeting = get_allowed("liaisons.meeting.manage", by, now=now, lock=True, pk=meeting.pk)
    _refuse_closed(meeting)
    if meeting.starts_at > now:
        raise Refused("not_begun", _("Läsnäolo merkitään, kun kokous on alkanut."))
    for row in Attendance.objects.select_for_update().filter(meeting=meeting, pk__in=marks):
        mark = marks[row.pk]
        row.presence = mark["presence"]
        there = row.presence == Presence.PRESENT
        row.arrived_at = mark.get("arrived_at") if there else None
        row.left_at = mark.get("left_at") if there else None
        save_checked(row, "presence_refused")
    log(meeting, "mark_presence", _("Läsnäolo merkittiin."), by=by, now=now)
    return meeting


@transaction.atomic
def record_course(
    meeting: Meeting,
    *,
    opened_at: datetime | None,
    closed_at: datetime | None,
    presided_by: Any,
    by: Any,
    now: datetime,
) -> Meeting:
    """Record when the meeting was opened and closed and who presided, until its minutes are approved."""
    meeting = get_allowed("liaisons.meeting.manage", by, now=now, lock=True, pk=meeting.pk)
    _refuse_closed(meeting)
    meeting.opened_at, meeting.closed_at, meeting.presided_by = opened_at, closed_at, presided_by
    save_checked(meeting, "meeting_refused")
    return meeting
