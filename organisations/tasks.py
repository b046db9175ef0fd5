"""The worker's entry points of the registry."""

from typing import Any

from celery import shared_task

from common import clock
from common.errors import Refused
from common.times import local_date
from organisations.models import ImportRun


@shared_task(bind=True, name="organisations.import_register_file", max_retries=40)
def import_register_file(self: Any, run_id: int) -> None:
    """Read an uploaded extract; waits while another import holds the registry."""
    from organisations.workflow import run_import

    run = ImportRun.objects.filter(pk=run_id).first()
    if run is None:
        return
    try:
        run_import(run, now=clock.now())
    except Refused as refused:
        raise self.retry(countdown=30) from refused


@shared_task(name="organisations.reindex_search")
def reindex_search() -> int:
    """Write all search texts anew, so that activities which have ended are no longer found; every night."""
    from organisations.search import reindex

    return reindex(on=local_date(clock.now()))
