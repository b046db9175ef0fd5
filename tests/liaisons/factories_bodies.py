"""Calls for candidates, candidates, attendance, minutes and memos for tests."""

import hashlib
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import factory
import pikepdf
from factory.django import DjangoModelFactory

from documents.models import RenderedDocument
from liaisons.models import (
    AgendaPackage,
    Attendance,
    Candidate,
    Meeting,
    MeetingRecord,
    NominationCall,
    RecordCheck,
    RecordRevision,
)
from organisations.workflow.invitations import hash_token
from tests.accounts.factories import UserFactory
from tests.county.factories import NOW
from tests.liaisons.factories import BodyFactory, MeetingFactory, SeatFactory
from tests.organisations.factories import OrganisationFactory

TOKEN = "ehdokkaan-lippu"


class NominationFactory(DjangoModelFactory[NominationCall]):
    """A draft of a call for one member to a body, to be chosen by another body."""

    class Meta:
        model = NominationCall

    body = factory.SubFactory(BodyFactory, kind="partnership_group")
    chooser = factory.SubFactory(BodyFactory, kind="ngo_council")
    chooser_appoints = True
    title = factory.Sequence(lambda n: f"Ehdokashaku {n}")
    criteria = "Kokemusta vapaaehtoistyöstä."
    members = 1
    valid_from = date(2027, 1, 1)
    valid_until = date(2028, 12, 31)
    asked = "ngos"
    deadline = NOW + timedelta(days=14)
    created_by = factory.SubFactory(UserFactory)
    created_at = NOW - timedelta(days=2)


class OpenNominationFactory(NominationFactory):
    """A call that takes proposals since yesterday."""

    state = "open"
    published_at = NOW - timedelta(days=1)


class CandidateFactory(DjangoModelFactory[Candidate]):
    """A candidate who has not answered."""

    class Meta:
        model = Candidate

    call = factory.SubFactory(OpenNominationFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    full_name = factory.Sequence(lambda n: f"Ehdokas {n}")
    email = factory.Sequence(lambda n: f"ehdokas{n}@example.org")
    grounds = "Toiminut yhdistyksessä pitkään."
    proposed_by = factory.SubFactory(UserFactory)
    proposed_at = NOW
    token_hash = factory.Sequence(lambda n: hash_token(f"{TOKEN}-{n}"))
    consent_text = "Suostun ehdokkaaksi."
    consent_asked_at = NOW
    consent_until = factory.LazyAttribute(lambda row: row.call.deadline + timedelta(days=7))


class AttendanceFactory(DjangoModelFactory[Attendance]):
    """A member who was asked to a meeting."""

    class Meta:
        model = Attendance

    meeting = factory.SubFactory(MeetingFactory)
    seat = factory.LazyAttribute(lambda row: SeatFactory(body=row.meeting.body))
    user = factory.LazyAttribute(lambda row: row.seat.user)
    role = "member"
    name = factory.LazyAttribute(lambda row: row.user.full_name or row.user.email)


def asked(meeting: Meeting, seat: Any, **fields: Any) -> Attendance:
    """Return the row of the seat's person in the meeting."""
    return AttendanceFactory(meeting=meeting, seat=seat, user=seat.user, role=seat.role, **fields)


def make_record(meeting: Meeting, *, by: Any, kind: str = "minutes", **fields: Any) -> MeetingRecord:
    """Return a record of the meeting with one empty revision."""
    record = MeetingRecord.objects.create(
        meeting=meeting, kind=kind, created_by=by, created_at=NOW, **{"state": "draft", **fields}
    )
    if record.state in ("draft", "commenting", "checking"):
        RecordRevision.objects.create(record=record, number=1, content={}, by=by, at=NOW)
    return record


def make_check(record: MeetingRecord, user: Any, role: str = "inspector") -> RecordCheck:
    """Return a check that waits for the user's word."""
    return RecordCheck.objects.create(record=record, user=user, role=role, asked_at=NOW)


def blank_pdf() -> bytes:
    """Return a PDF of one empty page."""
    written = BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        document.save(written)
    return written.getvalue()


def make_document(by: Any, kind: str = "liaisons.minutes") -> Any:
    """Return a stored PDF."""
    data = blank_pdf()
    fields = {"kind": kind, "title": "Pöytäkirja", "language": "fi", "name": "poytakirja.pdf", "pages": 1}
    document = RenderedDocument(
        **fields, size=len(data), sha256=hashlib.sha256(data).hexdigest(), created_at=NOW, created_by=by
    )
    document.put(data)
    document.save()
    return document


def make_package(meeting: Meeting, *, by: Any, is_whole: bool = False) -> AgendaPackage:
    """Return the meeting's agenda as a stored PDF."""
    document = make_document(by, "liaisons.agenda")
    return AgendaPackage.objects.create(
        meeting=meeting, is_whole=is_whole, document=document, left_out=[], made_at=NOW, made_by=by
    )
