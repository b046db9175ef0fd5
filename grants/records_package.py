"""What goes into a package for the records system: each case with its metadata, documents and hashes.

The metadata follow the ideas of SÄHKE2 (the National Archives' requirements for records systems): a case with its
number, function, publicity, retention and agents; its actions; in each the records with their files and hashes.
The county's records plan has the last word: a grant kind's ``retention_years`` in the area file replaces ours.
"""

import hashlib
import json
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import IO, Any
from xml.etree import ElementTree as ET

from common.times import helsinki
from county.models import County
from documents.views import verified
from grants.models import Application, Decision
from grants.negotiation_records import negotiation_records
from grants.records_later import ARRIVAL, IN_FORCE, REVISION, Later, later_records, paper_original
from grants.workflow.snapshot import canonical

NAMESPACE = "urn:yhdyspinta:records:1"
RETENTION_YEARS = 10
PERSONAL = "sisältää henkilötietoja"
#: The actions of a case, in order, that its records belong to.
ACTIONS = (ARRIVAL, "valmistelu", "päätöksenteko", IN_FORCE, REVISION)
_CHUNK = 1 << 20


@dataclass(frozen=True)
class Entry:
    """One file of the package as the manifest tells it; ``sha256`` is of the bytes in the package."""

    case_number: str
    path: str
    title: str
    kind: str
    action: str
    created: str
    content_type: str
    size: int
    sha256: str


@dataclass(frozen=True)
class _Source:
    """A file before it is written: bytes, or a stored file whose hash is checked when it is read."""

    name: str
    title: str
    kind: str
    action: str
    created: datetime
    content_type: str
    data: bytes | None = None
    stored: Any = None


def folder(case_number: str) -> str:
    """Return the case's folder: its number without slashes."""
    return case_number.replace("/", "-")


def write_package(target: IO[bytes], cases: Iterable[Application], county: County | None, now: datetime) -> list[Entry]:
    """Write the ZIP of the cases and return its manifest. Raises ``FileDamaged`` for a file that has changed."""
    entries: list[Entry] = []
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for case in cases:
            written = [_write(package, case, source, now) for source in _sources(case)]
            metadata = _Source(
                "metadata.xml", "Metatiedot", "metatiedot", "", now, "application/xml", _metadata(case, written, county)
            )
            entries += [*written, _write(package, case, metadata, now)]
        told = {"made_at": now.isoformat(), "hash": "SHA-256", "files": [asdict(entry) for entry in entries]}
        package.writestr(_info("manifest.json", now), json.dumps(told, ensure_ascii=False, indent=1))
    return entries


def _info(path: str, now: datetime) -> zipfile.ZipInfo:
    found = zipfile.ZipInfo(path, helsinki(now).timetuple()[:6])
    found.compress_type = zipfile.ZIP_DEFLATED
    return found


def _write(package: zipfile.ZipFile, case: Application, source: _Source, now: datetime) -> Entry:
    """Write one file in pieces and return what the manifest says of it."""
    number = case.case_number or ""
    path = f"{folder(number)}/{source.name}"
    digest, size = hashlib.sha256(), 0
    with package.open(_info(path, now), "w") as out:
        for piece in _pieces(source):
            digest.update(piece)
            size += len(piece)
            out.write(piece)
    return Entry(
        number,
        path,
        source.title,
        source.kind,
        source.action,
        source.created.isoformat(),
        source.content_type,
        size,
        digest.hexdigest(),
    )


def _pieces(source: _Source) -> Iterator[bytes]:
    if source.data is not None:
        yield source.data
        return
    with verified(source.stored) as content:
        while piece := content.read(_CHUNK):
            yield piece


