"""A portal that really runs: bin/serve in a data folder of its own, for tests against the processes."""

import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from config.embedded.datafolder import DataFolder
from config.embedded.processes import free_port
from config.gates.servers import CACHE, cache_key

ROOT = Path(__file__).resolve().parent.parent.parent
# What bin/test sets for the tests must not reach the portal that is tested.
OURS = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "DJANGO_", "PORTAL_", "PYTEST", "TEST_DB_")


def clean_environment() -> dict[str, str]:
    """Return the environment as a person at a terminal has it."""
    return {key: value for key, value in os.environ.items() if not key.startswith(OURS)}


def is_running(pid: int) -> bool:
    """Return whether the process is there and not merely waiting to be collected."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def wait_for(question: Callable[[], bool], seconds: float, what: str) -> None:
    """Wait until the answer is yes; fail with the words of ``what``."""
    end = time.monotonic() + seconds
    while not question():
        assert time.monotonic() < end, f"not within {seconds} s: {what}"
        time.sleep(0.1)


class RunningPortal:
    """``with RunningPortal() as portal:`` starts bin/serve, waits for it and stops it at the end.

    ``portal.url`` is its address, ``portal.pids()`` its processes by name, ``portal.manage(...)``
    runs a management command beside it. A given data folder is kept. With ``migrated`` the database begins as the
    tests' own does, with its tables (``config.gates.servers``): for tests that are not about the first start.
    """

    def __init__(
        self, *arguments: str, data: Path | None = None, port: int | None = None, migrated: bool = False
    ) -> None:
        self.arguments = arguments or ("--no-demo",)
        self.kept = data is not None
        self.data = data or Path(tempfile.mkdtemp(prefix="portal-run-"))
        self.port = port or free_port()
        self.url = f"http://localhost:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None
        self.ready_after = 0.0
        if migrated and not (self.data / "postgres").exists():
            _put_migrated(self.data)
        self._output = self.data.with_name(f"{self.data.name}-{self.port}.out")

    def __enter__(self) -> "RunningPortal":
        self.start()
        try:
            self.wait_ready()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def start(self) -> None:
        """Start bin/serve without waiting."""
        command = [str(ROOT / "bin" / "serve"), "--port", str(self.port), "--data", str(self.data), *self.arguments]
        with self._output.open("wb") as output:
            self.process = subprocess.Popen(
                command,
                env=clean_environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def wait_ready(self, seconds: float = 600.0) -> None:
        """Wait for the line that says so; fail with the output when bin/serve ends before."""
        began = time.monotonic()

        def ready() -> bool:
            assert self._process().poll() is None, f"bin/serve ended:\n{self.output()}"
            return f"Portal ready at {self.url}" in self.output()

        wait_for(ready, seconds, f"Portal ready\n{self.output()}")
        self.ready_after = time.monotonic() - began

    def output(self) -> str:
        """Return what bin/serve has printed so far."""
        return self._output.read_text(encoding="utf-8", errors="replace")

    def pids(self) -> dict[str, int]:
        """Return the running processes: web, worker, beat, valkey, postgres."""
        found: dict[str, int] = json.loads((self.data / "processes.json").read_text(encoding="utf-8"))
        return found

    def get(self, path: str) -> tuple[int, str]:
        """Return status and text of a page."""
        try:
            with urllib.request.urlopen(self.url + path, timeout=20) as response:
                return response.status, response.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode(errors="replace")

    def manage(self, *command: str, seconds: float = 300.0) -> str:
        """Run bin/manage on this data folder and return what it printed."""
        return manage(self.data, *command, seconds=seconds)

    def stop(self, number: signal.Signals = signal.SIGTERM, seconds: float = 90.0) -> int:
        """Send the signal to bin/serve alone and return its exit code."""
        process = self._process()
        process.send_signal(number)
        return process.wait(seconds)

    def close(self) -> None:
        """End what still runs and remove a folder of our own."""
        process = self.process
        if process is not None and process.poll() is None:
            try:
                self.stop()
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(10)
        if not self.kept:
            shutil.rmtree(self.data, ignore_errors=True)
        self._output.unlink(missing_ok=True)

    def _process(self) -> "subprocess.Popen[bytes]":
        assert self.process is not None, "start() first"
        return self.process


def _put_migrated(data: Path) -> None:
    """Put the kept cluster of the tests into a new data folder, with its password; nothing where none is kept."""
    kept = CACHE / cache_key()
    if not (kept / "complete").exists():
        return
    folder = DataFolder(data)
    folder.create()
    subprocess.run(["cp", "-a", str(kept / "postgres"), str(data / "postgres")], check=True)
    if (kept / "postgres").stat().st_uid != os.geteuid():
        data.chmod(0o711)  # whom the server runs as must reach it
    password = (kept / "password").read_text(encoding="ascii")
    folder.write("secrets.json", {**folder.secrets(), "postgres_password": password})


def manage(data: Path, *command: str, seconds: float = 300.0) -> str:
    """Run bin/manage on a data folder and return what it printed; fail when the command failed."""
    done = subprocess.run(
        [str(ROOT / "bin" / "manage"), "--data", str(data), *command],
        env=clean_environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )
    assert done.returncode == 0, f"bin/manage {' '.join(command)}:\n{done.stdout}{done.stderr}"
    return done.stdout
