"""The letters of a campaign as one PDF: a page an organisation, its address where a C5 envelope has its window."""

import hashlib
import io
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from common.times import local_date
from documents.models import ScanState
from documents.pdf import render_pdf
from documents.qr import qr_image
from documents.uploads import CheckedUpload
from organisations.models import Campaign, ClaimCode, LetterBatch

SAMPLE_CODE = "XXXX-XXXX-XXXX"
LANGUAGE = "fi"


def code_page_address() -> str:
    """Return the address where a code is entered, as it is printed: without ``https://``."""
    with translation.override(LANGUAGE):
        return f"{settings.BASE_URL}{reverse('organisations:code')}".partition("://")[2]


def letters_pdf(campaign: Campaign, letters: list[dict[str, Any]], *, now: datetime) -> bytes:
    """Return the PDF of letters; each has ``recipient`` (lines), ``name``, ``code`` and ``until`` (day).

    Raises ``documents.pdf.PdfUnavailable``.
    """
    address = code_page_address()
    context = {
        "campaign": campaign,
        "letters": letters,
        "document_date": local_date(now),
        "address": address,
        "qr": qr_image(f"{settings.BASE_URL.partition('://')[0]}://{address}"),
    }
    return render_pdf("pdf/organisations/claim_letters.html", context, title=campaign.subject_fi, language=LANGUAGE)


def letters_file(campaign: Campaign, pairs: list[tuple[ClaimCode, str]], *, now: datetime) -> LetterBatch:
    """Store the letters of one batch: rows with their codes as written. In the caller's transaction."""
    letters = [
        {
            "recipient": row.address,
            "name": row.organisation.name,
            "code": code,
            "until": row.expires_at,
            "is_reminder": row.rounds > 1,
        }
        for row, code in pairs
    ]
    data = letters_pdf(campaign, letters, now=now)
    number = campaign.letter_batches.count() + 1
    batch = LetterBatch(campaign=campaign, letters=len(letters))
    batch.take(
        CheckedUpload(
            content=io.BytesIO(data),
            name=f"kirjeet-{campaign.pk}-{number}.pdf",
            size=len(data),
            sha256=hashlib.sha256(data).hexdigest(),
            content_type="application/pdf",
            scan_state=ScanState.CLEAN,
        ),
        by=campaign.created_by,
        now=now,
    )
    batch.save()
    return batch
