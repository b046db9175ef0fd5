"""An event of 500 participants is cancelled, and the worker is killed twice: no letter is lost, none has two ids.

Real PostgreSQL, broker, Celery worker and SMTP server, as in ``test_outbox_kill``; counted at the server.
"""

import json
import random
import time
from pathlib import Path
from typing import Any

import pytest
from celery import Celery

from tests.operations import test_outbox_kill as machinery
from tests.operations.cancelled_event_steps import PARTICIPANTS
from tests.operations.test_outbox_kill import heartbeat, portal, states, wait_for, worker
from tests.smtp import Postmaster

broker, database, environment, post = (
    machinery.broker,
    machinery.database,
    machinery.environment,
    machinery.post,
)
STEPS = "tests.operations.cancelled_event_steps"
KILLS = 2
DELAY = 0.01

pytestmark = pytest.mark.slow


def step(surroundings: dict[str, str], name: str) -> str:
    """Call a function of the steps in a process with the portal's settings."""
    return portal(surroundings, "-c", f"import django; django.setup(); from {STEPS} import {name}; {name}()")


def test_a_cancelled_event_is_told_to_all_although_the_worker_dies_twice(
    environment: dict[str, str], database: str, broker: str, post: tuple[Postmaster, int], tmp_path: Path
) -> None:
    mind, _port = post
    mind.delay_seconds = DELAY
    log = tmp_path / "worker.log"
    portal(environment, "manage.py", "migrate", "--verbosity", "0")
    step(environment, "seed")
    assert states(database) == {"queued": PARTICIPANTS}
    with Celery(broker=broker) as app:
        for _kill in range(KILLS):
            goal = len(mind.taken) + random.randint(40, 80)
            with worker(environment, log):  # leaving the block is the kill -9
                wait_for(lambda goal=goal: len(mind.taken) >= goal, app, 90)
                time.sleep(random.uniform(0, DELAY))
            assert heartbeat(broker)
            assert states(database).get("queued", 0) > 0, "The kill came too late to hit the middle."
        with worker(environment, log):
            wait_for(lambda: not {"queued", "sending"} & states(database).keys(), app, 200)
    judge(json.loads(step(environment, "report")), mind)


def judge(result: dict[str, Any], mind: Postmaster) -> None:
    """Every participant got the letter, each under its one id; the law's kind goes again after a doubt."""
    rows, taken = result["rows"], mind.ids()
    assert len(rows) == len({row["message_id"] for row in rows}) == PARTICIPANTS
    for row in rows:
        ids = taken.get(row["to_address"], {})
        assert set(ids) == {row["message_id"]}, f"{row['to_address']} got {dict(ids)}"
        assert row["state"] == "sent"
        assert row["required"]
        assert 1 <= ids[row["message_id"]] <= row["attempts"]
    assert sum(row["attempts"] > 1 for row in rows) <= KILLS * 2
    assert result["todos"] == []