def _sources(case: Application) -> Iterator[_Source]:
    """Yield the case's documents in the order in which they came about."""
    for sent in case.submissions.all():
        name = f"hakemus-{sent.number}"
        yield _Source(
            f"{name}.json",
            f"Hakemus, lähetys {sent.number}",
            "hakemus",
            "vireilletulo",
            sent.received_at,
            "application/json",
            canonical(sent.content),
        )
        if sent.receipt:
            yield _stored(f"{name}.pdf", f"Hakemus ja kuittaus {sent.number}", "hakemus", "vireilletulo", sent.receipt)
    yield from _later(paper_original(case))
    for order, attached in enumerate(case.attachments.all(), start=1):
        title = f"{attached.attachment_slot.name_fi}: {attached.name}"
        yield _stored(f"liitteet/{order:02}-{attached.name}", title, "liite", "vireilletulo", attached)
    yield from _case_work(case)
    if proposal := getattr(case, "proposal", None):
        told = {"sum": f"{proposal.sum:.2f}", "reasons": proposal.reasons, "proposed_by": str(proposal.proposed_by)}
        yield _told("esitys.json", "Esitys", "esitys", proposal.proposed_at, told)
    if case.decision.letter:
        yield _stored("paatos.pdf", "Päätös", "päätös", "päätöksenteko", case.decision.letter)
    yield from _later(later_records(case.decision))


def _later(rows: Iterable[Later]) -> Iterator[_Source]:
    for row in rows:
        if row.told is None:
            yield _stored(row.name, row.title, row.kind, row.action, row.stored)
        else:
            data = json.dumps(row.told, ensure_ascii=False, indent=1).encode()
            yield _Source(row.name, row.title, row.kind, row.action, row.created, "application/json", data)


def _case_work(case: Application) -> Iterator[_Source]:
    """Yield what was asked, answered and written while the case was prepared.

    Not the officers' notes, nor the draft of an answer that was never sent: they are no documents of the case
    (laki viranomaisten toiminnan julkisuudesta 621/1999 5 § 3 mom.).
    """
    for order, asked in enumerate(sorted(case.supplements.all(), key=lambda row: row.pk), start=1):
        kind = "kuuleminen" if asked.is_hearing else "täydennyspyyntö"
        title = f"{kind.capitalize()}, {asked.asked_at:%Y-%m-%d}"
        yield _told(f"taydennykset/{order:02}.json", title, kind, asked.asked_at, _supplement(asked))
    for order, statement in enumerate(case.statements.all(), start=1):
        title = f"Lausunto: {statement.post.full_name}"
        yield _told(f"lausunnot/{order:02}.json", title, "lausunto", statement.asked_at, _statement(statement))
    yield from _negotiated(case)
    order = 0
    for number, message in enumerate(case.messages.all(), start=1):
        files = list(message.files.all())
        told = {
            "written_at": message.written_at.isoformat(),
            "from_applicant": message.from_applicant,
            "written_by": str(message.written_by or ""),
            "text": message.text,
            "files": [file.name for file in files],
        }
        sender = "hakijalta" if message.from_applicant else "hakijalle"
        yield _told(f"viestit/{number:03}.json", f"Viesti {sender}", "viesti", message.written_at, told)
        for file in files:
            order += 1
            name = f"viestit/liitteet/{order:02}-{file.name}"
            yield _stored(name, f"Viestin liite: {file.name}", "viestin liite", "valmistelu", file)


def _negotiated(case: Application) -> Iterator[_Source]:
    """Yield what was negotiated, and the other funders with their decisions."""
    for told in negotiation_records(case):
        yield _told(*told)
    files = [(row, file) for row in case.cofunding.all() for file in row.files.all()]
    for order, (row, file) in enumerate(files, start=1):
        title = f"Muun rahoittajan päätös: {row.name}"
        yield _stored(f"rahoittajat/liitteet/{order:02}-{file.name}", title, "liite", "valmistelu", file)


def _supplement(asked: Any) -> dict[str, Any]:
    """Return a request and what was sent; the new answers themselves stand in the submission."""
    return {
        "asked_at": asked.asked_at.isoformat(),
        "asked_by": str(asked.asked_by),
        "text": asked.text,
        "questions": asked.questions,
        "state_aid": asked.opens_state_aid,
        "due_on": asked.due_on.isoformat(),
        "state": asked.state,
        "sent_at": asked.sent_at.isoformat() if asked.sent_at else None,
        "sent_by": str(asked.sent_by) if asked.sent_by else None,
        "answer": asked.note if asked.state == "sent" else "",
        "submission": asked.submission.number if asked.submission else None,
    }


