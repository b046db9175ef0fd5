"""bin/test: the gates one by one, then the tests, against a private PostgreSQL and Valkey."""

import argparse
import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from config.embedded.processes import EmbeddedError
from config.gates.servers import TESTS, fill_cache, private_servers

ROOT = Path(__file__).resolve().parent.parent.parent
PYTHON = sys.executable
TOOLS = Path(PYTHON).parent

# Settings as on a server; `check --deploy` must have nothing to say about them.
PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "config.settings.production",
    "PORTAL_BASE_URL": "https://portal.example",
    "ALLOWED_HOSTS": "portal.example",
    "DEFAULT_FROM_EMAIL": "Portal <portal@portal.example>",
    "PORTAL_DEMONSTRATION": "no",
    "DJANGO_ALLOW_ASYNC_UNSAFE": "",  # only the browser tests want it
}


@dataclass(frozen=True)
class Step:
    """One thing to run: a heading, a command, and what to say when it fails."""

    name: str
    command: list[str]
    failure: str
    environment: dict[str, str] = field(default_factory=dict)
    quiet: bool = True
    served: bool = False  # a gate that asks the database; the others run while it is prepared
    beside: bool = False  # runs beside the step in the browser; its words come when it has ended


def gates() -> list[Step]:
    """Return the gates in the order in which they run: the quick ones first."""
    manage = [PYTHON, "manage.py"]
    return [
        Step("lock files", _module("lockfiles"), "the lock files name an address, lack a hash or a package"),
        Step("imports", _module("imports"), "the code imports a package that pyproject.toml does not declare"),
        Step("module length", _module("module_length"), "a module is longer than 500 lines"),
        Step("layers named", _module("layers"), "a room has no layer in pyproject.toml"),
        Step("import-linter", [_tool("lint-imports")], "a room imports what it must not"),
        Step("ruff", [_tool("ruff"), "check", "."], "ruff found faults"),
        Step("ruff format", [_tool("ruff"), "format", "--check", "."], "files are not formatted (ruff format)"),
        Step("djlint", [_tool("djlint"), "templates", "--lint", "--quiet"], "djlint found faults in templates"),
        Step(
            "migrations",
            [*manage, "makemigrations", "--check", "--dry-run"],
            "models and migrations differ (manage.py makemigrations)",
            served=True,
        ),
        Step(
            "check --deploy",
            [*manage, "check", "--deploy", "--fail-level", "WARNING"],
            "Django's checks complain about the production settings",
            PRODUCTION,
            served=True,
        ),
        Step("translations", _module("translations"), "Swedish or English texts are missing or fuzzy"),
        Step("mypy", [_tool("mypy")], "mypy found faults"),
    ]


def _module(name: str) -> list[str]:
    return [PYTHON, "-m", f"config.gates.{name}"]


def _tool(name: str) -> str:
    return str(TOOLS / name)


def test_steps(options: argparse.Namespace, rest: list[str]) -> list[Step]:
    """Return the runs of pytest that the command line asks for."""
    pytest = [PYTHON, "-m", "pytest"]
    if rest:
        return [Step("tests", [*pytest, *rest], "tests failed", quiet=False)]
    if options.gates:
        return []
    if options.screenshots:
        folder = {"PORTAL_SCREENSHOTS": str(ROOT / "var" / "screenshots")}
        command = [*pytest, "tests/journeys", "-m", "screenshots"]
        return [Step("screenshots", command, "screenshots could not be taken", folder, quiet=False)]
    two = [*pytest, "-n", "2", "--dist", "worksteal", "--durations=10", "-m"]
    quick = [*two, "not slow and not matrix and not screenshots"]
    steps = [Step("tests", quick, "tests failed", quiet=False)]
    if options.all:
        one = [*pytest, "-n", "1", "--durations=10", "-m"]
        slow = [*one, "slow and not matrix and not browser and not screenshots"]
        steps.append(Step("routes", [*two, "matrix"], "a route lets in whom it should not", quiet=False))
        steps.append(Step("slow tests", slow, "walks, race or kill tests failed", beside=True))
        # The journeys share one portal and move its clock: one after another.
        walks = [*pytest, "--durations=10", "-m", "slow and browser and not screenshots"]
        cache = {"TEST_CACHE": "9"}
        steps.append(Step("in the browser", walks, "journeys or axe rounds failed", cache, quiet=False))
    return steps


