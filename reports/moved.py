"""Figures that have moved since a draft was built: collected anew and compared, in the words of the report itself.

What is compared is what people read (key figures, tables, the tables of the charts, sentences), so that a new section
is compared as soon as it is in the report.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest
from typing import Any

from django.utils.translation import gettext as _

from reports import sections
from reports.audiences import Audience
from reports.figures import Snapshot, collect
from reports.models import AnnualReport
from reports.sections import Section


@dataclass(frozen=True)
class Moved:
    """One figure: the heading of its place, what it is, what the draft says and what it is now (``–``: not there).

    ``lang`` is the language of the label where it is not the page's; ``words``: sentences, not numbers.
    """

    place: str
    label: str
    before: str
    now: str
    lang: str = ""
    words: bool = False


ABSENT = "–"
Cells = dict[tuple[str, str], str]


def moved(report: AnnualReport, now: datetime) -> list[Moved]:
    """Collect the draft's figures anew and return those that differ, in reading order; nothing is stored."""
    return differences(report.figures, collect(report.year, now, lambda done: None), report.year, report.reader)


def differences(before: Snapshot, after: Snapshot, year: int, reader: Audience | None = None) -> list[Moved]:
    """Return what differs between two snapshots of one year, in reading order: of what the reader gets."""
    found = list(_pairs(_("Vuosi lyhyesti"), _headline(before, year, reader), _headline(after, year, reader), "fi"))
    old, new = ({part.key: part for part in sections.build(figures, reader)} for figures in (before, after))
    for key in [*new, *(key for key in old if key not in new)]:
        found += _of_section(old.get(key), new.get(key))
    return found


def _headline(figures: Snapshot, year: int, reader: Audience | None) -> Cells:
    """Return the key figures and last year's beside them as written values."""
    cells: Cells = {}
    for fact in sections.facts(figures):
        if reader is not None and not reader.tells(fact.key):
            continue
        cells[fact.label, str(year)] = fact.value
        cells[fact.label, str(year - 1)] = fact.before
    return cells


def _of_section(old: Section | None, new: Section | None) -> list[Moved]:
    standing = new or old
    if standing is None or old == new:
        return []
    if old is None or new is None:
        was, is_now = (_("ei mukana"), _("mukana")) if old is None else (_("mukana"), _("ei mukana"))
        return [Moved(standing.heading, _("Koko osio"), was, is_now, words=True)]
    numbers = list(_pairs(new.heading, _cells(old), _cells(new)))
    if numbers:
        return numbers
    texts = zip_longest((old.heading, *old.paragraphs), (new.heading, *new.paragraphs), fillvalue=ABSENT)
    return [Moved(new.heading, _("Teksti"), was, is_now, words=True) for was, is_now in texts if was != is_now]


def _cells(part: Section) -> Cells:
    """Return the written values of the section's table and of its charts' tables by row and column."""
    cells: Cells = {}
    tables: list[Any] = [drawing.chart.table for drawing in part.drawings]
    if part.table is not None:
        tables.append(part.table)
    for table in tables:
        for row in table.rows:
            for column, value in zip(table.head[1:], row[1:], strict=False):
                cells.setdefault((row[0], column), value)
    return cells


def _pairs(place: str, before: Cells, after: Cells, lang: str = "") -> Iterator[Moved]:
    """Return the cells that differ, in the order of the newer table, those that are gone last."""
    keys: Iterable[tuple[str, str]] = [*after, *(key for key in before if key not in after)]
    for key in keys:
        was, is_now = before.get(key, ABSENT), after.get(key, ABSENT)
        if was != is_now:
            yield Moved(place, ", ".join(part for part in key if part), was, is_now, lang)
