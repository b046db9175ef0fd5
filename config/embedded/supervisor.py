"""One process that starts the others, keeps their words, names those that die and stops all in order."""

import json
import os
import re
import selectors
import signal
import subprocess
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

from config.embedded.processes import Service, describe_end, kill_group, spawn, stop

TICK_SECONDS = 0.2
LONGEST_BACK_OFF = 30.0
HEALTHY_AFTER_SECONDS = 60.0
LOG_BYTES = 10 * 1024 * 1024
LOGS_KEPT = 5
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

# Worth a person's eye: log records of level error and above, tracebacks, a server that gives up.
SHOWN = re.compile(r'"level": "(error|critical)"|\b(ERROR|CRITICAL|FATAL|PANIC)\b|^Traceback |Error: ')
# PostgreSQL writes ERROR for every refused statement, which the portal answers by itself, and FATAL
# for a connection that comes while it starts or stops.
POSTGRES_ONLY_LOG = re.compile(
    r"\b(ERROR|STATEMENT|DETAIL|HINT): |FATAL: +(the database system is|terminating connection)"
)
# Who asks whether the portal is ready hears the answer itself.
ONLY_LOG = re.compile(r"Service Unavailable: /health/ready")


class Stopping(Exception):
    """Somebody asked the supervisor to stop."""


