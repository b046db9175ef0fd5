"""kill -9 on the worker in the middle of sending 200 reminders: each is sent once, or stands as uncertain.

Real PostgreSQL, broker, Celery worker and SMTP server; counted at the server by Message-ID. None is lost, and none
travels under two ids. Every tenth is required by law and therefore goes again after a doubt, under its own id.
"""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest
import redis
from celery import Celery
from django.conf import settings
from psycopg import conninfo, sql

from config.embedded import valkey
from config.embedded.processes import free_port, stop
from tests.smtp import Postmaster, smtp_server

STEPS = "tests.operations.outbox_steps"
ROOT = Path(__file__).resolve().parents[2]
REMINDERS = 200
KILLS = 4
SERVER_DELAY_SECONDS = 0.04
UNCERTAIN_AFTER_SECONDS = 2

pytestmark = pytest.mark.slow


def server_address(name: str) -> str:
    """Return the test server's address with another database."""
    database: dict[str, Any] = settings.DATABASES["default"]
    parts = {"host": database["HOST"], "port": database["PORT"], "user": database["USER"], "dbname": name}
    password = {"password": database["PASSWORD"]} if database["PASSWORD"] else {}
    return conninfo.make_conninfo(**parts, **password, **database.get("OPTIONS", {}))


@pytest.fixture
def database() -> Iterator[str]:
    """Make a database of its own, with its tables where bin/test keeps them; drop it afterwards; return its address."""
    name = f"outbox_kill_{os.getpid()}"
    template = sql.Identifier(os.environ.get("TEST_DB_TEMPLATE", "template1"))
    with psycopg.connect(server_address("postgres"), autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), template))
        try:
            yield server_address(name)
        finally:
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[str]:
    """Run a Valkey of its own and return its address."""
    server = valkey.Valkey(tmp_path / "valkey", free_port(), "kill-test", durable=False)
    server.create()
    process, service = valkey.start(server, log=tmp_path / "valkey.log")
    yield server.url
    stop(process, service)


@pytest.fixture
def post() -> Iterator[tuple[Postmaster, int]]:
    """Run a mail server that takes its time."""
    with smtp_server() as (mind, port):
        mind.delay_seconds = SERVER_DELAY_SECONDS
        yield mind, port


@pytest.fixture
def environment(database: str, broker: str, post: tuple[Postmaster, int], tmp_path: Path) -> dict[str, str]:
    """Return the environment of every process of this portal."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings.base",
        "SECRET_KEY": "kill-test-" + "x" * 50,
        "DATABASE_URL": database,
        "REDIS_URL": broker,
        "PORTAL_DATA_DIR": str(tmp_path / "data"),
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": str(post[1]),
        "OUTBOX_UNCERTAIN_AFTER": str(UNCERTAIN_AFTER_SECONDS),
        "PYTHONPATH": str(ROOT),
    }


def portal(environment: Mapping[str, str], *arguments: str) -> str:
    """Run a Python program of the portal to its end and return what it printed."""
    command = [sys.executable, *arguments]
    done = subprocess.run(command, cwd=ROOT, env=dict(environment), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def step(environment: Mapping[str, str], name: str) -> str:
    """Call a function of ``outbox_steps`` in a process with the portal's settings."""
    return portal(environment, "-c", f"import django; django.setup(); from {STEPS} import {name}; {name}()")


@contextmanager
def worker(environment: Mapping[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run a prefork worker with two processes in a group of its own, and kill the whole group at the end."""
    command = [sys.executable, "-m", "celery", "-A", "config", "worker", "-c", "2", "--loglevel", "warning"]
    with log.open("ab") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, env=dict(environment), stdout=output, stderr=output, start_new_session=True
        )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def states(database: str) -> dict[str, int]:
    """Count the messages by state."""
    with psycopg.connect(database) as connection:
        rows = connection.execute("SELECT state, count(*) FROM notifications_message GROUP BY state").fetchall()
    return {str(state): int(count) for state, count in rows}


def heartbeat(broker: str) -> bool:
    """Tell whether a worker has written its heartbeat; no beat runs here, so it did that when it started."""
    with redis.Redis.from_url(broker) as client:
        return bool(list(client.scan_iter("*worker-heartbeat")))


def wait_for(question: Any, app: Celery, seconds: float) -> None:
    """Do beat's work (ask for a round twice a second) until the answer is yes."""
    end, next_round = time.monotonic() + seconds, 0.0
    while not question():
        now = time.monotonic()
        assert now < end, "It took too long."
        if now >= next_round:
            app.send_task("notifications.send_outbox", expires=5)
            next_round = now + 0.5
        time.sleep(0.01)


def test_a_killed_worker_loses_nothing_and_sends_nothing_under_two_ids(
    environment: dict[str, str], database: str, broker: str, post: tuple[Postmaster, int], tmp_path: Path
) -> None:
    mind, _port = post
    log = tmp_path / "worker.log"
    portal(environment, "manage.py", "migrate", "--verbosity", "0")
    step(environment, "seed")
    assert states(database) == {"queued": REMINDERS}

    with Celery(broker=broker) as app:
        for _kill in range(KILLS):
            goal = len(mind.taken) + random.randint(20, 30)
            with worker(environment, log):  # leaving the block is the kill -9
                wait_for(lambda goal=goal: len(mind.taken) >= goal, app, 60)
                time.sleep(random.uniform(0, SERVER_DELAY_SECONDS))
            assert heartbeat(broker), "The worker did not say that it had started."
            left = states(database)
            assert left.get("queued", 0) > 0, "The kill came too late to hit the middle."
        with worker(environment, log):
            wait_for(lambda: not {"queued", "sending"} & states(database).keys(), app, 150)

    result = json.loads(step(environment, "report"))
    judge(result, mind, log)


def judge(result: dict[str, Any], mind: Postmaster, log: Path) -> None:
    """Compare the rows of the outbox with what the mail server took."""
    rows, taken = result["rows"], mind.ids()
    assert len(rows) == REMINDERS
    assert len({row["message_id"] for row in rows}) == REMINDERS
    for row in rows:
        ids = taken.get(row["to_address"], {})
        assert set(ids) <= {row["message_id"]}, f"{row['to_address']} got another id: {dict(ids)}"
        count = ids.get(row["message_id"], 0)
        if row["required"]:
            assert row["state"] == "sent", row
            assert 1 <= count <= row["attempts"], row
        elif row["state"] == "sent":
            assert count == 1, row
        else:
            assert row["state"] == "uncertain", row
            assert count in (0, 1), row
    doubtful = [row for row in rows if row["attempts"] > 1 or row["state"] == "uncertain"]
    assert doubtful, f"No kill hit a message on its way; see {log}."
    assert len(doubtful) <= KILLS * 2, "A killed worker process leaves at most one message in doubt."
    uncertain = sum(row["state"] == "uncertain" for row in rows)
    expected = [f"{uncertain} viestin lähetys on epävarma"] if uncertain else []
    assert result["todos"] == expected
