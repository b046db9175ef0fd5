"""The agenda as one PDF: the notice, the matters' texts, and behind them the attachments that are PDFs."""

import logging
from datetime import datetime
from typing import Any

from django.db import transaction

from common.policies import get_allowed
from common.times import format_instant, local_date
from documents.joining import Part, join, readable
from documents.pdf import PdfUnavailable, render_pdf, store_pdf
from liaisons.models import AgendaPackage, Meeting
from liaisons.workflow.meeting_log import log

logger = logging.getLogger(__name__)
# Written in the language in which the bodies work; the pages around it are in three.
LANGUAGE = "fi"
PDF = "application/pdf"


@transaction.atomic
def compile_package(meeting: Meeting, *, by: Any, now: datetime) -> AgendaPackage:
    """Compile the agenda anew by hand and return the public package. Raises ``PdfUnavailable`` without pango."""
    meeting = get_allowed("liaisons.meeting.manage", by, now=now, lock=True, pk=meeting.pk)
    return _make(meeting, by, now)


def make_packages(meeting: Meeting, *, by: Any, now: datetime) -> None:
    """Make the packages with the notice; where PDFs cannot be made the notice goes without, and the log says so."""
    try:
        _make(meeting, by, now)
    except PdfUnavailable as unavailable:
        logger.warning("No agenda package for meeting %s: %s", meeting.pk, unavailable.detail)


def _make(meeting: Meeting, by: Any, now: datetime) -> AgendaPackage:
    """Store the public package, and a whole one beside it when a matter is confidential."""
    items = list(meeting.items.prefetch_related("attachments").order_by("order"))
    if any(item.is_confidential for item in items):
        _store(meeting, items, True, by, now)
    public = _store(meeting, items, False, by, now)
    log(meeting, "compile_package", "Esityslista koottiin PDF-tiedostoksi.", by=by, now=now)
    return public


def _store(meeting: Meeting, items: list[Any], is_whole: bool, by: Any, now: datetime) -> AgendaPackage:
    rows = [_row(number, item, is_whole) for number, item in enumerate(items, start=1)]
    parts, left_out = _parts(rows)
    title = f"Esityslista, {meeting.body_name} {format_instant(meeting.starts_at)}"
    context = {"meeting": meeting, "rows": rows, "is_whole": is_whole, "document_date": local_date(now)}
    own = render_pdf("pdf/liaisons/agenda.html", context, title=title, language=LANGUAGE)
    document = store_pdf(
        join(own, parts), kind="liaisons.agenda", title=title, language=LANGUAGE, by=by, now=now, own_part=own
    )
    return AgendaPackage.objects.create(
        meeting=meeting, is_whole=is_whole, document=document, left_out=left_out, made_at=now, made_by=by
    )


def _row(number: int, item: Any, is_whole: bool) -> dict[str, Any]:
    """Return a matter as the PDF shows it; a confidential one in the public package only says that it is there."""
    hidden = item.is_confidential and not is_whole
    title = "Salassa pidettävä asia" if hidden else item.title
    files = [] if hidden else list(item.attachments.all())
    return {
        "item": item,
        "hidden": hidden,
        "heading": f"{number}. {title}",
        "files": [
            {"name": f"Liite {number}.{place}: {file.name}", "file": file, "joined": _content(file) is not None}
            for place, file in enumerate(files, start=1)
        ],
    }


def _content(file: Any) -> bytes | None:
    """Return the bytes of an attachment that can be joined, else None."""
    if file.content_type != PDF or file.scan_state == "infected":
        return None
    cached: bytes | None = getattr(file, "_joinable", None)
    if cached is None:
        try:
            with file.file.open("rb") as stored:
                data = stored.read()
        except FileNotFoundError:
            return None
        if not readable(data):
            return None
        file._joinable = cached = data
    return cached


def _parts(rows: list[dict[str, Any]]) -> tuple[list[Part], list[str]]:
    """Return what is joined, and the names of what must be opened apart."""
    parts, left_out = [], []
    for row in rows:
        for entry in row["files"]:
            data = _content(entry["file"])
            if data is None:
                left_out.append(entry["name"])
            else:
                parts.append(Part(entry["name"], row["heading"], data))
    return parts, left_out
