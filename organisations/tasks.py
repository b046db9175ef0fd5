"""The worker's entry points of the registry."""

from typing import Any

from celery import shared_task

from common import clock
from common.errors import Refused
from organisations.batches import Left, work
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


@shared_task(name="organisations.send_campaign")
def send_campaign(campaign_id: int) -> None:
    """Send a campaign's codes in batches; goes on in a new task, so that other work gets its turn."""
    from documents.pdf import PdfUnavailable
    from organisations.workflow import campaigns

    campaigns.freeze_recipients(campaign_id, now=clock.now())
    try:
        left = work(lambda: campaigns.send_batch(campaign_id, now=clock.now()))
    except PdfUnavailable as error:
        campaigns.note_fault(campaign_id, error)
        return
    if left is not Left.NOTHING:
        send_campaign.apply_async((campaign_id,), countdown=5 if left is Left.WITH_ANOTHER else 0)


@shared_task(name="organisations.send_mailing")
def send_mailing(mailing_id: int) -> None:
    """Send a mailing in batches; goes on in a new task, so that other work gets its turn."""
    from organisations.workflow import mailings

    mailings.freeze_recipients(mailing_id, now=clock.now())
    left = work(lambda: mailings.send_batch(mailing_id, now=clock.now()))
    if left is not Left.NOTHING:
        send_mailing.apply_async((mailing_id,), countdown=5 if left is Left.WITH_ANOTHER else 0)
