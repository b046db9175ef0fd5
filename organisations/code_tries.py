"""How many wrong codes a person may try: guesses are counted by account and by address, in the cache."""

from datetime import timedelta
from typing import Any

from django.core.cache import cache

WINDOW = timedelta(hours=1)
PER_PERSON = 10
PER_ADDRESS = 50


def _keys(user: Any, address: str) -> dict[str, int]:
    return {
        f"organisations.code_tries.user.{user.pk}": PER_PERSON,
        f"organisations.code_tries.address.{address}": PER_ADDRESS,
    }


def is_stopped(user: Any, address: str) -> bool:
    """Tell whether the person, or their address, has guessed too often within the hour."""
    limits = _keys(user, address)
    counts = cache.get_many(limits)
    return any(counts.get(key, 0) >= limit for key, limit in limits.items())


def count(user: Any, address: str) -> None:
    """Count one well-formed code that was not there."""
    for key in _keys(user, address):
        cache.add(key, 0, timeout=int(WINDOW.total_seconds()))
        cache.incr(key)
