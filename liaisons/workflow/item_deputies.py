"""Deputies called in for one matter alone, because a member has withdrawn from it (434/2003 27–30 §)."""

from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from liaisons.letters import WHEN_AND_WHERE, letter, said
from liaisons.models import (
    AgendaItem,
    Attendance,
    AttendanceRole,
    ItemConflict,
    ItemDeputy,
    Meeting,
    Reply,
    Seat,
)
from liaisons.workflow.meeting_log import log

type Need = tuple[int, str, int]  # item, part, the row of the voter who has withdrawn


def join_withdrawals(meeting: Meeting) -> None:
    """Join withdrawals made before the notice to the rows of the people who have now been asked."""
    rows = Attendance.objects.filter(meeting=meeting, user__isnull=False).in_bulk(field_name="pk")
    by_user = {row.user_id: row for row in rows.values()}
    for conflict in ItemConflict.objects.filter(item__meeting=meeting, attendance__isnull=True):
        if conflict.user_id in by_user:
            conflict.attendance = by_user[conflict.user_id]
            conflict.save(update_fields=["attendance"])


def arrange_item_deputies(meeting: Meeting, *, now: datetime) -> None:
    """Bring the deputies of single matters in line with who has withdrawn and who comes.

    The caller holds the meeting's lock. Nothing before the notice has been sent or once the meeting has begun. Order
    of effects: duties that nobody needs any more, new duties with their letters (the secretary is told where there is
    nobody), deputies released from everything. Again without a change it does nothing.
    """
    if meeting.state != "planned" or meeting.notice_sent_at is None or meeting.starts_at <= now:
        return
    wanted = _needs(meeting)
    kept = _keep(meeting, wanted)
    for need in sorted(wanted.keys() - kept):
        _call(meeting, need, wanted[need], now)
    _release(meeting, now)


def _needs(meeting: Meeting) -> dict[Need, Attendance]:
    """Return where a vote is missed: a case only where the person has not withdrawn from the whole matter."""
    conflicts = list(
        ItemConflict.objects.filter(item__meeting=meeting, attendance__isnull=False).select_related("attendance__seat")
    )
    whole = {(row.item_id, row.attendance_id) for row in conflicts if not row.part}
    found: dict[Need, Attendance] = {}
    for conflict in conflicts:
        row = conflict.attendance
        if row is None or not row.may_vote or row.reply in (Reply.ABSENT, Reply.RELEASED):
            continue
        if conflict.part and (conflict.item_id, row.pk) in whole:
            continue
        found[conflict.item_id, conflict.part, row.pk] = row
    return found


def _keep(meeting: Meeting, wanted: dict[Need, Attendance]) -> set[Need]:
    """Drop the duties that are not needed, or whose deputy cannot come or has withdrawn too; return the others."""
    kept: set[Need] = set()
    for duty in ItemDeputy.objects.filter(item__meeting=meeting).select_related("attendance"):
        need = (duty.item_id, duty.part, duty.stands_in_for_id)
        deputy = duty.attendance
        is_free = deputy.reply not in (Reply.ABSENT, Reply.RELEASED) and deputy.stands_in_for_id is None
        if need in wanted and is_free and not _withdrawn(duty.item_id, duty.part).filter(user=deputy.user_id).exists():
            kept.add(need)
        else:
            duty.delete()
    return kept


def _withdrawn(item_id: int, part: str) -> Any:
    """Return the withdrawals that reach the matter, or the case of it."""
    return (
        ItemConflict.objects.filter(item=item_id, part__in={"", part})
        if part
        else ItemConflict.objects.filter(item=item_id)
    )


def suitable_deputies(meeting: Meeting, item_id: int, part: str, absent: Attendance) -> list[Seat]:
    """Return the deputies who are free for the matter, the voter's personal ones first.

    Not: who cannot come, sits for an absent member anyway, sits in this matter for another, or has withdrawn from it.
    """
    rows = Attendance.objects.filter(meeting=meeting)
    busy = ItemDeputy.objects.filter(item=item_id).exclude(stands_in_for=absent)
    if part:
        busy = busy.filter(part__in=["", part])
    whose = absent.stands_in_for.seat_id if absent.stands_in_for else absent.seat_id
    deputies = Seat.objects.in_force(meeting.starts_at).filter(
        Q(deputy_for=whose) | Q(deputy_for__isnull=True), body=meeting.body_id, role="deputy"
    )
    free = (
        deputies.exclude(user__in=rows.filter(reply=Reply.ABSENT).values("user"))
        .exclude(user__in=rows.filter(stands_in_for__isnull=False).values("user"))
        .exclude(user__in=busy.values("attendance__user"))
        .exclude(user__in=_withdrawn(item_id, part).filter(user__isnull=False).values("user"))
    )
    found = free.exclude(user=absent.user_id).select_related("user", "organisation")
    return sorted(found, key=lambda seat: (seat.deputy_for_id is None, seat.pk))


