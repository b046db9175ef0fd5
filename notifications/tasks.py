"""Celery's entry points."""

import contextlib
import logging

from celery import shared_task
from django.core.cache import cache
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from common import clock
from notifications import delivery, digests, reminders

WOKEN, WOKEN_SECONDS = "notifications.outbox.woken", 5
logger = logging.getLogger(__name__)


@shared_task(name="notifications.send_outbox")
def send_outbox() -> None:
    """Send what is due; go on in a new task when much is left, so that other work gets its turn."""
    with contextlib.suppress(RedisError):
        cache.delete(WOKEN)  # before reading: whoever commits from now on wakes a worker anew
    if delivery.run(clock.now):
        wake()


@shared_task(name="notifications.decide_reminders")
def decide_reminders() -> None:
    """Write the reminders and digests that are due into the outbox."""
    now = clock.now()
    reminders.queue_due(now)
    digests.gather(now)


def wake() -> None:
    """Ask a worker to send now. Without a broker nothing is lost: beat asks again every few seconds.

    One that has been asked and has not begun to read yet finds our message too, so that many who commit at once
    ask one time.
    """
    try:
        if not cache.add(WOKEN, True, WOKEN_SECONDS):
            return
        send_outbox.apply_async(expires=60, retry=False)
    except (OperationalError, RedisError) as error:
        logger.warning("The broker does not answer; the outbox waits for beat: %s", error)
