"""Files without a row are removed, after a day; files with a row never."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from documents.models import RenderedDocument
from documents.retention import erase_orphans


@pytest.mark.django_db
def test_only_old_files_without_a_row_are_removed(settings: Any, tmp_path: Path) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path), "base_url": None},
        },
    }
    assert erase_orphans(datetime.now(UTC))["files of documents.RenderedDocument"] == 0
    document = RenderedDocument(
        kind="k", title="T", language="fi", name="t.pdf", size=1, sha256="0" * 64, pages=1, created_at=datetime.now(UTC)
    )
    document.put(b"x")
    document.save()
    orphan = default_storage.save("documents.rendereddocument/ab/orphan", ContentFile(b"x"))
    foreign = default_storage.save("elsewhere/ab/file", ContentFile(b"x"))
    tomorrow = datetime.now(UTC) + timedelta(days=1, minutes=1)
    assert erase_orphans(datetime.now(UTC))["files of documents.RenderedDocument"] == 0
    assert erase_orphans(tomorrow)["files of documents.RenderedDocument"] == 1
    assert not default_storage.exists(orphan)
    assert default_storage.exists(document.file.name)
    assert default_storage.exists(foreign)
