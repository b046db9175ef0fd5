"""Who was there, from when to when; who presided; who withdrew from a matter."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.errors import Refused
from common.policies import get_allowed
from liaisons.models import AgendaItem, Attendance, AttendanceRole, ItemConflict, Meeting, Presence
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


@transaction.atomic
def withdraw_from_item(
    item: AgendaItem, *, attendance: Attendance, ground: str, by: Any, now: datetime
) -> ItemConflict:
    """Note that a person withdraws from a matter (434/2003 27–30 §): themselves, or the secretary for them.

    Twice notes it once. From then on the person does not read a confidential matter.
    """
    meeting = get_allowed("liaisons.meeting.view", by, now=now, pk=item.meeting_id)
    rows = "liaisons.attendance.own" if attendance.user_id == by.pk else "liaisons.attendance.manage"
    row = get_allowed(rows, by, now=now, pk=attendance.pk, meeting=meeting)
    _refuse_closed(meeting)
    there: ItemConflict | None = ItemConflict.objects.filter(item=item, attendance=row).first()
    if there:
        return there
    conflict = ItemConflict(item=item, attendance=row, ground=ground.strip(), declared_at=now)
    save_checked(conflict, "conflict_refused")
    log(meeting, "withdraw_from_item", _("%(name)s ilmoitti esteellisyydestä."), by=by, now=now, name=row.name)
    return conflict


@transaction.atomic
def take_back_withdrawal(conflict: ItemConflict, *, by: Any, now: datetime) -> None:
    """The secretary takes back a withdrawal noted by mistake, before the minutes are approved."""
    meeting = get_allowed("liaisons.meeting.manage", by, now=now, lock=True, pk=conflict.item.meeting_id)
    _refuse_closed(meeting)
    deleted, _by = ItemConflict.objects.filter(pk=conflict.pk).delete()
    if deleted:
        log(meeting, "take_back_withdrawal", _("Esteellisyyden merkintä poistettiin."), by=by, now=now)
