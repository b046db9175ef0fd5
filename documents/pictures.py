"""A picture is kept without what the camera wrote beside it: where and when it was taken, by which device, whose it is.

JPEG and PNG are rewritten part by part; the picture itself is not touched, so nothing is lost of it. How the camera was
held (the orientation) stays, else pictures would lie on their side. What follows the end of the picture goes too:
telephones put a second picture or a film there, with places of their own.
"""

import io
import struct
from typing import IO

_SOI, _EOI, _SOS, _APP0, _APP1, _APP2, _APP14, _APP15, _COMMENT = 0xD8, 0xD9, 0xDA, 0xE0, 0xE1, 0xE2, 0xEE, 0xEF, 0xFE
_BARE = {0x01, *range(0xD0, 0xD8)}
_EXIF = b"Exif\x00\x00"
_COLOURS = b"ICC_PROFILE\x00"
_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_NOTES = {b"eXIf", b"tEXt", b"zTXt", b"iTXt", b"tIME", b"zxIf"}
_ORIENTATION, _SHORT = 0x0112, 3


def without_notes(file: IO[bytes], kind: str) -> IO[bytes]:
    """Return the picture (``jpg``, ``png``) without what was noted in it; the same file when there was nothing."""
    file.seek(0)
    data = file.read()
    cleaned = _jpeg(data) if kind == "jpg" else _png(data)
    file.seek(0)
    return file if cleaned == data else io.BytesIO(cleaned)


def _jpeg(data: bytes) -> bytes:
    """Walk the segments; what cannot be walked is kept as it is from there on."""
    if data[:2] != b"\xff\xd8":
        return data
    kept, held, at = [], 1, 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF or marker in _BARE:
            step = 1 if marker == 0xFF else 2
            kept.append(data[at : at + step])
            at += step
            continue
        if marker == _SOS:
            end = _end_of_picture(data, at)
            return b"".join([b"\xff\xd8", _held(held), *kept, data[at:end]])
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4])
        body = data[at + 4 : end]
        if marker == _APP1 and body.startswith(_EXIF):
            held = _orientation(body[len(_EXIF) :]) if held == 1 else held
        if _belongs(marker, body):
            kept.append(data[at:end])
        at = end
    return b"".join([b"\xff\xd8", _held(held), *kept, data[at:]])


def _belongs(marker: int, body: bytes) -> bool:
    """Tell whether a segment belongs to the picture: colours and tables do, notes of programs do not."""
    if marker == _APP2:
        return body.startswith(_COLOURS)
    return marker in (_APP0, _APP14) or not (_APP0 < marker <= _APP15 or marker == _COMMENT)


def _end_of_picture(data: bytes, at: int) -> int:
    """Return where the picture ends: after its end mark, or at the end of the file when there is none."""
    while True:
        at = data.find(b"\xff", at)
        if at < 0 or at + 1 >= len(data):
            return len(data)
        marker = data[at + 1]
        if marker == _EOI:
            return at + 2
        if marker in (0x00, 0xFF) or marker in _BARE:
            at += 1 if marker == 0xFF else 2
        else:
            at += 2 + int.from_bytes(data[at + 2 : at + 4])


def _held(orientation: int) -> bytes:
    """Return a segment that says only how the camera was held; nothing when it was upright."""
    if orientation == 1:
        return b""
    body = _EXIF + _tiff(orientation)
    return b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body


def _tiff(orientation: int) -> bytes:
    return b"MM\x00\x2a" + struct.pack(">IHHHIHHI", 8, 1, _ORIENTATION, _SHORT, 1, orientation, 0, 0)


def _orientation(tiff: bytes) -> int:
    """Return how the camera was held, 1 to 8; 1 when it is not told or cannot be read."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None:
        return 1
    try:
        (first,) = struct.unpack_from(f"{order}I", tiff, 4)
        (count,) = struct.unpack_from(f"{order}H", tiff, first)
        for number in range(count):
            tag, kind, _many, value = struct.unpack_from(f"{order}HHIH", tiff, first + 2 + 12 * number)
            if tag == _ORIENTATION and kind == _SHORT:
                return value if 1 <= value <= 8 else 1
    except struct.error:
        return 1
    return 1


def _png(data: bytes) -> bytes:
    """Walk the chunks; what cannot be walked is kept as it is from there on."""
    if not data.startswith(_PNG):
        return data
    kept, held, at = [_PNG], 1, len(_PNG)
    while at + 12 <= len(data):
        end = at + 12 + int.from_bytes(data[at : at + 4])
        name = data[at + 4 : at + 8]
        if name == b"eXIf":
            held = _orientation(data[at + 8 : end - 4])
        if name not in _PNG_NOTES:
            kept.append(data[at:end])
        at = end
        if name == b"IEND":
            at = len(data)
    if held != 1 and len(kept) > 1:
        kept.insert(2, _chunk(b"eXIf", _tiff(held)))  # after the header
    return b"".join([*kept, data[at:]])


def _chunk(name: bytes, body: bytes) -> bytes:
    import zlib

    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
