"""The cache's client, made once in a thread: Django makes one for each question, which takes longer than the answer."""

from typing import Any

from django.core.cache.backends.redis import RedisCache, RedisCacheClient


class KeptClient(RedisCacheClient):
    """Django's client of Valkey, which keeps the client of each of its pools of connections."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._kept: dict[int, Any] = {}

    def get_client(self, key: Any = None, *, write: bool = False) -> Any:
        """Return the client of the pool that reads or writes."""
        own: Any = self  # the stubs do not know all of Django's client
        pool = own._get_connection_pool(write)
        if id(pool) not in self._kept:  # a pool lives as long as this object, which holds it
            self._kept[id(pool)] = own._client(connection_pool=pool)
        return self._kept[id(pool)]


class PortalCache(RedisCache):
    """Django's cache in Valkey with a kept client."""

    def __init__(self, server: Any, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = KeptClient
