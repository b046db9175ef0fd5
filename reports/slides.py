"""The report as a presentation: one finding a screen, in the order in which it is told."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from reports import sections
from reports.models import AnnualReport
from reports.sections import Drawing, Fact

MOST_FACTS = 6


@dataclass(frozen=True)
class Slide:
    """One screen: what kind of thing it tells (``kicker``), the message, and what carries it.

    ``lang`` is the message's language where it is written by hand; facts and drawings are the report's own.
    """

    kicker: str
    message: str
    lead: str = ""
    lang: str = ""
    facts: tuple[Fact, ...] = ()
    drawings: tuple[Drawing, ...] = ()


def slides(report: AnnualReport) -> list[Slide]:
    """Return the screens: the year's key figures, findings, each section's message with its picture, proposals."""
    made: dict[str, Any] = sections.content(report)
    title = report.title
    return [
        Slide(_("Vuosi lyhyesti"), title, facts=tuple(made["key_facts"][:MOST_FACTS])),
        *_written(_("Havainto"), made["findings"]),
        *(
            Slide(title, part.heading, " ".join(part.paragraphs[:1]), drawings=part.drawings[:1])
            for part in made["sections"]
            if part.paragraphs or part.drawings
        ),
        *_written(_("Ehdotus"), made["proposals"]),
    ]


def _written(kicker: str, lines: list[str]) -> list[Slide]:
    many = len(lines) > 1
    return [
        Slide(f"{kicker} {number}/{len(lines)}" if many else kicker, line, lang="fi")
        for number, line in enumerate(lines, start=1)
    ]
