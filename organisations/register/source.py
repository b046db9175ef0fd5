"""The file: which form and encoding it is in, and its records one at a time with bounded memory.

A damaged record costs itself only: a line over the limit is skipped to its end, a quote that never closes is
given up after a few lines and reading goes on from the next line.
"""

import codecs
import csv
import hashlib
import json
import re
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from django.utils.translation import gettext_lazy as _

from common.errors import Refused
from organisations.register.messages import format_name

MAX_LINE_BYTES = 100_000
MAX_RECORD_LINES = 20
DELIMITERS = (";", ",")
# zip and xlsx, gzip, bzip2, xz, 7z, the old Excel, PDF
_PACKED = (b"PK\x03\x04", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"7z\xbc\xaf", b"\xd0\xcf\x11\xe0", b"%PDF-")
COLUMNS = (
    "rekisterinumero",
    "y_tunnus",
    "nimi",
    "aiemmat_nimet",
    "kotipaikka",
    "kotipaikka_koodi",
    "yhteisomuoto",
    "rekisterointipaiva",
    "tila",
    "tilapaiva",
    "katuosoite",
    "postinumero",
    "postitoimipaikka",
    "sahkoposti",
    "puhelin",
    "verkkosivu",
    "nimenkirjoitustapa",
    "nimenkirjoittajat",
)
JSON_FIELDS = (
    "AssociationNameInfo",
    "BusinessId",
    "AssociationStatus",
    "RegistryDate",
    "Domicile",
    "AssociationNumber",
)
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]+")

Progress = Callable[[int, str], None]


def _undefined_byte(error: UnicodeError) -> tuple[str, int]:
    """Windows-1252 leaves five bytes undefined: they become control characters, which a name may not hold."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return chr(error.object[error.start]), error.start + 1


codecs.register_error("register_undefined", _undefined_byte)


@dataclass(frozen=True)
class Inspected:
    """What a first reading tells: hash, size, encoding, form."""

    path: Path
    sha256: str
    size: int
    kind: str
    encoding: str
    bom: bool
    delimiter: str

    @property
    def format(self) -> str:
        """The form in words."""
        return format_name(self.kind, self.delimiter, self.encoding, bom=self.bom)


@dataclass(frozen=True)
class Fault:
    """A record that cannot be read: why, and the beginning of what stood there."""

    code: str
    detail: str = ""
    snippet: str = ""


Record = list[str] | dict[str, Any] | Fault


def printable(text: str, limit: int = 200) -> str:
    """Return the beginning of a text with what cannot be stored or shown left out."""
    return " ".join(_UNPRINTABLE.sub(" ", text[: limit * 2]).split())[:limit]


def _physical_lines(stream: BinaryIO) -> Iterator[tuple[int, bytes | int]]:
    """Yield (line number, line) with the line end off; for a line over the limit its length instead."""
    number = 0
    while line := stream.readline(MAX_LINE_BYTES + 1):
        number += 1
        if len(line) <= MAX_LINE_BYTES or line.endswith(b"\n"):
            yield number, line.rstrip(b"\r\n")
            continue
        length = len(line)
        while (rest := stream.readline(MAX_LINE_BYTES)) and not rest.endswith(b"\n"):
            length += len(rest)
        yield number, length + len(rest.rstrip(b"\r\n"))


def _valid_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def inspect(path: Path) -> Inspected:
    """Read the file once and return its form, or raise Refused when it is not an extract at all.

    UTF-8 unless more of the lines with other than ASCII letters are broken as UTF-8 than are whole: so one
    damaged line does not turn the whole file into another encoding.
    """
    digest = hashlib.sha256()
    whole = broken = 0
    first = b""
    with path.open("rb") as stream:
        bom = stream.read(3) == codecs.BOM_UTF8
        stream.seek(0)
        while line := stream.readline(MAX_LINE_BYTES):
            digest.update(line)
            if not first.strip(codecs.BOM_UTF8 + b" \t\r\n"):
                first = line
            if not line.isascii():
                valid = _valid_utf8(line)
                whole, broken = whole + valid, broken + (not valid)
        size = stream.tell()
    head = first.removeprefix(codecs.BOM_UTF8).strip()
    if not head:
        raise Refused("empty_file", _("Tiedosto on tyhjä. Valitse rekisteriote."))
    _refuse_what_is_no_text(head)
    encoding = "cp1252" if broken > whole and not bom else "utf-8"
    if head.startswith(b"{"):
        return Inspected(path, digest.hexdigest(), size, "jsonl", encoding, bom, "")
    delimiter = max(DELIMITERS, key=lambda sign: len(_known(_header_cells(_decode(head, encoding), sign))))
    return Inspected(path, digest.hexdigest(), size, "csv", encoding, bom, delimiter)


def _refuse_what_is_no_text(head: bytes) -> None:
    """Raise Refused for packed files, spreadsheets and UTF-16, whatever the file is called."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise Refused("utf16", _("Tiedoston merkistö on UTF-16. Tallenna ote UTF-8-muotoon ja tuo se uudelleen."))
    if head.startswith(_PACKED):
        raise Refused(
            "not_text",
            _("Tiedosto on pakattu tai taulukko-ohjelman oma muoto. Pura se tai tallenna ote CSV-muotoon."),
        )
    if b"\x00" in head:
        raise Refused("not_text", _("Tiedosto ei ole tekstiä. Tallenna ote CSV- tai JSON Lines -muotoon."))


def _decode(line: bytes, encoding: str) -> str:
    if encoding == "cp1252":
        return line.decode("cp1252", "register_undefined")
    return line.decode("utf-8", "replace")


