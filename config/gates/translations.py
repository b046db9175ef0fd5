"""Gate: every Finnish text of the code and the templates stands in Swedish and English, none fuzzy.

Source texts are Finnish, so the Finnish catalogue holds only what is said differently than in the
source. The texts are gathered in a copy; the working tree is not touched.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent.parent
COMPLETE = ("sv", "en")
NOT_COPIED = (
    "tests",
    "benchmarks",
    "docs",
    "var",
    "static",
    ".*",
    "__pycache__",
    "*.mo",
    "requirements*.txt",
    "uv.lock",
)
SHOWN = 15


def gather(root: Path, copy: Path) -> None:
    """Copy the sources and let Django update the catalogues of the copy."""
    shutil.copytree(root, copy, ignore=shutil.ignore_patterns(*NOT_COPIED))
    for language in COMPLETE:
        (copy / "locale" / language / "LC_MESSAGES").mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "manage.py", "makemessages", "--no-obsolete", "--no-wrap", "--add-location", "file"]
    for language in COMPLETE:
        command += ["--locale", language]
    environment = {**os.environ, "PYTHONPATH": str(copy)}
    done = subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"The texts could not be gathered:\n{done.stdout}{done.stderr}")


def problems(language: str, catalogue: Path) -> list[str]:
    """Return the faults of one gathered catalogue, one line each."""
    if not catalogue.exists():
        return []  # no texts at all
    entries = polib.pofile(str(catalogue))
    found = [_line(language, entry, "no translation") for entry in entries.untranslated_entries()]
    found += [_line(language, entry, "fuzzy") for entry in entries.fuzzy_entries()]
    checked = subprocess.run(
        ["msgfmt", "--check-format", "-o", os.devnull, str(catalogue)], capture_output=True, text=True, check=False
    )
    if checked.returncode != 0:
        found += [f"{language}: {line.split(':', 1)[-1]}" for line in checked.stderr.splitlines()]
    return found


def _line(language: str, entry: polib.POEntry, fault: str) -> str:
    places = ", ".join(sorted({name for name, _ in entry.occurrences})[:2])
    text = entry.msgid if len(entry.msgid) <= 70 else entry.msgid[:69] + "…"
    return f"{language}: {fault}: {text!r} ({places})"


def main() -> int:
    """Check all catalogues; return the exit code."""
    if shutil.which("xgettext") is None:
        print("gettext is not installed: apt-get install -y --no-install-recommends gettext")
        return 1
    faults: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy"
        gather(ROOT, copy)
        for language in COMPLETE:
            found = problems(language, copy / "locale" / language / "LC_MESSAGES" / "django.po")
            faults += found[:SHOWN]
            if len(found) > SHOWN:
                faults.append(f"{language}: and {len(found) - SHOWN} more")
    print("\n".join(faults) or "Swedish and English are complete.")
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main())
