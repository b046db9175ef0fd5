"""A record as a page shows it: the text of each place, as far as the reader may read it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from liaisons.models import AgendaItem, MeetingRecord, RecordComment
from liaisons.record_places import CLOSING, OPENING, decision_key, handling_key


@dataclass
class Matter:
    """One matter of a draft with its texts, who withdrew, and the comments on it."""

    item: AgendaItem
    is_readable: bool
    handling: str = ""
    decision: str = ""
    conflicts: list[Any] = field(default_factory=list)


@dataclass
class Reading:
    """A draft for reading."""

    opening: str
    closing: str
    matters: list[Matter]


def reading(content: dict[str, str], items: Iterable[Any], readable: set[int]) -> Reading:
    """Return the draft's texts; of a matter that the reader may not read only that it is there.

    ``items`` come with their conflicts and those people prefetched.
    """
    matters = []
    for item in items:
        if item.pk in readable:
            texts = content.get(handling_key(item), ""), content.get(decision_key(item), "")
            matters.append(Matter(item, True, *texts, list(item.conflicts.all())))
        else:
            matters.append(Matter(item, False))
    return Reading(content.get(OPENING, ""), content.get(CLOSING, ""), matters)


def visible_comments(record: MeetingRecord, hidden: set[str]) -> list[RecordComment]:
    """Return the comments, without those on matters that the reader may not read."""
    return [row for row in record.comments.select_related("by") if row.place not in hidden]
