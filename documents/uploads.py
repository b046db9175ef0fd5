"""What people may attach: type by content, never by name; a size limit; a virus scan where one is configured."""

import hashlib
import io
import re
import unicodedata
import zipfile
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO, Any

import puremagic
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.template.defaultfilters import filesizeformat
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from documents import dangers, scanner
from documents.models import ScanState
from documents.pictures import without_notes

MAX_NAME = 150
HEAD = 8192
ENOUGH = 0.2  # puremagic is 0.3 sure of a real JPEG; its own last guesses are at 0.1

_OOXML = "application/vnd.openxmlformats-officedocument."
_ODF = "application/vnd.oasis.opendocument."
# extension -> content type that is stored and served
TYPES = {
    "pdf": "application/pdf",
    "doc": "application/msword",
    "xls": "application/vnd.ms-excel",
    "ppt": "application/vnd.ms-powerpoint",
    "docx": f"{_OOXML}wordprocessingml.document",
    "xlsx": f"{_OOXML}spreadsheetml.sheet",
    "pptx": f"{_OOXML}presentationml.presentation",
    "odt": f"{_ODF}text",
    "ods": f"{_ODF}spreadsheet",
    "rtf": "application/rtf",
    "txt": "text/plain",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "gif": "image/gif",
}
ACCEPT = ",".join(f".{extension}" for extension in TYPES)
_OLD_OFFICE = {"doc", "xls", "ppt"}
_OLD_OFFICE_HEAD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP_HEAD = b"PK\x03\x04"
_OOXML_FOLDERS = {"word": "docx", "xl": "xlsx", "ppt": "pptx"}
_ODF_MIMETYPES = {TYPES["odt"].encode(): "odt", TYPES["ods"].encode(): "ods"}
_ZIPPED = {"docx", "xlsx", "pptx", "odt", "ods"}
_OFFICE = _ZIPPED | _OLD_OFFICE
_PICTURES = {"jpg", "png", "gif"}
_BY_HEAD = {"pdf", "rtf", "jpg", "png", "gif"}
_MARKUP = re.compile(rb"<\s*(!doctype|html|head|body|script|svg|iframe|\?xml|\?php)", re.IGNORECASE)
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1f]")

ALLOWED_LIST = _("PDF, Word, Excel, PowerPoint, OpenDocument, RTF, tekstitiedosto tai kuva (JPG, PNG, GIF)")


@dataclass(frozen=True)
class CheckedUpload:
    """A file that may be stored: its bytes, a cleaned name, and what was found out about it."""

    content: IO[bytes]
    name: str
    size: int
    sha256: str
    content_type: str
    scan_state: str


def check_upload(file: Any) -> CheckedUpload:
    """Check an uploaded file and return what is to be stored.

    Raises ``ValidationError`` with codes ``empty``, ``too_big``, ``type``, ``macro``, ``mismatch``, ``bomb``,
    ``pixels``, ``two_files`` and ``infected``; the messages say what to do. A password-protected PDF is accepted. Where
    the scanner does not answer, the file is taken as ``unscanned``: a deadline does not wait for it. A picture is
    stored without the place, the time and the device that the camera noted in it (``documents.pictures``).
    """
    _check_size(file.size)
    name = clean_name(file.name)
    extension = PurePosixPath(name).suffix.lower().removeprefix(".")
    if extension not in TYPES:
        raise ValidationError(
            _(
                "Tiedostoa ”%(name)s” ei voi liittää. Tallenna se PDF-tiedostona ja yritä uudelleen. "
                "Sallitut tiedostot: %(allowed)s."
            ),
            code="type",
            params={"name": name, "allowed": ALLOWED_LIST},
        )
    if extension in _OFFICE and dangers.has_macros(file):
        raise ValidationError(
            _(
                "Tiedostossa ”%(name)s” on makroja eli ohjelmia, eikä sitä voi liittää. "
                "Tallenna se PDF-tiedostona ja liitä se."
            ),
            code="macro",
            params={"name": name},
        )
    file.seek(0)
    if not _content_fits(file, extension):
        raise ValidationError(
            _(
                "Tiedoston ”%(name)s” sisältö ei ole sitä, mitä sen nimi lupaa (.%(extension)s). "
                "Avaa tiedosto, tallenna se uudelleen PDF-tiedostona ja liitä se."
            ),
            code="mismatch",
            params={"name": name, "extension": extension},
        )
    _check_dangers(file, extension, name)
    content, size = _as_kept(file, extension)
    digest, state = _digest(content), _scan(content, name)
    content.seek(0)
    return CheckedUpload(content, name, size, digest, TYPES[extension], state)


def _as_kept(file: Any, extension: str) -> tuple[IO[bytes], int]:
    """Return the bytes that are stored and how many they are: a picture without where and when it was taken."""
    kind = "jpg" if extension == "jpeg" else extension
    if kind not in ("jpg", "png"):
        return file, file.size
    content = without_notes(file, kind)
    return content, content.seek(0, io.SEEK_END)


def clean_name(name: str) -> str:
    """Return a name that is safe to show and to offer: no folders, no control characters, not too long."""
    name = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    name = "".join(letter for letter in name if unicodedata.category(letter)[0] != "C")
    name = re.sub(r"\s+", " ", re.sub(r'[<>:"|?*]', "_", name)).strip(" .")
    stem, dot, extension = name.rpartition(".")
    if not dot:
        stem, extension = name, ""
    tail = f".{extension[:10]}" if extension else ""
    return f"{(stem or 'tiedosto')[: MAX_NAME - len(tail)]}{tail}"


