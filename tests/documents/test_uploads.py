"""Uploads: type by content, size, names never trusted, scanned where a scanner is."""

import io
import socket
import struct
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pikepdf
import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory

from documents.models import ScanState
from documents.uploads import TYPES, UploadField, check_upload, clean_name
from documents.views import serve

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
JPG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00" + b"\x00" * 40
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600
RTF = rb"{\rtf1\ansi Hei}"


def pdf_bytes(password: str = "") -> bytes:
    target = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(target, encryption=pikepdf.Encryption(owner=password, user=password) if password else False)
    return target.getvalue()


def container(*names: str, mimetype: str = "") -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as file:
        if mimetype:
            file.writestr("mimetype", mimetype)
        for name in names:
            file.writestr(name, "<x/>")
    return target.getvalue()


def office(folder: str, *more: str) -> bytes:
    return container("[Content_Types].xml", f"{folder}/document.xml", *more)


GOOD: dict[str, bytes] = {
    "a.pdf": pdf_bytes(),
    "salattu.PDF": pdf_bytes("salasana"),
    "a.docx": office("word"),
    "a.xlsx": office("xl"),
    "a.pptx": office("ppt"),
    "a.odt": container("content.xml", mimetype=TYPES["odt"]),
    "a.ods": container("content.xml", mimetype=TYPES["ods"]),
    "a.doc": OLD_OFFICE,
    "a.xls": OLD_OFFICE,
    "a.ppt": OLD_OFFICE,
    "a.rtf": RTF,
    "a.txt": "Pöytäkirja 1/2026\r\n\tVuosikokous, 3 < 5".encode(),
    "a.jpg": JPG,
    "a.jpeg": JPG,
    "merkki.pdf": b"\xef\xbb\xbf" + pdf_bytes(),
    "a.png": PNG,
    "a.gif": b"GIF89a\x01\x00\x01\x00\x80\x00\x00",
}


def upload(name: str, data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, content_type="text/html")


@pytest.mark.parametrize("name", GOOD)
def test_what_people_really_send_is_taken(name: str) -> None:
    checked = check_upload(upload(name, GOOD[name]))
    assert checked.content_type == TYPES[name.rpartition(".")[2].lower()]
    assert checked.size == len(GOOD[name])
    assert checked.content.read() == GOOD[name]
    assert checked.scan_state == ScanState.UNSCANNED


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.zip", container("a.txt"), "type"),
        ("a.exe", b"MZ" + b"\x00" * 100, "type"),
        ("a.html", b"<html></html>", "type"),
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "type"),
        ("nimi", pdf_bytes(), "type"),
        ("a.pdf.exe", pdf_bytes(), "type"),
        ("a.pdf", b"<html><script>alert(1)</script></html>", "mismatch"),
        ("a.pdf", PNG, "mismatch"),
        ("a.jpg", pdf_bytes(), "mismatch"),
        ("a.docx", container("a.txt"), "mismatch"),
        ("a.docx", office("xl"), "mismatch"),
        ("a.docx", office("word", "word/vbaProject.bin"), "macro"),
        ("a.docx", b"PK\x03\x04 broken", "mismatch"),
        ("a.odt", container("content.xml", mimetype=TYPES["ods"]), "mismatch"),
        ("a.doc", RTF, "mismatch"),
        ("a.txt", b"\x00\x01\x02", "mismatch"),
        ("a.txt", b"text " * 300_000 + b"\x00", "mismatch"),
        ("a.txt", b"  <!DOCTYPE html><p>x", "mismatch"),
        ("a.txt", b"x <ScRipt >alert(1)</script>", "mismatch"),
        ("a.png", b"<svg onload=alert(1)>", "mismatch"),
        ("a.pdf", b"", "empty"),
    ],
)
def test_what_is_not_what_it_says_is_refused(name: str, data: bytes, code: str) -> None:
    with pytest.raises(ValidationError) as refused:
        check_upload(upload(name, data))
    assert refused.value.code == code
    assert "yritä uudelleen" in str(refused.value.message) or "liitä se" in str(refused.value.message)


def test_a_file_that_is_too_large_is_refused_with_both_sizes(settings: Any) -> None:
    settings.UPLOAD_MAX_BYTES = 100
    check_upload(upload("a.txt", b"x" * 100))
    with pytest.raises(ValidationError) as refused:
        check_upload(upload("a.txt", b"x" * 101))
    assert refused.value.code == "too_big"
    assert "Suurin sallittu koko on 100" in refused.value.messages[0].replace("\xa0", " ")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Pöytäkirja 1-2026.pdf", "Pöytäkirja 1-2026.pdf"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\Aino\\budjetti.xlsx", "budjetti.xlsx"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie_ x.pdf"),
        ("ala\u202efdp.exe.pdf", "alafdp.exe.pdf"),
        ("a" * 300 + ".pdf", "a" * 146 + ".pdf"),
        (".pdf", "pdf"),
        ("  ..  ", "tiedosto"),
    ],
)
def test_names_are_cleaned(given: str, kept: str) -> None:
    assert clean_name(given) == kept


