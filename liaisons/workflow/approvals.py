"""Checking, approving and publishing minutes and memos. What is approved is frozen and never changes."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.errors import Refused
from common.policies import get_allowed
from common.times import format_date, format_instant, local_date
from documents.models import RenderedDocument
from documents.pdf import render_pdf, store_pdf
from liaisons.letters import letter, said
from liaisons.models import (
    MEETING,
    RECORD,
    Approval,
    Attendance,
    CheckRole,
    CheckState,
    Meeting,
    MeetingRecord,
    Presence,
    RecordCheck,
    RecordKind,
)
from liaisons.record_places import digest, freeze, without_confidential
from liaisons.workflow.meeting_log import log
from liaisons.workflow.packages import LANGUAGE

INSPECTORS = 2


def _path(meeting: Meeting) -> str:
    return f"{meeting.get_absolute_url()}poytakirja/"


@transaction.atomic
def send_to_check(record: MeetingRecord, *, inspectors: Iterable[Any] = (), by: Any, now: datetime) -> MeetingRecord:
    """Send the text to the chair, and minutes also to two inspectors (pöytäkirjantarkastajat), to be checked.

    Order of effects: record, checks (asked anew after a return), letters, history. Refused: no_chair, inspectors
    (not two, the chair among them, or not present), comments_open.
    """
    record = get_allowed("liaisons.record.write", by, now=now, lock=True, pk=record.pk)
    if record.state == "checking":
        return record
    target = RECORD.check(record.state, "send_to_check")
    meeting = record.meeting
    if meeting.presided_by_id is None:
        raise Refused("no_chair", _("Kirjaa ensin läsnäoloon, kuka johti puhetta."))
    chosen = list(inspectors)
    if record.is_minutes:
        _refuse_wrong_inspectors(meeting, chosen)
    _refuse_unanswered(record)
    record.state = target
    record.save(update_fields=["state"])
    record.checks.all().delete()
    people = [(meeting.presided_by, CheckRole.CHAIR), *((user, CheckRole.INSPECTOR) for user in chosen)]
    for user, role in people:
        RecordCheck.objects.create(record=record, user=user, role=role, asked_at=now)
        _ask_check(record, user, now)
    names = ", ".join(str(user) for user, _role in people)
    log(meeting, "send_to_check", _("Lähetettiin tarkastettavaksi: %(names)s"), by=by, now=now, names=names)
    return record


def _refuse_wrong_inspectors(meeting: Meeting, chosen: list[Any]) -> None:
    present = Attendance.objects.filter(meeting=meeting, presence=Presence.PRESENT, user__isnull=False)
    there = {row.user_id for row in present if row.may_vote}
    wanted = {user.pk for user in chosen}
    if len(wanted) != INSPECTORS or meeting.presided_by_id in wanted or not wanted <= there:
        raise Refused(
            "inspectors",
            _("Valitse kaksi läsnä ollutta jäsentä pöytäkirjantarkastajiksi. Puheenjohtaja ei voi olla toinen heistä."),
        )


def _refuse_unanswered(record: MeetingRecord) -> None:
    if record.comments.filter(answer="").exists():
        raise Refused("comments_open", _("Vastaa ensin kaikkiin kommentteihin."))


def _ask_check(record: MeetingRecord, user: Any, now: datetime) -> None:
    meeting = record.meeting
    letter(
        "record_check",
        user,
        said(_("Tarkasta ja hyväksy: %(body)s %(day)s"), body=meeting.body_name, day=local_date(meeting.starts_at)),
        [_("Lue teksti. Hyväksy se tai palauta se ja kerro, mitä pitää korjata.")],
        path=_path(meeting),
        button=_("Avaa tarkastettavaksi"),
        key=f"{record.pk}:{user.pk}:{int(now.timestamp())}",
        now=now,
    )


@transaction.atomic
def check_record(record: MeetingRecord, *, approves: bool, note: str = "", by: Any, now: datetime) -> MeetingRecord:
    """The chair or an inspector approves, or returns the text with what must be mended.

    The last approval freezes the record (its text, attendance and matters) and closes the meeting. A person who has
    answered already is not asked twice: 404.
    """
    record = get_allowed("liaisons.record.check", by, now=now, lock=True, pk=record.pk)
    check = RecordCheck.objects.select_for_update().get(record=record, user=by)
    if not approves:
        return _return(record, check, note.strip(), by, now)
    check.state, check.at, check.note = CheckState.APPROVED, now, note.strip()
    check.save(update_fields=["state", "at", "note"])
    log(record.meeting, "check_record", _("%(name)s hyväksyi tekstin."), by=by, now=now, name=str(by))
    if not record.checks.exclude(state=CheckState.APPROVED).exists():
        how = Approval.INSPECTORS if record.is_minutes else Approval.CHAIR
        _approve(record, "approve_record", how, by, now)
    return record


def _return(record: MeetingRecord, check: RecordCheck, note: str, by: Any, now: datetime) -> MeetingRecord:
    if not note:
        raise Refused("note_missing", _("Kerro, mitä pitää korjata."))
    record.state = RECORD.check(record.state, "return_record")
    record.save(update_fields=["state"])
    check.state, check.at, check.note = CheckState.RETURNED, now, note
    check.save(update_fields=["state", "at", "note"])
    meeting = record.meeting
    log(meeting, "return_record", _("%(name)s palautti tekstin: %(note)s"), by=by, now=now, name=str(by), note=note)
    letter(
        "record_returned",
        record.created_by,
        said(_("Teksti palautettiin korjattavaksi: %(body)s"), body=meeting.body_name),
        [said(_("%(name)s: %(note)s"), name=by, note=note)],
        path=_path(meeting),
        button=_("Korjaa teksti"),
        key=f"{check.pk}:{int(now.timestamp())}",
        now=now,
    )
    return record


@transaction.atomic
def take_back_record(record: MeetingRecord, *, by: Any, now: datetime) -> MeetingRecord:
    """The writer takes the text back before all have answered; what was approved must be asked again."""
    record = get_allowed("liaisons.record.write", by, now=now, lock=True, pk=record.pk)
    if record.state == "draft":
        return record
    record.state = RECORD.check(record.state, "take_back_record")
    record.save(update_fields=["state"])
    log(record.meeting, "take_back_record", _("Otettiin takaisin korjattavaksi."), by=by, now=now)
    return record


@transaction.atomic
def record_approval(
    record: MeetingRecord, *, how: str, approving_meeting: Meeting | None = None, by: Any, now: datetime
) -> MeetingRecord:
    """Record that a memo was approved by its participants in the comment period, or by a later meeting of the body.

    Refused: minutes_are_checked, comments_running, comments_open, wrong_meeting.
    """
    record = get_allowed("liaisons.record.write", by, now=now, lock=True, pk=record.pk)
    if record.state == "approved" and record.approved_how == how:
        return record
    RECORD.check(record.state, "record_approval")
    if record.is_minutes:
        raise Refused("minutes_are_checked", _("Pöytäkirjan tarkastavat puheenjohtaja ja pöytäkirjantarkastajat."))
    _refuse_unanswered(record)
    if how == Approval.PARTICIPANTS:
        if record.state != "commenting" or record.comments_until is None or now < record.comments_until:
            raise Refused(
                "comments_running", _("Osallistujat hyväksyvät muistion vasta, kun kommenttiaika on päättynyt.")
            )
        approving_meeting = None
    elif how != Approval.NEXT_MEETING or not _is_later_meeting(record, approving_meeting):
        raise Refused("wrong_meeting", _("Valitse toimielimen myöhempi, pidetty kokous, joka hyväksyi muistion."))
    record.approving_meeting = approving_meeting
    _approve(record, "record_approval", how, by, now)
    return record


def _is_later_meeting(record: MeetingRecord, meeting: Meeting | None) -> bool:
    own = record.meeting
    return bool(
        meeting
        and meeting.body_id == own.body_id
        and meeting.starts_at > own.starts_at
        and meeting.state in ("held", "minutes_checked")
    )


def _approve(record: MeetingRecord, verb: str, how: str, by: Any, now: datetime) -> None:
    """Freeze the record and close the meeting; the caller holds the record's lock and has checked the way."""
    latest = record.revisions.first()
    approved = {"how": how, "by": _approvers(record), "meeting": _meeting_words(record.approving_meeting)}
    snapshot = freeze(record, latest.content if latest else {}, approved=approved, now=now)
    record.state = RECORD.check(record.state, verb)
    record.approved_how, record.approved_at = how, now
    record.snapshot, record.snapshot_hash = snapshot, digest(snapshot)
    record.save()
    meeting = Meeting.objects.select_for_update(of=("self",)).get(pk=record.meeting_id)
    if meeting.state == "held":
        meeting.state = MEETING.check(meeting.state, "finish_record")
        meeting.save(update_fields=["state"])
    words = _("Hyväksyttiin %(kind)s, versio %(version)s.")
    log(meeting, verb, words, by=by, now=now, kind=RecordKind(record.kind).label, version=record.version)
    if by != record.created_by:
        letter(
            "record_approved",
            record.created_by,
            said(_("Hyväksytty: %(body)s %(day)s"), body=meeting.body_name, day=local_date(meeting.starts_at)),
            [_("Kaikki ovat hyväksyneet tekstin. Voit nyt julkaista sen.")],
            path=_path(meeting),
            button=_("Julkaise"),
            key=str(record.pk),
            now=now,
        )


