"""Importing the register extract: from the command line, or uploaded and read by the worker."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.core.cache import cache
from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from common import clock
from common.errors import Refused
from common.times import local_date
from documents.uploads import clean_name
from organisations.models import IMPORT_LIFE, ImportRun, Organisation
from organisations.policies import may_import
from organisations.register.load import How, Outcome, load
from organisations.register.source import Progress, inspect
from organisations.workflow.guards import lock, require
from organisations.workflow.import_news import tell_officers

_LOCK = "SELECT pg_try_advisory_lock(hashtext('organisations.register'))"
_UNLOCK = "SELECT pg_advisory_unlock(hashtext('organisations.register'))"
_VERBS: dict[Outcome, str] = {"taken": "finish", "previewed": "preview", "held": "hold"}
MAX_UPLOAD_BYTES = 200 * 1024 * 1024


@contextmanager
def _the_only_import() -> Iterator[None]:
    """Hold the registry for one import; the lock goes with the connection, so a killed worker gives it back."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK)
        if not cursor.fetchone()[0]:
            raise Refused("import_running", _("Toinen tuonti on kesken. Odota, että se valmistuu."))
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(_UNLOCK)


def _silent(_percent: int, _text: str) -> None:
    return None


def _in_cache(run: ImportRun) -> Progress:
    def show(percent: int, text: str) -> None:
        cache.set(progress_key(run), {"percent": percent, "text": text}, timeout=3600)

    return show


def progress_key(run: ImportRun) -> str:
    """Return where the progress of a run stands while its transaction is not yet visible."""
    return f"organisations.import.{run.pk}"


def request_import(
    upload: "UploadedFile[bytes]", *, extract_on: date, preview: bool = False, by: Any, now: datetime
) -> ImportRun:
    """Store an uploaded extract and let the worker read it; returns the waiting run.

    With ``preview`` the worker says what would change and waits for ``take_import``.

    Refused("not_allowed") for others than the coordinator and the registrar, Refused("too_big") over 200 Mt.
    """
    from organisations.tasks import import_register_file

    if not may_import(by, now):
        raise Refused("not_allowed", _("Rekisteriotteen voi tuoda järjestökoordinaattori tai kirjaamo."))
    if (upload.size or 0) > MAX_UPLOAD_BYTES:
        raise Refused("too_big", _("Tiedosto on yli 200 Mt. Tuo se osissa tai pyydä ylläpitoa tuomaan se."))
    with transaction.atomic():
        run = ImportRun.objects.create(
            file_name=clean_name(upload.name or "ote"),
            file=upload,
            extract_on=extract_on,
            created_at=now,
            by=by,
            state="waiting",
            preview_only=preview,
        )
        cache.delete(progress_key(run))
        transaction.on_commit(lambda: import_register_file.delay(run.pk))
    return run


def take_import(run: ImportRun, *, by: Any, now: datetime) -> ImportRun:
    """Take what was previewed or held into the registry; the worker reads the file again. Again changes nothing.

    Refused: not_allowed, wrong_state.
    """
    from organisations.tasks import import_register_file

    with transaction.atomic():
        run = lock(run)
        require("organisations.register.import", by, run, now)
        if run.confirmed_by_id is not None:
            return run
        run.state = IMPORT_LIFE.check(run.state, "take")
        run.confirmed_by = by
        run.save(update_fields=["state", "confirmed_by"])
        cache.delete(progress_key(run))
        transaction.on_commit(lambda: import_register_file.delay(run.pk))
    return run


def discard_import(run: ImportRun, *, by: Any, now: datetime) -> ImportRun:
    """Leave a previewed or held extract untaken and erase its file. Again changes nothing.

    Refused: not_allowed, wrong_state.
    """
    with transaction.atomic():
        run = lock(run)
        require("organisations.register.import", by, run, now)
        if run.state == "discarded":
            return run
        run.state = IMPORT_LIFE.check(run.state, "discard")
        run.finished_at = now
        run.save(update_fields=["state", "finished_at"])
        name, storage = run.file.name, run.file.storage
        ImportRun.objects.filter(pk=run.pk).update(file="")
        transaction.on_commit(lambda: storage.delete(name) if name else None)
    return run


