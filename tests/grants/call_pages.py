"""What the tests of pages of calls share: the clock, the text of a page, the number of queries."""

from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext


def set_clock(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    """The outermost layer asks common.clock: the test's own time stands there."""
    monkeypatch.setattr("common.clock.now", lambda: now)


def text(response: Any) -> str:
    """Return the page in one line with plain spaces."""
    return " ".join(response.content.decode().replace("\N{NO-BREAK SPACE}", " ").replace("&nbsp;", " ").split())


def count(client: Client, address: str) -> int:
    """Return how many queries the page takes once it is warm."""
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)
