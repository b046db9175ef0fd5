"""PDF/UA-1 from Django templates: rendered by WeasyPrint, completed with pikepdf, stored once with its hash.

WeasyPrint writes a tagged file with title and language, but leaves out three things: the scope of
table headers, the print flag of links, and metadata that can be read without unpacking. ``complete`` adds
them. Nothing is fetched from a network: a document may use our own static files, our fonts and ``data:``.
"""

import hashlib
import importlib.util
import io
import os
import threading
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

import pikepdf
from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.functional import Promise
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from common.errors import Refused
from county.models import get_county
from documents import accessibility
from documents.models import RenderedDocument

BASE = "https://portal.invalid/"
FONT_PATH = "/fonts/"
# weight, style, file in the typeface's wheel, what collectstatic makes of it for browsers
FACES = (
    (400, "normal", "SourceSansPro-Regular.ttf", "source-sans-400.woff2"),
    (400, "italic", "SourceSansPro-It.ttf", "source-sans-400-italic.woff2"),
    (600, "normal", "SourceSansPro-Semibold.ttf", "source-sans-600.woff2"),
    (700, "normal", "SourceSansPro-Bold.ttf", "source-sans-700.woff2"),
)
PRINT_FLAG = 4
_made = threading.local()
CONTENT_TYPES = {
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".ttf": "font/ttf",
    ".woff2": "font/woff2",
}


class PdfUnavailable(Refused):
    """This machine cannot make PDFs: the text layout library (pango) is missing."""

    def __init__(self, detail: str) -> None:
        super().__init__(
            "pdf_unavailable",
            _(
                "PDF-tiedostoa ei voida nyt tehdä, koska palvelimelta puuttuu tarvittava osa. "
                "Asiasi ei ole kadonnut. Ilmoita tästä ylläpidolle."
            ),
        )
        self.detail = detail


