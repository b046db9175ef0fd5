"""Every page of every role: it opens, is whole, axe finds nothing, and nothing hangs over the edge of a small phone.

All pages are fetched; the browser opens those that hold a part which axe has not read before in this run
(``tests.journeys.builds``). Header and footer are parts like others.
"""

import pytest
from playwright.sync_api import Page

from tests.journeys import builds
from tests.journeys.crawl import ROLES, Found, crawl
from tests.journeys.walk import OVERFLOW, WIDE, Walk, axe

pytestmark = pytest.mark.slow
PHONE = {"width": 320, "height": 700}
# Every role reaches at least so many kinds of pages: a crawl that finds none would prove nothing.
LEAST = 60


@pytest.mark.parametrize("role", list(ROLES), ids=str)
def test_every_page_of_the_role(walk: Walk, role: str | None) -> None:
    page = walk.sign_in(role) if role else walk.visitor()
    faults: list[str] = []
    seen = opened = 0
    for found in crawl(page, ROLES[role]):
        seen += 1
        said = _read(found)
        if not said and not builds.is_read(found.document):
            opened += 1
            said = _open(page, found)
        faults += [f"{found.path} (from {found.origin}): {one}" for one in said]
    print(f"{role}: {seen} pages, {opened} of them in the browser")
    assert not faults, "\n".join(faults)
    assert seen >= LEAST
    assert walk.findings == []


def _read(found: Found) -> list[str]:
    return builds.faults_of(found.document) if found.status == 200 else [f"status {found.status}"]


def _open(page: Page, found: Found) -> list[str]:
    """Open the page in the browser and return what is wrong with it there."""
    page.goto(found.path)
    said = axe(page)
    if not said:
        builds.keep_read(found.document)
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    over = page.evaluate(OVERFLOW)
    page.set_viewport_size(WIDE)
    return [*said, f"{over} px over the edge at 320 px"] if over else said
