"""Gate: the lock files hold hashes and no address of any index, and fit pyproject.toml."""

import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
LOCKS = ("requirements.txt", "requirements-dev.txt")


def problems(root: Path) -> list[str]:
    """Return what is wrong with the lock files, one line a fault."""
    found: list[str] = []
    for name in LOCKS:
        text = (root / name).read_text(encoding="utf-8")
        found += [
            f"{name}:{number}: an address: {line.strip()}"
            for number, line in enumerate(text.splitlines(), start=1)
            if "://" in line or line.startswith(("--index", "--extra-index", "--find-links"))
        ]
        found += [f"{name}: {package} has no hash" for package in _without_hash(text)]
    found += _not_locked(root)
    found += [f"{name} must not be committed" for name in ("uv.lock", "pylock.toml") if (root / name).exists()]
    return found


def _without_hash(text: str) -> list[str]:
    entries = re.split(r"\n(?=[A-Za-z0-9])", text)
    return [entry.split("==")[0] for entry in entries if "==" in entry and "--hash=" not in entry]


def _not_locked(root: Path) -> list[str]:
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = {
        "requirements.txt": project["project"]["dependencies"],
        "requirements-dev.txt": project["dependency-groups"]["dev"],
    }
    found: list[str] = []
    for name, dependencies in wanted.items():
        locked = set(re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==", (root / name).read_text(encoding="utf-8"), re.M))
        names = {declared_name(dependency) for dependency in dependencies}
        found += [
            f"{name}: {missing} is not locked; run bin/lock" for missing in sorted(names - set(map(_normal, locked)))
        ]
    return found


def declared_name(requirement: str) -> str:
    """Return the normalised name (PEP 503) of the package that ``requirement`` asks for."""
    return _normal(re.split(r"[\[<>=!~; ]", requirement)[0])


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


if __name__ == "__main__":
    faults = problems(ROOT)
    print("\n".join(faults) or "The lock files are neutral and complete.")
    sys.exit(bool(faults))
