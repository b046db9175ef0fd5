"""Celery's entry points."""

import logging

from celery import shared_task
from kombu.exceptions import OperationalError

from common import clock
from notifications import delivery, digests, reminders

logger = logging.getLogger(__name__)


@shared_task(name="notifications.send_outbox")
def send_outbox() -> None:
    """Send what is due; go on in a new task when much is left, so that other work gets its turn."""
    if delivery.run(clock.now):
        wake()


@shared_task(name="notifications.decide_reminders")
def decide_reminders() -> None:
    """Write the reminders and digests that are due into the outbox."""
    now = clock.now()
    reminders.queue_due(now)
    digests.gather(now)


def wake() -> None:
    """Ask a worker to send now. Without a broker nothing is lost: beat asks again every few seconds."""
    try:
        send_outbox.apply_async(expires=60, retry=False)
    except OperationalError as error:
        logger.warning("The broker does not answer; the outbox waits for beat: %s", error)
