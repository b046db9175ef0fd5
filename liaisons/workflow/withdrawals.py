"""Conflicts of interest in a meeting's matters: who withdraws, which deputy comes for that matter, who presides."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.errors import Refused
from common.policies import get_allowed
from common.seams import Withdrawal, withdrawals
from liaisons.matters import Course
from liaisons.models import (
    AgendaItem,
    Attendance,
    AttendanceRole,
    BodyAppointment,
    ItemChair,
    ItemConflict,
    ItemDeputy,
    Meeting,
    Seat,
)
from liaisons.workflow.item_deputies import arrange_item_deputies, suitable_deputies
from liaisons.workflow.meeting_log import log
from liaisons.workflow.saving import save_checked


def _refuse_closed(meeting: Meeting) -> None:
    if meeting.state in ("minutes_checked", "cancelled"):
        raise Refused("closed", _("Kokous on jo käsitelty loppuun, eikä läsnäoloa voi muuttaa."))


@transaction.atomic
def withdraw_from_item(
    item: AgendaItem,
    *,
    attendance: Attendance,
    ground: str,
    is_private: bool = False,
    by: Any,
    now: datetime,
) -> ItemConflict:
    """Note that a person withdraws from a whole matter (434/2003 27–30 §): themselves, or the secretary for them.

    Order of effects: the cases that other rooms have in the matter (their locks come before the meeting's), the
    meeting's lock, the note, the deputy for this matter, history. Twice notes it once. From then on the person does
    not read a confidential matter.
    """
    meeting = get_allowed("liaisons.meeting.view", by, now=now, pk=item.meeting_id)
    rows = "liaisons.attendance.own" if attendance.user_id == by.pk else "liaisons.attendance.manage"
    row = get_allowed(rows, by, now=now, pk=attendance.pk, meeting=meeting)
    _refuse_closed(meeting)
    there: ItemConflict | None = ItemConflict.objects.filter(item=item, attendance=row, part="").first()
    if there:
        return there
    if row.user_id and ground.strip():
        _tell_rooms(Withdrawal(item, row.user, ground.strip(), is_private), now)
    meeting = Meeting.objects.select_for_update(of=("self",)).get(pk=meeting.pk)
    conflict = ItemConflict(
        item=item, attendance=row, user_id=row.user_id, name=row.name, ground=ground.strip(), is_private=is_private
    )
    return _note(conflict, meeting, by, now)


def _tell_rooms(withdrawal: Withdrawal, now: datetime) -> None:
    for provider in withdrawals:
        provider(withdrawal, now)


def _note(conflict: ItemConflict, meeting: Meeting, by: Any, now: datetime) -> ItemConflict:
    conflict.declared_at = now
    save_checked(conflict, "conflict_refused")
    log(meeting, "withdraw_from_item", _("%(name)s ilmoitti esteellisyydestä."), by=by, now=now, name=conflict.name)
    arrange_item_deputies(meeting, now=now)
    return conflict


def withdraw_from_part(
    item: AgendaItem, *, part: str, part_title: str, person: Any, ground: str, is_private: bool, now: datetime
) -> ItemConflict | None:
    """Carry to the meeting that a person of its body has withdrawn from one case of the matter.

    For rooms whose cases stand on an agenda: they have asked the right and hold their own locks; the meeting is locked
    here. ``part`` is the case's number. None when the person has nothing to do with the meeting, or it is over.
    """
    meeting = Meeting.objects.select_for_update(of=("self",)).get(pk=item.meeting_id)
    if meeting.state not in ("planned", "held"):
        return None
    row = Attendance.objects.filter(meeting=meeting, user=person).first()
    if row is None and not _serves(meeting, person):
        return None
    there = ItemConflict.objects.filter(item=item, user=person, part=part).first()
    if there:
        return there
    conflict = ItemConflict(
        item=item,
        attendance=row,
        user=person,
        name=(row.name if row else person.full_name or person.email)[:150],
        part=part,
        part_title=part_title[:200],
        ground=ground,
        is_private=is_private,
    )
    return _note(conflict, meeting, person, now)


def _serves(meeting: Meeting, person: Any) -> bool:
    """Tell whether the person sits in the meeting's body or serves it."""
    on, own = meeting.starts_at, Q(body=meeting.body_id, user=person)
    return Seat.objects.in_force(on).filter(own).exists() or BodyAppointment.objects.in_force(on).filter(own).exists()


@transaction.atomic
def take_back_withdrawal(conflict: ItemConflict, *, by: Any, now: datetime) -> None:
    """The secretary takes back a withdrawal noted by mistake, before the minutes are approved.

    Refused: ``of_a_case``, when the person declared it in one case: that declaration stands.
    """
    get_allowed("liaisons.meeting.manage", by, now=now, pk=conflict.item.meeting_id)
    found = ItemConflict.objects.select_related("user", "item").filter(pk=conflict.pk).first()
    if found is None:
        return
    if found.part:
        raise Refused("of_a_case", _("Henkilö on itse ilmoittanut esteellisyytensä asiassa. Ilmoitusta ei voi perua."))
    _refuse_closed(found.item.meeting)
    if found.user:
        _tell_rooms(Withdrawal(found.item, found.user, found.ground, found.is_private, is_taken_back=True), now)
    meeting = get_allowed("liaisons.meeting.manage", by, now=now, lock=True, pk=found.item.meeting_id)
    _refuse_closed(meeting)
    ItemConflict.objects.filter(pk=found.pk).delete()
    log(meeting, "take_back_withdrawal", _("Esteellisyyden merkintä poistettiin."), by=by, now=now)
    arrange_item_deputies(meeting, now=now)


@transaction.atomic
def choose_item_chair(item: AgendaItem, *, attendance: Attendance, part: str = "", by: Any, now: datetime) -> ItemChair:
    """Record who was chosen to preside over a matter from which the chair has withdrawn.

    Refused: ``not_needed`` (somebody else presides already by right), ``cannot_preside`` (no voter of this matter).
    """
    meeting = get_allowed("liaisons.meeting.manage", by, now=now, lock=True, pk=item.meeting_id)
    _refuse_closed(meeting)
    found = AgendaItem.objects.get(pk=item.pk, meeting=meeting)
    there = ItemChair.objects.filter(item=found, part=part).first()
    standing = Course(meeting).standing(found, part)
    if there is None and not standing.needs_chair:
        raise Refused("not_needed", _("Asiassa on jo puheenjohtaja. Tilapäistä puheenjohtajaa ei tarvita."))
    if attendance.pk not in {row.pk for row in standing.voters}:
        raise Refused("cannot_preside", _("Valitse läsnä oleva jäsen, joka ei ole esteellinen asiassa."))
    chair = there or ItemChair(item=found, part=part)
    if there is not None and there.attendance_id == attendance.pk:
        return there
    chair.attendance, chair.chosen_at = attendance, now
    save_checked(chair, "chair_refused")
    words = _("%(name)s valittiin tilapäiseksi puheenjohtajaksi asiaan.")
    log(meeting, "choose_item_chair", words, by=by, now=now, name=attendance.name)
    return chair


@transaction.atomic
def record_item_deputy(item: AgendaItem, *, conflict: ItemConflict, seat: Seat, by: Any, now: datetime) -> ItemDeputy:
    """The secretary records which deputy sat in a matter instead of a member who withdrew only at the meeting.

    The same deputy again changes nothing; another replaces the one noted. Refused: ``no_vote_missed``,
    ``cannot_sit`` (not a free deputy of the body, or withdrawn too).
    """
    meeting = get_allowed("liaisons.meeting.manage", by, now=now, lock=True, pk=item.meeting_id)
    _refuse_closed(meeting)
    found = ItemConflict.objects.select_related("attendance__user").get(pk=conflict.pk, item=item)
    row = found.attendance
    if row is None or not row.may_vote:
        raise Refused("no_vote_missed", _("Varajäsen tulee vain äänivaltaisen jäsenen sijaan."))
    if seat.pk not in {free.pk for free in free_deputies(meeting, found)}:
        raise Refused("cannot_sit", _("Valitse varajäsen, joka on vapaa ja jolla ei ole asiassa esteellisyyttä."))
    sitting, _made = Attendance.objects.get_or_create(
        meeting=meeting,
        user=seat.user,
        defaults={"seat": seat, "role": AttendanceRole.DEPUTY, "name": seat.user.full_name or seat.user.email},
    )
    there = ItemDeputy.objects.filter(item=item, part=found.part, stands_in_for=row).first()
    if there is not None and there.attendance_id == sitting.pk:
        return there
    if there is not None:
        there.delete()
    duty = ItemDeputy(item=item, part=found.part, attendance=sitting, stands_in_for=row, called_at=now)
    save_checked(duty, "deputy_refused")
    log(meeting, "record_item_deputy", _("%(name)s oli varajäsenenä asiassa."), by=by, now=now, name=sitting.name)
    return duty


def free_deputies(meeting: Meeting, conflict: ItemConflict) -> list[Seat]:
    """Return the deputies who can sit in the matter instead of the person, the personal one first."""
    row = conflict.attendance
    return suitable_deputies(meeting, conflict.item_id, conflict.part, row) if row else []
