"""What a person may do with a message that the worker could not settle."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from common.policies import get_allowed
from notifications.models import Message
from notifications.outbox import kick_on_commit
from notifications.states import MANAGE, MESSAGE


@transaction.atomic
def send_again(message: Message, *, by: User, now: datetime) -> Message:
    """Queue an uncertain or failed message again, under its own Message-ID, with fresh tries.

    Raises ``Refused("wrong_state")`` for one that is on its way or settled.
    """
    row: Message = get_allowed(MANAGE, by, now=now, lock=True, pk=message.pk)
    row.state = MESSAGE.check(row.state, "send_again")
    row.attempts, row.next_attempt_at, row.digest_on = 0, now, None
    row.handled_by, row.handled_at = by, now
    row.save(update_fields=["state", "attempts", "next_attempt_at", "digest_on", "handled_by", "handled_at"])
    kick_on_commit()
    return row


@transaction.atomic
def give_up(message: Message, *, by: User, now: datetime) -> Message:
    """Decide that a message is not sent; it stays readable, with who decided and when."""
    row: Message = get_allowed(MANAGE, by, now=now, lock=True, pk=message.pk)
    row.state = MESSAGE.check(row.state, "give_up")
    row.handled_by, row.handled_at = by, now
    row.forget_secret()
    row.save(update_fields=["state", "handled_by", "handled_at", "text", "html"])
    return row
