"""Every page of every role: it opens, axe finds nothing, and nothing hangs over the edge of a small phone.

A page whose own part is built exactly like one that axe has read in this run, element by element, is not read again:
the same template shown to another role. Header and footer are read with every page that is.
"""

import pytest

from tests.journeys.crawl import ROLES, crawl, shape_of
from tests.journeys.walk import OVERFLOW, WIDE, Walk, axe

pytestmark = pytest.mark.slow
PHONE = {"width": 320, "height": 700}
# Every role reaches at least so many kinds of pages: a crawl that finds none would prove nothing.
LEAST = 8
# Public pages are walked by the visitor and once more as the treasurer; the other roles walk their own.
PUBLIC: set[str] = set()
# The builds that axe has read without a finding.
READ: set[str] = set()


@pytest.mark.parametrize("role", list(ROLES), ids=str)
def test_every_page_of_the_role(walk: Walk, role: str | None) -> None:
    page = walk.sign_in(role) if role else walk.visitor()
    faults: list[str] = []
    seen = 0
    for found in crawl(page, ROLES[role], skip=PUBLIC if role != "jarjesto" else ()):
        seen += 1
        if role is None:
            PUBLIC.add(found.name)
        if found.status != 200:
            faults.append(f"{found.path}: status {found.status} (from {found.origin})")
            continue
        shape = shape_of(page)
        if shape not in READ:
            findings = axe(page)
            faults += [f"{found.path}: {finding}" for finding in findings]
            if not findings:
                READ.add(shape)
        page.set_viewport_size(PHONE)  # type: ignore[arg-type]
        over = page.evaluate(OVERFLOW)
        if over:
            faults.append(f"{found.path}: {over} px over the edge at 320 px")
        page.set_viewport_size(WIDE)  # type: ignore[arg-type]
    assert not faults, "\n".join(faults)
    assert seen >= LEAST
    assert walk.findings == []
