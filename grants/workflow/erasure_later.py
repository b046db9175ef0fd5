"""Erasing what came into a case after its decision, once a package of the records system holds it.

Figures, sums, states, days and the letters stay: the lists, the statistics and the proof of what was decided need them.
"""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet

from grants.models import (
    ChangeRequest,
    ClaimFile,
    Decision,
    PaperOriginal,
    RecoveryCase,
    RevisionClaim,
    UseReport,
    UseReportAttachment,
    UseReportQuestion,
    UseReportVersion,
)

#: What the database defends, and the records plan alone may undo.
DEFENDED = (
    "grants.UseReportVersion:sent_report_stays",
    "grants.UseReportQuestion:report_question_stays",
    "grants.UseReportQuestion:report_answer_stays",
    "grants.ChangeRequest:decided_change_stays",
)
_STORY = ("what_was_done", "what_changed", "what_was_learned", "what_differed")


def later_files(case: Any) -> Iterator[QuerySet[Any]]:
    """Yield the stored files that go with the case: the paper original, files of reports and of claims."""
    yield PaperOriginal.objects.filter(application=case)
    yield UseReportAttachment.objects.filter(use_report__decision__application=case)
    yield ClaimFile.objects.filter(claim__decision__application=case)


def erase_later_texts(case: Any, text: str) -> None:
    """Put ``text`` in the place of words that the database wants, and nothing in the place of others."""
    decision = Decision.objects.filter(application=case)
    reports = UseReport.objects.filter(decision__in=decision)
    reports.update(**dict.fromkeys(_STORY, ""), officer_note="")
    for version in UseReportVersion.objects.filter(use_report__in=reports):
        kept = {**version.content, **dict.fromkeys(_STORY, ""), "files": []}
        kept.pop("draft", None)
        UseReportVersion.objects.filter(pk=version.pk).update(content=kept)
    questions = UseReportQuestion.objects.filter(use_report__in=reports)
    questions.update(text=text)
    questions.filter(answered_at__isnull=False).update(answer=text)
    for rows, names in (
        (ChangeRequest.objects.filter(decision__in=decision), ("why", "question", "proposal")),
        (RecoveryCase.objects.filter(decision__in=decision), ("facts", "statement", "unheard_why", "end_reason")),
        (RevisionClaim.objects.filter(decision__in=decision), ("demand", "proposal_reasons")),
    ):
        for name in names:
            rows.exclude(**{name: ""}).update(**{name: text})
    claims = RevisionClaim.objects.filter(decision__in=decision)
    claims.update(email="", address="")
    claims.filter(claimant="member").update(name=text)
