"""The data folder: everything one embedded portal owns (var/ unless --data says otherwise).

::

    secrets.json   made once, mode 0600: secret key, passwords of the two servers
    ports.json     where web, postgres and valkey listen
    started.json   what the first start has done (area, demonstration)
    portal.lock    held by the one supervisor (or bin/manage) that owns the servers
    users.lock     shared by every bin/manage; its owner waits for the others before it stops the servers
    postgres/ valkey/ logs/ beat/ files/ static/ fonts/ mail/
"""

import fcntl
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from config.embedded.postgres import Postgres
from config.embedded.processes import EmbeddedError, free_port, port_is_free
from config.embedded.valkey import Valkey

ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True)
class Servers:
    """The two embedded servers; None where an address was given and nothing is to be started."""

    postgres: Postgres | None
    valkey: Valkey | None


class DataFolder:
    """One data folder, its lock, its secrets and its ports."""

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()
        self._lock: IO[str] | None = None

    def create(self) -> None:
        """Make the folder, closed to others."""
        self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
        for name in ("logs", "beat", "files"):
            (self.path / name).mkdir(exist_ok=True, mode=0o700)

    @property
    def log(self) -> Path:
        """The log of everything that runs."""
        return self.path / "logs" / "portal.log"

    def read(self, name: str) -> dict[str, Any]:
        """Return one of the JSON files; empty when there is none yet."""
        try:
            content: dict[str, Any] = json.loads((self.path / name).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except ValueError as error:
            raise EmbeddedError(f"{self.path / name} is damaged ({error}). Mend it or restore it.") from error
        return content

    def write(self, name: str, content: Mapping[str, Any]) -> None:
        """Replace one of the JSON files as a whole, readable by its owner only."""
        temporary = self.path / f"{name}.new"
        temporary.touch(mode=0o600)
        temporary.write_text(json.dumps(dict(content), indent=2) + "\n", encoding="utf-8")
        temporary.replace(self.path / name)

    # The lock -----------------------------------------------------------------------------------

    def lock(self, who: str) -> bool:
        """Become the owner of the servers; return False when somebody else is."""
        file = (self.path / "portal.lock").open("a+", encoding="utf-8")
        os.chmod(file.name, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return False
        file.truncate(0)
        file.write(f"{who}, process {os.getpid()}")
        file.flush()
        self._lock = file
        return True

    def owner(self) -> str:
        """Return who holds the lock, in words."""
        return (self.path / "portal.lock").read_text(encoding="utf-8").strip() or "another process"

    def unlock(self) -> None:
        """Stop being the owner."""
        if self._lock is not None:
            self._lock.truncate(0)
            self._lock.close()
            self._lock = None

    # Servers ------------------------------------------------------------------------------------

    def secrets(self) -> dict[str, str]:
        """Return the secrets, making what is missing; they stay the same for the life of the folder."""
        known: dict[str, str] = self.read("secrets.json")
        names = ("secret_key", "postgres_password", "valkey_password")
        if missing := [name for name in names if name not in known]:
            known |= {name: secrets.token_urlsafe(48) for name in missing}
            self.write("secrets.json", known)
        return known

    def assign_ports(self, *, web: int | None) -> dict[str, int]:
        """Choose the ports of this run: the last ones where they are free, else new ones; write them down."""
        known: dict[str, int] = self.read("ports.json")
        taken: set[int] = {web} if web else set()
        for name in ("postgres", "valkey"):
            port = known.get(name, 0)
            while not port or port in taken or not port_is_free(port):
                port = free_port()
            known[name] = port
            taken.add(port)
        if web is not None:
            known["web"] = web
        self.write("ports.json", known)
        return known

    def servers(self) -> Servers:
        """Return the servers that this folder runs itself, at the ports written down."""
        ports, known = self.read("ports.json"), self.secrets()
        postgres = valkey = None
        if not os.environ.get("DATABASE_URL"):
            postgres = Postgres(self.path / "postgres", ports["postgres"], known["postgres_password"])
        if not os.environ.get("REDIS_URL"):
            valkey = Valkey(self.path / "valkey", ports["valkey"], known["valkey_password"])
        return Servers(postgres, valkey)

    def environment(self, servers: Servers, *, demonstration: bool) -> dict[str, str]:
        """Return the environment of web, worker, beat and management commands.

        What the caller's environment gives (DATABASE_URL, SECRET_KEY, PORTAL_BASE_URL, mail) wins.
        """
        web = self.read("ports.json").get("web", 8000)
        result = {
            "DJANGO_SETTINGS_MODULE": "config.settings.embedded",
            "PORTAL_BASE_URL": f"http://localhost:{web}",
            "SECRET_KEY": self.secrets()["secret_key"],
            **os.environ,
            "PORTAL_DATA_DIR": str(self.path),
            "PORTAL_DEMONSTRATION": "yes" if demonstration else "no",
            "PYTHONPATH": str(ROOT),
            "PYTHONUNBUFFERED": "1",
        }
        if servers.postgres is not None:
            result["DATABASE_URL"] = servers.postgres.url
        if servers.valkey is not None:
            result["REDIS_URL"] = servers.valkey.url
        return result


def choose(given: str | None) -> DataFolder:
    """Return the folder of --data (relative to where the command was typed), or var/ of the project."""
    return DataFolder(Path(given).expanduser() if given else ROOT / "var")
