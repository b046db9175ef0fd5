"""The notice, who comes, and deputies called in."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.errors import Refused
from common.policies import get_allowed
from liaisons.letters import WHEN_AND_WHERE, letter, said
from liaisons.models import (
    MEETING,
    Attendance,
    AttendanceRole,
    BodyAppointment,
    Meeting,
    Reply,
    Seat,
)
from liaisons.workflow.item_deputies import arrange_item_deputies, join_withdrawals
from liaisons.workflow.meeting_log import log
from liaisons.workflow.packages import make_packages

_SERVING = {
    "presenter": AttendanceRole.PRESENTER,
    "substitute_presenter": AttendanceRole.PRESENTER,
    "secretary": AttendanceRole.SECRETARY,
}


@transaction.atomic
def send_notice(meeting: Meeting, *, by: Any, now: datetime) -> Meeting:
    """Send the notice with the agenda to the body's members, experts, presenters and secretary.

    Order of effects: lock, participants, the agenda as a package, letters, history, deputies for the matters from which
    somebody has withdrawn. Personal deputies are called in when their member cannot come. Sent again after new matters
    it makes a new package and tells each person anew; without any change twice sends once. Refused:
    agenda_empty, meeting_begun.
    """
    meeting = get_allowed("liaisons.meeting.manage", by, now=now, lock=True, pk=meeting.pk)
    MEETING.check(meeting.state, "send_notice")
    if meeting.starts_at <= now:
        raise Refused("meeting_begun", _("Kokous on jo alkanut, eikä kutsua voi enää lähettää."))
    if not meeting.items.exists():
        raise Refused("agenda_empty", _("Asialista on tyhjä. Lisää asiat ennen kuin lähetät kutsun."))
    if not _changed_since_notice(meeting):
        return meeting
    again = meeting.notice_sent_at is not None
    meeting.notice_sent_at, meeting.notice_sent_by = now, by
    meeting.sequence += again
    meeting.save(update_fields=["notice_sent_at", "notice_sent_by", "sequence"])
    for user, seat, role in _to_ask(meeting, now):
        _ask(meeting, user, seat, role)
    join_withdrawals(meeting)
    make_packages(meeting, by=by, now=now)
    rows = Attendance.objects.filter(meeting=meeting, user__is_active=True).exclude(reply=Reply.RELEASED)
    count = 0
    for row in rows.select_related("user"):
        _tell_notice(meeting, row, again, now)
        count += 1
    words = _("Kokouskutsu lähetettiin %(count)s henkilölle.")
    log(meeting, "send_notice", words, by=by, now=now, count=count)
    arrange_item_deputies(meeting, now=now)
    return meeting


def _changed_since_notice(meeting: Meeting) -> bool:
    if meeting.notice_sent_at is None:
        return True
    verbs = ("add_agenda_item", "edit_agenda_item", "remove_agenda_item", "attach_to_item", "remove_attachment")
    return meeting.log.filter(verb__in=(*verbs, "move_meeting"), at__gt=meeting.notice_sent_at).exists()


def _to_ask(meeting: Meeting, now: datetime) -> list[tuple[User, Seat | None, AttendanceRole]]:
    """Return members and experts with their seats, and the officials; deputies come when a member cannot."""
    on = meeting.starts_at
    seats = Seat.objects.in_force(on).filter(body=meeting.body_id, role__in=["member", "expert"])
    rows: list[tuple[User, Seat | None, AttendanceRole]] = [
        (seat.user, seat, AttendanceRole(seat.role)) for seat in seats.select_related("user", "organisation")
    ]
    duties = BodyAppointment.objects.in_force(on).filter(body=meeting.body_id, role__in=_SERVING)
    rows.extend((duty.user, None, _SERVING[duty.role]) for duty in duties.select_related("user"))
    return rows


def _ask(meeting: Meeting, user: User, seat: Seat | None, role: str, stands_in_for: Attendance | None = None) -> Any:
    """Return the person's row of the meeting, made when there is none."""
    row, made = Attendance.objects.get_or_create(
        meeting=meeting,
        user=user,
        defaults={
            "seat": seat,
            "role": role,
            "name": user.full_name or user.email,
            "task": (seat.represents if seat else "")[:200],
            "stands_in_for": stands_in_for,
        },
    )
    return row if made or not stands_in_for else _call_again(row, stands_in_for)


