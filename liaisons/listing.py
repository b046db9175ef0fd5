"""Posts as lines of a list: who holds each, who acts, when the term ends. The page and the files show the same."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from common.seams import Tone
from liaisons.models import Post
from liaisons.overview import SIGNS, STATES
from liaisons.responsible import Responsible, named_on, responsible_among


@dataclass(frozen=True)
class Line:
    """One post of ``with_standing``: its holders, those who have not answered, who answers today."""

    post: Any
    holders: list[Any]
    waiting: list[Any]
    responsible: Responsible

    @property
    def state(self) -> tuple[Any, Tone]:
        """Return the name and tone of the post's state."""
        return STATES[self.post.standing]

    @property
    def signs(self) -> list[tuple[Any, Tone]]:
        """Return what else is to be known: away with or without a substitute, a term that ends, an open proposal."""
        found: list[tuple[Any, Tone]] = []
        if self.post.is_away:
            key: str = "away" if self.post.is_covered else "uncovered"
            found.append((SIGNS[key], "info" if self.post.is_covered else "bad"))
        if self.post.is_ending:
            found.append((SIGNS["ending"], "wait"))
        if self.waiting and self.post.standing != "unaccepted":
            found.append((STATES["unaccepted"][0], "wait"))
        return found

    @property
    def ends_on(self) -> date | None:
        """Return the first day on which one of the holders' terms ends."""
        return min((row.valid_until for row in self.holders if row.valid_until), default=None)


def lines(posts: Iterable[Post], day: date) -> list[Line]:
    """Return the lines of ``with_standing`` posts on the day; two queries for any number of posts."""
    asked = list(posts)
    named = named_on(asked, day)
    holders = {pk: [row for row in rows if row.state != "proposed"] for pk, rows in named.items()}
    responsible = responsible_among(asked, holders, day)
    return [
        Line(
            post,
            holders[post.pk],
            [row for row in named[post.pk] if row.state == "proposed"],
            responsible[post.pk],
        )
        for post in asked
    ]
