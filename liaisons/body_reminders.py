"""Reminders of bodies: an unanswered notice, a notice not sent, a text not checked, a consent not given."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common.seams import Reminder
from common.times import local_date
from liaisons.letters import Text, said
from liaisons.models import Attendance, BodyAppointment, Candidate, CheckState, Meeting, RecordCheck, Reply

BEFORE_MEETING = timedelta(days=3)
UNCHECKED = timedelta(days=7)
BEFORE_DEADLINE = timedelta(days=3)


def body_reminders(now: datetime) -> Iterator[Reminder]:
    """Provider of the ``reminders`` seam; five queries. Each is sent once."""
    yield from _unanswered(now)
    yield from _unsent(now)
    yield from _unchecked(now)
    yield from _without_consent(now)


def _reminder(kind: str, to: Any, subject: Any, lines: list[Any], path: str, action: Text, key: str) -> Reminder:
    return Reminder(
        kind=f"liaisons.{kind}",
        to=to,
        subject=subject,
        template="emails/liaisons/letter",
        context={"lines": lines, "path": path, "action": action},
        dedup_key=f"liaisons.{kind}:{key}",
    )


def _unanswered(now: datetime) -> Iterator[Reminder]:
    rows = Attendance.objects.filter(
        reply=Reply.NONE,
        role__in=["member", "deputy", "expert"],
        user__is_active=True,
        meeting__state="planned",
        meeting__notice_sent_at__lt=now - timedelta(days=1),
        meeting__starts_at__gt=now,
        meeting__starts_at__lte=now + BEFORE_MEETING,
    )
    for row in rows.select_related("user", "meeting__body").prefetch_related("meeting__body__names").order_by("pk"):
        meeting = row.meeting
        yield _reminder(
            "meeting_reminder",
            row.user,
            said(_("Tuletko kokoukseen? %(body)s %(time)s"), body=meeting.body_name, time=meeting.starts_at),
            [_("Et ole vielä vastannut kutsuun. Jos et pääse, varajäsen ehtii vielä tulla.")],
            meeting.get_absolute_url(),
            _("Vastaa"),
            f"{meeting.pk}:{meeting.sequence}:{row.user_id}",
        )


def _unsent(now: datetime) -> Iterator[Reminder]:
    late = Meeting.objects.filter(
        state="planned", notice_sent_at=None, starts_at__gt=now, notice_due_on__lte=local_date(now)
    )
    meetings = list(late.select_related("body").order_by("pk"))
    duties = BodyAppointment.objects.in_force(now).filter(
        role="secretary", body__in=[meeting.body_id for meeting in meetings]
    )
    secretaries: dict[int, list[Any]] = {}
    for duty in duties.select_related("user"):
        secretaries.setdefault(duty.body_id, []).append(duty.user)
    for meeting in meetings:
        for user in secretaries.get(meeting.body_id, []):
            yield _reminder(
                "meeting_unsent",
                user,
                said(_("Kokouskutsu on lähettämättä: %(body)s"), body=meeting.body.name),
                [said(_("Kutsu oli määrä lähettää viimeistään %(day)s."), day=meeting.notice_due_on)],
                meeting.get_absolute_url(),
                _("Avaa kokous"),
                f"{meeting.pk}:{user.pk}:{meeting.notice_due_on}",
            )


def _unchecked(now: datetime) -> Iterator[Reminder]:
    rows = RecordCheck.objects.filter(
        state=CheckState.WAITING, record__state="checking", asked_at__lte=now - UNCHECKED, user__is_active=True
    )
    for row in rows.select_related("user", "record__meeting__body").order_by("pk"):
        meeting = row.record.meeting
        yield _reminder(
            "record_reminder",
            row.user,
            said(_("Teksti odottaa tarkastustasi: %(body)s"), body=meeting.body.name),
            [said(_("Sinulta pyydettiin tarkastusta %(day)s."), day=local_date(row.asked_at))],
            f"{meeting.get_absolute_url()}poytakirja/",
            _("Tarkasta"),
            str(row.pk),
        )


def _without_consent(now: datetime) -> Iterator[Reminder]:
    """The link stands only in the candidate's own letter, so the one who proposed is asked to see to it."""
    rows = Candidate.objects.filter(
        state="proposed",
        call__state="open",
        call__deadline__gt=now,
        call__deadline__lte=now + BEFORE_DEADLINE,
        consent_asked_at__lt=now - timedelta(days=1),
        proposed_by__is_active=True,
    )
    for row in rows.select_related("proposed_by", "call").order_by("pk"):
        yield _reminder(
            "candidate_reminder",
            row.proposed_by,
            said(_("Ehdokas ei ole vielä suostunut: %(name)s"), name=row.full_name),
            [_("Vain suostunut voi tulla valituksi. Voit pyytää suostumusta uudelleen.")],
            reverse("liaisons:own_candidate", args=[row.organisation_id, row.pk]),
            _("Katso ehdotus"),
            str(row.pk),
        )
