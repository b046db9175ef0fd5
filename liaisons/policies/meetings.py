"""Rights to meetings, agendas, attendance, minutes and memos."""

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from accounts.roles import has_any_staff_role
from common.policies import policy
from liaisons.models import (
    FINISHED,
    AgendaItem,
    AgendaPackage,
    Attendance,
    CheckState,
    ItemConflict,
    Meeting,
    MeetingRecord,
    RecordCheck,
)
from liaisons.policies.bodies import PRESENTERS, bodies_served, meeting_plan, of_own_bodies


def _asked(user: Any) -> Q:
    """Return a condition on meetings: the person was asked to this one (also after their seat has ended)."""
    if not user.is_authenticated:
        return Q(pk__in=[])
    return Q(pk__in=Attendance.objects.filter(user=user).values("meeting"))


@policy("liaisons.meeting.view")
def meeting_view(user: Any, now: datetime) -> QuerySet[Meeting]:
    """The body's people and those asked see the meeting. Coordinator and auditor: all of the county's own bodies,
    and of the others those whose notice has been sent."""
    people = of_own_bodies(user, now, "body") | _asked(user)
    if has_any_staff_role(user, now, "coordinator", "auditor"):
        people |= Q(body__is_self_run=False) | Q(notice_sent_at__isnull=False)
    return Meeting.objects.filter(people)


@policy("liaisons.meeting.public")
def meeting_public(user: Any, now: datetime) -> QuerySet[Meeting]:
    """Everybody sees time, place and the public agenda of a meeting whose notice has been sent."""
    return Meeting.objects.filter(notice_sent_at__isnull=False, body__draft=False).exclude(state="cancelled")


@policy("liaisons.meeting.manage")
def meeting_manage(user: Any, now: datetime) -> QuerySet[Meeting]:
    """The coordinator (the county's own bodies) and the body's secretary run the meeting: time, agenda, minutes."""
    return Meeting.objects.filter(body__in=meeting_plan(user, now).values("pk"))


@policy("liaisons.agenda.add")
def agenda_add(user: Any, now: datetime) -> QuerySet[Meeting]:
    """Whoever runs the meeting, and its presenters, bring matters to it."""
    presents = bodies_served(user, now, *PRESENTERS).values("pk")
    return Meeting.objects.filter(Q(body__in=meeting_plan(user, now).values("pk")) | Q(body__in=presents))


@policy("liaisons.minutes.record")
def minutes_record(user: Any, now: datetime) -> QuerySet[Meeting]:
    """Whoever runs the meeting, and the registry, record what the checked minutes say."""
    return Meeting.objects.all() if has_any_staff_role(user, now, "registrar") else meeting_manage(user, now)


# Matters


def _withdrawn(user: Any) -> QuerySet[Any]:
    return ItemConflict.objects.filter(user=user, part="").values("item")


def _insiders(user: Any, now: datetime) -> QuerySet[Meeting]:
    """Return the meetings whose confidential matters the person may know: the body's own people and its office."""
    return Meeting.objects.filter(of_own_bodies(user, now, "body") | Q(body__in=meeting_plan(user, now).values("pk")))


@policy("liaisons.item.read")
def item_read(user: Any, now: datetime) -> QuerySet[AgendaItem]:
    """Matters of the meetings one sees. A confidential one only for the body's people and office, and never for a
    person who has withdrawn from it."""
    seen = AgendaItem.objects.filter(meeting__in=meeting_view(user, now).values("pk"))
    if not user.is_authenticated:
        return seen.none()
    inside = Q(meeting__in=_insiders(user, now).values("pk")) & ~Q(pk__in=_withdrawn(user))
    return seen.filter(Q(is_confidential=False) | inside)


@policy("liaisons.item.public")
def item_public(user: Any, now: datetime) -> QuerySet[AgendaItem]:
    """What everybody may read of an agenda: the matters that are not confidential."""
    return AgendaItem.objects.filter(is_confidential=False, meeting__in=meeting_public(user, now).values("pk"))


@policy("liaisons.item.manage")
def item_manage(user: Any, now: datetime) -> QuerySet[AgendaItem]:
    """Whoever may add matters to the meeting writes them, as far as they may read them."""
    return item_read(user, now).filter(meeting__in=agenda_add(user, now).values("pk"))


