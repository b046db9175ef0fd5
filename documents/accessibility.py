"""What makes a PDF readable for everybody, asked of the finished file. Used before storing and in tests.

It is our own short list (the rules of PDF/UA-1 that our templates could break); a validator looks at the same
files in the tests, and veraPDF is the outside check.
"""

import io
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pikepdf

HEADINGS = {f"/H{level}": level for level in range(1, 7)}


def faults(data: bytes) -> list[str]:
    """Return what is wrong, in English for developers; an empty list means nothing was found."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        found = [*_document_faults(pdf)]
        tree = pdf.Root.get("/StructTreeRoot")
        if tree is None:
            return [*found, "The file is not tagged."]
        nodes = list(_nodes(tree.get("/K")))
        return [*found, *_tag_faults(nodes), *_heading_faults(nodes), *_font_faults(pdf)]


def _document_faults(pdf: pikepdf.Pdf) -> Iterator[str]:
    if not str(pdf.Root.get("/Lang", "")).strip():
        yield "The document has no language."
    with pdf.open_metadata(set_pikepdf_as_editor=False) as metadata:
        if not str(metadata.get("dc:title", "")).strip():
            yield "The document has no title."
        if str(metadata.get("pdfuaid:part", "")) != "1":
            yield "The document does not say that it is PDF/UA-1."
    if not _flag(pdf, "/MarkInfo", "/Marked"):
        yield "The document is not marked as tagged."
    if not _flag(pdf, "/ViewerPreferences", "/DisplayDocTitle"):
        yield "The title is not shown."


def _flag(pdf: pikepdf.Pdf, part: str, name: str) -> bool:
    found = pdf.Root.get(part)
    return isinstance(found, pikepdf.Dictionary) and bool(found.get(name))


def _nodes(node: Any) -> Iterator[pikepdf.Dictionary]:
    """Walk the structure tree in reading order."""
    if isinstance(node, pikepdf.Array):
        for child in node:
            yield from _nodes(child)
    elif isinstance(node, pikepdf.Dictionary) and "/S" in node:
        yield node
        yield from _nodes(node.get("/K"))


def _tag_faults(nodes: list[pikepdf.Dictionary]) -> Iterator[str]:
    for node in nodes:
        tag = str(node.S)
        if tag == "/Figure" and not str(node.get("/Alt", "")).strip():
            yield "A figure has no alternative text."
        if tag == "/TH" and "/Scope" not in _attributes(node):
            yield "A table header has no scope."
        if tag == "/Table" and not any(str(child.S) == "/TH" for child in _nodes(node.get("/K"))):
            yield "A table has no header cells."


def _attributes(node: pikepdf.Dictionary) -> set[str]:
    attributes = node.get("/A")
    entries = attributes if isinstance(attributes, pikepdf.Array) else [attributes]
    return {key for entry in entries if isinstance(entry, pikepdf.Dictionary) for key in set(entry.keys())}


def _heading_faults(nodes: list[pikepdf.Dictionary]) -> Iterator[str]:
    levels = [HEADINGS[str(node.S)] for node in nodes if str(node.S) in HEADINGS]
    if not levels:
        yield "The document has no heading."
    elif levels[0] != 1:
        yield "The first heading is not of level 1."
    for before, after in pairwise(levels):
        if after > before + 1:
            yield f"Heading levels are skipped: {before} is followed by {after}."


def _font_faults(pdf: pikepdf.Pdf) -> Iterator[str]:
    for item in pdf.objects:
        if not isinstance(item, pikepdf.Dictionary) or item.get("/Type") != "/FontDescriptor":
            continue
        if not {"/FontFile", "/FontFile2", "/FontFile3"} & set(item.keys()):
            yield f"The font {item.get('/FontName')} is not embedded."
