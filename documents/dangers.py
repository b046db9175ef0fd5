"""What makes a file of an allowed type harmful: macros, bombs of zip and of pixels, a second file inside.

The checks read only headers and directories: nothing is unpacked and no picture is drawn. What is doubtful is refused
with words that say what to do; a person can always save the same as PDF.
"""

import re
import struct
import zipfile
from typing import IO

MAX_ENTRIES = 5_000
MAX_UNPACKED = 500 * 1024 * 1024
SMALL_UNPACKED = 50 * 1024 * 1024
MAX_RATIO = 100  # office documents of real life stay under 60
MAX_PIXELS = 100_000_000  # a scanner's A3 at 600 dpi is 70 million
PICTURE_HEAD = 2 * 1024 * 1024  # the size stands before this in a JPEG with its profile and preview

_MACRO_STREAM = "_VBA_PROJECT".encode("utf-16-le")  # as the directory of an old Office file spells it
_PAGE = re.compile(rb"<\s*(!doctype\s+html|html|script|svg|iframe|\?php)", re.IGNORECASE)
_JPEG_SIZES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
_JPEG_BARE = {0x01, *range(0xD0, 0xD9)}


def is_bomb(file: IO[bytes]) -> bool:
    """Tell whether a zip container says that it unpacks to far more than it is: too much, or in too many parts."""
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as container:
            parts = container.infolist()
    except (zipfile.BadZipFile, NotImplementedError, OSError):
        return False
    unpacked, packed = sum(part.file_size for part in parts), sum(part.compress_size for part in parts)
    if len(parts) > MAX_ENTRIES or unpacked > MAX_UNPACKED:
        return True
    return unpacked > SMALL_UNPACKED and unpacked > MAX_RATIO * max(packed, 1)


def has_macros(file: IO[bytes]) -> bool:
    """Tell whether an office document carries a program: in a zip container by its parts, in an old file by name."""
    file.seek(0)
    if not zipfile.is_zipfile(file):
        return _contains(file, _MACRO_STREAM)
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as container:
            names = container.namelist()
    except (zipfile.BadZipFile, NotImplementedError, OSError):
        return False
    return any(name.lower().endswith("vbaproject.bin") or name.startswith("Basic/Standard/") for name in names)


def _contains(file: IO[bytes], wanted: bytes) -> bool:
    """Search the whole file; a match may lie over the border of two chunks."""
    file.seek(0)
    tail = b""
    while chunk := file.read(1 << 20):
        if wanted in tail + chunk:
            return True
        tail = chunk[-len(wanted) :]
    return False


def is_two_files(file: IO[bytes]) -> bool:
    """Tell whether a PDF or a picture is an archive or a web page as well: another program would open the other."""
    file.seek(0)
    if _PAGE.search(file.read(1024)):
        return True
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as hidden:
            return bool(hidden.namelist())
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        return False


def pixels(file: IO[bytes], kind: str) -> int | None:
    """Return how many pixels a picture (``png``, ``gif``, ``jpg``) says that it has; None where it does not say."""
    file.seek(0)
    head = file.read(PICTURE_HEAD)
    if kind == "png" and len(head) >= 24:
        width, height = struct.unpack(">II", head[16:24])
        return int(width * height)
    if kind == "gif" and len(head) >= 10:
        width, height = struct.unpack("<HH", head[6:10])
        return int(width * height)
    return _jpeg_pixels(head) if kind == "jpg" else None


def _jpeg_pixels(head: bytes) -> int | None:
    """Walk the segments to the frame's header."""
    at = 2
    while at + 9 <= len(head) and head[at] == 0xFF:
        marker = head[at + 1]
        if marker in _JPEG_SIZES:
            height, width = struct.unpack(">HH", head[at + 5 : at + 9])
            return int(width * height)
        if marker == 0xFF or marker in _JPEG_BARE:
            at += 1 if marker == 0xFF else 2
            continue
        at += 2 + struct.unpack(">H", head[at + 2 : at + 4])[0]
    return None