class Log:
    """The common log file: each line with its time and the name of who said it; kept small."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = path.open("ab")
        os.chmod(path, 0o600)

    def write(self, name: str, line: str) -> None:
        """Add one line."""
        stamp = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        self._file.write(f"{stamp} {name:<8} | {line}\n".encode())
        self._file.flush()
        if self._file.tell() > LOG_BYTES:
            self._turn()

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _turn(self) -> None:
        self._file.close()
        for number in range(LOGS_KEPT - 1, 0, -1):
            older = self._path.with_suffix(f".log.{number}")
            if older.exists():
                older.replace(self._path.with_suffix(f".log.{number + 1}"))
        self._path.replace(self._path.with_suffix(".log.1"))
        self._file = self._path.open("ab")
        os.chmod(self._path, 0o600)


def brief(line: str) -> str:
    """Return what a log record says, without the record around it; other lines as they are."""
    try:
        record = json.loads(line)
    except ValueError:
        return line
    if not isinstance(record, dict) or "event" not in record:
        return line
    event = str(record["event"]).strip().splitlines() or [""]
    cause = str(record.get("exception", "")).strip().splitlines()[-1:]
    return ": ".join([f"{record.get('level', 'error')}: {event[0]}", *cause])


def is_shown(name: str, line: str) -> bool:
    """Return whether a line of a program goes to the terminal as well as to the log."""
    if not SHOWN.search(line) or ONLY_LOG.search(line):
        return False
    return not (name == "postgres" and POSTGRES_ONLY_LOG.search(line))


class Child:
    """A running service with what it has said but not yet ended with a line break."""

    def __init__(self, service: Service, process: subprocess.Popen[bytes]) -> None:
        self.service = service
        self.process = process
        self.rest = b""
        self.started = time.monotonic()
        self.in_traceback = False


class Supervisor:
    """Runs services. Single-threaded: everything happens in ``pump``."""

    def __init__(
        self, log: Log, say: Callable[[str], None], changed: Callable[[dict[str, int]], None] | None = None
    ) -> None:
        self._log = log
        self._say = say
        self._changed = changed or (lambda pids: None)
        self._selector = selectors.DefaultSelector()
        self._children: dict[str, Child] = {}
        self._failures: dict[str, int] = {}
        self._restart_at: dict[str, tuple[float, Service]] = {}
        self._asked_to_stop = 0

    # Signals ------------------------------------------------------------------------------------

    def listen_for_signals(self) -> None:
        """Let Ctrl-C, SIGTERM and a closed terminal end the run in order."""
        for number in STOP_SIGNALS:
            signal.signal(number, self._on_signal)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self._asked_to_stop += 1

    # Running ------------------------------------------------------------------------------------

    def start(self, service: Service) -> Child:
        """Start a service that stays; its output goes to the log."""
        child = self._launch(service)
        self._children[service.name] = child
        self._changed(self.pids())
        return child

    def _launch(self, service: Service) -> Child:
        process = spawn(service, output=subprocess.PIPE)
        child = Child(service, process)
        stream = process.stdout
        if stream is None:  # pragma: no cover (PIPE was asked for)
            raise RuntimeError("no output")
        os.set_blocking(stream.fileno(), False)
        self._selector.register(stream, selectors.EVENT_READ, child)
        self._log.write("portal", f"{service.name} started (process {process.pid})")
        return child

    def pids(self) -> dict[str, int]:
        """Return the process of each running service."""
        return {name: child.process.pid for name, child in self._children.items()}

    def run_to_end(self, service: Service) -> int:
        """Run a program that ends by itself, showing its words; return its exit code."""
        child = self._launch(service)
        try:
            while child.process.poll() is None:
                self.pump()
        except Stopping:
            stop(child.process, child.service)
            self._forget(child)
            raise
        self._forget(child)
        return child.process.returncode

    def wait_for(self, question: Callable[[], bool], *, seconds: float) -> bool:
        """Keep everything going until the answer is yes; False when the time is up."""
        end = time.monotonic() + seconds
        while not question():
            if time.monotonic() > end:
                return False
            self.pump()
        return True

    def pump(self) -> None:
        """Read what the children say, notice who died, restart who is due; raise Stopping when asked to."""
        self._read(TICK_SECONDS)
        if self._asked_to_stop:
            raise Stopping
        self._notice_deaths()
        self._restart_due()

    def _notice_deaths(self) -> None:
        for name, child in list(self._children.items()):
            code = child.process.poll()
            if code is None:
                if time.monotonic() - child.started > HEALTHY_AFTER_SECONDS:
                    self._failures.pop(name, None)
                continue
            kill_group(child.process)  # what a killed parent leaves behind would hold ports and tasks
            self._forget(child)
            del self._children[name]
            self._changed(self.pids())
            count = self._failures[name] = self._failures.get(name, 0) + 1
            delay = min(LONGEST_BACK_OFF, 2.0 ** (count - 1))
            self._restart_at[name] = (time.monotonic() + delay, child.service)
            self._tell(
                f"{name} (process {child.process.pid}) ended unexpectedly: {describe_end(code)}. "
                f"Starting it again in {delay:.0f} s."
            )

    def _restart_due(self) -> None:
        for name, (when, service) in list(self._restart_at.items()):
            if time.monotonic() >= when:
                del self._restart_at[name]
                child = self.start(service)
                self._tell(f"{name} is running again (process {child.process.pid}).")

    # Stopping -----------------------------------------------------------------------------------

    def stop_all(self, order: list[str]) -> None:
        """Stop the services one after the other, reading on so that none hangs on a full pipe."""
        self._restart_at.clear()
        asked = self._asked_to_stop
        for name in order:
            child = self._children.pop(name, None)
            if child is None:
                continue
            if child.process.poll() is None:
                child.process.send_signal(child.service.stop_signal)
            end = time.monotonic() + child.service.grace_seconds
            while child.process.poll() is None and time.monotonic() < end:
                self._read(0.05)
                hurried = self._asked_to_stop > max(asked, 1)
                if hurried and child.service.stop_signal is not signal.SIGINT:
                    break
            ended_by_itself = child.process.poll() is not None
            kill_group(child.process)
            self._forget(child)
            self._log.write("portal", f"{name} stopped" if ended_by_itself else f"{name} was killed")
            if not ended_by_itself:
                self._say(f"{name} did not stop in time and was killed.")

    def close(self) -> None:
        """Give back what the supervisor itself holds; all children have been stopped."""
        self._selector.close()
        self._log.close()

    # Words --------------------------------------------------------------------------------------

    def _tell(self, text: str) -> None:
        self._log.write("portal", text)
        self._say(text)

    def _read(self, seconds: float) -> None:
        if not self._selector.get_map():
            time.sleep(seconds)
            return
        for key, _ in self._selector.select(seconds):
            child: Child = key.data
            self._take(child, os.read(key.fd, 65536))

    def _take(self, child: Child, data: bytes) -> None:
        if not data:
            self._forget(child)
            return
        *lines, child.rest = (child.rest + data).split(b"\n")
        for line in lines:
            self._line(child, line.decode(errors="replace").rstrip())

    def _line(self, child: Child, line: str) -> None:
        name = child.service.name
        if name == "prepare":
            self._tell_line(name, line)
            return
        self._log.write(name, line)
        # A traceback goes on with indented lines and ends with the line that names the error.
        if child.in_traceback:
            child.in_traceback = line.startswith((" ", "\t")) or not line
            self._say(f"{name} | {line}")
        elif is_shown(name, line):
            child.in_traceback = line.startswith("Traceback ")
            self._say(f"{name} | {brief(line)}")

    def _tell_line(self, name: str, line: str) -> None:
        self._log.write(name, line)
        self._say(f"  {line}")

    def _forget(self, child: Child) -> None:
        """Stop listening to a child, after what it said last."""
        stream = child.process.stdout
        if stream is None or stream.closed:
            return
        try:
            while data := os.read(stream.fileno(), 65536):
                *lines, child.rest = (child.rest + data).split(b"\n")
                for line in lines:
                    self._line(child, line.decode(errors="replace").rstrip())
        except BlockingIOError:
            pass
        if child.rest:
            self._line(child, child.rest.decode(errors="replace").rstrip())
            child.rest = b""
        self._selector.unregister(stream)
        stream.close()
