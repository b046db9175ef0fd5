"""The places of minutes and memos where text is written, and the whole as it stands when it is approved."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from common import seams
from common.seams import MatterVote
from common.times import local_date
from liaisons.matters import Course, course_of
from liaisons.models import AgendaItem, Attendance, AttendanceRole, Meeting, MeetingRecord, RecordKind, Reply

OPENING, CLOSING = "opening", "closing"

type Votes = dict[int, list[MatterVote]]  # by the key of the matter


@dataclass(frozen=True)
class Place:
    """One text of a record: its key, what it is called, and the matter it belongs to, if any."""

    key: str
    label: str
    item: AgendaItem | None = None


def handling_key(item: AgendaItem) -> str:
    """Return the key of what was said of the matter."""
    return f"item-{item.pk}-handling"


def decision_key(item: AgendaItem) -> str:
    """Return the key of what was decided."""
    return f"item-{item.pk}-decision"


def places(items: Iterable[AgendaItem], kind: str) -> list[Place]:
    """Return the places in the order of the document; minutes and memo name them by their own words."""
    minutes = kind == RecordKind.MINUTES
    found = [Place(OPENING, _("Kokouksen avaus") if minutes else _("Aluksi"))]
    for item in items:
        handled = _("Käsittely") if minutes else _("Keskustelu")
        decided = _("Päätös") if minutes else _("Mitä sovittiin")
        found.append(Place(handling_key(item), f"{item}: {handled}", item))
        found.append(Place(decision_key(item), f"{item}: {decided}", item))
    found.append(Place(CLOSING, _("Kokouksen päättäminen") if minutes else _("Lopuksi")))
    return found


def voters(rows: Iterable[Attendance]) -> list[Attendance]:
    """Return those present who have a vote."""
    return [row for row in rows if row.presence == "present" and row.may_vote]


def freeze(record: MeetingRecord, content: dict[str, str], *, approved: dict[str, Any], now: datetime) -> Any:
    """Return the whole record as plain data: who was there, every matter with its texts, who approved.

    ``approved`` says how. The same data gives the page and the PDF for ever, whatever changes around it.
    """
    meeting = (
        Meeting.objects.select_related("body", "presided_by").prefetch_related("body__names").get(pk=record.meeting_id)
    )
    rows = sorted(meeting.attendances.select_related("stands_in_for"), key=lambda row: _place(row, meeting))
    items = meeting.items.prefetch_related("attachments").order_by("order")
    course, votes = Course(meeting), votes_in(items, None, now)
    return {
        "kind": record.kind,
        "version": record.version,
        "correction_note": record.correction_note,
        "body": meeting.body_name,
        "starts_at": meeting.starts_at.isoformat(),
        "opened_at": _iso(meeting.opened_at),
        "closed_at": _iso(meeting.closed_at),
        "place": meeting.place,
        "chair": str(meeting.presided_by or ""),
        "members": sum(row.role == "member" for row in rows),
        "voters": len(voters(rows)),
        "needed": meeting.body.voters_needed(sum(row.role == "member" for row in rows)),
        "attendance": [_person(row) for row in rows if row.reply != Reply.RELEASED],
        "opening": content.get(OPENING, ""),
        "items": [_matter(item, content, course, votes) for item in items],
        "closing": content.get(CLOSING, ""),
        "approved": {"on": local_date(now).isoformat(), **approved},
    }


def _iso(instant: datetime | None) -> str:
    return instant.isoformat() if instant else ""


def _place(row: Attendance, meeting: Meeting) -> tuple[int, bool, str]:
    """Return where a person stands in the list: members, deputies and so on, who presided first, then by name."""
    return AttendanceRole.values.index(row.role), row.user_id != meeting.presided_by_id, row.name.casefold()


def _person(row: Attendance) -> dict[str, str]:
    return {
        "name": row.name,
        "role": row.role,
        "task": row.task,
        "for": row.stands_in_for.name if row.stands_in_for else "",
        "presence": row.presence,
        "arrived_at": _iso(row.arrived_at),
        "left_at": _iso(row.left_at),
    }


def _matter(item: AgendaItem, content: dict[str, str], course: Course, votes: Votes) -> dict[str, Any]:
    return {
        "pk": item.pk,
        "section": item.section_number,
        "title": item.title,
        "case_label": item.case_label,
        "presenter": item.presenter,
        "text": item.text,
        "proposal": item.proposal,
        "handling": content.get(handling_key(item), ""),
        "decision": content.get(decision_key(item), ""),
        "is_confidential": item.is_confidential,
        "ground": item.confidential_ground,
        "courses": courses(item, course, votes),
        "attachments": [file.name for file in item.attachments.all()],
    }


def votes_in(items: Iterable[AgendaItem], reader: Any, now: datetime) -> Votes:
    """Return what other rooms know to have been voted in the matters; a draft's reader is told what they may read."""
    found: Votes = {}
    keys = [item.pk for item in items]
    for provider in seams.votes:
        for vote in provider(keys, reader, now):
            found.setdefault(vote.item, []).append(vote)
    return found


def courses(item: AgendaItem, course: Course, votes: Votes) -> list[dict[str, Any]]:
    """Return who left for the matter and for single cases of it, who presided, and what was voted.

    The whole matter first. Nothing of a matter from which nobody left and in which nobody voted.
    """
    found = {standing.part: course_of(standing) for standing in course.of(item) if standing.who_left}
    for vote in votes.get(item.pk, []):
        if vote.part not in found:
            found[vote.part] = course_of(course.standing(item, vote.part)) | {"part_title": vote.part_title}
        found[vote.part]["vote"] = vote.vote
    return [found[part] for part in sorted(found)]


def without_confidential(snapshot: dict[str, Any]) -> dict[str, Any]:
    """Return the snapshot as everybody may read it: of a confidential matter only that it was there, and why."""
    items = []
    for item in snapshot["items"]:
        if item["is_confidential"]:
            kept = {key: item[key] for key in ("pk", "section", "is_confidential", "ground")}
            items.append({**kept, "title": "", "hidden": True})
        else:
            items.append(item)
    return {**snapshot, "items": items}


def digest(snapshot: Any) -> str:
    """Return the SHA-256 of the data, whatever order its keys have."""
    return hashlib.sha256(json.dumps(snapshot, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
