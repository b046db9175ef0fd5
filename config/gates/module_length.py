"""Gate: no module is longer than 500 lines; split by concept before that."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
LONGEST = 500
NOT_OURS = {"migrations", "node_modules", "var"}


def modules(root: Path) -> Iterator[Path]:
    """Yield the Python files of the project that people write (the ones git knows or would add)."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.py"],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode == 0:
        paths = [root / line for line in listed.stdout.splitlines()]
    else:  # an unpacked archive
        paths = [path for path in root.rglob("*.py") if ".venv" not in path.parts]
    for path in sorted(paths):
        if path.is_file() and not NOT_OURS & set(path.relative_to(root).parts):
            yield path


def problems(root: Path) -> list[str]:
    """Return each module that is too long, with its length."""
    lengths = ((path, len(path.read_text(encoding="utf-8").splitlines())) for path in modules(root))
    return [
        f"{path.relative_to(root)}: {length} lines; at most {LONGEST}, split it by concept"
        for path, length in lengths
        if length > LONGEST
    ]


if __name__ == "__main__":
    faults = problems(ROOT)
    print("\n".join(faults) or f"No module is longer than {LONGEST} lines.")
    sys.exit(bool(faults))