def _call_again(row: Attendance, stands_in_for: Attendance) -> Attendance:
    """A deputy who was released, or whose member has changed, is needed again."""
    row.reply, row.replied_at, row.stands_in_for = Reply.NONE, None, stands_in_for
    row.save(update_fields=["reply", "replied_at", "stands_in_for"])
    return row


def _tell_notice(meeting: Meeting, row: Attendance, again: bool, now: datetime) -> None:
    subject = _("Muuttunut asialista: %(body)s %(time)s") if again else _("Kokouskutsu: %(body)s %(time)s")
    lines = [
        said(WHEN_AND_WHERE, time=meeting.starts_at, place=meeting.place or "–"),
        meeting.notice_text,
        _("Asialista ja liitteet ovat kokouksen sivulla."),
    ]
    if row.role in (AttendanceRole.MEMBER, AttendanceRole.DEPUTY, AttendanceRole.EXPERT):
        lines.append(_("Vastaa, pääsetkö. Jos et pääse, varajäsenesi kutsutaan automaattisesti."))
    letter(
        "meeting_notice",
        row.user,
        said(subject, body=meeting.body_name, time=meeting.starts_at),
        lines,
        path=meeting.get_absolute_url(),
        button=_("Avaa kokous ja vastaa"),
        key=f"{meeting.pk}:{meeting.sequence}:{row.user_id}",
        now=now,
    )


@transaction.atomic
def reply_to_notice(row: Attendance, *, coming: bool, note: str = "", by: Any, now: datetime) -> Attendance:
    """Say whether one comes. A member who cannot come has the deputy called in at once, with a letter.

    Order of effects: the meeting's lock, the answer, the deputy, history. A member who comes after all releases the
    deputy. Refused once the meeting has begun.
    """
    found: Attendance = get_allowed("liaisons.attendance.own", by, now=now, pk=row.pk)
    meeting = Meeting.objects.select_for_update(of=("self",)).get(pk=found.meeting_id)
    return _reply(meeting, found.pk, coming=coming, note=note, by=by, now=now)


@transaction.atomic
def reply_for(row: Attendance, *, coming: bool, note: str = "", by: Any, now: datetime) -> Attendance:
    """The secretary enters what a person said on the telephone or by e-mail."""
    found: Attendance = get_allowed("liaisons.attendance.manage", by, now=now, pk=row.pk)
    meeting = Meeting.objects.select_for_update(of=("self",)).get(pk=found.meeting_id)
    return _reply(meeting, found.pk, coming=coming, note=note, by=by, now=now)


def _reply(meeting: Meeting, pk: int, *, coming: bool, note: str, by: Any, now: datetime) -> Attendance:
    if meeting.state != "planned" or meeting.starts_at <= now:
        raise Refused("meeting_begun", _("Kokous on jo alkanut. Kerro asiasta suoraan sihteerille."))
    row = Attendance.objects.select_for_update(of=("self",)).select_related("user", "seat").get(pk=pk)
    reply = Reply.COMING if coming else Reply.ABSENT
    if row.reply == Reply.RELEASED:
        raise Refused("released", _("Sinua ei enää tarvita kokoukseen: varsinainen jäsen pääsee paikalle."))
    if row.reply == reply and row.note == note:
        return row
    changed = row.reply != reply
    row.reply, row.replied_at, row.note = reply, now, note
    row.save(update_fields=["reply", "replied_at", "note"])
    if changed:
        words = _("%(name)s tulee kokoukseen.") if coming else _("%(name)s ei pääse kokoukseen.")
        log(meeting, "reply_to_notice", words, by=by, now=now, name=row.name)
        _see_to_deputies(meeting, row, now)
        arrange_item_deputies(meeting, now=now)
    return row


