"""A private PostgreSQL and Valkey for one run of bin/test.

Running all migrations takes far longer than any test, so the first run keeps the migrated cluster (and
the fonts) in var/test-cache/, under a key made of everything they depend on. Later runs copy it, and
the test databases are made from it as a template. Where only migrations were added since, the kept
cluster goes on from where it was.
"""

import contextlib
import hashlib
import json
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from config.embedded import postgres, valkey
from config.embedded.postgres import DATABASE, Postgres
from config.embedded.processes import Service, free_port, stop
from config.embedded.valkey import Valkey

ROOT = Path(__file__).resolve().parent.parent.parent
CACHE = ROOT / "var" / "test-cache"
PYTHON = sys.executable
# What everything of bin/test has; the addresses of the servers come with them. Nothing answers at the one given here.
TESTS = {
    "DJANGO_SETTINGS_MODULE": "config.settings.test",
    "DJANGO_ALLOW_ASYNC_UNSAFE": "true",
    "DATABASE_URL": "postgresql://nobody@127.0.0.1:9/nothing",
    "REDIS_URL": "redis://127.0.0.1:9/0",
    "SECRET_KEY": secrets.token_urlsafe(48),
    "PYTHONPATH": str(ROOT),
    "PATH": f"{Path(PYTHON).parent}{os.pathsep}{os.environ.get('PATH', '')}",
}


def sources() -> dict[str, str]:
    """Return what the migrated cluster and the fonts are made from: each file's path with its SHA-256."""
    paths = [ROOT / "requirements.txt", ROOT / "config" / "embedded" / "postgres.py"]
    paths += sorted(ROOT.glob("*/migrations/*.py")) + sorted(ROOT.glob("*/management/commands/build_fonts.py"))
    found = {str(path.relative_to(ROOT)): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}
    return {"python and user": f"{sys.version} {os.geteuid()}", **found}


def cache_key() -> str:
    """Return a name for all of ``sources``."""
    return hashlib.sha256(json.dumps(sources()).encode()).hexdigest()[:20]


def earlier(kept: dict[str, str], now: dict[str, str]) -> bool:
    """Tell whether a cluster made from ``kept`` becomes today's by running only migrations that it has not seen."""
    added = now.keys() - kept.keys()
    return kept.items() <= now.items() and all("/migrations/" in path for path in added)


def _earlier_cluster() -> Path | None:
    """Return a kept cluster that needs only the newest migrations, or None."""
    now = sources()
    for folder in sorted(CACHE.glob("*")):
        made_of = folder / "sources.json"
        whole = (folder / "complete").exists() and made_of.exists()
        if whole and earlier(json.loads(made_of.read_text(encoding="utf-8")), now):
            return folder
    return None


@contextlib.contextmanager
def private_servers(folder: Path) -> Iterator[dict[str, str]]:
    """Start both servers in the folder and give the environment that points at them; stop them at the end."""
    fill_cache(folder)
    kept = CACHE / cache_key()
    copied = folder / "postgres"
    template = (kept / "complete").exists()
    if template:
        subprocess.run(["cp", "-a", str(kept / "postgres"), str(copied)], check=True)
        subprocess.run(["cp", "-a", str(kept / "fonts"), str(_data(folder) / "fonts")], check=True)
        password = (kept / "password").read_text(encoding="ascii")
    else:
        password = secrets.token_urlsafe(24)
    with _running(folder, password) as environment:
        if template:
            environment["TEST_DB_TEMPLATE"] = DATABASE
        yield environment


def _data(folder: Path) -> Path:
    made = folder / "data"
    made.mkdir(exist_ok=True)
    return made


@contextlib.contextmanager
def _running(folder: Path, password: str) -> Iterator[dict[str, str]]:
    log = folder / "servers.log"
    database = Postgres(folder / "postgres", free_port(), password, fast=True)
    broker = Valkey(folder / "valkey", free_port(), password, durable=False)
    database.create()
    broker.create()
    started: list[tuple[subprocess.Popen[bytes], Service]] = []
    try:
        started.append(postgres.start(database, log=log))
        started.append(valkey.start(broker, log=log))
        yield {
            **os.environ,
            **TESTS,
            "DATABASE_URL": database.url,
            "REDIS_URL": broker.url,
            "PORTAL_DATA_DIR": str(_data(folder)),
        }
    finally:
        for process, service in reversed(started):
            stop(process, service)


def fill_cache(folder: Path) -> None:
    """Migrate a new cluster and keep it, unless one is kept; when that fails, say why and let the tests show it."""
    kept = CACHE / cache_key()
    if (kept / "complete").exists():
        return
    print("Preparing the database of the tests (once for these migrations) …", flush=True)
    folder = Path(tempfile.mkdtemp(prefix="new-", dir=folder))
    password = secrets.token_urlsafe(24)
    start_from = _earlier_cluster()
    if start_from:
        subprocess.run(["cp", "-a", str(start_from / "postgres"), str(folder / "postgres")], check=True)
        password = (start_from / "password").read_text(encoding="ascii")
    with _running(folder, password) as environment:
        for command in (["migrate"], ["build_fonts"]):
            done = subprocess.run(
                [PYTHON, "manage.py", *command, "--verbosity", "0"],
                cwd=ROOT,
                env=environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode != 0:
                print(f"manage.py {command[0]} failed:\n{done.stderr.strip()[-2000:]}", flush=True)
                return
    CACHE.mkdir(parents=True, exist_ok=True, mode=0o700)
    for other in CACHE.iterdir():
        shutil.rmtree(other, ignore_errors=True)
    kept.mkdir(mode=0o700)
    subprocess.run(["cp", "-a", str(folder / "postgres"), str(kept / "postgres")], check=True)
    subprocess.run(["cp", "-a", str(folder / "data" / "fonts"), str(kept / "fonts")], check=True)
    (kept / "password").touch(mode=0o600)
    (kept / "password").write_text(password, encoding="ascii")
    (kept / "sources.json").write_text(json.dumps(sources()), encoding="utf-8")
    (kept / "complete").touch()
