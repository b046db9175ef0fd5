"""A meeting from plan to held; what checked minutes say where they stand in the county's own system."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.errors import Refused
from common.policies import get_allowed
from common.times import format_instant
from liaisons.letters import letter, said
from liaisons.models import MEETING, Attendance, Body, Meeting, Presence, Reply
from liaisons.workflow.agenda import taken_by_others
from liaisons.workflow.meeting_log import log
from liaisons.workflow.saving import save_checked

#: What planning and moving may set besides the time.
DETAILS = ("ends_at", "place", "remote_url", "notice_due_on", "notice_text")


@transaction.atomic
def plan_meeting(body: Body, *, starts_at: datetime, by: Any, now: datetime, **details: Any) -> Meeting:
    """Plan a meeting of the body; the same body and time again returns the meeting that is there.

    ``details``: ends_at, place, remote_url, notice_due_on, notice_text.
    """
    body = get_allowed("liaisons.meeting.plan", by, now=now, lock=True, pk=body.pk)
    there: Meeting | None = Meeting.objects.filter(body=body, starts_at=starts_at).exclude(state="cancelled").first()
    if there:
        return there
    meeting = Meeting(body=body, starts_at=starts_at, **details)
    save_checked(meeting, "meeting_refused")
    log(meeting, "plan_meeting", _("Kokous suunniteltiin."), by=by, now=now)
    return meeting


@transaction.atomic
def move_meeting(meeting: Meeting, *, starts_at: datetime, by: Any, now: datetime, **details: Any) -> Meeting:
    """Change the time, place and notice of a planned meeting; refused once it has been held.

    Whoever has been asked already is told when time or place changes, once a change, and calendars get a later
    ``sequence``.
    """
    meeting = get_allowed("liaisons.meeting.manage", by, now=now, lock=True, pk=meeting.pk)
    MEETING.check(meeting.state, "move_meeting")
    others = Meeting.objects.filter(body=meeting.body_id, starts_at=starts_at).exclude(state="cancelled")
    if others.exclude(pk=meeting.pk).exists():
        raise Refused("meeting_taken", _("Toimielimellä on jo kokous samaan aikaan. Valitse toinen aika."))
    place = details.get("place", meeting.place)
    moved = (meeting.starts_at, meeting.place) != (starts_at, place)
    meeting.starts_at = starts_at
    for name, value in details.items():
        setattr(meeting, name, value)
    if moved:
        meeting.sequence += 1
    save_checked(meeting, "meeting_refused")
    if moved:
        words = _("Aika tai paikka muuttui: %(time)s %(place)s")
        log(meeting, "move_meeting", words, by=by, now=now, time=starts_at, place=place)
        if meeting.notice_sent_at:
            _tell_moved(meeting, now)
    return meeting


def _tell_moved(meeting: Meeting, now: datetime) -> None:
    for row in asked_people(meeting):
        letter(
            "meeting_moved",
            row.user,
            said(_("Kokouksen aika tai paikka muuttui: %(body)s"), body=meeting.body_name),
            [
                said(
                    _("Kokous pidetään %(time)s. Paikka: %(place)s."),
                    time=meeting.starts_at,
                    place=meeting.place or "–",
                )
            ],
            path=meeting.get_absolute_url(),
            button=_("Avaa kokous"),
            key=f"{meeting.pk}:{meeting.sequence}:{row.user_id}",
            now=now,
        )


def asked_people(meeting: Meeting) -> Iterable[Attendance]:
    """Return the rows of those who have been asked and are not released, with their people."""
    rows = Attendance.objects.filter(meeting=meeting, user__isnull=False, user__is_active=True)
    return rows.exclude(reply=Reply.RELEASED).select_related("user")


@transaction.atomic
def cancel_meeting(meeting: Meeting, *, reason: str, by: Any, now: datetime) -> Meeting:
    """Cancel a meeting that has not been held and tell everybody who was asked. Twice tells once."""
    meeting = get_allowed("liaisons.meeting.manage", by, now=now, lock=True, pk=meeting.pk)
    if meeting.state == "cancelled":
        return meeting
    meeting.state = MEETING.check(meeting.state, "cancel_meeting")
    if not reason.strip():
        raise Refused("reason_missing", _("Kerro, miksi kokous peruttiin."))
    if meeting.items.filter(pk__in=taken_by_others(meeting)).exists():
        raise Refused("cases_on_agenda", _("Asialistalla on avustusasioita. Siirrä ne ensin toiseen kokoukseen."))
    meeting.cancel_reason, meeting.sequence = reason.strip(), meeting.sequence + 1
    meeting.save(update_fields=["state", "cancel_reason", "sequence"])
    log(meeting, "cancel_meeting", _("Kokous peruttiin: %(reason)s"), by=by, now=now, reason=meeting.cancel_reason)
    if meeting.notice_sent_at:
        for row in asked_people(meeting):
            letter(
                "meeting_cancelled",
                row.user,
                said(_("Kokous on peruttu: %(body)s %(time)s"), body=meeting.body_name, time=meeting.starts_at),
                [said(_("Syy: %(reason)s"), reason=meeting.cancel_reason)],
                path=meeting.get_absolute_url(),
                button=_("Avaa kokous"),
                key=f"{meeting.pk}:{row.user_id}",
                now=now,
            )
    return meeting


@transaction.atomic
def hold_meeting(
    meeting: Meeting,
    *,
    by: Any,
    now: datetime,
    opened_at: datetime | None = None,
    closed_at: datetime | None = None,
    presided_by: Any = None,
) -> Meeting:
    """Record that the meeting has been held, from when to when and who presided; refused before it begins."""
    meeting = get_allowed("liaisons.meeting.manage", by, now=now, lock=True, pk=meeting.pk)
    if meeting.state == "held":
        return meeting
    target = MEETING.check(meeting.state, "hold_meeting")
    if meeting.starts_at > now:
        raise Refused(
            "not_begun",
            _("Kokous alkaa vasta %(start)s. Merkitse se pidetyksi sen jälkeen.")
            % {"start": format_instant(meeting.starts_at)},
        )
    meeting.state = target
    meeting.opened_at = opened_at or meeting.opened_at
    meeting.closed_at = closed_at or meeting.closed_at
    meeting.presided_by = presided_by or meeting.presided_by
    save_checked(meeting, "meeting_refused")
    # Who said that they cannot come is excused, until the attendance is marked otherwise.
    Attendance.objects.filter(meeting=meeting, reply=Reply.ABSENT, presence=Presence.NONE).update(
        presence=Presence.EXCUSED
    )
    log(meeting, "hold_meeting", _("Kokous pidettiin."), by=by, now=now)
    return meeting


@transaction.atomic
def check_minutes(meeting: Meeting, *, minutes_url: str = "", by: Any, now: datetime) -> Meeting:
    """Record that the minutes have been checked in the system where they stand, and where they can be read.

    Refused("written_here") for a body whose minutes or memos are written in the portal.
    """
    meeting = get_allowed("liaisons.meeting.manage", by, now=now, lock=True, pk=meeting.pk)
    if meeting.state == "minutes_checked" and minutes_url in ("", meeting.minutes_url):
        return meeting
    if meeting.body.writes_here:
        raise Refused("written_here", _("Tämän toimielimen pöytäkirja tai muistio kirjoitetaan ja hyväksytään täällä."))
    meeting.state = MEETING.check(meeting.state, "check_minutes")
    meeting.minutes_url = minutes_url or meeting.minutes_url
    meeting.save(update_fields=["state", "minutes_url"])
    log(meeting, "check_minutes", _("Pöytäkirja merkittiin tarkastetuksi."), by=by, now=now)
    return meeting
