"""Celery entry points of grants: ids in, a domain function called, twice does nothing twice."""

from celery import shared_task

from common import clock
from grants.models import Submission


@shared_task(name="grants.make_receipt")
def make_receipt(submission_id: int) -> None:
    """Make the PDF receipt of a submission when it has none."""
    from grants.workflow.receipts import ensure_receipt

    ensure_receipt(Submission.objects.get(pk=submission_id), now=clock.now())