def _approvers(record: MeetingRecord) -> list[dict[str, str]]:
    rows = record.checks.filter(state=CheckState.APPROVED).select_related("user")
    return [{"name": str(row.user), "role": row.role, "at": row.at.isoformat() if row.at else ""} for row in rows]


def _meeting_words(meeting: Meeting | None) -> str:
    return format_date(meeting.starts_at) if meeting else ""


@transaction.atomic
def publish_record(record: MeetingRecord, *, by: Any, now: datetime) -> MeetingRecord:
    """Publish the approved record: its PDF is stored with its hash, and a public page shows it. Twice does it once.

    Confidential matters stand only in the whole document. Raises ``PdfUnavailable`` where no PDF can be made.
    """
    record = get_allowed("liaisons.record.write", by, now=now, lock=True, pk=record.pk)
    if record.state == "published":
        return record
    record.state = RECORD.check(record.state, "publish_record")
    snapshot: Any = record.snapshot  # an approved record has one
    whole = record.document or _render(record, snapshot, by, now)
    has_secrets = any(item["is_confidential"] for item in snapshot["items"])
    public = _render(record, without_confidential(snapshot), by, now) if has_secrets else whole
    record.document, record.public_document = whole, public
    record.published_at, record.published_by = now, by
    record.save(update_fields=["state", "document", "public_document", "published_at", "published_by"])
    kind = RecordKind(record.kind).label
    log(record.meeting, "publish_record", _("Julkaistiin %(kind)s."), by=by, now=now, kind=kind)
    _tell_published(record, now)
    return record


