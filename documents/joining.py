"""Several PDFs as one: our own tagged pages first, the files that others gave behind them, all under bookmarks."""

import io
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pikepdf


@dataclass(frozen=True)
class Part:
    """A PDF to put behind: its bookmark ``title``, under our own bookmark ``under`` (its whole text)."""

    title: str
    under: str
    data: bytes


def readable(data: bytes) -> bool:
    """Tell whether the bytes are a PDF that can be joined: whole, without a password, with at least one page."""
    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            return len(pdf.pages) > 0
    except pikepdf.PdfError:
        return False


def join(base: bytes, parts: Iterable[Part]) -> bytes:
    """Return ``base`` with the parts behind it, each under its bookmark.

    The tags of ``base`` stay, so its pages are read as before. The parts' own tags are left out: two trees of tags
    cannot be kept apart by page, and each file can still be opened as it was given. Because of their pages the
    whole no longer calls itself PDF/UA; without parts nothing changes. Give only parts that are ``readable``.
    """
    given = list(parts)
    if not given:
        return base
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(base)) as pdf:
        starts = [_append(pdf, part) for part in given]
        with pdf.open_outline() as outline:
            for part, start in zip(given, starts, strict=True):
                entry = pikepdf.OutlineItem(part.title, start)
                parent = _find(outline.root, part.under)
                (parent.children if parent else outline.root).append(entry)
        with pdf.open_metadata(set_pikepdf_as_editor=False) as metadata:
            metadata.pop("pdfuaid:part", None)
        pdf.save(target, compress_streams=True)
    return target.getvalue()


def _append(pdf: pikepdf.Pdf, part: Part) -> int:
    """Append the part's pages without their tags and scripts; return the number of the first one, from 0."""
    start = len(pdf.pages)
    with pikepdf.open(io.BytesIO(part.data)) as other:
        pdf.pages.extend(other.pages)
    for number in range(start, len(pdf.pages)):
        page = pdf.pages[number].obj
        for key in ("/StructParents", "/AA", "/B"):
            if key in page:
                del page[key]
        notes: Any = page.get("/Annots", [])
        for note in notes:
            for key in ("/StructParent", "/AA"):
                if key in note:
                    del note[key]
            if note.get("/A", {}).get("/S") in ("/JavaScript", "/Launch", "/SubmitForm", "/ImportData"):
                del note["/A"]
    return start


def _find(entries: Iterable[Any], title: str) -> Any:
    for entry in entries:
        if entry.title == title:
            return entry
        found = _find(entry.children, title)
        if found:
            return found
    return None
