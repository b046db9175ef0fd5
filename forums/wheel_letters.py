"""Letters of negotiations and proposed dates: lines of text and one link, through the outbox."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from notifications.models import Message
from notifications.outbox import Recipient, queue


def wheel_letter(
    kind: str,
    to: Recipient,
    subject: Any,
    lines: Iterable[Any],
    *,
    path: str,
    button: Any,
    key: str,
    now: datetime,
    language: str | None = None,
    required: bool = False,
) -> Message | None:
    """Queue a letter of ``kind`` (without the room's name) in the caller's transaction; ``key`` sends it once.

    ``lines`` are paragraphs, an empty one is left out; ``path`` is the one link's path in the portal.
    """
    return queue(
        kind=f"forums.{kind}",
        to=to,
        subject=subject,
        template="emails/forums/wheel_letter",
        context={"lines": [line for line in lines if line], "path": path, "action": button},
        dedup_key=f"forums.{kind}:{key}",
        language=language,
        required=required,
        now=now,
    )
