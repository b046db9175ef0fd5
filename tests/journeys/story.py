"""Tests that are the chapters of one story: each goes on where the one before ended."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.journeys.walk import Walk


def chapters_in_order() -> Callable[..., Any]:
    """Return a fixture for a module: it skips what follows a chapter that failed, whose ground is missing.

    A chapter that has come to its end says so: ``walk.facts["broken"] = ""``.
    """

    @pytest.fixture(autouse=True)
    def _chapters(request: pytest.FixtureRequest, walk: Walk) -> None:
        broken = walk.facts.get("broken")
        if broken:
            pytest.skip(f"the story ended in {broken}")
        walk.facts["broken"] = request.node.name

    return _chapters
