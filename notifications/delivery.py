"""The worker's part of the outbox: claim, hand over, write down what is known.

One message at a time, in two transactions:

1. *claim*: the row becomes ``sending`` and that is committed before the mail server hears of it;
2. *hand over*: the row is locked again and stays locked while the server is spoken to; the result is written and
   committed.

A worker that is killed leaves at most its one row in ``sending``, and its lock is gone with its connection. So a
row that has been ``sending`` for ``OUTBOX_UNCERTAIN_AFTER`` seconds and that nobody holds is in doubt: it
becomes ``uncertain`` for a person to judge, except that a message which law requires goes again, with the
same Message-ID. Many workers may run at once: nobody waits for a locked row, everybody takes another.
"""

import logging
import os
import socket
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4

from django.conf import settings
from django.db import transaction

from notifications.carrier import Carrier, Outcome, Verdict
from notifications.models import Message
from notifications.states import MESSAGE

RUN_SECONDS = 10.0
MAX_ATTEMPTS = 20
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=4)

logger = logging.getLogger(__name__)


def run(clock: Callable[[], datetime], *, seconds: float = RUN_SECONDS) -> bool:
    """Send what is due, at most for ``seconds``; return whether something due was left over.

    Stops at once when the mail server itself is in trouble: the others wait without using up their tries.
    """
    doubt_left_behind(clock())
    worker = f"{socket.gethostname()}:{os.getpid()}:{uuid4().hex[:8]}"
    end = time.monotonic() + seconds
    carrier: Carrier | None = None
    try:
        while time.monotonic() < end:
            claimed = claim(by=worker, now=clock())
            if claimed is None:
                return False
            carrier = carrier or Carrier()
            outcome = hand_over(claimed, by=worker, carrier=carrier, clock=clock)
            if outcome is not None and outcome.server_trouble:
                logger.warning("The mail server is in trouble: %s", outcome.detail)
                return False
    finally:
        if carrier is not None:
            carrier.close()
    return Message.objects.due(clock()).exists()


def claim(*, by: str, now: datetime) -> int | None:
    """Take the message whose turn it is and commit it as ``sending``; return its key, or None."""
    with transaction.atomic(durable=True):
        message = Message.objects.due(now).select_for_update(skip_locked=True).first()
        if message is None:
            return None
        message.state = MESSAGE.check(message.state, "claim")
        message.claimed_at, message.claimed_by, message.attempts = now, by, message.attempts + 1
        message.save(update_fields=["state", "claimed_at", "claimed_by", "attempts"])
    return message.pk


def hand_over(key: int, *, by: str, carrier: Carrier, clock: Callable[[], datetime]) -> Outcome | None:
    """Send a claimed message under its row's lock and write the result; None when it is no longer ours."""
    with transaction.atomic(durable=True):
        message = (
            Message.objects.select_for_update(of=("self",))
            .select_related("to_user")
            .filter(pk=key, state="sending", claimed_by=by)
            .first()
        )
        if message is None:  # we were so slow that somebody called it uncertain
            return None
        outcome = carrier.carry(message)
        settle(message, outcome, now=clock())
    return outcome


def settle(message: Message, outcome: Outcome, *, now: datetime) -> None:
    """Write what is known about a message that was being sent; the caller holds its lock."""
    message.error = outcome.detail
    if outcome.verdict == Verdict.SENT:
        message.state, message.sent_at = MESSAGE.check(message.state, "confirm"), now
        message.forget_secret()
    elif outcome.verdict == Verdict.REFUSED or (outcome.verdict == Verdict.LATER and message.attempts >= MAX_ATTEMPTS):
        message.state = MESSAGE.check(message.state, "reject")
        logger.warning("Message %s failed: %s", message.pk, outcome.detail)
    elif outcome.verdict == Verdict.LATER:
        message.state = MESSAGE.check(message.state, "postpone")
        message.next_attempt_at = now + waiting_time(message.attempts)
    else:
        _doubt(message, now)
    message.save(update_fields=["state", "sent_at", "error", "text", "html", "next_attempt_at"])


def doubt_left_behind(now: datetime) -> int:
    """Judge what dead workers left in ``sending``; return how many there were."""
    before = now - timedelta(seconds=settings.OUTBOX_UNCERTAIN_AFTER)
    if not Message.objects.left_sending(before).exists():
        return 0
    with transaction.atomic():
        left = list(Message.objects.left_sending(before).select_for_update(skip_locked=True))
        for message in left:
            message.error = "The worker ended while sending; nobody knows whether the mail server took it."
            _doubt(message, now)
            message.save(update_fields=["state", "error", "next_attempt_at"])
            logger.error("Message %s was left in doubt by %s.", message.pk, message.claimed_by)
    return len(left)


def _doubt(message: Message, now: datetime) -> None:
    """Make it uncertain; what law requires goes again under the same Message-ID while tries are left."""
    message.state = MESSAGE.check(message.state, "doubt")
    if message.required and message.attempts < MAX_ATTEMPTS:
        message.state = MESSAGE.check(message.state, "repeat")
        message.next_attempt_at = now + waiting_time(message.attempts)


def waiting_time(attempts: int) -> timedelta:
    """Return how long to wait after that many tries: 1, 2, 4 … minutes, at most 4 hours."""
    doublings: int = 2 ** min(max(attempts - 1, 0), 16)
    return min(FIRST_WAIT * doublings, LONGEST_WAIT)