class InaccessibleDocument(Exception):
    """A template made a document that not everybody can read: a fault of ours, never stored."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


def render_pdf(template: str, context: dict[str, Any], *, title: str | Promise, language: str) -> bytes:
    """Return the template as PDF/UA-1.

    The template sees ``title``, ``language`` and ``county`` besides ``context`` and is rendered in that
    language; it extends ``pdf/base.html``. Raises ``PdfUnavailable`` where pango is missing, and ``ValueError`` for a
    document without title or language.
    """
    with translation.override(language):
        heading = str(title).strip()
        if not heading or not language:
            raise ValueError("A document has a title and a language.")
        known = {"county": get_county(), **context, "title": heading, "language": language}
        html = render_to_string(template, known)
    return complete(_write(html))


def available() -> bool:
    """Tell whether PDFs can be made on this machine."""
    try:
        _weasyprint()
    except PdfUnavailable:
        return False
    return True


def store_pdf(
    data: bytes,
    *,
    kind: str,
    title: str | Promise,
    language: str,
    by: Any,
    now: datetime,
    case_number: str = "",
    own_part: bytes | None = None,
) -> RenderedDocument:
    """Store a rendered document for good and return its row.

    ``data`` comes from ``render_pdf``, or from ``documents.joining`` with what we made ourselves in ``own_part``: we
    answer for our pages, not for the files that others gave. The row is written in the caller's transaction. A
    document that is not accessible raises ``InaccessibleDocument`` and is not stored.
    """
    faults = accessibility.faults(own_part or data)
    if faults:
        raise InaccessibleDocument(faults)
    with translation.override(language):
        heading = str(title).strip()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        pages = len(pdf.pages)
    document = RenderedDocument(
        kind=kind,
        title=heading[:250],
        language=language,
        case_number=case_number,
        name=file_name(heading, case_number),
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        pages=pages,
        created_at=now,
        created_by=by,
    )
    document.put(data)
    document.save()
    return document


def file_name(title: str, case_number: str = "") -> str:
    """Return ``avustuspaatos-pkhva-214-02-05-01-2026.pdf``."""
    number = case_number.replace("/", "-").replace(".", "-")
    return f"{slugify(f'{title} {number}')[:140] or 'asiakirja'}.pdf"


def _weasyprint() -> Any:
    try:
        import weasyprint
    except OSError as error:  # the wheel is there, the shared library is not
        raise PdfUnavailable(str(error)) from error
    return weasyprint


def _write(html: str) -> bytes:
    """Render HTML with our fonts and without the network."""
    weasyprint = _weasyprint()
    try:
        fetcher, fonts, faces = _tools(weasyprint)
        page = weasyprint.HTML(string=html, base_url=BASE, url_fetcher=fetcher)
        data: bytes = page.write_pdf(stylesheets=[faces], font_config=fonts, pdf_variant="pdf/ua-1", pdf_tags=True)
    except weasyprint.urls.FatalURLFetchingError as error:  # a BaseException, which no handler of ours would see
        raise ValueError(str(error.__cause__ or error)) from None
    return data


def _tools(weasyprint: Any) -> tuple[Any, Any, Any]:
    """Return fetcher, font configuration and the stylesheet of our faces: made once for a thread of a process.

    Reading the faces and making the fetcher is a third of what a letter costs.
    """
    if getattr(_made, "process", None) != os.getpid():
        fetcher, fonts = _fetcher(weasyprint), weasyprint.text.fonts.FontConfiguration()
        faces = weasyprint.CSS(string=_faces(), url_fetcher=fetcher, base_url=BASE, font_config=fonts)
        _made.tools, _made.process = (fetcher, fonts, faces), os.getpid()
    return _made.tools  # type: ignore[no-any-return]


def _faces() -> str:
    return "\n".join(
        f'@font-face {{ font-family: "Source Sans Pro"; src: url("{FONT_PATH}{name}"); '
        f"font-weight: {weight}; font-style: {style}; }}"
        for weight, style, name, _built in FACES
    )


def _fetcher(weasyprint: Any) -> Any:
    """Return what hands WeasyPrint the files a document uses; a missing or foreign one stops the rendering."""

    class Fetcher(weasyprint.urls.URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: Any = None) -> Any:
            if url.startswith("data:"):
                return super().fetch(url, headers)
            found = local_file(url)
            kind = CONTENT_TYPES.get(found.suffix, "application/octet-stream")
            return weasyprint.urls.URLFetcherResponse(url, found.read_bytes(), {"Content-Type": kind})

    return Fetcher(allowed_protocols=["data"], fail_on_errors=True)


def local_file(url: str) -> Path:
    """Return the file behind an address in a document: one of our fonts or static files.

    Everything else (the network, other files of the machine, a file that is not there) raises ValueError.
    """
    path = unquote(urlsplit(url).path)
    found = _font(path) or _static(path) if url.startswith(BASE) else None
    if found is None:
        raise ValueError(f"A document may not use {url[:100]}, or it is not there.")
    return found


def _font(path: str) -> Path | None:
    """Return a listed face of the typeface's wheel, also where a stylesheet names the browsers' copy of it."""
    name = PurePosixPath(path).name
    spec = importlib.util.find_spec("font_source_sans_pro")
    if "/fonts/" not in path or spec is None or not spec.submodule_search_locations:
        return None
    files = Path(spec.submodule_search_locations[0]) / "files"
    return next((files / face for _weight, _style, face, built in FACES if name in (face, built)), None)


def _static(path: str) -> Path | None:
    """Return a static file, collected or in the source tree; never one outside."""
    prefix = urlsplit(settings.STATIC_URL).path
    name = path.removeprefix(prefix)
    if not path.startswith(prefix) or ".." in PurePosixPath(name).parts or name.startswith("/"):
        return None
    found = finders.find(name)
    candidate = Path(found) if isinstance(found, str) else Path(settings.STATIC_ROOT) / name
    return candidate if candidate.is_file() else None


def complete(data: bytes) -> bytes:
    """Add what WeasyPrint leaves out and return the finished file."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        root = pdf.Root.get("/StructTreeRoot")
        if root is not None:
            _scope_headers(root.get("/K"), in_head=False)
        for page in pdf.pages:
            for annotation in page.get("/Annots", []):
                annotation.F = int(annotation.get("/F", 0)) | PRINT_FLAG
        if "/Metadata" in pdf.Root:
            _plain_metadata(pdf)
        target = io.BytesIO()
        pdf.save(target, compress_streams=True, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    return target.getvalue()


def _scope_headers(node: Any, *, in_head: bool) -> None:
    """Give each TH its /Scope: Column inside THead, else Row."""
    if isinstance(node, pikepdf.Array):
        for child in node:
            _scope_headers(child, in_head=in_head)
        return
    if not isinstance(node, pikepdf.Dictionary):
        return
    tag = node.get("/S")
    if tag == "/TH":
        scope = pikepdf.Name.Column if in_head else pikepdf.Name.Row
        node.A = pikepdf.Dictionary(O=pikepdf.Name.Table, Scope=scope, **_spans(node.get("/A")))
    _scope_headers(node.get("/K"), in_head=in_head or tag == "/THead")


def _spans(attributes: Any) -> dict[str, Any]:
    """Keep the spans that WeasyPrint wrote on the cell."""
    kept: dict[str, Any] = {}
    entries = attributes if isinstance(attributes, pikepdf.Array) else [attributes]
    for entry in entries:
        if isinstance(entry, pikepdf.Dictionary):
            kept.update({key: entry[f"/{key}"] for key in ("RowSpan", "ColSpan") if f"/{key}" in entry})
    return kept


def _plain_metadata(pdf: pikepdf.Pdf) -> None:
    """Write the XMP packet as an uncompressed stream."""
    packet = pdf.Root.Metadata.read_bytes()
    stream = pikepdf.Stream(pdf, packet, Type=pikepdf.Name.Metadata, Subtype=pikepdf.Name.XML)
    pdf.Root.Metadata = pdf.make_indirect(stream)
