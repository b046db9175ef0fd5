"""The two addresses that supervisors and load balancers ask."""

from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client

from portal import health, tasks
from tests.notifications.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_key(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Keep away from a worker that may run beside the tests."""
    monkeypatch.setattr(health, "HEARTBEAT_KEY", "worker-heartbeat-of-a-test")
    yield
    cache.delete(health.HEARTBEAT_KEY)


def test_alive_needs_nothing_else() -> None:
    with connection.execute_wrapper(_no_queries):
        response = Client().get("/health/live")
    assert (response.status_code, response.content) == (200, b"ok\n")
    assert "sessionid" not in response.cookies


def _no_queries(*_args: Any) -> Any:
    raise AssertionError("A query was made.")


def test_ready_when_everything_is_there() -> None:
    tasks.heartbeat()
    response = Client().get("/health/ready", headers={"accept-language": "sv"})
    assert response.status_code == 200
    assert response.json() == {
        "ready": True,
        "parts": {"database": "ok", "migrations": "ok", "broker": "ok", "worker": "ok"},
    }


def test_a_silent_worker_is_named() -> None:
    response = Client().get("/health/ready")
    assert response.status_code == 503
    assert response.json()["parts"] == {
        "database": "ok",
        "migrations": "ok",
        "broker": "ok",
        "worker": "no heartbeat",
    }


def test_a_broker_that_is_gone_is_named(settings: Any) -> None:
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    response = Client().get("/health/ready")
    assert response.status_code == 503
    assert response.json()["parts"]["broker"] == "unreachable"


def test_a_migration_that_waits_is_counted() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'reports' AND name = '0007_cooperation_document'")
        assert cursor.rowcount == 1
    response = Client().get("/health/ready")
    assert response.status_code == 503
    assert response.json()["parts"]["migrations"] == "1 not applied"


def test_a_heartbeat_fades() -> None:
    health.beat(NOW)
    assert cache.get(health.HEARTBEAT_KEY) == "2026-11-20T10:00:00+00:00"
    assert 0 < health.HEARTBEAT_SECONDS <= 60


def test_retention_asks_every_room_and_survives_one(monkeypatch: pytest.MonkeyPatch) -> None:
    from common import seams

    def broken(_now: Any) -> dict[str, int]:
        raise ValueError("a fault")

    seam: seams.Seam[Any] = seams.Seam("retention")
    seam.register("a", lambda _now: {"a.Row": 2})
    seam.register("broken", broken)
    seam.register("b", lambda _now: {"b.Row": 0})
    monkeypatch.setattr(seams, "retention", seam)
    assert tasks.retention() == {"a.Row": 2, "b.Row": 0}
