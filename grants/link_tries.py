"""How many wrong links one address may try within an hour: counted in the cache, so that nobody guesses them."""

from datetime import timedelta

from django.core.cache import cache

WINDOW = timedelta(hours=1)
MOST = 20


def _key(address: str) -> str:
    return f"grants.link_tries.{address}"


def is_stopped(address: str) -> bool:
    """Tell whether the address has tried too many wrong links within the hour."""
    return int(cache.get(_key(address), 0)) >= MOST


def count(address: str) -> None:
    """Count one wrong link."""
    cache.add(_key(address), 0, timeout=int(WINDOW.total_seconds()))
    cache.incr(_key(address))
