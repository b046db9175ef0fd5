"""A picture loses its place and keeps how it was held; the picture itself is bit for bit what it was."""

import io
import struct
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from documents.pictures import without_notes
from documents.uploads import check_upload

PLACE = b"62.6010 N 29.7636 E"
PICTURE = b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00" + b"\x12\xff\x00\x34\xff\xd0\x56" + b"\xff\xd9"


def exif(orientation: int, order: str = "<") -> bytes:
    """Return a camera's note: how it was held, and a place."""
    head = b"II\x2a\x00" if order == "<" else b"MM\x00\x2a"
    entries = struct.pack(f"{order}HHIHH", 0x0112, 3, 1, orientation, 0) + struct.pack(
        f"{order}HHII", 0x8825, 4, 1, 100
    )
    return b"Exif\x00\x00" + head + struct.pack(f"{order}IH", 8, 2) + entries + PLACE


def segment(marker: int, body: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body


JFIF = segment(0xE0, b"JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00")
COLOURS = segment(0xE2, b"ICC_PROFILE\x00\x01\x01abc")
ADOBE = segment(0xEE, b"Adobe\x00\x64\x00\x00\x00\x00\x01")
TABLE = segment(0xDB, b"\x00" * 65)
FRAME = segment(0xC0, b"\x08\x00\x01\x00\x01\x01\x01\x11\x00")
NOTES = [
    segment(0xE1, b"http://ns.adobe.com/xap/1.0/\x00" + PLACE),
    segment(0xED, b"Photoshop 3.0\x00" + PLACE),
    segment(0xFE, PLACE),
    segment(0xE2, b"MPF\x00" + PLACE),
]


def jpeg(*notes: bytes, after: bytes = b"") -> bytes:
    return b"\xff\xd8" + JFIF + b"".join(notes) + COLOURS + ADOBE + TABLE + FRAME + PICTURE + after


def cleaned(data: bytes, kind: str = "jpg") -> bytes:
    return without_notes(io.BytesIO(data), kind).read()


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("orientation", [1, 6, 8])
def test_a_photo_loses_its_place_and_keeps_how_it_was_held(orientation: int, order: str) -> None:
    found = cleaned(jpeg(segment(0xE1, exif(orientation, order)), *NOTES, after=b"\xff\xd8 a film with " + PLACE))
    assert PLACE not in found
    upright = b"" if orientation == 1 else found[2 : 2 + 36]
    assert found == b"\xff\xd8" + upright + jpeg()[2:]
    if upright:
        again = cleaned(found)
        assert again == found, "twice is once"
        assert struct.unpack(">H", upright[28:30]) == (orientation,)


def test_a_photo_without_notes_is_the_same_file() -> None:
    file = io.BytesIO(jpeg())
    assert without_notes(file, "jpg") is file
    assert cleaned(b"\xff\xd8" + JFIF + b"\x00" * 40) == b"\xff\xd8" + JFIF + b"\x00" * 40
    for broken in (b"", b"\xff", b"\xff\xd8\xff\xe1\xff\xff", b"\xff\xd8\xff\xda"):
        assert isinstance(cleaned(broken), bytes)
    assert PLACE not in cleaned(b"\xff\xd8" + segment(0xE1, b"Exif\x00\x00banaani" + PLACE) + PICTURE)


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(*notes: bytes, after: bytes = b"") -> bytes:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 6, 0, 0, 0))
    data = chunk(b"IDAT", zlib.compress(b"\x00" * 5))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(notes) + data + chunk(b"IEND", b"") + after


def test_a_png_loses_its_notes_too() -> None:
    notes = [chunk(b"tEXt", PLACE), chunk(b"iTXt", PLACE), chunk(b"zTXt", PLACE), chunk(b"tIME", b"1234567")]
    assert cleaned(png(*notes, after=PLACE), "png") == png()
    found = cleaned(png(chunk(b"eXIf", exif(6)[6:])), "png")
    assert PLACE not in found
    assert found.count(b"eXIf") == 1
    assert cleaned(found, "png") == found
    assert cleaned(b"not a picture", "png") == b"not a picture"


def test_what_is_uploaded_is_stored_without_its_place() -> None:
    checked = check_upload(SimpleUploadedFile("kuva.jpeg", jpeg(segment(0xE1, exif(6)))))
    data = checked.content.read()
    assert PLACE not in data
    assert checked.size == len(data)
    same = check_upload(SimpleUploadedFile("kuva.jpg", jpeg(segment(0xE1, exif(6)), NOTES[0])))
    assert same.sha256 == checked.sha256, "the same picture from another place is the same picture"
