"""bin/bench: every module of benchmarks/ with private servers; ends with 1 when one is over its limit."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from config.gates.servers import ROOT, private_servers

NOT_RUN = ("__init__", "floor")  # the bare floor is what others are compared with


def names() -> list[str]:
    """Return the benchmarks by name."""
    return sorted(path.stem for path in (ROOT / "benchmarks").glob("*.py") if path.stem not in NOT_RUN)


def main(given: list[str]) -> int:
    """Run the one that is named with its arguments, or all."""
    chosen, arguments = (given[:1], given[1:]) if given else (names(), [])
    unknown = set(chosen) - set(names())
    if unknown:
        print(f"No such benchmark: {', '.join(unknown)}. There are: {', '.join(names())}.")
        return 2
    failed = 0
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as folder, private_servers(Path(folder)) as environment:
        for name in chosen:
            print(f"=== {name}", flush=True)
            command = [sys.executable, "-P", "-m", f"benchmarks.{name}", *arguments]
            failed |= subprocess.run(command, cwd=ROOT, env={**os.environ, **environment}, check=False).returncode
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
