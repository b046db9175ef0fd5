"""Gate: every package that the code imports is declared, so that a new machine has it too."""

import ast
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

from config.gates.lockfiles import ROOT, declared_name

DEVELOPMENT = ("tests", "benchmarks", "config/gates")
"""Folders that may import the development group as well."""


def problems(root: Path) -> list[str]:
    """Return what is imported and not declared in pyproject.toml, one line a package and folder.

    A package that only another one brings counts as not declared: it would vanish with it.
    """
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    running = {declared_name(line) for line in project["project"]["dependencies"]}
    developing = running | {declared_name(line) for line in project["dependency-groups"]["dev"]}
    owners = packages_distributions()
    rooms = {path.name for path in root.iterdir() if path.is_dir()}
    found: set[str] = set()
    for path in _modules(root):
        place = path.relative_to(root).as_posix()
        allowed = developing if place.startswith(tuple(f"{folder}/" for folder in DEVELOPMENT)) else running
        for name in _imported(path) - rooms - sys.stdlib_module_names:
            if not {declared_name(owner) for owner in owners.get(name, [name])} & allowed:
                found.add(f"{place}: imports {name}, which pyproject.toml does not declare for it")
    return sorted(found)


def _modules(root: Path) -> Iterator[Path]:
    for path in root.rglob("*.py"):
        first = path.relative_to(root).parts[0]
        if not first.startswith(".") and first != "var":
            yield path


def _imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module)
    return {name.split(".")[0] for name in names}


if __name__ == "__main__":
    faults = problems(ROOT)
    print("\n".join(faults) or "Every imported package is declared.")
    sys.exit(bool(faults))
