"""The supervisor with small programs: names the dead, restarts them, stops in order, keeps the words."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.embedded.processes import Service, describe_end, free_port, port_is_free
from config.embedded.supervisor import Log, Stopping, Supervisor, brief

SLEEPER = "import time, sys; print('hello', flush=True); time.sleep(60)"


@pytest.fixture
def said() -> list[str]:
    """What the supervisor showed on the terminal."""
    return []


@pytest.fixture
def supervisor(tmp_path: Path, said: list[str]) -> Iterator[Supervisor]:
    """A supervisor with a log of its own."""
    made = Supervisor(Log(tmp_path / "portal.log"), said.append)
    yield made
    made.stop_all(list(made.pids()))
    made.close()


def service(name: str, code: str, folder: Path, **more: object) -> Service:
    """A small Python program."""
    return Service(name, [sys.executable, "-c", code], folder, **more)  # type: ignore[arg-type]


def log_lines(folder: Path) -> list[str]:
    """The log without its times."""
    return [line.split(" ", 1)[1] for line in (folder / "portal.log").read_text(encoding="utf-8").splitlines()]


def test_a_child_that_dies_is_named_and_started_again(supervisor: Supervisor, said: list[str], tmp_path: Path) -> None:
    child = supervisor.start(service("worker", SLEEPER, tmp_path))
    first = child.process.pid
    os.kill(first, signal.SIGKILL)
    assert supervisor.wait_for(lambda: len(said) == 2, seconds=20)
    second = supervisor.pids()["worker"]
    assert second != first
    assert said == [
        f"worker (process {first}) ended unexpectedly: killed by signal 9 (SIGKILL). Starting it again in 1 s.",
        f"worker is running again (process {second}).",
    ]
    supervisor.stop_all(["worker"])
    assert supervisor.pids() == {}


def test_the_wait_doubles_while_a_child_keeps_dying(supervisor: Supervisor, said: list[str], tmp_path: Path) -> None:
    supervisor.start(service("beat", "raise SystemExit(3)", tmp_path))
    assert supervisor.wait_for(lambda: sum("unexpectedly" in line for line in said) == 3, seconds=30)
    waits = [line.rsplit(" in ", 1)[1] for line in said if "unexpectedly" in line]
    assert waits == ["1 s.", "2 s.", "4 s."]
    assert all("exit code 3" in line for line in said if "unexpectedly" in line)
    supervisor.stop_all([])


def test_children_stop_in_the_order_given_and_a_deaf_one_is_killed(
    supervisor: Supervisor, said: list[str], tmp_path: Path
) -> None:
    deaf = "import signal, time; signal.signal(15, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)"
    supervisor.start(service("postgres", SLEEPER, tmp_path))
    supervisor.start(service("web", deaf, tmp_path, grace_seconds=0.5))
    assert supervisor.wait_for(lambda: any("deaf" in line for line in log_lines(tmp_path)), seconds=20)
    supervisor.stop_all(["web", "worker", "postgres"])
    assert [line for line in log_lines(tmp_path) if line.startswith("portal")][-2:] == [
        "portal   | web was killed",
        "portal   | postgres stopped",
    ]
    assert said == ["web did not stop in time and was killed."]


def test_words_go_to_the_log_and_errors_to_the_terminal(
    supervisor: Supervisor, said: list[str], tmp_path: Path
) -> None:
    code = 'print(\'all is well\'); print(\'{"event": "Lost", "level": "error"}\'); 1 / 0'
    assert supervisor.run_to_end(service("web", code, tmp_path)) == 1
    lines = log_lines(tmp_path)
    assert "web      | all is well" in lines
    assert lines[-1] == "web      | ZeroDivisionError: division by zero"
    assert said[0] == "web | error: Lost"
    assert said[1] == "web | Traceback (most recent call last):"
    assert said[-1] == "web | ZeroDivisionError: division by zero"
    assert "web | all is well" not in said


def test_refused_statements_of_postgres_stay_in_the_log(
    supervisor: Supervisor, said: list[str], tmp_path: Path
) -> None:
    code = "print('2026 ERROR:  duplicate key'); print('2026 FATAL:  the database system is starting up'); "
    code += "print('2026 PANIC:  disk full')"
    supervisor.run_to_end(service("postgres", code, tmp_path))
    assert said == ["postgres | 2026 PANIC:  disk full"]


def test_a_signal_ends_the_run(supervisor: Supervisor, tmp_path: Path) -> None:
    previous = [(number, signal.getsignal(number)) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)]
    supervisor.listen_for_signals()
    try:
        supervisor.start(service("web", SLEEPER, tmp_path))
        os.kill(os.getpid(), signal.SIGTERM)
        with pytest.raises(Stopping):
            supervisor.wait_for(lambda: False, seconds=5)
    finally:
        for number, handler in previous:
            signal.signal(number, handler)
        supervisor.stop_all(["web"])


def test_no_child_outlives_a_killed_parent(tmp_path: Path) -> None:
    parent = (
        "import subprocess, sys, time; from pathlib import Path; "
        "from config.embedded.processes import Service, spawn; "
        f"p = spawn(Service('child', [sys.executable, '-c', {SLEEPER!r}], Path('.')), output=subprocess.DEVNULL); "
        "print(p.pid, flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", parent], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        child = int(process.stdout.readline())
        assert Path(f"/proc/{child}").exists()
        process.kill()
    end = time.monotonic() + 10
    while _state(child) not in {None, "Z"}:
        assert time.monotonic() < end
        time.sleep(0.05)


def _state(pid: int) -> str | None:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return None


def test_the_log_is_turned_before_it_grows_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("config.embedded.supervisor.LOG_BYTES", 200)
    log = Log(tmp_path / "portal.log")
    for number in range(40):
        log.write("web", f"line {number} " + "x" * 60)
    log.close()
    kept = sorted(path.name for path in tmp_path.iterdir())
    assert kept == ["portal.log", *(f"portal.log.{number}" for number in range(1, 6))]
    assert (tmp_path / "portal.log").stat().st_mode & 0o077 == 0


def test_words_for_ends_and_records() -> None:
    assert describe_end(0) == "exit code 0"
    assert describe_end(-15) == "killed by signal 15 (SIGTERM)"
    assert brief("plain") == "plain"
    assert brief('{"level": "error", "event": "Failed\\nmore", "exception": "Traceback\\nKeyError: 1"}') == (
        "error: Failed: KeyError: 1"
    )


def test_a_free_port_is_free() -> None:
    assert port_is_free(free_port())
