"""Gate: the layers of pyproject.toml name every room, and tool settings know them all.

import-linter checks the direction of the imports; a new room that nobody put into a layer would
not be checked at all, so this gate makes the list exhaustive.
"""

import sys
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
NOT_ROOMS = {"tests", "benchmarks"}


def rooms(root: Path) -> set[str]:
    """Return the top-level Python packages of the project."""
    return {path.parent.name for path in root.glob("*/__init__.py")} - NOT_ROOMS


def problems(root: Path) -> list[str]:
    """Return each room that a list in pyproject.toml forgot, and each name there that is no room."""
    tools: dict[str, Any] = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    there = rooms(root)
    layered: set[str] = set()
    optional: set[str] = set()
    for layer in tools["importlinter"]["contracts"][0]["layers"]:
        for part in (part.strip() for part in layer.split("|")):
            (optional if part.startswith("(") else layered).add(part.strip("()"))
    lists = {
        "[tool.mypy] files": set(tools["mypy"]["files"]),
        "[tool.importlinter] root_packages": set(tools["importlinter"]["root_packages"]),
    }
    found = [f"{room} stands in no layer" for room in sorted(there - layered - optional)]
    found += [f"{room} is there now: take the brackets off its layer" for room in sorted(there & optional)]
    found += [f"{room} has a layer but is not there" for room in sorted(layered - there)]
    for name, known in lists.items():
        found += [f"{name} does not name {room}" for room in sorted(there - known)]
        found += [f"{name} names {room}, which is not there" for room in sorted(known - there)]
    return found


if __name__ == "__main__":
    faults = problems(ROOT)
    print("\n".join(faults) or "Every room has its layer.")
    sys.exit(bool(faults))
