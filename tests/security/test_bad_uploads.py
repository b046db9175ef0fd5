"""Files that must not get in: each is refused with a Finnish sentence that says what to do; nothing else is lost."""

import io
import re
import struct
import zipfile
from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from documents.uploads import CheckedUpload, check_upload
from grants.models import Application
from tests.accounts.factories import signed_in
from tests.documents.test_uploads import GOOD, PNG, clamd, container, office, pdf_bytes
from tests.grants.factories import NOW, PDF, make_application
from tests.grants.test_handling_pages import set_clock

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
EXE = b"MZ\x90\x00" + b"\x00" * 300
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * (1 << 20)


def check(name: str, data: bytes) -> CheckedUpload:
    return check_upload(SimpleUploadedFile(name, data, content_type="application/pdf"))


def packed_zeros(megabytes: int) -> bytes:
    """Return a Word document of a few kilobytes that unpacks to that many megabytes."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("[Content_Types].xml", "<x/>")
        with file.open("word/document.xml", "w") as part:
            for _megabyte in range(megabytes):
                part.write(b"\x00" * (1 << 20))
    return target.getvalue()


def claimed(size: int) -> bytes:
    """Return a Word document whose directory says that a part is that large, whatever it holds."""
    data = bytearray(office("word"))
    entry = data.rfind(b"PK\x01\x02")
    data[entry + 24 : entry + 28] = struct.pack("<I", size)
    return bytes(data)


def png(width: int, height: int) -> bytes:
    return PNG[:16] + struct.pack(">II", width, height) + PNG[24:]


def gif(width: int, height: int) -> bytes:
    return b"GIF89a" + struct.pack("<HH", width, height) + b"\x80\x00\x00" + b"\x00" * 20


def jpg(width: int, height: int) -> bytes:
    profile = b"\xff\xe2" + struct.pack(">H", 60_000) + b"\x00" * 59_998
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 17, 8, height, width, 3) + b"\x00" * 9
    return b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00" + profile + frame + b"\xff\xd9"


BAD: dict[str, tuple[str, Callable[[], bytes], str, str]] = {
    "exe named pdf": ("lasku.pdf", lambda: EXE, "mismatch", "sisältö ei ole sitä, mitä sen nimi lupaa"),
    "exe": ("asennus.exe", lambda: EXE, "type", "Tallenna se PDF-tiedostona"),
    "two endings": ("saannot.pdf.exe", lambda: EXE, "type", "ei voi liittää"),
    "wrong ending": ("kuva.pdf", lambda: PNG, "mismatch", "Avaa tiedosto, tallenna se uudelleen"),
    "empty": ("tyhja.pdf", lambda: b"", "empty", "Tiedosto on tyhjä"),
    "zip bomb": ("saannot.docx", lambda: packed_zeros(60), "bomb", "pakattu niin tiiviisti"),
    "claimed zip bomb": ("saannot.docx", lambda: claimed(2**32 - 2), "bomb", "pakattu niin tiiviisti"),
    "PDF and zip": ("saannot.pdf", lambda: pdf_bytes() + container("a.exe"), "two_files", "toinen tiedosto sisällä"),
    "PDF and page": (
        "saannot.pdf",
        lambda: b"%PDF-1.4\n<html><script>alert(1)</script>\n" + pdf_bytes(),
        "two_files",
        "toinen tiedosto sisällä",
    ),
    "GIF and script": ("a.gif", lambda: gif(1, 1) + b"<script>alert(1)</script>", "two_files", "toinen tiedosto"),
    "PNG and zip": ("a.png", lambda: PNG + container("a.exe"), "two_files", "toinen tiedosto sisällä"),
    "PNG bomb": ("a.png", lambda: png(60_000, 60_000), "pixels", "Pienennä kuvaa"),
    "GIF bomb": ("a.gif", lambda: gif(65_535, 65_535), "pixels", "Pienennä kuvaa"),
    "JPEG bomb": ("a.jpg", lambda: jpg(65_000, 65_000), "pixels", "Pienennä kuvaa"),
    "docm": ("a.docm", lambda: office("word", "word/vbaProject.bin"), "type", "ei voi liittää"),
    "macro in docx": ("a.docx", lambda: office("word", "word/vbaProject.bin"), "macro", "on makroja"),
    "macro in xlsx": ("a.xlsx", lambda: office("xl", "xl/VBAProject.BIN"), "macro", "on makroja"),
    "macro in xls": ("a.xls", lambda: OLD_OFFICE + "_VBA_PROJECT".encode("utf-16-le"), "macro", "on makroja"),
    "macro in odt": ("a.odt", lambda: container("Basic/Standard/Module1.xml"), "macro", "on makroja"),
    "SVG with script": ("a.svg", lambda: SVG, "type", "ei voi liittää"),
    "SVG named png": ("a.png", lambda: SVG, "mismatch", "sisältö ei ole"),
    "SVG named txt": ("a.txt", lambda: SVG, "mismatch", "sisältö ei ole"),
    "right to left": ("tulos\u202efdp.exe", lambda: EXE, "type", "ei voi liittää"),
    "NUL before the ending": ("saannot.pdf\x00.exe", lambda: PDF, "type", "ei voi liittää"),
    "EICAR named pdf": ("a.pdf", lambda: EICAR, "mismatch", "sisältö ei ole"),
}


@pytest.mark.parametrize("what", BAD)
def test_each_is_refused_with_its_words(what: str) -> None:
    name, make, code, words = BAD[what]
    with pytest.raises(ValidationError) as refused:
        check(name, make())
    assert (refused.value.code, words in refused.value.messages[0]) == (code, True), refused.value.messages


def test_what_the_scanner_finds_is_refused(settings: pytest.FixtureRequest) -> None:
    with clamd(b"stream: Eicar-Signature FOUND\0") as (address, received):
        settings.CLAMAV_ADDRESS = address  # type: ignore[attr-defined]
        with pytest.raises(ValidationError) as refused:
            check("a.txt", EICAR)
    assert b"".join(received) == EICAR
    assert "löytyi haittaohjelma" in refused.value.messages[0]


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\fakepath\\säännöt.pdf", "säännöt.pdf"),
        ("tulos\u202efdp.pdf", "tulosfdp.pdf"),
        ("saannot\x00.pdf", "saannot.pdf"),
        ("a\r\nX-Evil: 1.pdf", "aX-Evil_ 1.pdf"),
    ],
)
def test_a_good_file_with_a_bad_name_gets_a_good_one(name: str, kept: str) -> None:
    uploaded = SimpleUploadedFile("a.pdf", PDF)
    uploaded._name = name  # as a parser less careful than Django's would give it
    assert check_upload(uploaded).name == kept


def test_large_but_honest_files_are_taken() -> None:
    assert check("a.png", png(9_900, 9_900)).size
    assert check("a.jpg", jpg(7_000, 9_900)).size
    assert check("a.docx", packed_zeros(20)).size
    assert check("a.docx", GOOD["a.docx"]).size


@pytest.mark.django_db
class TestThePage:
    """Through the browser's door: the message stands at its place and the rest of the page is as it was."""

    @pytest.fixture
    def draft(self, monkeypatch: pytest.MonkeyPatch) -> Application:
        set_clock(monkeypatch, NOW)
        return make_application()

    def send(self, draft: Application, name: str, data: bytes) -> tuple[int, str]:
        slot = draft.call.attachment_slots.exclude(vault_kind="").first()
        assert slot is not None
        fields = {"slot": slot.pk, f"slot-{slot.pk}": SimpleUploadedFile(name, data)}
        fields |= {f"slot-keep-{slot.pk}": "on", f"slot-year-{slot.pk}": "2024"}
        address = reverse("grants:application_attachments", args=[draft.organisation_id, draft.pk])
        answer = signed_in(draft.created_by).post(address, fields)
        return answer.status_code, answer.content.decode()

    def test_the_rest_of_the_form_is_kept(self, draft: Application) -> None:
        before = set(draft.attachments.values_list("name", "sha256"))
        assert before
        status, html = self.send(draft, "saannot.docx", packed_zeros(60))
        assert status == 422
        assert "pakattu niin tiiviisti" in html
        assert "Korjaa yksi kohta" in html
        assert "checked" in html
        assert set(draft.attachments.values_list("name", "sha256")) == before
        assert all(name in html for name, _digest in before)
        assert not draft.organisation.vault.exists()

    def test_ten_megabytes_too_much_is_told_with_both_sizes(
        self, draft: Application, settings: pytest.FixtureRequest
    ) -> None:
        settings.UPLOAD_MAX_BYTES = 1 << 20  # type: ignore[attr-defined]
        status, html = self.send(draft, "iso.pdf", PDF + b"\n" * (11 << 20))
        assert status == 422
        said = re.search(r"Tiedosto on liian suuri \(([^)]*)\)\. Suurin sallittu koko on (\S+)", html)
        assert said is not None
        assert [size[:2] for size in said.groups()] == ["11", "1,"]
