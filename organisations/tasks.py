"""The worker's entry points of the registry."""

from typing import Any

from celery import shared_task

from common import clock
from common.errors import Refused
from common.times import local_date
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
    run.refresh_from_db(fields=["state"])
    if run.state == "finished":
        find_register_duplicates.delay()


@shared_task(name="organisations.reindex_search")
def reindex_search() -> int:
    """Write all search texts anew, so that activities which have ended are no longer found; every night."""
    from organisations.search import reindex

    return reindex(on=local_date(clock.now()))


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


@shared_task(name="organisations.nightly_import")
def nightly_import() -> None:
    """Look for a new extract where the county's transfer puts it, and have it read."""
    from organisations.workflow import find_nightly_extract

    run = find_nightly_extract(now=clock.now())
    if run is not None:
        import_register_file.delay(run.pk)


@shared_task(name="organisations.find_duplicates")
def find_register_duplicates() -> int:
    """Bring the list of possible duplicates up to date; gather what was written in the instant of a merge."""
    from organisations.register.duplicates import find_duplicates
    from organisations.workflow import gather_strays

    now = clock.now()
    gather_strays(now=now)
    return find_duplicates(now=now)