def run(step: Step, environment: dict[str, str]) -> bool:
    """Run one step, show its words when they matter, and return whether it passed."""
    heading = f"\n=== {step.name} {'=' * (70 - len(step.name))}"
    if not step.quiet:
        print(heading, flush=True)
    began = time.monotonic()
    done = subprocess.run(
        step.command,
        cwd=ROOT,
        env={**environment, **step.environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE if step.quiet else None,
        stderr=subprocess.STDOUT if step.quiet else None,
        text=True,
        check=False,
    )
    passed = done.returncode == 0
    said = [heading] if step.quiet else []
    if step.beside or (step.quiet and not passed):
        said.append(done.stdout.rstrip())
    said.append(f"{'passed' if passed else 'FAILED'} ({time.monotonic() - began:.1f} s)")
    print("\n".join(said), flush=True)  # in one piece: gates run two at once
    return passed


@contextlib.contextmanager
def running(steps: list[Step], environment: dict[str, str]) -> Iterator[list[tuple[Step, Future[bool]]]]:
    """Run the steps beside the block, one after another; where the block fails, those not begun are left out."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        try:
            yield [(step, pool.submit(run, step, environment)) for step in steps]
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def arguments(given: list[str]) -> tuple[argparse.Namespace, list[str]]:
    """Split the command line into our own flags and what goes to pytest."""
    parser = argparse.ArgumentParser(
        prog="bin/test",
        description="Runs every gate and the tests. Other arguments go to pytest, without the gates.",
        allow_abbrev=False,
    )
    parser.add_argument("--all", action="store_true", help="also every route, journeys, axe rounds and kill tests")
    parser.add_argument("--gates", action="store_true", help="only the gates")
    parser.add_argument("--screenshots", action="store_true", help="only fill var/screenshots")
    return parser.parse_known_args(given)


def _end(number: int, frame: FrameType | None) -> None:
    raise SystemExit(128 + number)


def main(given: list[str]) -> int:
    """Run bin/test; return the exit code."""
    options, rest = arguments(given)
    signal.signal(signal.SIGTERM, _end)
    began = time.monotonic()
    steps = test_steps(options, rest)
    checked = gates() if not rest and not options.screenshots else []
    folder = Path(tempfile.mkdtemp(prefix="portal-test-"))
    try:
        with running([step for step in checked if not step.served], {**os.environ, **TESTS}) as begun:
            fill_cache(folder)
            failed = [step for step, passed in begun if not passed.result()]
        first = [step for step in checked if step.served] + steps[:2]
        with private_servers(folder) as environment:
            failed += [step for step in first if not run(step, environment)]
            with running([step for step in steps if step.beside], environment) as begun:
                failed += [step for step in steps[2:] if not step.beside and not run(step, environment)]
                failed += [step for step, passed in begun if not passed.result()]
    except EmbeddedError as error:
        print(f"bin/test: {error}", file=sys.stderr)
        return 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return report(checked + steps, failed, time.monotonic() - began)


def report(steps: list[Step], failed: list[Step], seconds: float) -> int:
    """Say in plain words how it went; return the exit code."""
    print(f"\n=== {len(steps) - len(failed)} of {len(steps)} steps passed in {seconds:.0f} s {'=' * 30}")
    for step in failed:
        print(f"FAILED {step.name}: {step.failure}")
    if not failed:
        print("Everything passed.")
    sys.stdout.flush()
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
