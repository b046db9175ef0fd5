"""Starting child processes so that none outlives its parent, as root and as an ordinary user."""

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

PR_SET_PDEATHSIG = 1
NOBODY = 65534

_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


class EmbeddedError(Exception):
    """Something a person has to know or to mend; the text says what happened and what to do."""


@dataclass(frozen=True)
class Identity:
    """Whom a process runs as. PostgreSQL refuses root, so as root it needs another one.

    ``namespace`` keeps the files root's own and shows the process a user id that is not 0; ``uid``
    and ``gid`` are a real change of user. Neither: the process runs as whoever started it.
    """

    uid: int | None = None
    gid: int | None = None
    namespace: bool = False


@dataclass(frozen=True)
class Service:
    """One program to run: what, with which environment, and how it is asked to end."""

    name: str
    command: list[str]
    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    identity: Identity = Identity()
    stop_signal: signal.Signals = signal.SIGTERM
    grace_seconds: float = 15.0


def _before_exec(service: Service) -> Callable[[], None]:
    """Return what the child does between fork and exec: take its identity, die with its parent."""

    def run() -> None:
        if service.identity.namespace:
            _enter_user_namespace()
        if _libc is not None:
            _libc.prctl(PR_SET_PDEATHSIG, int(service.stop_signal), 0, 0, 0)

    return run


def _enter_user_namespace() -> None:
    """Show this process as user 1 while its files stay those of the user outside."""
    uid, gid = os.geteuid(), os.getegid()
    os.unshare(os.CLONE_NEWUSER)
    with contextlib.suppress(FileNotFoundError):
        Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
    Path("/proc/self/uid_map").write_text(f"1 {uid} 1", encoding="ascii")
    Path("/proc/self/gid_map").write_text(f"1 {gid} 1", encoding="ascii")


def spawn(service: Service, *, output: int | IO[bytes]) -> subprocess.Popen[bytes]:
    """Start the service as a direct child in its own session; both its streams go to ``output``.

    Its own session keeps a Ctrl-C at the terminal away from it: the parent decides the order of
    stopping. On Linux the child also gets its stop signal when the parent is killed.
    """
    identity = service.identity
    extra: dict[str, Any] = {}
    if identity.uid is not None:
        extra = {"user": identity.uid, "group": identity.gid, "extra_groups": []}
    return subprocess.Popen(
        service.command,
        cwd=service.folder,
        env=dict(service.environment) or None,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        preexec_fn=_before_exec(service),  # noqa: PLW1509 (the parents are single-threaded)
        **extra,
    )


def stop(process: subprocess.Popen[bytes], service: Service) -> None:
    """Ask a child to end, wait its grace, then kill its whole group."""
    if process.poll() is None:
        process.send_signal(service.stop_signal)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(service.grace_seconds)
    kill_group(process)


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """Kill what is left of a child's process group and collect the child."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(10)


def can_enter_namespace() -> bool:
    """Return whether this system lets us make a user namespace (not in a chroot, not in most containers)."""
    if not hasattr(os, "unshare"):
        return False
    try:
        done = subprocess.run([sys.executable, "-c", ""], preexec_fn=_enter_user_namespace, check=False)
    except (OSError, subprocess.SubprocessError):
        return False
    return done.returncode == 0


def port_is_free(port: int) -> bool:
    """Return whether a server could listen on this port of the loopback address now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_port() -> int:
    """Return a port of the loopback address that nobody listens on."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def wait_until(question: Callable[[], bool], *, seconds: float, every: float = 0.05) -> bool:
    """Ask until the answer is yes or the time is up; return the last answer."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if question():
            return True
        time.sleep(every)
    return question()


def describe_end(returncode: int) -> str:
    """Say in words how a process ended."""
    if returncode >= 0:
        return f"exit code {returncode}"
    try:
        return f"killed by signal {-returncode} ({signal.Signals(-returncode).name})"
    except ValueError:
        return f"killed by signal {-returncode}"