def _call(meeting: Meeting, need: Need, absent: Attendance, now: datetime) -> None:
    item_id, part, _row = need
    item = AgendaItem.objects.get(pk=item_id)
    seats = suitable_deputies(meeting, item_id, part, absent)
    if not seats:
        _tell_nobody(meeting, item, part, absent, now)
        return
    seat = seats[0]
    row, made = Attendance.objects.get_or_create(
        meeting=meeting,
        user=seat.user,
        defaults={
            "seat": seat,
            "role": AttendanceRole.DEPUTY,
            "name": seat.user.full_name or seat.user.email,
            "task": seat.represents[:200],
        },
    )
    if not made and row.reply == Reply.RELEASED:
        row.reply, row.replied_at = Reply.NONE, None
        row.save(update_fields=["reply", "replied_at"])
    ItemDeputy.objects.create(item=item, part=part, attendance=row, stands_in_for=absent, called_at=now)
    log(meeting, "call_item_deputy", _("%(name)s kutsuttiin varajäseneksi yhteen asiaan."), by=None, now=now,
        name=row.name)  # fmt: skip
    letter(
        "meeting_item_deputy",
        seat.user,
        said(_("Sinut kutsutaan varajäseneksi yhteen asiaan: %(body)s %(time)s"), body=meeting.body_name,
             time=meeting.starts_at),
        [
            said(_("%(member)s on esteellinen asiassa, ja sinä olet varajäsen."), member=absent.name),
            said(_("Asia: %(item)s"), item=name_of(item, part)),
            said(WHEN_AND_WHERE, time=meeting.starts_at, place=meeting.place or "–"),
            _("Vastaa, pääsetkö. Kerro myös, jos olet itse esteellinen."),
        ],
        path=meeting.get_absolute_url(),
        button=_("Avaa kokous ja vastaa"),
        key=f"{item.pk}:{part}:{absent.pk}:{seat.user_id}:{int(now.timestamp())}",
        now=now,
    )  # fmt: skip


def name_of(item: AgendaItem, part: str) -> str:
    """Return what may be written of the matter in a letter: a confidential one is not named."""
    title = str(_("salassa pidettävä asia")) if item.is_confidential else item.title
    return f"{title}, {part}" if part else title


def _tell_nobody(meeting: Meeting, item: AgendaItem, part: str, absent: Attendance, now: datetime) -> None:
    """Tell the secretary, once for each matter and member, that nobody comes."""
    verb = f"nobody:{item.pk}:{absent.pk}:{part}"[:40]
    if meeting.log.filter(verb=verb).exists():
        return
    words = _("Esteellisen jäsenen %(name)s sijaan ei ole varajäsentä.")
    log(meeting, verb, words, by=None, now=now, name=absent.name)
    for row in Attendance.objects.filter(meeting=meeting, role=AttendanceRole.SECRETARY).select_related("user"):
        letter(
            "meeting_nobody",
            row.user,
            said(_("Paikka jää tyhjäksi: %(body)s %(time)s"), body=meeting.body_name, time=meeting.starts_at),
            [
                said(_("%(member)s on esteellinen, eikä hänen sijaansa ole varajäsentä."), member=absent.name),
                said(_("Asia: %(item)s"), item=name_of(item, part)),
            ],
            path=meeting.get_absolute_url(),
            button=_("Avaa kokous"),
            key=f"{meeting.pk}:{item.pk}:{part}:{absent.pk}:{row.user_id}",
            now=now,
        )


def _release(meeting: Meeting, now: datetime) -> None:
    """Release the deputies who were called for single matters and are needed in none."""
    rows = Attendance.objects.filter(
        meeting=meeting, role=AttendanceRole.DEPUTY, stands_in_for__isnull=True, item_duties__isnull=True
    ).exclude(reply__in=[Reply.RELEASED, Reply.ABSENT])
    for row in rows.select_related("user"):
        row.reply = Reply.RELEASED
        row.save(update_fields=["reply"])
        log(meeting, "release_deputy", _("Varajäsentä %(name)s ei enää tarvita."), by=None, now=now, name=row.name)
        letter(
            "meeting_released",
            row.user,
            said(_("Sinua ei tarvitakaan kokoukseen: %(body)s %(time)s"), body=meeting.body_name,
                 time=meeting.starts_at),
            [_("Sinua ei enää tarvita asiassa, johon sinut kutsuttiin.")],
            path=meeting.get_absolute_url(),
            button=_("Avaa kokous"),
            key=f"{meeting.pk}:asia:{row.user_id}:{int(now.timestamp())}",
            now=now,
        )  # fmt: skip