def _see_to_deputies(meeting: Meeting, row: Attendance, now: datetime) -> None:
    if row.reply == Reply.COMING:
        _release_deputy(meeting, row, now)
    elif row.role == AttendanceRole.MEMBER:
        _call_in(meeting, row, now)
    elif row.role == AttendanceRole.DEPUTY and row.stands_in_for:
        member = row.stands_in_for
        row.stands_in_for = None
        row.save(update_fields=["stands_in_for"])
        _call_in(meeting, member, now)


def _call_in(meeting: Meeting, absent: Attendance, now: datetime) -> None:
    """Ask the member's personal deputy, else the next one who is nobody's; nobody left: the secretary is told."""
    seat = _next_deputy(meeting, absent)
    if seat is None:
        _tell_nobody_left(meeting, absent, now)
        return
    row = _ask(meeting, seat.user, seat, AttendanceRole.DEPUTY, absent)
    log(meeting, "call_in_deputy", _("%(name)s kutsuttiin varajäseneksi."), by=None, now=now, name=row.name)
    letter(
        "meeting_deputy",
        seat.user,
        said(_("Sinut kutsutaan varajäseneksi kokoukseen: %(body)s %(time)s"), body=meeting.body_name,
             time=meeting.starts_at),
        [
            said(_("%(member)s ei pääse kokoukseen, ja sinä olet varajäsen."), member=absent.name),
            said(WHEN_AND_WHERE, time=meeting.starts_at, place=meeting.place or "–"),
            _("Vastaa, pääsetkö."),
        ],
        path=meeting.get_absolute_url(),
        button=_("Avaa kokous ja vastaa"),
        key=f"{meeting.pk}:{absent.pk}:{seat.user_id}:{int(now.timestamp())}",
        now=now,
    )  # fmt: skip


def _next_deputy(meeting: Meeting, absent: Attendance) -> Seat | None:
    cannot = Attendance.objects.filter(meeting=meeting, reply=Reply.ABSENT).values("user")
    taken = Attendance.objects.filter(meeting=meeting, stands_in_for__isnull=False).values("user")
    deputies = Seat.objects.in_force(meeting.starts_at).filter(body=meeting.body_id, role="deputy")
    free = deputies.exclude(user__in=cannot).exclude(user__in=taken).select_related("user", "organisation")
    suitable = free.filter(Q(deputy_for=absent.seat_id) | Q(deputy_for__isnull=True))
    found = sorted(suitable, key=lambda seat: (seat.deputy_for_id is None, seat.pk))
    return found[0] if found else None


def _tell_nobody_left(meeting: Meeting, absent: Attendance, now: datetime) -> None:
    log(meeting, "nobody_left", _("Jäsenen %(name)s sijaan ei ole varajäsentä."), by=None, now=now, name=absent.name)
    for row in Attendance.objects.filter(meeting=meeting, role=AttendanceRole.SECRETARY).select_related("user"):
        letter(
            "meeting_nobody",
            row.user,
            said(_("Paikka jää tyhjäksi: %(body)s %(time)s"), body=meeting.body_name, time=meeting.starts_at),
            [said(_("%(member)s ei pääse, eikä hänen sijaansa ole varajäsentä."), member=absent.name)],
            path=meeting.get_absolute_url(),
            button=_("Avaa kokous"),
            key=f"{meeting.pk}:{absent.pk}:{row.user_id}:{int(now.timestamp())}",
            now=now,
        )


def _release_deputy(meeting: Meeting, member: Attendance, now: datetime) -> None:
    row = Attendance.objects.filter(stands_in_for=member).select_related("user").first()
    if row is None:
        return
    row.reply, row.stands_in_for = Reply.RELEASED, None
    row.save(update_fields=["reply", "stands_in_for"])
    log(meeting, "release_deputy", _("Varajäsentä %(name)s ei enää tarvita."), by=None, now=now, name=row.name)
    letter(
        "meeting_released",
        row.user,
        said(_("Sinua ei tarvitakaan kokoukseen: %(body)s %(time)s"), body=meeting.body_name, time=meeting.starts_at),
        [said(_("%(member)s pääsee sittenkin kokoukseen."), member=member.name)],
        path=meeting.get_absolute_url(),
        button=_("Avaa kokous"),
        key=f"{meeting.pk}:{member.pk}:{row.user_id}:{int(now.timestamp())}",
        now=now,
    )