@policy("liaisons.package.read")
def package_read(user: Any, now: datetime) -> QuerySet[AgendaPackage]:
    """The public package for all who see the meeting; the whole one for insiders who may read every matter in it."""
    rows = AgendaPackage.objects.filter(meeting__in=meeting_view(user, now).values("pk"))
    if not user.is_authenticated:
        return rows.none()
    part = ItemConflict.objects.filter(user=user, part="", item__is_confidential=True).values("item__meeting")
    whole = Q(meeting__in=_insiders(user, now).values("pk")) & ~Q(meeting__in=part)
    return rows.filter(Q(is_whole=False) | whole)


@policy("liaisons.package.public")
def package_public(user: Any, now: datetime) -> QuerySet[AgendaPackage]:
    """Everybody reads the public package."""
    return AgendaPackage.objects.filter(is_whole=False, meeting__in=meeting_public(user, now).values("pk"))


# Attendance


@policy("liaisons.attendance.own")
def attendance_own(user: Any, now: datetime) -> QuerySet[Attendance]:
    """A person answers for themselves whether they come."""
    return Attendance.objects.filter(user=user) if user.is_authenticated else Attendance.objects.none()


@policy("liaisons.attendance.manage")
def attendance_manage(user: Any, now: datetime) -> QuerySet[Attendance]:
    """Whoever runs the meeting marks who was there."""
    return Attendance.objects.filter(meeting__in=meeting_manage(user, now).values("pk"))


# Minutes and memos


@policy("liaisons.record.write")
def record_write(user: Any, now: datetime) -> QuerySet[MeetingRecord]:
    """Whoever runs the meeting writes its minutes or memo."""
    return MeetingRecord.objects.filter(meeting__in=meeting_manage(user, now).values("pk"))


@policy("liaisons.record.comment")
def record_comment(user: Any, now: datetime) -> QuerySet[MeetingRecord]:
    """Those who were asked to the meeting comment the draft in its comment period."""
    if not user.is_authenticated:
        return MeetingRecord.objects.none()
    own = Attendance.objects.filter(user=user).exclude(reply="released").values("meeting")
    return MeetingRecord.objects.filter(state="commenting", meeting__in=own)


@policy("liaisons.record.check")
def record_check(user: Any, now: datetime) -> QuerySet[MeetingRecord]:
    """Those named to check the record, while they have not answered."""
    if not user.is_authenticated:
        return MeetingRecord.objects.none()
    waiting = RecordCheck.objects.filter(user=user, state=CheckState.WAITING)
    return MeetingRecord.objects.filter(state="checking", pk__in=waiting.values("record"))


@policy("liaisons.record.drafts")
def record_drafts(user: Any, now: datetime) -> QuerySet[MeetingRecord]:
    """Revisions, comments and checks: writers always, the meeting's people once it is no longer a draft."""
    people = Meeting.objects.filter(of_own_bodies(user, now, "body") | _asked(user))
    shared = Q(meeting__in=people.values("pk")) & ~Q(state="draft")
    return MeetingRecord.objects.filter(shared | Q(pk__in=record_write(user, now).values("pk")))


@policy("liaisons.record.view")
def record_view(user: Any, now: datetime) -> QuerySet[MeetingRecord]:
    """Whoever reads the drafts; officers who read what has been approved of the county's own bodies; everybody what
    has been published."""
    rows = Q(pk__in=record_public(user, now).values("pk")) | Q(pk__in=record_drafts(user, now).values("pk"))
    if has_any_staff_role(user, now, "coordinator", "auditor"):
        rows |= Q(state__in=FINISHED, meeting__body__is_self_run=False)
    return MeetingRecord.objects.filter(rows)


@policy("liaisons.record.public")
def record_public(user: Any, now: datetime) -> QuerySet[MeetingRecord]:
    """Everybody reads a published record."""
    return MeetingRecord.objects.filter(state="published", meeting__body__draft=False)


@policy("liaisons.record.whole")
def record_whole(user: Any, now: datetime) -> QuerySet[MeetingRecord]:
    """The whole approved document, confidential matters too: insiders who have not withdrawn from such a matter."""
    if not user.is_authenticated:
        return MeetingRecord.objects.none()
    part = ItemConflict.objects.filter(user=user, part="", item__is_confidential=True).values("item__meeting")
    seen = record_view(user, now).filter(state__in=FINISHED)
    return seen.filter(meeting__in=_insiders(user, now).values("pk")).exclude(meeting__in=part)
