"""What every test has: the installed Chromium, no network but loopback, a steady hypothesis profile."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation
from hypothesis import HealthCheck, settings

settings.register_profile(
    "portal",
    deadline=None,  # two cores, two workers: single examples may be slow
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("portal")

LOOPBACK = ("127.", "::1", "localhost")
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")


def pytest_configure() -> None:
    """Let no test pass that loads a relation row by row, and none take seconds to leave the database empty."""
    from tests import emptying, fetching

    emptying.install()
    fetching.install()


@pytest.hookimpl(tryfirst=True)  # before -m chooses by the marks
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what walks in a browser; leave the screenshots out unless bin/test --screenshots asked for them."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")
    if os.environ.get("PORTAL_SCREENSHOTS"):
        return
    left_out = [item for item in items if item.get_closest_marker("screenshots")]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


@pytest.fixture(scope="session", autouse=True)
def _only_loopback() -> Iterator[None]:
    """Refuse connections to other machines: a test that needs one would fail elsewhere."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX and not str(address[0]).startswith(LOOPBACK):
            raise OSError(f"Tests reach this machine only, not {address[0]}")
        connect(self, address)

    socket.socket.connect = guarded  # type: ignore[method-assign,assignment]
    yield
    socket.socket.connect = connect  # type: ignore[method-assign]


@pytest.fixture(scope="session", autouse=True)
def _folder_of_static_files() -> None:
    """WhiteNoise warns when there is none; tests take static files from where they are written."""
    from django.conf import settings as django_settings

    Path(django_settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)


@pytest.fixture(autouse=True)
def _finnish_again() -> Iterator[None]:
    """A page asked for in Swedish leaves its language to the thread: the next test begins in Finnish."""
    yield
    translation.deactivate()


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Use the operating system's Chromium; Playwright's own is a download."""
    quiet = ["--disable-background-networking", "--disable-quic", "--disable-component-update"]
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": quiet}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """A Finnish visitor in the county's own time."""
    return {**browser_context_args, "locale": "fi-FI", "timezone_id": "Europe/Helsinki"}


@pytest.fixture(scope="session")
def screenshots_folder() -> Path:
    """Where the tests marked ``screenshots`` put their pictures and the index page."""
    folder = Path(os.environ["PORTAL_SCREENSHOTS"])
    folder.mkdir(parents=True, exist_ok=True)
    return folder