def _check_size(size: int) -> None:
    if size == 0:
        raise ValidationError(
            _("Tiedosto on tyhjä. Tarkista, että valitsit oikean tiedoston, ja yritä uudelleen."), code="empty"
        )
    if size > settings.UPLOAD_MAX_BYTES:
        raise ValidationError(
            _(
                "Tiedosto on liian suuri (%(size)s). Suurin sallittu koko on %(limit)s. "
                "Pienennä kuvia tai jaa asiakirja osiin ja liitä ne erikseen."
            ),
            code="too_big",
            params={"size": filesizeformat(size), "limit": filesizeformat(settings.UPLOAD_MAX_BYTES)},
        )


def _check_dangers(file: IO[bytes], extension: str, name: str) -> None:
    """Refuse what is of its type but would harm whoever opens it."""
    kind = "jpg" if extension == "jpeg" else extension
    if kind in _ZIPPED and dangers.is_bomb(file):
        raise ValidationError(
            _(
                "Tiedosto ”%(name)s” on pakattu niin tiiviisti, että sitä ei voi avata turvallisesti. "
                "Tallenna se PDF-tiedostona ja liitä se."
            ),
            code="bomb",
            params={"name": name},
        )
    if kind in _PICTURES and (dangers.pixels(file, kind) or 0) > dangers.MAX_PIXELS:
        raise ValidationError(
            _("Kuva ”%(name)s” on liian suuri avattavaksi. Pienennä kuvaa ja yritä uudelleen."),
            code="pixels",
            params={"name": name},
        )
    if (kind == "pdf" or kind in _PICTURES) and dangers.is_two_files(file):
        raise ValidationError(
            _(
                "Tiedostossa ”%(name)s” on toinen tiedosto sisällä, eikä sitä voi liittää. "
                "Avaa tiedosto, tallenna se uudelleen PDF-tiedostona ja liitä se."
            ),
            code="two_files",
            params={"name": name},
        )


def _content_fits(file: IO[bytes], extension: str) -> bool:
    """Tell whether the bytes are what the extension says."""
    head = file.read(HEAD)
    if extension == "txt":
        return _is_text(file, head)
    if extension in _OLD_OFFICE:
        return head.startswith(_OLD_OFFICE_HEAD)
    wanted = "jpg" if extension == "jpeg" else extension
    if head.startswith(_ZIP_HEAD):
        return _office_kind(file) == wanted
    return wanted in _BY_HEAD and wanted in _guesses(head)


def _guesses(head: bytes) -> set[str]:
    """Return what the first bytes may be, by signature."""
    try:
        found = puremagic.magic_string(head.lstrip(b"\xef\xbb\xbf\r\n\t "))  # some programs put a mark before %PDF
    except (puremagic.PureError, ValueError):
        return set()
    kinds = {match.extension.removeprefix(".") for match in found if match.confidence >= ENOUGH}
    return {"jpg" if kind in {"jpeg", "jfif", "jpe"} else kind for kind in kinds}


def _office_kind(file: IO[bytes]) -> str | None:
    """Look into a zip container: which office document is it, if any? Archives are none."""
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as container:
            names = set(container.namelist())
            if "mimetype" in names:
                return _ODF_MIMETYPES.get(container.open("mimetype").read(100).strip())
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError):
        return None
    if "[Content_Types].xml" not in names:
        return None
    return next(
        (kind for folder, kind in _OOXML_FOLDERS.items() if any(n.startswith(f"{folder}/") for n in names)), None
    )


def _is_text(file: IO[bytes], head: bytes) -> bool:
    """Plain text: no control bytes anywhere, and nothing that a browser might take for a page."""
    file.seek(0)
    while chunk := file.read(1 << 20):
        if _CONTROL.search(chunk):
            return False
    return not _MARKUP.search(head)


def _digest(file: IO[bytes]) -> str:
    """Return the SHA-256 of the bytes in hex."""
    file.seek(0)
    digest = hashlib.sha256()
    while chunk := file.read(1 << 20):
        digest.update(chunk)
    return digest.hexdigest()


def _scan(file: IO[bytes], name: str) -> str:
    file.seek(0)
    state = scanner.scan(file)
    if state == ScanState.INFECTED:
        raise ValidationError(
            _(
                "Tiedostosta ”%(name)s” löytyi haittaohjelma, eikä sitä otettu vastaan. "
                "Tarkista koneesi virustorjunnalla ja liitä puhdas tiedosto."
            ),
            code="infected",
            params={"name": name},
        )
    return state


class UploadInput(forms.ClearableFileInput):
    """A file input that offers only what is accepted."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"accept": ACCEPT, **(attrs or {})})


class UploadField(forms.FileField):
    """A form field whose cleaned value is a ``CheckedUpload`` (or None when nothing was given)."""

    widget = UploadInput
    default_error_messages = {
        "required": _("Tiedosto puuttuu. Valitse tiedosto ja yritä uudelleen."),
        "empty": _("Tiedosto on tyhjä. Tarkista, että valitsit oikean tiedoston, ja yritä uudelleen."),
        "invalid": _("Tiedostoa ei saatu. Valitse se uudelleen."),
        "missing": _("Tiedostoa ei saatu. Valitse se uudelleen."),
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", format_lazy("{}: {}.", _("Sallitut tiedostot"), ALLOWED_LIST))
        super().__init__(**kwargs)

    def clean(self, data: Any, initial: Any = None) -> Any:
        cleaned = super().clean(data, initial)
        return check_upload(cleaned) if cleaned and cleaned is not initial else None
