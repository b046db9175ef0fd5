"""Celery's entry points that belong to no single room."""

import logging
from typing import Any

from celery import shared_task
from celery.signals import worker_ready

from common import clock, seams
from portal import health

logger = logging.getLogger(__name__)


@shared_task(name="portal.heartbeat")
def heartbeat() -> None:
    """Say that a worker is alive and that beat reaches it; beat asks every few seconds."""
    health.beat(clock.now())


@worker_ready.connect
def first_heartbeat(**_event: Any) -> None:
    """Say so as soon as the worker has started, so that nobody waits for beat's first round."""
    health.beat(clock.now())


@shared_task(name="portal.retention")
def retention() -> dict[str, int]:
    """Ask every room to erase what is past its time; a fault in one room does not stop the others."""
    now = clock.now()
    erased: dict[str, int] = {}
    for key, provider in seams.retention.items():
        try:
            erased |= provider(now)
        except Exception:
            logger.exception("The retention of %s failed.", key)
    logger.info("Retention: %s", {label: count for label, count in erased.items() if count})
    return erased


@shared_task(name="portal.write_newsletter")
def write_newsletter(letter_id: int) -> int:
    """Write a newsletter that is being sent to its subscribers; again goes on where it stopped."""
    from portal.newsletters import write_to_subscribers

    return write_to_subscribers(letter_id, now=clock.now())


@shared_task(name="portal.go_on_with_newsletters")
def go_on_with_newsletters() -> int:
    """Go on with letters whose worker died; beat asks now and then."""
    from portal.models import Newsletter

    return sum(write_newsletter(pk) for pk in Newsletter.objects.filter(state="sending").values_list("pk", flat=True))