def ensure_document(record: MeetingRecord, *, by: Any, now: datetime) -> RenderedDocument:
    """Return the whole PDF of an approved record, made once from what was frozen. The caller has asked the policy."""
    with transaction.atomic():
        locked = MeetingRecord.objects.select_for_update(of=("self",)).get(pk=record.pk)
        if locked.document_id:
            return RenderedDocument.objects.get(pk=locked.document_id)
        locked.document = _render(locked, locked.snapshot, by, now)
        locked.save(update_fields=["document"])
        return locked.document


def _render(record: MeetingRecord, snapshot: Any, by: Any, now: datetime) -> RenderedDocument:
    word = "Pöytäkirja" if record.is_minutes else "Muistio"
    title = f"{word}, {snapshot['body']} {format_instant(record.meeting.starts_at)}"
    context = {
        "record": record,
        "snapshot": snapshot,
        "meeting": record.meeting,
        "document_date": local_date(record.approved_at or now),
        "fingerprint": record.snapshot_hash,
    }
    data = render_pdf("pdf/liaisons/record.html", context, title=title, language=LANGUAGE)
    return store_pdf(data, kind=f"liaisons.{record.kind}", title=title, language=LANGUAGE, by=by, now=now)


def _tell_published(record: MeetingRecord, now: datetime) -> None:
    meeting = record.meeting
    rows = Attendance.objects.filter(meeting=meeting, user__is_active=True).exclude(reply="released")
    for row in rows.select_related("user"):
        letter(
            "record_published",
            row.user,
            said(_("Julkaistu: %(body)s %(day)s"), body=meeting.body_name, day=local_date(meeting.starts_at)),
            [
                _("Kokouksen asiakirja on nyt kaikkien luettavissa."),
                said(_("Korjattu versio: %(note)s"), note=record.correction_note) if record.correction_note else "",
            ],
            path=record.get_absolute_url(),
            button=_("Lue asiakirja"),
            key=f"{record.pk}:{row.user_id}",
            now=now,
        )
