"""Celery's entry points."""

from celery import shared_task

from common import clock
from premises.workflow import lapse_due


@shared_task(name="premises.lapse")
def lapse() -> int:
    """End the requests and offers whose time is over; return how many."""
    return lapse_due(clock.now())