def import_register(
    path: Path,
    *,
    now: datetime,
    by: Any = None,
    extract_on: date | None = None,
    progress: Progress = _silent,
    dry_run: bool = False,
    confirmed: bool = False,
    report: Callable[[ImportRun], None] | None = None,
) -> ImportRun:
    """Read a file of this machine into the registry; the command line's way in.

    With ``dry_run`` nothing of it stays; ``report`` is called with the run while its lines can be read. Raises
    Refused when the file cannot be imported at all, and when it would mark an unlikely share of the organisations
    missing and the caller has not ``confirmed`` that (``held``).
    """
    with transaction.atomic():
        run = ImportRun.objects.create(
            file_name=clean_name(path.name), extract_on=extract_on or local_date(now), created_at=now, by=by
        )
        if dry_run:
            with _the_only_import():
                run.state = IMPORT_LIFE.check(run.state, "start")
                _read(run, path, now=now, how="confirmed", progress=progress)
            if report:
                report(run)
            transaction.set_rollback(True)
            return run
    _run(run, path, now=now, how="confirmed" if confirmed else "take", progress=progress)
    if report:
        report(run)
    return run


def run_import(run: ImportRun, *, now: datetime) -> ImportRun:
    """Read the uploaded file of a waiting run; the worker's way in. A run that is over is left alone.

    A worker that was killed left nothing half-done: the run still says running, and is read again from the
    beginning. The uploaded file is erased when the run is over; a previewed or held one keeps it for the person
    who decides. The officers are told what waits for them. A run that may not go on because another import holds
    the registry raises Refused("import_running") and stays as it is.
    """
    if run.is_over or run.waits_for_person:
        return run
    how: How = "confirmed" if run.confirmed_by_id else "preview" if run.preview_only else "take"
    with tempfile.NamedTemporaryFile(prefix="register-") as local:
        with run.file.open("rb") as stored:
            shutil.copyfileobj(stored, local)
        local.flush()
        try:
            _run(run, Path(local.name), now=now, how=how, progress=_in_cache(run))
        except Refused as refused:
            if refused.code == "import_running":
                raise
    if run.state in ("finished", "failed"):
        run.file.delete(save=True)
    tell_officers(run, now=now)
    return run


def _run(run: ImportRun, path: Path, *, now: datetime, how: How, progress: Progress) -> None:
    try:
        with _the_only_import():
            _start(run, now)
            with transaction.atomic():
                _read(run, path, now=now, how=how, progress=progress)
    except Refused as refused:
        if refused.code != "import_running" or not run.file:
            _fail(run, str(refused.message))
        raise
    except BaseException:
        run.sha256 = ""  # it is not the file's fault: the next night tries again
        _fail(run, gettext("Tuonti keskeytyi. Rekisteriä ei muutettu. Yritä uudelleen tai ilmoita ylläpidolle."))
        raise


def _start(run: ImportRun, now: datetime) -> None:
    """Say that it runs, so that everybody sees it; whatever else still says so has died on the way."""
    dead = ImportRun.objects.filter(state="running").exclude(pk=run.pk)
    dead.update(
        state=IMPORT_LIFE.check("running", "fail"),
        finished_at=now,
        sha256="",
        error=gettext("Tuonti keskeytyi. Rekisteriä ei muutettu. Yritä uudelleen tai ilmoita ylläpidolle."),
    )
    run.state = IMPORT_LIFE.check(run.state, "start")
    run.started_at = now
    run.save(update_fields=["state", "started_at"])


def _read(run: ImportRun, path: Path, *, now: datetime, how: How, progress: Progress) -> None:
    """Do the whole import in the caller's transaction; raises Refused when the file is no extract."""
    source = inspect(path)
    run.sha256, run.format = source.sha256, source.format
    progress(1, run.format)
    outcome = load(source, run, today=run.extract_on, now=now, how=how, progress=progress)
    if outcome == "held" and not run.file:
        raise Refused(
            "held",
            _("Ote merkitsisi %(count)s järjestöä puuttuviksi. Tarkista tiedosto ja vahvista tuonti.")
            % {"count": run.counts["missing"]},
        )
    run.state = IMPORT_LIFE.check(run.state, _VERBS[outcome])
    run.finished_at = clock.now()
    run.save()
    if outcome == "taken" and run.counts["new"] > 1000:
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {Organisation._meta.db_table}")
    progress(100, gettext("Valmis"))


def _fail(run: ImportRun, error: str) -> None:
    """Say in a transaction of its own that the run came to nothing."""
    run.state = IMPORT_LIFE.check("running", "fail")
    run.error = error
    run.finished_at = clock.now()
    run.counts = {}
    run.save()
