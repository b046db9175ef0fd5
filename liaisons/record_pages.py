"""A record as a page shows it: the text of each place, as far as the reader may read it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from liaisons.matters import Course
from liaisons.models import AgendaItem, MeetingRecord, RecordComment
from liaisons.record_places import CLOSING, OPENING, Votes, courses, decision_key, handling_key


@dataclass
class Matter:
    """One matter of a draft with its texts, who withdrew, and the comments on it."""

    item: AgendaItem
    is_readable: bool
    handling: str = ""
    decision: str = ""
    courses: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class Reading:
    """A draft for reading."""

    opening: str
    closing: str
    matters: list[Matter]


def reading(content: dict[str, str], items: Iterable[Any], readable: set[int], course: Course, votes: Votes) -> Reading:
    """Return the draft's texts; of a matter that the reader may not read only that it is there."""
    matters = []
    for item in items:
        if item.pk in readable:
            texts = content.get(handling_key(item), ""), content.get(decision_key(item), "")
            matters.append(Matter(item, True, *texts, courses(item, course, votes)))
        else:
            matters.append(Matter(item, False))
    return Reading(content.get(OPENING, ""), content.get(CLOSING, ""), matters)


def visible_comments(record: MeetingRecord, hidden: set[str]) -> list[RecordComment]:
    """Return the comments, without those on matters that the reader may not read."""
    return [row for row in record.comments.select_related("by") if row.place not in hidden]
