"""One process inside the portal for every command of every journey: each one of its own would take ten seconds."""

import contextlib
import io
import json
import subprocess
import sys
import traceback
from dataclasses import dataclass
from pathlib import Path

from tests.operations.running import ROOT, clean_environment

MARK = "inside|"
PROGRAM = "from tests.journeys.inside import answer; answer()"


def answer() -> None:
    """Run in the portal: take a command a line and answer with what it printed, or with how it failed."""
    from django.core.management import call_command

    out = sys.stdout
    for line in sys.stdin:
        said = io.StringIO()
        fault = ""
        try:
            with contextlib.redirect_stdout(said):
                call_command(*json.loads(line), stdout=said)
        except Exception:
            fault = traceback.format_exc()
        out.write(f"{MARK}{json.dumps([said.getvalue(), fault])}\n")
        out.flush()


@dataclass
class Inside:
    """``Inside(data).manage("demo_clock")``: begins with the first command, ends with ``close``."""

    data: Path
    process: "subprocess.Popen[str] | None" = None

    def manage(self, *command: str) -> str:
        """Run a management command on the portal's data folder and return what it printed; fail where it failed."""
        process = self.process = self.process or self._begin()
        assert process.stdin
        assert process.stdout
        process.stdin.write(json.dumps(command) + "\n")
        process.stdin.flush()
        for line in process.stdout:
            if line.startswith(MARK):
                said, fault = json.loads(line.removeprefix(MARK))
                assert not fault, f"{' '.join(command)}:\n{said}{fault}"
                return str(said)
        raise AssertionError(f"The process inside the portal ended at {' '.join(command)}")

    def close(self) -> None:
        """Let the process end."""
        if self.process:
            self.process.communicate(timeout=60)
            self.process = None

    def _begin(self) -> "subprocess.Popen[str]":
        command = [str(ROOT / "bin" / "manage"), "--data", str(self.data), "shell", "-v", "0", "--no-imports", "-c"]
        return subprocess.Popen(
            [*command, PROGRAM],
            env=clean_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
