"""Celery's entry points."""

from celery import shared_task

from common import clock
from forums.sign_up_places import settle_due


@shared_task(name="forums.settle_sign_ups")
def settle_sign_ups() -> int:
    """Let what nobody confirmed lapse and move the lines; return how many events changed."""
    return settle_due(clock.now())
