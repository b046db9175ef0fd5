"""The outbox with templates of its own and a real mail server."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from notifications import kinds
from tests.smtp import Postmaster, smtp_server


@pytest.fixture
def letters(settings: Any) -> None:
    """Make the templates beside these tests visible."""
    engine = settings.TEMPLATES[0]
    folder = Path(__file__).parent / "templates"
    settings.TEMPLATES = [{**engine, "DIRS": [folder, *engine["DIRS"]]}]


@pytest.fixture
def some_kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Register one kind that people choose about and one that they do not."""
    monkeypatch.setattr(kinds, "KINDS", {})
    kinds.register_kind("test.news", "Uutiset", help="Kuukauden kuulumiset.")
    kinds.register_kind("test.work", "Virkatyö", roles=["coordinator"])
    kinds.register_kind("test.decision", "Päätös", required=True)


@pytest.fixture
def post(settings: Any) -> Iterator[Postmaster]:
    """Run a real mail server and send there."""
    with smtp_server() as (mind, port):
        settings.MAILERS = {
            "default": {
                "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
                "OPTIONS": {"host": "127.0.0.1", "port": port, "timeout": 5},
            }
        }
        yield mind


@pytest.fixture
def second_connection(transactional_db: None) -> Iterator[Any]:
    """Open another connection to the test database: another process, as far as PostgreSQL knows."""
    from django.db import connection

    other = psycopg.connect(**connection.get_connection_params() | {"cursor_factory": psycopg.Cursor})
    yield other
    other.rollback()
    other.close()
