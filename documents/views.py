"""Serving a stored file: always as an attachment, always the bytes that were stored."""

import hashlib
import logging
from typing import Any, Protocol

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from common.errors import Refused
from documents.models import ScanState

logger = logging.getLogger(__name__)

SAFE_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cache-Control": "private, no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Robots-Tag": "noindex",
}


class Stored(Protocol):
    """What ``StoredFile`` and ``RenderedDocument`` have in common."""

    file: Any
    name: Any
    size: Any
    sha256: Any
    content_type: Any
    scan_state: Any


class FileDamaged(Refused):
    """The stored bytes are not those that were stored, or they are gone."""

    def __init__(self) -> None:
        super().__init__(
            "file_damaged",
            _("Tiedostoa ei voida näyttää, koska se ei ole enää sama kuin tallennettaessa. Ilmoita tästä ylläpidolle."),
        )


def serve(request: HttpRequest, stored: Stored) -> FileResponse:
    """Return the file as an attachment under its own name.

    The caller has asked the policy. The hash is checked first: ``FileDamaged`` when the bytes have changed or
    are missing. A file that the scanner called harmful is a 404 for everybody.
    """
    if stored.scan_state == ScanState.INFECTED:
        raise Http404
    content = verified(stored)
    response = FileResponse(content, content_type=stored.content_type)
    response["Content-Length"] = str(stored.size)
    disposition = content_disposition_header(True, stored.name)
    if disposition:
        response["Content-Disposition"] = disposition
    return _safe(response)


def pdf_answer(data: bytes, title: str) -> HttpResponse:
    """Return a PDF that was made for this request, as an attachment named after its title."""
    response = HttpResponse(data, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{slugify(title)}.pdf"'
    return _safe(response)


def _safe[Answer: (HttpResponse, FileResponse)](response: Answer) -> Answer:
    for header, value in SAFE_HEADERS.items():
        response[header] = value
    return response


def verified(stored: Stored) -> Any:
    """Open the file and return it at its start, once its hash has been found right; else ``FileDamaged``."""
    try:
        content = stored.file.open("rb")
    except (FileNotFoundError, ValueError):
        logger.error("The file of %r is missing.", stored)
        raise FileDamaged from None
    digest = hashlib.sha256()
    while chunk := content.read(1 << 20):
        digest.update(chunk)
    if digest.hexdigest() != stored.sha256:
        content.close()
        logger.error("The file of %r is not what was stored.", stored)
        raise FileDamaged
    content.seek(0)
    return content
