"""The environment: .venv from the lock, libraries of the operating system, catalogues.

Runs with whatever Python there is, before anything is installed: standard library only, and no
import from this project. Every step is skipped when it is done already.
"""

import contextlib
import ctypes
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import venv
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "installed.json"
TRIED = VENV / "system-packages-tried"

COMPILE_CATALOGUES = """
import sys
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
for name in sys.argv[1:]:
    with open(name, "rb") as source:
        catalogue = read_po(source)
    with open(name[:-2] + "mo.new", "wb") as target:
        write_mo(target, catalogue)
"""


class SetupError(Exception):
    """Something that a person has to do; the text says what."""


def say(text: str) -> None:
    """Show a line at once."""
    print(text, flush=True)


def main(given: list[str]) -> int:
    """Make or renew the environment; return the exit code."""
    development = "--dev" in given
    if "--again" in given:
        TRIED.unlink(missing_ok=True)
    try:
        with _one_at_a_time():
            make_environment()
            install("requirements-dev.txt" if development else "requirements.txt")
            install_system_packages(development)
            compile_catalogues()
    except SetupError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


@contextlib.contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Two copies started at once must not install into one .venv together."""
    with (ROOT / ".setup.lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


# .venv ------------------------------------------------------------------------------------------


def make_environment() -> None:
    """Make .venv with pip in it, unless there is a working one."""
    if not _works(PYTHON, "import sys; sys.exit(sys.version_info < (3, 12))"):
        say(f"Making .venv with Python {sys.version.split()[0]} …")
        with_pip = _works(Path(sys.executable), "import ensurepip, venv")
        venv.create(VENV, clear=True, symlinks=True, with_pip=False)
        if with_pip:
            _run([str(PYTHON), "-m", "ensurepip", "--default-pip"])
    if not _works(PYTHON, "import pip"):
        _bring_pip()


def _works(python: Path, code: str) -> bool:
    try:
        return subprocess.run([python, "-c", code], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def _bring_pip() -> None:
    """Put pip into .venv on systems that keep it in a package of its own."""
    ways: list[Callable[[], bool]] = [_pip_by_uv, _pip_by_system_pip, _pip_by_apt, _pip_by_download]
    for way in ways:
        if way() and _works(PYTHON, "import pip"):
            return
    raise SetupError(
        "There is no pip for this Python. An administrator types\n"
        "    apt-get update && apt-get install -y --no-install-recommends python3-venv ca-certificates\n"
        "and then you start again."
    )


def _pip_by_uv() -> bool:
    uv = shutil.which("uv")
    return uv is not None and _try([uv, "pip", "install", "--quiet", "--python", str(PYTHON), "pip"])


def _pip_by_system_pip() -> bool:
    return _try([sys.executable, "-m", "pip", "--python", str(PYTHON), "install", "--quiet", "pip"])


def _pip_by_apt() -> bool:
    return _is_root_with_apt() and _apt_install(["python3-venv"]) and _try([str(PYTHON), "-m", "ensurepip"])


def _pip_by_download() -> bool:
    """Unpack the operating system's pip without being its administrator."""
    if shutil.which("apt-get") is None or shutil.which("dpkg-deb") is None:
        return False
    with tempfile.TemporaryDirectory() as folder:
        if not _try(["apt-get", "download", "python3-pip-whl"], folder):
            return False
        for package in Path(folder).glob("*.deb"):
            if not _try(["dpkg-deb", "-x", str(package), folder]):
                return False
        wheels = sorted(Path(folder).glob("usr/share/python-wheels/pip-*.whl"))
        return bool(wheels) and _try([str(PYTHON), f"{wheels[-1]}/pip", "install", "--quiet", "pip"])


# Packages ---------------------------------------------------------------------------------------


