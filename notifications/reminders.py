"""Writing the reminders that the rooms say are due."""

import logging
import zlib
from collections.abc import Iterator
from datetime import datetime

from django.db import connection, transaction

from common import seams
from notifications import outbox
from notifications.models import Message

_LOCK = zlib.crc32(b"notifications.reminders") - 2**31

logger = logging.getLogger(__name__)


def queue_due(now: datetime) -> int:
    """Ask every room, write what is new to the outbox, return how many were written.

    Only one process decides at a time; another one returns 0 at once. A reminder or a room that fails is
    logged and does not keep the others from being sent.
    """
    with transaction.atomic():
        if not _alone():
            return 0
        return sum(_queue(reminder, now) for reminder in list(_due(now)))


def _alone() -> bool:
    """Take the generator's lock until the end of the transaction, or say that somebody has it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        row = cursor.fetchone()
    return bool(row and row[0])


def _due(now: datetime) -> Iterator[seams.Reminder]:
    """Return what is due and not yet written, room by room."""
    for key, provider in seams.reminders.items():
        try:
            with transaction.atomic():
                found = list(provider(now))
        except Exception:  # a fault in one room must not silence the others
            logger.exception("The reminders of %s failed.", key)
            continue
        keys = {outbox.stored_key(reminder.dedup_key) for reminder in found}
        known = set(Message.objects.filter(dedup_key__in=keys).values_list("dedup_key", flat=True))
        yield from (one for one in found if outbox.stored_key(one.dedup_key) not in known)


def _queue(reminder: seams.Reminder, now: datetime) -> bool:
    try:
        with transaction.atomic():
            message = outbox.queue(
                kind=reminder.kind,
                to=reminder.to,
                subject=reminder.subject,
                template=reminder.template,
                context=reminder.context,
                dedup_key=reminder.dedup_key,
                required=reminder.required,
                language=reminder.language or None,
                now=now,
            )
    except Exception:  # a fault in one message must not silence the others
        logger.exception("The reminder %s failed.", reminder.dedup_key)
        return False
    return message is not None
