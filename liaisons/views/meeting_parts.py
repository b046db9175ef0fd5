"""What the pages of one meeting share: the meeting itself, its tabs, and what comes next in the bar."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from common import clock
from common.policies import allowed, may
from common.times import day_start
from liaisons.models import MEETING, UNFINISHED, Attendance, Meeting, MeetingRecord, RecordKind, Reply

_TABS = (
    ("meeting", "agenda"),
    ("attendance", "attendance"),
    ("record", "record"),
    ("meeting_files", "files"),
    ("meeting_history", "history"),
)


@dataclass
class MeetingPage:
    """One meeting as the person sees it."""

    request: HttpRequest
    meeting: Meeting
    now: datetime
    can_manage: bool
    own: Attendance | None
    record: MeetingRecord | None

    def context(self, current: str, **more: Any) -> dict[str, Any]:
        """Return the context of the tab ``current``."""
        return {
            "meeting": self.meeting,
            "now": self.now,
            "can_manage": self.can_manage,
            "own": self.own,
            "record": self.record,
            "tabs": self._tabs(current),
            "turn": self.turn,
            "due": self.due,
            "next_action": self.next_action(),
            "can_hold": self.can_manage and self.meeting.state == "planned" and self.meeting.starts_at <= self.now,
            "can_check": self.can_manage
            and not self.meeting.body.writes_here
            and MEETING.allows(self.meeting.state, "check_minutes"),
            **more,
        }

    def _tabs(self, current: str) -> list[dict[str, Any]]:
        memo = self.record.kind == RecordKind.MEMO if self.record else self.meeting.body.record_kind == RecordKind.MEMO
        labels = {
            "agenda": _("Kutsu ja asialista"),
            "attendance": _("Läsnäolo"),
            "record": _("Muistio") if memo else _("Pöytäkirja"),
            "files": _("Asiakirjat"),
            "history": _("Historia"),
        }
        return [
            {
                "url": reverse(f"liaisons:{name}", args=[self.meeting.pk]),
                "label": labels[key],
                "current": key == current,
            }
            for name, key in _TABS
        ]

    @property
    def must_reply(self) -> bool:
        """Tell whether the meeting waits for the person's own answer."""
        open_ = self.meeting.state == "planned" and self.meeting.starts_at > self.now
        return open_ and self.own is not None and self.own.reply == Reply.NONE

    @property
    def turn(self) -> str:
        """Return whose turn it is, as the bar says it."""
        state = self.meeting.state
        if state == "planned":
            return _("sihteeri") if self.meeting.notice_sent_at is None else _("kutsutut")
        if state != "held":
            return ""
        if self.record and self.record.state == "checking":
            return _("tarkastajat")
        if self.record and self.record.state == "commenting":
            return _("osallistujat")
        return _("sihteeri")

    @property
    def due(self) -> datetime | None:
        """Return until when, where a day has been set."""
        meeting = self.meeting
        if meeting.state == "planned":
            unsent = meeting.notice_sent_at is None and meeting.notice_due_on
            return day_start(meeting.notice_due_on) if unsent and meeting.notice_due_on else meeting.starts_at
        if self.record and self.record.state == "commenting":
            return self.record.comments_until
        return None

    def next_action(self) -> dict[str, str] | None:
        """Return the one button of the bar: address and text."""
        if self.can_manage:
            name, label = self._next_of_secretary()
        elif self.record and may("liaisons.record.check", self.request.user, self.record, now=self.now):
            name, label = "record", _("Tarkasta teksti")
        elif self.must_reply:
            name, label = "meeting", _("Vastaa, tuletko")
        else:
            return None
        return {"url": reverse(f"liaisons:{name}", args=[self.meeting.pk]), "label": label} if name else None

    def _next_of_secretary(self) -> tuple[str, str]:
        meeting = self.meeting
        if meeting.state == "planned" and meeting.starts_at <= self.now:
            return "attendance", _("Merkitse läsnäolo")
        if meeting.state == "planned":
            unsent = meeting.notice_sent_at is None
            return ("meeting_notice", _("Lähetä kokouskutsu")) if unsent else ("attendance", _("Katso vastaukset"))
        if meeting.state == "held" or (self.record and self.record.state in (*UNFINISHED, "approved")):
            return self._next_of_record()
        return "", ""

    def _next_of_record(self) -> tuple[str, str]:
        if not self.meeting.body.writes_here:
            return "record", _("Kirjaa tarkastettu pöytäkirja")
        if self.record is None:
            return "record", _("Aloita pöytäkirja tai muistio")
        return "record", {
            "draft": _("Jatka kirjoittamista"),
            "commenting": _("Katso kommentit"),
            "checking": _("Seuraa tarkastusta"),
            "approved": _("Julkaise"),
        }.get(self.record.state, _("Avaa"))


def open_meeting(request: HttpRequest, pk: int) -> MeetingPage:
    """Return the page of a meeting that the person may see, or raise Http404; six queries."""
    now = clock.now()
    meetings = allowed("liaisons.meeting.view", request.user, now=now).select_related("body", "presided_by")
    meeting: Meeting = get_object_or_404(meetings.prefetch_related("body__names"), pk=pk)
    records = allowed("liaisons.record.view", request.user, now=now).filter(meeting=meeting).order_by("-version")
    own = Attendance.objects.filter(meeting=meeting, user=request.user.pk).select_related("stands_in_for").first()
    record = records.select_related("corrects").first()
    if record:
        record.meeting = meeting
    return MeetingPage(
        request, meeting, now, may("liaisons.meeting.manage", request.user, meeting, now=now), own, record
    )