def _header_cells(text: str, delimiter: str) -> list[str]:
    try:
        cells = next(csv.reader([text], delimiter=delimiter), [])
    except csv.Error:
        cells = text.split(delimiter)
    return [cell.strip().strip("\ufeff").casefold() for cell in cells]


def _known(cells: list[str]) -> list[str]:
    return [cell for cell in cells if cell in COLUMNS]


def _text_lines(source: Inspected, stream: BinaryIO) -> Iterator[tuple[int, str | Fault]]:
    """Yield (line number, text) of the lines that hold something."""
    for number, line in _physical_lines(stream):
        if isinstance(line, int):
            yield number, Fault("long_line", str(line))
            continue
        text = _decode(line.removeprefix(codecs.BOM_UTF8) if number == 1 else line, source.encoding)
        if not text.strip():
            continue
        if "\ufffd" in text:
            yield number, Fault("encoding", snippet=printable(text))
        else:
            yield number, text


def has_open_quote(text: str, delimiter: str) -> bool:
    """Tell whether a quoted cell begins in the text and does not end; quotes inside plain cells are letters."""
    at = 0
    while True:
        if text[at : at + 1] == '"':
            end = text.find('"', at + 1)
            while end >= 0 and text[end + 1 : end + 2] == '"':
                end = text.find('"', end + 2)
            if end < 0:
                return True
            at = end + 1
        found = text.find(delimiter, at)
        if found < 0:
            return False
        at = found + 1


class _CsvReader:
    """Records of a CSV file; a quoted cell may hold line ends, up to a limit."""

    def __init__(self, lines: Iterator[tuple[int, str | Fault]], delimiter: str) -> None:
        self._lines = lines
        self._delimiter = delimiter
        self._pushed: deque[tuple[int, str | Fault]] = deque()

    def _next_line(self) -> tuple[int, str | Fault] | None:
        return self._pushed.popleft() if self._pushed else next(self._lines, None)

    def __iter__(self) -> Iterator[tuple[int, list[str] | Fault]]:
        while (item := self._next_line()) is not None:
            number, text = item
            if isinstance(text, Fault):
                yield number, text
            elif '"' not in text:
                yield number, text.split(self._delimiter)
            else:
                yield number, self._quoted(text)

    def _quoted(self, text: str) -> list[str] | Fault:
        joined = text
        taken: list[tuple[int, str | Fault]] = []
        while has_open_quote(joined, self._delimiter):
            item = self._next_line() if len(taken) < MAX_RECORD_LINES else None
            if item is not None:
                taken.append(item)
            if item is None or isinstance(item[1], Fault) or len(joined) > MAX_LINE_BYTES:
                self._pushed.extendleft(reversed(taken))
                return Fault("open_quote", snippet=printable(text))
            joined = f"{joined}\n{item[1]}"
        try:
            return next(csv.reader([joined], delimiter=self._delimiter))
        except csv.Error as wrong:
            return Fault("bad_row", str(wrong), printable(text))


@dataclass
class Header:
    """Which column stands where, and which are not known."""

    positions: dict[str, int]
    unknown: list[str]
    width: int


def read_header(cells: list[str]) -> Header:
    """Return where the columns stand, or raise Refused with what is wrong."""
    names = [cell.strip().strip("\ufeff").casefold() for cell in cells]
    known = _known(names)
    twice = sorted({name for name in known if known.count(name) > 1})
    if twice:
        raise Refused("column_twice", _("Sarake ”%(name)s” on otsikossa kahdesti. Poista toinen.") % {"name": twice[0]})
    if "nimi" not in known or not {"rekisterinumero", "y_tunnus"} & set(known):
        raise Refused(
            "no_header",
            _(
                "Ensimmäinen rivi ei ole rekisteriotteen otsikko. Otsikossa on oltava sarake nimi ja "
                "lisäksi rekisterinumero tai y_tunnus."
            ),
        )
    unknown = [printable(name, 60) for name in names if name and name not in COLUMNS]
    return Header({name: names.index(name) for name in known}, unknown, len(names))


class Reader:
    """Walks the records of an inspected file; ``header`` of a CSV file is known from the first record on."""

    def __init__(self, source: Inspected, progress: Progress) -> None:
        self.source = source
        self.unknown: set[str] = set()
        self.header = Header({}, [], 0)
        self._progress = progress

    def __iter__(self) -> Iterator[tuple[int, Record]]:
        with self.source.path.open("rb") as stream:
            lines = self._counted(stream)
            yield from self._json(lines) if self.source.kind == "jsonl" else self._csv(lines)

    def _counted(self, stream: BinaryIO) -> Iterator[tuple[int, str | Fault]]:
        for count, item in enumerate(_text_lines(self.source, stream)):
            if count % 2_000 == 0:
                self._progress(int(60 * stream.tell() / max(self.source.size, 1)), str(_("Luetaan tiedostoa")))
            yield item

    def _csv(self, lines: Iterator[tuple[int, str | Fault]]) -> Iterator[tuple[int, Record]]:
        records = iter(_CsvReader(lines, self.source.delimiter))
        _number, cells = next(records)
        self.header = read_header([] if isinstance(cells, Fault) else cells)
        self.unknown.update(self.header.unknown)
        yield from records

    def _json(self, lines: Iterator[tuple[int, str | Fault]]) -> Iterator[tuple[int, Record]]:
        for number, text in lines:
            if isinstance(text, Fault):
                yield number, text
                continue
            try:
                value = json.loads(text)
            except (ValueError, RecursionError):
                value = None
            if not isinstance(value, dict):
                yield number, Fault("not_json", snippet=printable(text))
                continue
            if len(self.unknown) < 100:
                self.unknown.update(printable(key, 60) for key in value.keys() - set(JSON_FIELDS))
            yield number, value
