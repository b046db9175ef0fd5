"""bin/serve and bin/manage as a person uses them: real processes, real signals, data that stays."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.embedded.processes import free_port, port_is_free
from tests.operations.running import RunningPortal, is_running, manage, wait_for

pytestmark = pytest.mark.slow

NAMES = {"web", "worker", "beat", "valkey", "postgres"}
ADD_USER = "from accounts.models import User; User.objects.create_user('{}', 'a long password 1')"
COUNT_USERS = "from accounts.models import User; print('users', User.objects.filter(email__startswith='kept').count())"


@pytest.fixture
def data() -> Iterator[Path]:
    """A data folder directly below the temporary folder, so that another user id can reach it."""
    folder = Path(tempfile.mkdtemp(prefix="portal-run-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def test_a_portal_lives_through_a_killed_worker_and_a_second_start(data: Path) -> None:
    with RunningPortal(data=data) as portal:
        assert portal.get("/health/live")[0] == 200
        assert portal.get("/health/ready")[0] == 200
        pids = portal.pids()
        assert set(pids) == NAMES
        assert all(is_running(pid) for pid in pids.values())

        os.kill(pids["worker"], signal.SIGKILL)
        said = f"worker (process {pids['worker']}) ended unexpectedly: killed by signal 9 (SIGKILL)."
        wait_for(lambda: said in portal.output(), 20, said)
        wait_for(lambda: "worker is running again" in portal.output(), 20, "worker is running again")
        wait_for(lambda: portal.pids().get("worker") not in {None, pids["worker"]}, 10, "a new worker")
        assert {name: pid for name, pid in portal.pids().items() if name != "worker"} == {
            name: pid for name, pid in pids.items() if name != "worker"
        }

        portal.manage("shell", "-c", ADD_USER.format("kept@example.org"))
        pids = portal.pids()
        assert portal.stop(signal.SIGTERM) == 0
        assert [name for name, pid in pids.items() if is_running(pid)] == []
        assert port_is_free(portal.port)
        stopped = [line.split("| ")[1] for line in _log(data) if line.endswith(" stopped")]
        assert stopped == [f"{name} stopped" for name in ("web", "worker", "beat", "valkey", "postgres")]

    # A second start finds everything made: it takes a small part of the first, however busy the machine is.
    limit = portal.ready_after / 2
    seconds: list[float] = []
    while len(seconds) < 3 and min(seconds, default=limit) >= limit:
        with RunningPortal(data=data, port=portal.port) as again:
            seconds.append(again.ready_after)
            assert "users 1" in again.manage("shell", "-c", COUNT_USERS)
            assert again.stop(signal.SIGINT) == 0
    assert min(seconds) < limit

    # A copy of the folder is a backup: restored elsewhere, it is the same portal.
    copy = data.with_name(f"{data.name}-copy")
    subprocess.run(["cp", "-a", str(data), str(copy)], check=True)
    try:
        assert "users 1" in manage(copy, "shell", "-c", COUNT_USERS)
    finally:
        shutil.rmtree(copy)

    # The same database, started only for the command and stopped after it.
    assert "users 1" in manage(data, "shell", "-c", COUNT_USERS)
    assert not (data / "postgres" / "data" / "postmaster.pid").exists()


def test_two_copies_do_not_disturb_each_other() -> None:
    with RunningPortal(migrated=True) as one, RunningPortal(migrated=True) as two:
        assert not set(one.pids().values()) & set(two.pids().values())
        one.manage("shell", "-c", ADD_USER.format("kept@example.org"))
        assert "users 1" in one.manage("shell", "-c", COUNT_USERS)
        assert "users 0" in two.manage("shell", "-c", COUNT_USERS)
        assert one.stop() == 0
        assert two.get("/health/ready")[0] == 200
        assert all(is_running(pid) for pid in two.pids().values())


def test_a_folder_in_use_and_a_taken_port_are_refused_before_anything_starts(data: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        taken = RunningPortal(data=data, port=port)
        taken.start()
        assert taken.process is not None
        assert taken.process.wait(120) == 1
        assert f"Port {port} of this machine is taken by another program." in taken.output()
        assert not (data / "postgres").exists()
        taken.close()

    with RunningPortal(data=data, migrated=True) as first:
        second = RunningPortal(data=data, port=free_port())
        second.start()
        assert second.process is not None
        assert second.process.wait(120) == 1
        assert f"{data} is in use by bin/serve, process " in second.output()
        second.close()
        assert first.get("/health/live")[0] == 200


def test_a_killed_supervisor_leaves_nothing_behind_and_the_next_start_goes_on(data: Path) -> None:
    with RunningPortal(data=data, migrated=True) as portal:
        portal.manage("shell", "-c", ADD_USER.format("kept@example.org"))
        pids = portal.pids()
        assert portal.stop(signal.SIGKILL) == -signal.SIGKILL
        for name, pid in pids.items():
            wait_for(lambda pid=pid: not is_running(pid), 40, f"{name} is gone")  # type: ignore[misc]
    with RunningPortal(data=data) as again:
        assert "users 1" in again.manage("shell", "-c", COUNT_USERS)


def _log(data: Path) -> list[str]:
    return (data / "logs" / "portal.log").read_text(encoding="utf-8").splitlines()
