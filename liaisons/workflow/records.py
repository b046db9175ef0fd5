"""Writing minutes and memos: begun, saved with revisions, commented, and what is corrected afterwards."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.errors import Refused
from common.policies import allowed, get_allowed
from common.times import local_date
from liaisons.differences import Merged, merge
from liaisons.letters import letter, said
from liaisons.models import (
    FINISHED,
    RECORD,
    UNFINISHED,
    Meeting,
    MeetingRecord,
    RecordComment,
    RecordKind,
    RecordRevision,
)
from liaisons.record_places import decision_key, places
from liaisons.workflow.agenda import number_sections
from liaisons.workflow.meeting_log import log
from liaisons.workflow.meetings import asked_people


@dataclass(frozen=True)
class Saved:
    """What a save did: the newest ``revision``; ``merged`` tells what two people wrote at once.

    With ``merged.both`` nothing was saved: the person chooses first.
    """

    revision: RecordRevision
    merged: Merged

    @property
    def is_conflict(self) -> bool:
        """Tell whether both wrote into the same place, so that nothing was saved."""
        return bool(self.merged.both)


@transaction.atomic
def start_record(meeting: Meeting, *, kind: str, by: Any, now: datetime) -> MeetingRecord:
    """Begin the minutes or the memo of a held meeting; the one that has been begun is returned as it is.

    Matters of minutes get their § in the order of the body's year, and each decision begins as what was proposed.
    Refused: not_held, elsewhere (the minutes stand in another system).
    """
    meeting = get_allowed("liaisons.meeting.manage", by, now=now, lock=True, pk=meeting.pk)
    there: MeetingRecord | None = meeting.records.filter(state__in=UNFINISHED).first()
    if there:
        return there
    if not meeting.body.writes_here:
        raise Refused("elsewhere", _("Tämän toimielimen pöytäkirja tehdään toisessa järjestelmässä."))
    if meeting.state != "held":
        raise Refused("not_held", _("Merkitse kokous ensin pidetyksi."))
    if kind == RecordKind.MINUTES:
        number_sections(meeting)
    record = MeetingRecord.objects.create(meeting=meeting, kind=kind, created_by=by, created_at=now)
    content = {decision_key(item): item.proposal for item in meeting.items.exclude(proposal="")}
    RecordRevision.objects.create(record=record, number=1, content=content, by=by, at=now)
    log(
        meeting, "start_record", _("%(kind)s aloitettiin."), by=by, now=now, kind=record.get_kind_display().capitalize()
    )
    return record


@transaction.atomic
def save_record(record: MeetingRecord, *, base: int, texts: dict[str, str], by: Any, now: datetime) -> Saved:
    """Save what was written as a new revision.

    ``base`` is the number of the revision on which the writing began. Places that another person has changed
    meanwhile are brought together; where both wrote, nothing is saved and the texts of both are returned. The same
    text again makes no revision. Places of matters that the writer may not read are left as they are.
    """
    record = get_allowed("liaisons.record.write", by, now=now, lock=True, pk=record.pk)
    RECORD.check(record.state, "save_record")
    items = allowed("liaisons.item.read", by, now=now).filter(meeting=record.meeting)
    known = {place.key for place in places(items, record.kind)}
    readable = set(
        allowed("liaisons.item.read", by, now=now).filter(meeting=record.meeting).values_list("pk", flat=True)
    )
    hidden = {place.key for place in places(record.meeting.items.exclude(pk__in=readable), record.kind) if place.item}
    mine = {key: _tidy(text) for key, text in texts.items() if key in known - hidden}
    latest: Any = record.revisions.first()  # there since the record was begun
    begun = record.revisions.filter(number=base).first() or latest
    merged = merge(begun.content, mine, latest.content)
    if merged.both or merged.content == latest.content:
        return Saved(latest, merged)
    revision = RecordRevision.objects.create(
        record=record, number=latest.number + 1, content=merged.content, by=by, at=now
    )
    return Saved(revision, merged)


def _tidy(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


@transaction.atomic
def ask_comments(record: MeetingRecord, *, until: datetime, by: Any, now: datetime) -> MeetingRecord:
    """Open the draft to those who took part until an instant and tell them. Refused("too_soon") for a past one."""
    record = get_allowed("liaisons.record.write", by, now=now, lock=True, pk=record.pk)
    if record.state == "commenting":
        return record
    record.state = RECORD.check(record.state, "ask_comments")
    if until <= now:
        raise Refused("too_soon", _("Kommenttien määräaika on jo mennyt. Valitse myöhempi aika."))
    record.comments_until = until
    record.save(update_fields=["state", "comments_until"])
    meeting = record.meeting
    log(meeting, "ask_comments", _("Luonnos lähetettiin kommentoitavaksi %(until)s asti."), by=by, now=now, until=until)
    for row in asked_people(meeting):
        letter(
            "record_comments",
            row.user,
            said(_("Kommentoi luonnosta: %(body)s %(day)s"), body=meeting.body_name, day=local_date(meeting.starts_at)),
            [said(_("Voit kommentoida %(until)s asti."), until=until)],
            path=_record_path(meeting),
            button=_("Avaa luonnos"),
            key=f"{record.pk}:{row.user_id}:{int(until.timestamp())}",
            now=now,
        )
    return record


def _record_path(meeting: Meeting) -> str:
    return f"{meeting.get_absolute_url()}poytakirja/"


@transaction.atomic
def add_comment(record: MeetingRecord, *, place: str, text: str, by: Any, now: datetime) -> RecordComment:
    """Comment the draft while its time lasts; the same words again change nothing. Refused("too_late") after it."""
    found: MeetingRecord = get_allowed("liaisons.record.comment", by, now=now, lock=True, pk=record.pk)
    if found.comments_until and now > found.comments_until:
        raise Refused("too_late", _("Kommentointiaika on päättynyt. Kerro asiasta sihteerille."))
    comment, _made = RecordComment.objects.get_or_create(
        record=found, place=place, text=_tidy(text), by=by, defaults={"at": now}
    )
    return comment


@transaction.atomic
def answer_comment(comment: RecordComment, *, answer: str, by: Any, now: datetime) -> RecordComment:
    """Tell what became of a comment; the answer is shown beside it."""
    get_allowed("liaisons.record.write", by, now=now, lock=True, pk=comment.record_id)
    comment.answer, comment.answered_at = answer.strip(), now
    comment.save(update_fields=["answer", "answered_at"])
    return comment


@transaction.atomic
def start_correction(record: MeetingRecord, *, note: str, by: Any, now: datetime) -> MeetingRecord:
    """Begin a new version of an approved record that says what is corrected; begun already: returned as it is.

    The approved version stays as it is and is shown as replaced once the new one is approved.
    """
    found: MeetingRecord = get_allowed("liaisons.record.write", by, now=now, lock=True, pk=record.pk)
    there: MeetingRecord | None = MeetingRecord.objects.filter(corrects=found).first()
    if there:
        return there
    if found.state not in FINISHED:
        raise Refused("not_approved", _("Korjattu versio tehdään vasta hyväksytystä asiakirjasta."))
    if not note.strip():
        raise Refused("note_missing", _("Kerro, mitä korjataan."))
    last = found.revisions.first()
    new = MeetingRecord.objects.create(
        meeting=found.meeting,
        kind=found.kind,
        version=found.version + 1,
        corrects=found,
        correction_note=note.strip(),
        created_by=by,
        created_at=now,
    )
    RecordRevision.objects.create(record=new, number=1, content=last.content if last else {}, by=by, at=now)
    log(found.meeting, "start_correction", _("Korjaus aloitettiin: %(note)s"), by=by, now=now, note=new.correction_note)
    return new
