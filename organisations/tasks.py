"""The worker's entry points of the registry."""

from typing import Any

from celery import shared_task

from common import clock
from common.errors import Refused
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
