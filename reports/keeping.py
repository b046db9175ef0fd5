"""What is erased of the talk about reports, when, and what a person may download of their own."""

from datetime import datetime, timedelta
from typing import Any

from reports.models import CooperationChapter, ReportMatter, ReportReading, SectionComment, SectionQuestion

#: A council's term: by then nobody waits for who asked.
ASKER_KEPT = timedelta(days=4 * 365 + 1)


def report_retention(now: datetime) -> dict[str, int]:
    """Provider of the ``retention`` seam: askers' names go four years after asking; the words stay in the report."""
    old = SectionQuestion.objects.filter(asked_at__lt=now - ASKER_KEPT, asked_by__isnull=False)
    return {"reports.SectionQuestion.asker": old.update(asked_by=None)}


def own_report_data(user: Any) -> dict[str, Any]:
    """Return what the person has read, asked, answered and written of yearly reports."""
    question = ("report__year", "report__version", "section", "text", "asked_at", "answer", "answered_at")
    comment = ("report__year", "report__version", "section", "text", "written_at")
    chapter = ("document__first_year", "document__edition", "key", "text", "written_at")
    return {
        "chapters": list(CooperationChapter.objects.filter(written_by=user).values(*chapter)),
        "matters": list(ReportMatter.objects.filter(put_by=user).values("report__year", "put_at")),
        "readings": list(ReportReading.objects.filter(user=user).values("report__year", "report__version", "read_at")),
        "questions": list(SectionQuestion.objects.filter(asked_by=user).values(*question)),
        "answers": list(SectionQuestion.objects.filter(answered_by=user).values(*question)),
        "comments": list(SectionComment.objects.filter(written_by=user).values(*comment)),
    }