def install(lock: str) -> None:
    """Install the locked packages when the lock is not the one that was installed last."""
    runtime, development = (_digest(ROOT / name) for name in ("requirements.txt", "requirements-dev.txt"))
    known = _read_stamp()
    if known.get("requirements.txt") == runtime and (
        lock == "requirements.txt" or known.get("requirements-dev.txt") == development
    ):
        return
    say(f"Installing the packages of {lock} …")
    STAMP.unlink(missing_ok=True)
    command = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    _run([*command, "--require-hashes", "-r", str(ROOT / lock)])
    # Byte code now, wherever the installer left it out: the difference between 2 s and 1 s at every start.
    _try([str(PYTHON), "-m", "compileall", "-q", "-j", "0", str(VENV / "lib")])
    # The development lock holds the runtime lock as well.
    stamp = {"requirements.txt": runtime}
    if lock == "requirements-dev.txt":
        stamp["requirements-dev.txt"] = development
    STAMP.write_text(json.dumps(stamp, indent=2) + "\n", encoding="utf-8")


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _read_stamp() -> dict[str, str]:
    try:
        content: dict[str, str] = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content


# The operating system ---------------------------------------------------------------------------


def missing_system_packages(development: bool) -> dict[str, str]:
    """Return the Debian packages that are not there, each with what does not work without it."""
    wanted: list[tuple[str, bool, str]] = [
        ("libpangoft2-1.0-0", _library("libpangoft2-1.0.so.0"), "PDF documents"),
        ("libharfbuzz-subset0", _library("libharfbuzz-subset.so.0"), "small and quick PDF documents"),
    ]
    if development:
        chromium = os.environ.get("CHROMIUM", "/usr/bin/chromium")
        wanted += [
            ("chromium", os.access(chromium, os.X_OK), "the browser tests"),
            ("gettext", shutil.which("xgettext") is not None, "the translation gate"),
            ("poppler-utils", shutil.which("pdftotext") is not None, "the tests that read PDF documents"),
        ]
    return {package: use for package, there, use in wanted if not there}


def install_system_packages(development: bool) -> None:
    """Install what is missing where we may; otherwise print the exact line and go on."""
    missing = missing_system_packages(development)
    if not missing:
        return
    names = " ".join(sorted(missing))
    if _is_root_with_apt() and not _tried(names):
        say(f"Installing from the operating system: {names} …")
        if _apt_install(sorted(missing)) and not missing_system_packages(development):
            return
        with TRIED.open("a", encoding="utf-8") as file:
            file.write(names + "\n")
        missing = missing_system_packages(development) or missing
        names = " ".join(sorted(missing))
    say(f"Without these packages some things do not work: {', '.join(missing.values())}. An administrator types")
    say(f"    apt-get update && apt-get install -y --no-install-recommends {names}")
    say("and then bin/setup --again. Going on without them.")


def _tried(names: str) -> bool:
    """Return whether installing exactly these failed before; every start would try again otherwise."""
    try:
        return names in TRIED.read_text(encoding="utf-8").splitlines()
    except OSError:
        return False


def _library(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def _is_root_with_apt() -> bool:
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def _apt_install(packages: list[str]) -> bool:
    install_line = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    return _try(install_line) or (_try(["apt-get", "update"]) and _try(install_line))


# Catalogues -------------------------------------------------------------------------------------


def compile_catalogues() -> None:
    """Compile each catalogue that is newer than its compiled form."""
    stale = [path for path in sorted(ROOT.glob("locale/*/LC_MESSAGES/*.po")) if _is_stale(path)]
    if not stale:
        return
    _run([str(PYTHON), "-c", COMPILE_CATALOGUES, *map(str, stale)])
    for path in stale:
        path.with_suffix(".mo.new").replace(path.with_suffix(".mo"))


def _is_stale(source: Path) -> bool:
    target = source.with_suffix(".mo")
    return not target.exists() or target.stat().st_mtime_ns < source.stat().st_mtime_ns


# Running programs -------------------------------------------------------------------------------


def _environment() -> dict[str, str]:
    # PYTHONPATH points at the project, whose folders must not shadow packages while installing.
    kept = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    return {**kept, "DEBIAN_FRONTEND": "noninteractive", "PIP_NO_INPUT": "1"}


def _try(command: list[str], folder: str | None = None) -> bool:
    """Run a program that may fail; return whether it went well."""
    done = subprocess.run(
        command, cwd=folder, env=_environment(), stdin=subprocess.DEVNULL, capture_output=True, check=False
    )
    return done.returncode == 0


def _run(command: list[str]) -> None:
    """Run a program that must not fail; raise SetupError with what it said."""
    done = subprocess.run(
        command, env=_environment(), stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        said = (done.stdout + done.stderr).strip()
        raise SetupError(f"This did not work: {' '.join(command)}\n{said}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
