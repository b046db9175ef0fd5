"""What changed between two texts, word by word; and bringing together what two people wrote at once."""

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

_WORDS = re.compile(r"(\s+)")
Content = Mapping[str, str]


@dataclass(frozen=True)
class Piece:
    """A run of words: ``same``, ``added`` or ``removed``."""

    kind: str
    text: str


def difference(before: str, after: str) -> list[Piece]:
    """Return the pieces of both texts in reading order; what is removed stands before what came in its place."""
    old, new = _WORDS.split(before), _WORDS.split(after)
    pieces: list[Piece] = []
    for operation, i, j, k, m in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if operation == "equal":
            _add(pieces, "same", old[i:j])
        else:
            _add(pieces, "removed", old[i:j])
            _add(pieces, "added", new[k:m])
    return pieces


def _add(pieces: list[Piece], kind: str, words: list[str]) -> None:
    text = "".join(words)
    if text:
        pieces.append(Piece(kind, text))


@dataclass
class Merged:
    """The texts brought together, and the places where both wrote: place -> what the other wrote there."""

    content: dict[str, str]
    both: dict[str, str] = field(default_factory=dict)
    took_theirs: bool = False


def merge(base: Content, mine: Content, theirs: Content) -> Merged:
    """Bring together two edits of ``base``, place by place.

    A place that only one has changed takes that one's text. Where both wrote differently, ``content`` keeps
    ``mine`` and ``both`` tells theirs, so that a person chooses and nothing is lost.
    """
    merged = Merged(dict(theirs))
    for place, text in mine.items():
        was, now = base.get(place, ""), theirs.get(place, "")
        if text == was:
            merged.took_theirs |= now != was
            continue
        merged.content[place] = text
        if now not in (was, text):
            merged.both[place] = now
    return merged