def test_the_field_gives_a_checked_file_or_a_message() -> None:
    class Form(forms.Form):
        liite = UploadField(label="Liite")

    good = Form({}, {"liite": upload("a.pdf", GOOD["a.pdf"])})
    assert good.is_valid(), good.errors
    assert good.cleaned_data["liite"].name == "a.pdf"
    assert 'accept=".pdf,.doc' in str(good["liite"])
    assert Form({}, {}).errors["liite"] == ["Tiedosto puuttuu. Valitse tiedosto ja yritä uudelleen."]
    bad = Form({}, {"liite": upload("a.pdf", PNG)})
    assert "Avaa tiedosto, tallenna se uudelleen PDF-tiedostona" in bad.errors["liite"][0]


@contextmanager
def clamd(answer: bytes) -> Iterator[tuple[str, list[bytes]]]:
    """Speak ClamAV's INSTREAM protocol on the loopback address, once; keep what was sent."""
    received: list[bytes] = []
    listener = socket.create_server(("127.0.0.1", 0))

    def serve_once() -> None:
        connection, _address = listener.accept()
        with connection, connection.makefile("rb") as stream:
            assert stream.read(10) == b"zINSTREAM\0"
            while size := struct.unpack("!I", stream.read(4))[0]:
                received.append(stream.read(size))
            connection.sendall(answer)

    thread = threading.Thread(target=serve_once)
    thread.start()
    try:
        yield f"127.0.0.1:{listener.getsockname()[1]}", received
    finally:
        thread.join(5)
        listener.close()


def test_a_clean_file_says_so(settings: Any) -> None:
    data = b"x" * 150_000
    with clamd(b"stream: OK\0") as (address, received):
        settings.CLAMAV_ADDRESS = address
        checked = check_upload(upload("a.txt", data))
    assert checked.scan_state == ScanState.CLEAN
    assert b"".join(received) == data
    assert checked.content.read() == data


def test_an_infected_file_is_refused(settings: Any) -> None:
    with clamd(b"stream: Eicar-Signature FOUND\0") as (address, _received):
        settings.CLAMAV_ADDRESS = address
        with pytest.raises(ValidationError) as refused:
            check_upload(upload("a.txt", b"x"))
    assert refused.value.code == "infected"


@pytest.mark.parametrize("answer", [b"INSTREAM size limit exceeded. ERROR\0", b""])
def test_a_scanner_in_trouble_does_not_stop_an_application(settings: Any, answer: bytes) -> None:
    with clamd(answer) as (address, _received):
        settings.CLAMAV_ADDRESS = address
        assert check_upload(upload("a.txt", b"x")).scan_state == ScanState.UNSCANNED


def test_a_scanner_that_is_not_there_is_logged(settings: Any, caplog: pytest.LogCaptureFixture) -> None:
    settings.CLAMAV_ADDRESS = "127.0.0.1:1"
    assert check_upload(upload("a.txt", b"x")).scan_state == ScanState.UNSCANNED
    assert "The virus scanner does not answer" in caplog.text


class InMemory:
    """A stored file without a table."""

    def __init__(self, name: str, state: str = "clean") -> None:
        import hashlib

        data = b"sisalto"
        self.file, self.name, self.size = _Opened(data), name, len(data)
        self.sha256, self.content_type, self.scan_state = hashlib.sha256(data).hexdigest(), "text/plain", state


class _Opened:
    def __init__(self, data: bytes) -> None:
        self.open: Callable[[str], io.BytesIO] = lambda _mode: io.BytesIO(data)


def test_a_name_with_finnish_letters_survives_the_header() -> None:
    response = serve(RequestFactory().get("/"), InMemory('Pöytä"kirja.txt'))
    assert response["Content-Disposition"] == "attachment; filename*=utf-8''P%C3%B6yt%C3%A4%22kirja.txt"
    assert response["Content-Length"] == "7"


def test_a_harmful_file_is_served_to_nobody() -> None:
    from django.http import Http404

    with pytest.raises(Http404):
        serve(RequestFactory().get("/"), InMemory("a.txt", "infected"))
