"""The report with what is said of it: each section with the county's comment and the readers' questions."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from reports import sections
from reports.models import AnnualReport, SectionComment, SectionQuestion

#: The first page has no section of its own in ``reports.sections``; questions are asked of it too.
SUMMARY = "lyhyesti"


@dataclass(frozen=True)
class Told:
    """What is said of one place of the report: its comment, if any, and its questions, oldest first."""

    key: str
    heading: str
    comment: SectionComment | None = None
    questions: tuple[SectionQuestion, ...] = ()


def places(report: AnnualReport) -> dict[str, str]:
    """Return the headings of the report's places by key, in reading order."""
    built = sections.content(report)["sections"] if report.figures else []
    return {SUMMARY: _("Vuosi lyhyesti"), **{part.key: part.heading for part in built}}


def comments_of(report: AnnualReport) -> dict[str, SectionComment]:
    """Return the comments that say something, by section."""
    rows = SectionComment.objects.filter(report=report).exclude(text="").select_related("written_by")
    return {row.section: row for row in rows}


def content(report: AnnualReport, questions: Iterable[SectionQuestion] = ()) -> dict[str, Any]:
    """Return ``sections.content`` and beside it ``told``: (section, what is said of it), and that of the first page.

    ``lost`` are the draft's comments whose section is not in the figures any more; they wait there to be moved.
    """
    made = sections.content(report)
    comments = comments_of(report)
    asked: dict[str, list[SectionQuestion]] = defaultdict(list)
    for question in questions:
        asked[question.section].append(question)

    def told(key: str, heading: str) -> Told:
        return Told(key, heading, comments.pop(key, None), tuple(asked.pop(key, ())))

    summary = told(SUMMARY, _("Vuosi lyhyesti"))
    pairs = [(part, told(part.key, part.heading)) for part in made["sections"]]
    return {**made, "summary": summary, "told": pairs, "lost": list(comments.values())}