def _statement(row: Any) -> dict[str, Any]:
    """Return a statement's question and answer, also where none was given."""
    return {
        "post": row.post.full_name,
        "asked_at": row.asked_at.isoformat(),
        "asked_by": str(row.asked_by),
        "question": row.question,
        "due_on": row.due_on.isoformat(),
        "state": row.state,
        "side": row.side,
        "text": row.text,
        "reason": row.reason,
        "answered_by": str(row.answered_by) if row.answered_by else None,
        "answered_at": row.answered_at.isoformat() if row.answered_at else None,
    }


def _told(name: str, title: str, kind: str, created: datetime, told: dict[str, Any]) -> _Source:
    data = json.dumps(told, ensure_ascii=False, indent=1).encode()
    return _Source(name, title, kind, "valmistelu", created, "application/json", data)


def _stored(name: str, title: str, kind: str, action: str, stored: Any) -> _Source:
    created = getattr(stored, "created_at", None) or stored.uploaded_at
    return _Source(name, title, kind, action, created, stored.content_type, stored=stored)


def _metadata(case: Application, entries: list[Entry], county: County | None) -> bytes:
    """Return the case's metadata as XML."""
    decision = case.decision
    root = ET.Element("CaseFile", {"xmlns": NAMESPACE})
    years = case.call.kind.facts.get("retention_years", RETENTION_YEARS)
    facts = {
        "NativeId": case.case_number,
        "Title": f"Avustushakemus: {case.call.title_fi}, {case.organisation.name}",
        "Function": county.case_number_class if county else "",
        "Language": "fi",
        "Created": case.received_at.isoformat() if case.received_at else "",
        "Closed": decision.sent_on.isoformat() if decision.sent_on else "",
        "PublicityClass": "Julkinen",
        "PersonalData": PERSONAL,
        "RetentionPeriod": years,
        "RetentionPeriodStart": "asian päättyminen",
    }
    _add(root, facts)
    agents = (
        ("hakija", case.organisation.name, case.organisation.business_id or ""),
        ("viranomainen", county.name_fi if county else "", county.business_id if county else ""),
        ("päättäjä", decision.decider, ""),
    )
    for role, name, identifier in agents:
        if name:
            _add(ET.SubElement(root, "Agent"), {"Role": role, "Name": name, "Identifier": identifier})
    for action in ACTIONS:
        found = [entry for entry in entries if entry.action == action]
        if found:
            element = ET.SubElement(root, "Action")
            _add(element, {"Type": action})
            if action == "päätöksenteko":
                told = {"DecisionDate": decision.decided_on.isoformat(), **_reference(decision)}
                _add(element, {**told, "GrantedSum": f"{decision.sum:.2f}"})
            for entry in found:
                _record(element, entry)
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _reference(decision: Decision) -> dict[str, Any]:
    """Return the section of the minutes, or the number of the office-holder's decision."""
    if decision.section_number is not None:
        return {"Section": decision.section_number}
    return {"DecisionNumber": f"{decision.official_number}/{decision.official_year}"}


def _record(action: ET.Element, entry: Entry) -> None:
    record = ET.SubElement(action, "Record")
    told = {"Title": entry.title, "Type": entry.kind, "Created": entry.created, "PublicityClass": "Julkinen"}
    _add(record, {**told, "PersonalData": PERSONAL})
    file = {"Path": entry.path, "MimeType": entry.content_type, "Size": entry.size}
    _add(ET.SubElement(record, "Document"), {**file, "HashAlgorithm": "SHA-256", "HashValue": entry.sha256})


def _add(parent: ET.Element, facts: dict[str, Any]) -> None:
    for name, value in facts.items():
        if value not in (None, ""):
            ET.SubElement(parent, name).text = str(value)
