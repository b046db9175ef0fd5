"""A case on paper for whoever reads it: what stands in the PDF of one case, alone or in a bundle."""

from datetime import datetime
from typing import Any

from common.policies import may
from common.times import local_date
from grants.answers import answers_for_reading
from grants.models import Application
from grants.municipal import opinions_of
from grants.statements import statements_of


def paper_of(case: Application, reader: Any, now: datetime, language: str) -> dict[str, Any]:
    """Return the context of ``pdf/grants/case.html``: what the reader sees on the case's page, nobody's points.

    The caller has asked the right to read the case.
    """
    return {
        "case": case,
        "call": case.call,
        "organisation": case.organisation,
        "case_number": case.case_number,
        "document_date": local_date(now),
        "sections": answers_for_reading(case, language),
        "attachments": list(case.attachments.select_related("attachment_slot")),
        "criteria": list(case.call.criteria.all()),
        **opinions_of(case),
        "statements": statements_of(case, reader, now),
        # As on the screen: who follows the officers' work reads the messages, an assessor does not.
        "thread": list(case.messages.select_related("written_by").prefetch_related("files"))
        if may("grants.case.follow", reader, case, now=now)
        else [],
    }
