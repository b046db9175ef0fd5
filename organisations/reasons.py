"""Why an organisation was found when its name does not say so: an earlier name, or a piece of its own text."""

from collections.abc import Sequence
from dataclasses import dataclass

from organisations import numbers
from organisations.models import EarlierName, Organisation, SearchText
from organisations.search import Query

_AROUND = 60  # characters shown on each side


@dataclass(frozen=True)
class Reason:
    """A piece of text with what was found in the middle; ``is_earlier_name`` tells where it comes from."""

    before: str
    hit: str
    after: str
    is_earlier_name: bool = False


def reasons(query: Query, organisations: Sequence[Organisation]) -> dict[int, Reason]:
    """Return a reason by organisation for those whose name does not hold every word; two queries at most."""
    unnamed = [one.pk for one in organisations if not _holds_all(query, one.search_key)]
    if not query or not unnamed:
        return {}
    found: dict[int, Reason] = {}
    for name in EarlierName.objects.filter(organisation__in=unnamed).order_by("-name"):
        if _holds_all(query, name.search_key) and (reason := _piece(query, name.name, is_earlier_name=True)):
            found[name.organisation_id] = reason
    texts = SearchText.objects.filter(pk__in=[pk for pk in unnamed if pk not in found])
    for text in texts:
        lines = text.text.split("\n")[1:]  # the first is the name
        pieces = (_piece(query, line) for line in lines)
        if reason := next((piece for piece in pieces if piece), None):
            found[text.pk] = reason
    return found


def _holds_all(query: Query, folded: str) -> bool:
    return all(any(needle in folded for needle in word.needles) for word in query.words)


def _piece(query: Query, line: str, *, is_earlier_name: bool = False) -> Reason | None:
    """Return the words around the first find on the line; folding changes no letter's place."""
    folded = numbers.fold(line)
    if len(folded) != len(line):
        return None
    places = [
        (folded.find(needle), needle)
        for word in query.words
        for needle in word.needles
        if not word.is_short and needle in folded
    ]
    if not places:
        return None
    start, needle = min(places)
    end = start + len(needle)
    while start and not line[start - 1].isspace():
        start -= 1
    while end < len(line) and not line[end].isspace():
        end += 1
    before, after = line[:start], line[end:]
    if len(before) > _AROUND:
        before = "… " + before[-_AROUND:].partition(" ")[2]
    if len(after) > _AROUND:
        after = after[:_AROUND].rpartition(" ")[0] + " …"
    return Reason(before, line[start:end], after, is_earlier_name)
