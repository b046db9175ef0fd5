"""Words about a yearly report: the county's comments on a draft's sections, readers' questions and the answers."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import StaffRoleKind
from common.errors import Refused
from common.policies import get_allowed
from liaisons.workflow.saving import save_checked
from notifications import outbox
from organisations.workflow.guards import staff
from reports.models import AnnualReport, SectionComment, SectionQuestion
from reports.told import places


class StaleComment(Refused):
    """Somebody else has saved in between; ``latest`` is what stands now."""

    def __init__(self, latest: SectionComment) -> None:
        super().__init__(
            "stale",
            _("Joku muu on muuttanut kommenttia samaan aikaan. Vertaa tekstejä ja tallenna sitten uudelleen."),
        )
        self.latest = latest


def _place(report: AnnualReport, section: str) -> str:
    """Return the section's key when the report has such a section. Refused: no_such_section."""
    if section not in places(report):
        raise Refused("no_such_section", _("Raportissa ei ole tätä osiota. Palaa raporttiin ja valitse osio."))
    return section


@transaction.atomic
def save_comment(
    report: AnnualReport, *, section: str, text: str, version: int, by: Any, now: datetime
) -> SectionComment:
    """Write the comment of one section of a draft; an empty text takes it away.

    ``version`` is the one that was typed over, 0 where there was none. StaleComment: somebody else has written other
    words since. Refused: not_draft, no_such_section (an earlier comment may be mended even when its section is gone).
    """
    locked: AnnualReport = get_allowed("reports.annual.manage", by, now=now, lock=True, pk=report.pk)
    if locked.state != "draft":
        raise Refused("not_draft", _("Kommentteja kirjoitetaan luonnokseen. Tämä raportti ei ole nyt luonnos."))
    words = text.strip()
    row = SectionComment.objects.filter(report=locked, section=section).first()
    if row is None:
        row = SectionComment(report=locked, section=_place(locked, section), version=0)
    if row.text == words:
        return row
    if row.version != version:
        raise StaleComment(row)
    row.text, row.written_by, row.written_at, row.version = words, by, now, row.version + 1
    save_checked(row, "comment_refused")
    return row


@transaction.atomic
def ask_question(report: AnnualReport, *, section: str, text: str, by: Any, now: datetime) -> SectionQuestion:
    """Ask about a section of a published report; the coordinators are told. The same words again are one question.

    Refused: no_such_section, question_refused.
    """
    found: AnnualReport = get_allowed("reports.annual.ask", by, now=now, lock=True, pk=report.pk)
    words = text.strip()
    again = SectionQuestion.objects.filter(report=found, section=section, asked_by=by, text=words).first()
    if again is not None:
        return again
    row = SectionQuestion(report=found, section=_place(found, section), text=words, asked_by=by, asked_at=now)
    save_checked(row, "question_refused")
    for person in staff(now, StaffRoleKind.COORDINATOR):
        if person.pk != by.pk:
            outbox.queue(
                kind="reports.question_asked",
                to=person,
                subject=format_lazy(gettext_lazy("Kysymys vuosiraportista {year}"), year=found.year),
                template="emails/reports/question_asked",
                context={"question": row, "report": found, "path": reverse("reports:question", args=[row.pk])},
                dedup_key=f"reports.question_asked:{row.pk}:{person.pk}",
                now=now,
            )
    return row


@transaction.atomic
def answer_question(question: SectionQuestion, *, answer: str, by: Any, now: datetime) -> SectionQuestion:
    """Answer: question and answer are published without the asker's name, and the asker is told. Once.

    Refused: already_answered (the same words again are no second answer), answer_refused.
    """
    row: SectionQuestion = get_allowed("reports.question.answer", by, now=now, lock=True, pk=question.pk)
    words = answer.strip()
    if row.is_answered:
        if row.answer == words:
            return row
        raise Refused("already_answered", _("Kysymykseen on jo vastattu. Vastaus näkyy raportissa."))
    row.answer, row.answered_by, row.answered_at = words, by, now
    save_checked(row, "answer_refused")
    _tell_asker(row, now)
    return row


def _tell_asker(row: SectionQuestion, now: datetime) -> None:
    full = SectionQuestion.objects.select_related("asked_by", "report").get(pk=row.pk)
    asker = full.asked_by
    if asker is None or not asker.is_active or asker.pk == full.answered_by_id:
        return
    outbox.queue(
        kind="reports.question_answered",
        to=asker,
        subject=format_lazy(gettext_lazy("Vastaus kysymykseesi vuosiraportista {year}"), year=full.report.year),
        template="emails/reports/question_answered",
        context={
            "question": full,
            "report": full.report,
            "path": f"{reverse('reports:report', args=[full.report_id])}#{full.section}",
        },
        dedup_key=f"reports.question_answered:{full.pk}",
        now=now,
    )
