"""Files without a row: left by a transaction that rolled back, or by a row that was erased."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.apps import apps
from django.core.files.storage import default_storage
from django.db import models

from documents.models import RenderedDocument, StoredFile

GRACE = timedelta(days=1)


def erase_orphans(now: datetime) -> dict[str, int]:
    """Remove files that no row names and that are older than a day (an upload may be on its way)."""
    return {f"files of {model._meta.label}": _erase(model, now) for model in _owners()}


def _owners() -> Iterator[type[models.Model]]:
    for model in apps.get_models():
        if issubclass(model, StoredFile | RenderedDocument) and not model._meta.proxy:
            yield model


def _erase(model: type[models.Model], now: datetime) -> int:
    folder = model._meta.label_lower
    count = 0
    for shelf in _folders(folder):
        paths = {f"{shelf}/{name}" for name in default_storage.listdir(shelf)[1]}
        known = set(model._default_manager.filter(file__in=paths).values_list("file", flat=True))
        for path in paths - known:
            if default_storage.get_modified_time(path) < now - GRACE:
                default_storage.delete(path)
                count += 1
    return count


def _folders(folder: str) -> list[str]:
    """Return the shelves below a model's folder; none before its first file."""
    try:
        return [f"{folder}/{name}" for name in default_storage.listdir(folder)[0]]
    except FileNotFoundError:
        return []
