"""An organisation's own copy of a whole case as one ZIP: what it sent, got and was answered, written while it is read.

Nothing of the officers' preparation is in it. Files are read one at a time and their hashes checked; a damaged one is
told of in its place, so that the rest of the copy still comes.
"""

import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from common.policies import allowed
from common.times import helsinki
from documents.models import ScanState
from documents.views import FileDamaged, verified
from grants.models import Application, PaperOriginal
from grants.records_package import folder
from grants.use_report_content import content_of
from grants.workflow.snapshot import canonical

_CHUNK = 1 << 20
_DAMAGED = "Tiedosto on vaurioitunut palvelussa, eikä sitä voitu liittää kopioon. Ilmoittakaa tästä ylläpidolle."


@dataclass(frozen=True)
class Part:
    """One file of the copy: its path, and either its bytes or the stored file."""

    path: str
    data: bytes | None = None
    stored: Any = None


def parts_of(case: Application, user: Any, now: datetime) -> list[Part]:
    """Return everything of the case that the person may read as the applicant's, in the order of its life."""
    parts = [*_sent(case), *_asked(case), *_messages(case), *_decided(case, user, now), *_reports(case, user, now)]
    listed = "\n".join(part.path for part in parts)
    about = f"Hakemus {case.case_number}, {case.organisation.name}\n{case.call.title_fi}\n\n{listed}\n"
    return [Part("sisalto.txt", about.encode()), *parts]


def _sent(case: Application) -> Iterator[Part]:
    for sent in case.submissions.select_related("receipt").order_by("number"):
        yield Part(f"hakemus-{sent.number}.json", canonical(sent.content))
        if sent.receipt:
            yield Part(f"hakemus-{sent.number}.pdf", stored=sent.receipt)
    original = PaperOriginal.objects.filter(application=case).first()
    if original is not None:
        yield Part(f"paperihakemus/{original.name}", stored=original)
    for order, file in enumerate(case.attachments.all(), start=1):
        yield Part(f"liitteet/{order:02}-{file.name}", stored=file)


def _asked(case: Application) -> Iterator[Part]:
    rows = case.supplements.prefetch_related("files").order_by("asked_at", "pk")
    for order, asked in enumerate(rows, start=1):
        told = {
            "laji": asked.get_kind_display(),
            "pyydetty": asked.asked_at.isoformat(),
            "teksti": asked.text,
            "maarapaiva": asked.due_on.isoformat(),
            "tila": str(asked.applicant_state_label),
            "lahetetty": asked.sent_at.isoformat() if asked.sent_at else None,
            "vastaus": asked.note,
            "kohdat": asked.answers,
            "valtiontuki": asked.aid,
        }
        yield Part(f"taydennykset/{order:02}.json", _json(told))
        if asked.state != "sent":  # what was sent stands among the attachments
            for number, file in enumerate(asked.files.all(), start=1):
                yield Part(f"taydennykset/{order:02}-lahettamatta/{number:02}-{file.name}", stored=file)


def _messages(case: Application) -> Iterator[Part]:
    order = 0
    for number, message in enumerate(case.messages.prefetch_related("files"), start=1):
        files = list(message.files.all())
        told = {
            "kirjoitettu": message.written_at.isoformat(),
            "kuka": "hakija" if message.from_applicant else "käsittelijä",
            "teksti": message.text,
            "liitteet": [file.name for file in files],
        }
        yield Part(f"viestit/{number:03}.json", _json(told))
        for file in files:
            order += 1
            yield Part(f"viestit/liitteet/{order:02}-{file.name}", stored=file)


def _decided(case: Application, user: Any, now: datetime) -> Iterator[Part]:
    decision = allowed("grants.decision.view_own", user, now=now).filter(application=case).first()
    if decision is None:
        return
    letters = [(f"paatos-{row.number}.pdf", row.letter) for row in decision.versions.select_related("letter")]
    if decision.letter_id and decision.letter_id not in {letter.pk for _name, letter in letters}:
        letters.append(("paatos.pdf", decision.letter))
    for name, permission in (
        ("oikaisuvaatimus", "grants.claim.view_own"),
        ("muutos", "grants.change.view_own"),
        ("takaisinperinta", "grants.recovery.view_own"),
    ):
        rows = allowed(permission, user, now=now).filter(decision=decision, letter__isnull=False)
        found = rows.select_related("letter").order_by("pk")
        letters += [(f"{name}-{order}.pdf", row.letter) for order, row in enumerate(found, start=1)]
    for name, letter in letters:
        yield Part(f"paatokset/{name}", stored=letter)


def _reports(case: Application, user: Any, now: datetime) -> Iterator[Part]:
    rows = allowed("grants.use_report.view_own", user, now=now).filter(decision__application=case)
    for report in rows.prefetch_related("attachments", "municipalities").order_by("due_on", "pk"):
        name = f"kayttoselvitykset/{report.kind}"
        yield Part(f"{name}.json", _json(content_of(report)))
        for order, file in enumerate(report.attachments.all(), start=1):
            yield Part(f"{name}/{order:02}-{file.name}", stored=file)


def _json(told: dict[str, Any]) -> bytes:
    return json.dumps(told, ensure_ascii=False, indent=1, default=str).encode()


class _Sink:
    """Where the ZIP writes: what came since the last look is taken from here and sent on."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, data: bytes) -> int:
        """Keep the bytes until they are taken."""
        self._pieces.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing waits here."""

    def take(self) -> bytes:
        """Return what was written since the last time."""
        data = b"".join(self._pieces)
        self._pieces.clear()
        return data


def stream(case: Application, parts: list[Part], now: datetime) -> Iterator[bytes]:
    """Yield the ZIP in pieces: never more than one piece of a file is in memory."""
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as bundle:  # type: ignore[call-overload]
        for part in parts:
            try:
                source = _open(part)
            except FileDamaged:
                bundle.writestr(_info(case, f"{part.path}.vaurioitunut.txt", now), _DAMAGED)
                continue
            with bundle.open(_info(case, part.path, now), "w") as out:
                for piece in source:
                    out.write(piece)
                    yield sink.take()
            yield sink.take()
    yield sink.take()


def _open(part: Part) -> Iterator[bytes]:
    """Return the part's bytes in pieces, once its hash has been found right; ``FileDamaged`` else."""
    if part.data is not None:
        return iter([part.data])
    if part.stored.scan_state == ScanState.INFECTED:
        raise FileDamaged
    return _read(verified(part.stored))


def _read(content: Any) -> Iterator[bytes]:
    with content:
        while piece := content.read(_CHUNK):
            yield piece


def _info(case: Application, path: str, now: datetime) -> zipfile.ZipInfo:
    found = zipfile.ZipInfo(f"{folder(case.case_number or '')}/{path}", helsinki(now).timetuple()[:6])
    found.compress_type = zipfile.ZIP_DEFLATED
    return found
