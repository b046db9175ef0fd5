"""What the tests of finding share: who stands on the page, and with how many queries it was made."""

import re
from html import unescape

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

LIST = reverse("organisations:organisations")


def names(client: Client, query: str = "") -> list[str]:
    """Return the names of the organisations on the page, in order."""
    text = client.get(f"{LIST}{query}").content.decode()
    return [unescape(name) for name in re.findall(r'<a href="/jarjestot/\d+/" lang="fi">([^<]+)</a>', text)]


def counts(client: Client, query: str, name: str) -> dict[str, str]:
    """Return a filter's choices with their counts as the page shows them."""
    text = client.get(f"{LIST}{query}").content.decode()
    found = re.findall(
        rf'name="{name}".*?<label[^>]*>\s*<span[^>]*>([^<]*)</span>\s*(?:<span class="count">([^<]*)<)?', text, re.S
    )
    return dict(found)


def queries_of(client: Client, address: str) -> int:
    """Return how many queries the page takes."""
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)
