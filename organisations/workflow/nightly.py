"""The nightly import: the county's transfer puts the extract into a private folder, a task looks whether it is new."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.core.files import File
from django.utils.translation import gettext as _

from common.times import local_date
from documents.uploads import clean_name
from organisations.models import ImportRun
from organisations.workflow.import_news import tell_officers

_SAID = "organisations.import.nightly"


def last_night() -> dict[str, Any] | None:
    """Return when the nightly task last looked and what it found: ``at``, ``found``; None before the first time."""
    found: dict[str, Any] | None = cache.get(_SAID)
    return found


def find_nightly_extract(*, now: datetime) -> ImportRun | None:
    """Make a waiting run of the configured file when its bytes are new; the task then reads it.

    None when nothing is configured, when the bytes have been read before (whatever came of it), or when the file
    cannot be read; the last is told to the officers as a failed run, once until it changes.
    """
    if not settings.REGISTER_EXTRACT:
        return None
    path = Path(settings.REGISTER_EXTRACT)
    try:
        digest = _digest(path)
        if ImportRun.objects.filter(sha256=digest).exists():
            _note("nothing_new", now)
            return None
        run = ImportRun(
            file_name=clean_name(path.name),
            extract_on=local_date(datetime.fromtimestamp(path.stat().st_mtime, UTC)),
            sha256=digest,
            created_at=now,
            is_nightly=True,
        )
        with path.open("rb") as stream:
            run.file.save(clean_name(path.name), File(stream), save=True)
    except OSError:
        _not_there(path, now)
        _note("failed", now)
        return None
    _note("new", now)
    return run


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _note(found: str, now: datetime) -> None:
    cache.set(_SAID, {"at": now, "found": found}, timeout=None)


def _not_there(path: Path, now: datetime) -> None:
    """Leave a failed run behind, unless the last nightly run failed in the same way already."""
    error = _(
        "Otetta ei löytynyt paikasta, johon siirron pitäisi se tuoda, tai sitä ei saanut lukea. Ilmoita ylläpidolle."
    )
    last = ImportRun.objects.filter(is_nightly=True).order_by("-created_at", "-pk").first()
    if last is not None and last.state == "failed" and not last.sha256:
        return
    run = ImportRun.objects.create(
        file_name=clean_name(path.name),
        extract_on=local_date(now),
        created_at=now,
        finished_at=now,
        is_nightly=True,
        state="failed",
        error=error,
    )
    tell_officers(run, now=now)
