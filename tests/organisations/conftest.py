"""Municipalities and a helper that imports a text as an extract."""

from collections.abc import Callable
from pathlib import Path

import pytest

from county.models import Municipality
from organisations.models import ImportRun
from organisations.workflow import import_register
from tests.organisations.factories import NOW, municipalities


@pytest.fixture
def kunnat(db: None) -> dict[str, Municipality]:
    """The municipalities of the sample, by number."""
    return municipalities()


@pytest.fixture
def import_text(kunnat: dict[str, Municipality], tmp_path: Path) -> Callable[..., ImportRun]:
    """Return ``import_text(text or bytes, name="ote.csv", encoding="utf-8", **options)``."""

    def run(content: str | bytes, *, name: str = "ote.csv", encoding: str = "utf-8", **options: object) -> ImportRun:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return import_register(path, now=NOW, **options)  # type: ignore[arg-type]

    return run
