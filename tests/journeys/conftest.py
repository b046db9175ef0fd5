"""One running portal with the demonstration for all journeys, and one browser that walks through it."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.journeys.walk import Place, Walk
from tests.operations.running import ROOT, RunningPortal

AREA = "pohjois-karjala"


@pytest.fixture(scope="session")
def portal() -> Iterator[Place]:
    """The processes of bin/serve with the demonstration in a folder of their own.

    With PORTAL_JOURNEY_URL and PORTAL_JOURNEY_DATA set, the tests walk in a portal that runs already.
    """
    url, data = os.environ.get("PORTAL_JOURNEY_URL"), os.environ.get("PORTAL_JOURNEY_DATA")
    if url and data:
        yield Place(url, Path(data))
        return
    with RunningPortal("--area", AREA, migrated=True) as running:
        yield Place(running.url, running.data)


@pytest.fixture(scope="module")
def walk(portal: Place, browser: Browser, request: pytest.FixtureRequest) -> Iterator[Walk]:
    """People signed in at the portal; pictures in var/journey-screenshots/<module> (PORTAL_JOURNEY_PICTURES)."""
    name = request.module.__name__.rpartition(".")[2]
    folder = Path(os.environ.get("PORTAL_JOURNEY_PICTURES", ROOT / "var" / "journey-screenshots")) / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    walking = Walk(portal, browser, folder)
    yield walking
    walking.close()
