"""Clients from addresses of their own, so that the rate limits of one test never meet those of another."""

import secrets
from collections.abc import Callable

import pytest
from django.test import Client


@pytest.fixture
def new_client() -> Callable[[], Client]:
    """Return a maker of clients, each with a random address of the documentation range 2001:db8::/32."""

    def make() -> Client:
        groups = ":".join(secrets.token_hex(2) for _ in range(6))
        return Client(REMOTE_ADDR=f"2001:db8:{groups}")

    return make
