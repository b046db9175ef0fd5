"""A lazy load in a loop raises: the third row of one result that is asked for the same missing relation."""

from collections import Counter
from typing import Any

from django.core.exceptions import FieldFetchBlocked
from django.db.models import fetch_modes, query

LOOP = 3


class RaiseInLoops(fetch_modes.FetchMode):
    """Loads what a single row lacks, and refuses it to the third row of the same result."""

    __slots__ = ()
    track_peers = True

    def fetch(self, fetcher: Any, instance: Any) -> None:
        peers = instance._state.peers
        if len(peers) >= LOOP:
            seen = self._seen(peers)
            seen[fetcher.field.name] += 1
            if seen[fetcher.field.name] >= LOOP:
                raise FieldFetchBlocked(
                    f"{type(instance).__qualname__}.{fetcher.field.name} is loaded row by row: select or prefetch it."
                )
        fetcher.fetch_one(instance)

    @staticmethod
    def _seen(peers: Any) -> Counter[str]:
        first = next((row for peer in peers if (row := peer()) is not None), None)
        if first is None:
            return Counter()
        counts: Counter[str] = first._state.__dict__.setdefault("lazy_loads", Counter())
        return counts

    def __reduce__(self) -> str:
        return "RAISE_IN_LOOPS"


RAISE_IN_LOOPS = RaiseInLoops()


def install() -> None:
    """Make it the mode of every query of the tests."""
    query.DEFAULT_FETCH_MODE = RAISE_IN_LOOPS  # type: ignore[attr-defined]
