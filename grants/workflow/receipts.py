"""The receipt as a PDF: made once from the frozen submission, stored with its hash."""

import logging
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from common.locks import limit_waiting
from common.times import local_date
from county.models import get_county
from documents.models import RenderedDocument
from documents.pdf import PdfUnavailable, render_pdf, store_pdf
from grants.answers import read_submission
from grants.models import Submission
from grants.models.paper import read_source

logger = logging.getLogger(__name__)


def ensure_receipt(submission: Submission, *, now: datetime) -> RenderedDocument | None:
    """Return the receipt, making it when there is none yet; None where the machine cannot make PDFs.

    Everything in it comes from the submission's frozen content, so it says the same whenever it is made.
    Two at once make one: the submission's row is locked.
    """
    if submission.receipt_id:
        return RenderedDocument.objects.get(pk=submission.receipt_id)
    with transaction.atomic():
        limit_waiting()
        locked = (
            Submission.objects.select_for_update(of=("self",))
            .select_related("submitted_by", "application__form_version")
            .get(pk=submission.pk)
        )
        if locked.receipt_id:
            # Read apart: after waiting for the row, a joined receipt would still be the old snapshot's empty one.
            return RenderedDocument.objects.get(pk=locked.receipt_id)
        source = locked.content.get("source")
        language = source["language"] if source else locked.submitted_by.language
        title = f"{_title(language)} {locked.content['case_number']}"
        try:
            data = render_pdf(
                "pdf/grants/receipt.html",
                {
                    "submission": locked,
                    "content": locked.content,
                    "asked_sum": Decimal(locked.content["asked_sum"]),
                    "source": read_source(locked.content),
                    "county": get_county(),
                    "document_date": local_date(locked.received_at),
                    "later": [
                        {"slot": row["slot"], "due_on": date.fromisoformat(row["due_on"])}
                        for row in locked.content.get("later", [])
                    ],
                    "sections": read_submission(locked, language),
                    "case_number": locked.content["case_number"],
                },
                title=title,
                language=language,
            )
        except PdfUnavailable as unavailable:
            logger.warning("No receipt for submission %s: %s", locked.pk, unavailable.detail)
            return None
        document = store_pdf(
            data,
            kind="grants.receipt",
            title=title,
            language=language,
            by=locked.submitted_by,
            now=now,
            case_number=locked.content["case_number"],
        )
        locked.receipt = document
        locked.save(update_fields=["receipt"])
        return document


def _title(language: str) -> str:
    from django.utils import translation
    from django.utils.translation import gettext

    with translation.override(language):
        return gettext("Hakemuksen kuitti")
