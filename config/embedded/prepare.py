"""What the portal needs before it runs: tables, static files, the area, the demonstration.

Runs as a child of bin/serve with the environment of the portal. Each step is skipped when there is
nothing to do, so that a second start is quick.
"""

import argparse
import hashlib
import json
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command, get_commands
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from config.embedded.datafolder import ROOT, DataFolder
from config.embedded.processes import EmbeddedError


def say(text: str) -> None:
    """Show a line at once."""
    print(text, flush=True)


def default_area() -> str:
    """Return the area that pyproject.toml names; no county's name stands in code."""
    tools: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    name: str = tools["yhdyspinta"]["default-area"]
    return name


def migrate() -> None:
    """Bring the tables up to date."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if not plan:
        return
    say(f"Updating the database ({len(plan)} migrations) …")
    call_command("migrate", interactive=False, verbosity=0)


def collect_static(folder: DataFolder) -> None:
    """Build the fonts and collect the static files when any of them, or a package, changed."""
    stamp = _static_state()
    known = folder.read("static.json")
    if known.get("state") == stamp and settings.STATIC_ROOT.exists():
        return
    say("Collecting static files …")
    if "build_fonts" in get_commands():
        call_command("build_fonts", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    folder.write("static.json", {"state": stamp})


def _static_state() -> str:
    digest = hashlib.sha256()
    for path in _static_inputs():
        status = path.stat()
        digest.update(f"{path.relative_to(ROOT)} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _static_inputs() -> Iterator[Path]:
    yield ROOT / "requirements.txt"
    yield from sorted(ROOT.glob("*/management/commands/build_fonts.py"))
    yield from sorted(path for path in (ROOT / "static").rglob("*") if path.is_file())


def load_first_content(folder: DataFolder, area: str | None) -> None:
    """Load the area and, if wanted, the demonstration; once in the life of a data folder."""
    started = folder.read("started.json")
    wanted = area or started.get("area") or default_area()
    if started.get("area", wanted) != wanted:
        raise EmbeddedError(
            f"This data folder holds the area {started['area']}. One installation, one county: choose another "
            f"folder with --data for {wanted}."
        )
    if "area" not in started:
        _load_area(wanted)
        started["area"] = wanted
        folder.write("started.json", started)
    if "demonstration" not in started:
        _load_demonstration(folder, started)


def _load_demonstration(folder: DataFolder, started: dict[str, Any]) -> None:
    """Load it if it is wanted. An interrupted load goes on; a database in use gets no invented people."""
    if not settings.DEMONSTRATION:
        started["demonstration"] = False
    elif "load_demonstration" not in get_commands():
        return
    elif not started.get("demonstration-begun") and get_user_model().objects.exists():
        say("The database has people already, so the demonstration is not loaded.")
        started["demonstration"] = False
    else:
        folder.write("started.json", started | {"demonstration-begun": True})
        say("Loading the demonstration (once; takes a while) …")
        call_command("load_demonstration", verbosity=0)
        started["demonstration"] = True
    folder.write("started.json", started)


def _load_area(name: str) -> None:
    known = sorted(path.stem for path in (ROOT / "config" / "areas").glob("*.toml"))
    if name not in known:
        raise EmbeddedError(f"There is no area {name}. Known areas: {', '.join(known) or 'none'}.")
    if "load_area" in get_commands():
        say(f"Loading the area {name} …")
        call_command("load_area", name, verbosity=0)


def print_accounts() -> None:
    """Print the demonstration accounts where there are any."""
    if settings.DEMONSTRATION and "demonstration_accounts" in get_commands():
        call_command("demonstration_accounts")


def main(given: list[str]) -> int:
    """Prepare, or with --accounts print the accounts; return the exit code."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--area")
    parser.add_argument("--accounts", action="store_true")
    options = parser.parse_args(given)
    django.setup()
    folder = DataFolder(Path(settings.DATA_DIR))
    if options.accounts:
        if folder.read("started.json").get("demonstration"):
            print_accounts()
        return 0
    try:
        migrate()
        collect_static(folder)
        load_first_content(folder, options.area)
    except (EmbeddedError, json.JSONDecodeError) as error:
        say(str(error))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
