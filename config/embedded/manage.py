"""bin/manage: any management command against the portal's own database, running or not."""

import contextlib
import fcntl
import os
import signal
import subprocess
import sys
from collections.abc import Iterator

from config.embedded import postgres, valkey
from config.embedded.datafolder import ROOT, DataFolder, Servers, choose
from config.embedded.processes import EmbeddedError, Service, stop, wait_until

USAGE = """usage: bin/manage [--data DIR] COMMAND …

Runs a management command against the database of the data folder (var/), or the one that
DATABASE_URL names. What is not running is started for the time of the command.
bin/manage help lists the commands.
"""


def split(given: list[str]) -> tuple[str | None, list[str]]:
    """Take --data DIR (anywhere before or after the command) out of the arguments."""
    data: str | None = None
    rest: list[str] = []
    words = iter(given)
    for word in words:
        if word == "--":
            rest += [word, *words]
        elif word == "--data":
            data = next(words, None)
            if data is None:
                raise EmbeddedError("--data needs the name of a folder.")
        elif word.startswith("--data="):
            data = word.removeprefix("--data=")
        else:
            rest.append(word)
    return data, rest


@contextlib.contextmanager
def servers_up(folder: DataFolder) -> Iterator[Servers]:
    """Give the servers of the folder, running; stop afterwards what was started for this."""
    with (folder.path / "users.lock").open("a") as users:
        fcntl.flock(users, fcntl.LOCK_SH)
        if not folder.lock("bin/manage"):
            yield _running(folder)
            return
        folder.assign_ports(web=None)
        servers = folder.servers()
        started: list[tuple[subprocess.Popen[bytes], Service]] = []
        try:
            if servers.postgres is not None:
                servers.postgres.stop_leftover()
                servers.postgres.create()
                started.append(postgres.start(servers.postgres, log=folder.log))
            if servers.valkey is not None:
                servers.valkey.create()
                started.append(valkey.start(servers.valkey, log=folder.log))
            yield servers
        finally:
            fcntl.flock(users, fcntl.LOCK_EX)  # other commands that came meanwhile use the servers still
            for process, service in reversed(started):
                stop(process, service)
            folder.unlock()


def _running(folder: DataFolder) -> Servers:
    """Return the servers that somebody else runs, once they answer."""
    servers = Servers(None, None)

    def up() -> bool:
        nonlocal servers
        if "postgres" not in folder.read("ports.json"):
            return False
        servers = folder.servers()
        return all(server.answers() for server in (servers.postgres, servers.valkey) if server is not None)

    if not wait_until(up, seconds=60, every=0.2):
        raise EmbeddedError(f"{folder.path} is in use by {folder.owner()}, but its servers do not answer.")
    return servers


def main(given: list[str]) -> int:
    """Run bin/manage; return the exit code of the command."""
    try:
        data, command = split(given)
        if not command:
            print(USAGE, end="")
            return 2
        folder = choose(data)
        folder.create()
        with servers_up(folder) as servers:
            demonstration = folder.read("started.json").get("demonstration", False)
            environment = folder.environment(servers, demonstration=demonstration)
            previous = signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the command
            try:
                process = subprocess.Popen(
                    [sys.executable, str(ROOT / "manage.py"), *command],
                    env=environment,
                    preexec_fn=_take_interrupts,  # noqa: PLW1509 (single-threaded)
                )
                with _passing_on_termination(process):
                    return process.wait()
            finally:
                signal.signal(signal.SIGINT, previous)
    except (EmbeddedError, OSError) as error:
        print(f"bin/manage: {error}", file=sys.stderr)
        return 1


def _take_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@contextlib.contextmanager
def _passing_on_termination(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """End the command, and with it ourselves in order, when we are told to end."""
    previous = signal.signal(signal.SIGTERM, lambda number, frame: process.terminate())
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, previous)


if __name__ == "__main__":
    os.umask(0o077)
    sys.exit(main(sys.argv[1:]))
