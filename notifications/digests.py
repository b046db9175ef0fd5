"""One message a day for those who chose so: what was held back is gathered each morning."""

from collections import defaultdict
from datetime import datetime

from django.db import transaction
from django.utils import translation
from django.utils.translation import ngettext

from common.times import helsinki
from notifications import outbox, unsubscribe
from notifications.models import Message
from notifications.states import MESSAGE


def gather(now: datetime) -> int:
    """Gather each person's held messages of past days into one; return how many digests were written.

    Before seven in the morning (Finland) nothing is gathered for the present day.
    """
    local = helsinki(now)
    held = Message.objects.filter(state="queued", digest_on__lte=local.date(), to_user__isnull=False)
    if local.time() < outbox.DIGEST_AT:
        held = held.filter(digest_on__lt=local.date())
    if not held.exists():
        return 0
    with transaction.atomic():
        rows = held.select_for_update(skip_locked=True, of=("self",)).select_related("to_user")
        people: dict[int, list[Message]] = defaultdict(list)
        for message in rows.order_by("created_at", "id"):
            people[message.to_user_id or 0].append(message)
        return sum(_write(messages, now) for messages in people.values())


def _write(messages: list[Message], now: datetime) -> bool:
    person = messages[0].to_user
    if person is None:
        return False
    count = len(messages)
    with translation.override(person.language):
        subject = ngettext("%(n)s viesti Yhdyspinnasta", "%(n)s viestiä Yhdyspinnasta", count) % {"n": count}
    digest = outbox.queue(
        kind=unsubscribe.DIGEST,
        to=person,
        subject=subject,
        template="emails/notifications/digest",
        context={"gathered": messages},
        dedup_key=f"digest:{person.pk}:{messages[0].pk}",
        now=now,
    )
    for message in messages:
        message.state, message.digest = MESSAGE.check(message.state, "gather"), digest
    Message.objects.bulk_update(messages, ["state", "digest"])
    return digest is not None
