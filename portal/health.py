"""Is this process alive, and can the portal do its work? Asked by supervisors and load balancers.

Outside the languages, without a session, without a person.
"""

import logging
from collections.abc import Callable
from datetime import datetime

import redis
from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.access import public_page

HEARTBEAT_KEY = "worker-heartbeat"
HEARTBEAT_SECONDS = 60
BROKER_TIMEOUT_SECONDS = 2

logger = logging.getLogger(__name__)


def beat(now: datetime) -> None:
    """Write the worker's heartbeat; it vanishes by itself when no worker writes it again."""
    cache.set(HEARTBEAT_KEY, now.isoformat(), HEARTBEAT_SECONDS)


@public_page
@never_cache
@require_safe
def live(_request: HttpRequest) -> HttpResponse:
    """Answer 200: this process takes requests. Asks nothing of others, so their trouble does not restart it."""
    return HttpResponse("ok\n", content_type="text/plain")


@public_page
@never_cache
@require_safe
def ready(_request: HttpRequest) -> JsonResponse:
    """Answer 200 when the portal can do all its work, else 503; each part says ``ok`` or what is wrong."""
    parts = {name: _state(check) for name, check in CHECKS.items()}
    well = all(state == "ok" for state in parts.values())
    return JsonResponse({"ready": well, "parts": parts}, status=200 if well else 503)


def _state(check: Callable[[], str]) -> str:
    """Run one check; the reason goes to the log, not to the world."""
    try:
        return check()
    except (DatabaseError, redis.RedisError, OSError) as error:
        logger.error("%s: %s", check.__name__, error)
        return "unreachable"


def database() -> str:
    """The database answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return "ok"


def migrations() -> str:
    """The database has the shape that this code expects."""
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return "ok" if not waiting else f"{len(waiting)} not applied"


def broker() -> str:
    """The broker answers."""
    client = redis.Redis.from_url(
        settings.CELERY_BROKER_URL,
        socket_connect_timeout=BROKER_TIMEOUT_SECONDS,
        socket_timeout=BROKER_TIMEOUT_SECONDS,
    )
    try:
        client.ping()
    finally:
        client.close()
    return "ok"


def worker() -> str:
    """A worker has written its heartbeat in the last minute."""
    return "ok" if cache.get(HEARTBEAT_KEY) else "no heartbeat"


CHECKS: dict[str, Callable[[], str]] = {
    "database": database,
    "migrations": migrations,
    "broker": broker,
    "worker": worker,
}
