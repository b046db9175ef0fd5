"""One running portal with the demonstration for all journeys, and one browser that walks through it."""

import os
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.journeys.inside import Inside
from tests.journeys.walk import Place, Walk
from tests.operations.running import RunningPortal, wait_for

AREA = "pohjois-karjala"
# Two thousand letters of the first start, before which no journey's letter comes.
WAITING = (
    *("shell", "-v", "0", "--no-imports", "-c"),
    "from common import clock; from notifications.models import Message; "
    "print(Message.objects.due(clock.now()).count())",
)


@pytest.fixture(scope="session")
def portal() -> Iterator[Place]:
    """The processes of bin/serve with the demonstration in a folder of their own.

    With PORTAL_JOURNEY_URL and PORTAL_JOURNEY_DATA set, the tests walk in a portal that runs already.
    """
    url, data = os.environ.get("PORTAL_JOURNEY_URL"), os.environ.get("PORTAL_JOURNEY_DATA")
    if url and data:
        with closing(Inside(Path(data))) as inside:
            yield Place(url, inside)
        return
    with RunningPortal("--area", AREA, migrated=True) as running, closing(Inside(running.data)) as inside:
        wait_for(lambda: inside.manage(*WAITING).strip() == "0", 1500, "the demonstration's own letters are sent")
        yield Place(running.url, inside)


@pytest.fixture(scope="module")
def walk(portal: Place, browser: Browser, request: pytest.FixtureRequest) -> Iterator[Walk]:
    """People signed in at the portal; each page's picture in PORTAL_JOURNEY_PICTURES/<module>, where that is set."""
    folder = None
    if "PORTAL_JOURNEY_PICTURES" in os.environ:
        folder = Path(os.environ["PORTAL_JOURNEY_PICTURES"]) / request.module.__name__.rpartition(".")[2]
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    walking = Walk(portal, browser, folder)
    yield walking
    walking.close()
