"""What waits for a person, from all rooms: soonest first, then what has no date, then what can wait."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from common import seams

_FAR = datetime.max.replace(tzinfo=UTC)


def todos_of(user: Any, now: datetime, *, target: tuple[str, int] | None = None) -> list[seams.Todo]:
    """Return what waits for ``user``; with ``target`` only what is about that thing."""
    found: Iterable[seams.Todo] = (todo for provider in seams.todos for todo in provider(user, now))
    if target is not None:
        found = (todo for todo in found if todo.target == target)
    return sorted(found, key=lambda todo: (todo.quiet, todo.due or _FAR, str(todo.title)))
