"""Posts as lines of a list: who holds each, who acts, when the term ends. The page and the files show the same."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from common.seams import Tone
from liaisons.models import Appointment, Post
from liaisons.overview import SIGNS, STATES
from liaisons.responsible import Responsible, holders_on, responsible_on


@dataclass(frozen=True)
class Line:
    """One post of ``with_standing``: its holders, those who have not answered, who answers today."""

    post: Any
    holders: list[Appointment]
    waiting: list[Appointment]
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
    """Return the lines of ``with_standing`` posts on the day; five queries for any number of posts."""
    asked = list(posts)
    holders = holders_on(asked, day)
    responsible = responsible_on(asked, day)
    waiting: dict[int, list[Appointment]] = {row.pk: [] for row in asked}
    for row in Appointment.objects.unaccepted().filter(post__in=waiting).select_related("user").order_by("pk"):
        waiting[row.post_id].append(row)
    return [Line(row, holders[row.pk], waiting[row.pk], responsible[row.pk]) for row in asked]
