"""Letters about topics, memos, actions, ideas and feedback, and the signed links in them."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core import signing

from liaisons.letters import Text, said
from notifications.models import Message
from notifications.outbox import Recipient, queue

__all__ = ["letter", "link_token", "read_token", "said"]
TEMPLATE = "emails/liaisons/letter"


def letter(
    kind: str,
    to: Any,
    subject: Any,
    lines: Iterable[Any],
    *,
    path: str,
    button: Text,
    key: str,
    now: datetime,
    language: str | None = None,
    secret: bool = False,
) -> Message | None:
    """Queue a letter in the caller's transaction: ``forums.<kind>``, once for ``key``. None is written to nobody."""
    if not to:
        return None
    receiver: Recipient = to
    return queue(
        kind=f"forums.{kind}",
        to=receiver,
        subject=subject,
        template=TEMPLATE,
        context={"lines": [line for line in lines if line], "path": path, "action": button},
        dedup_key=f"forums.{kind}:{key}",
        language=language if isinstance(to, str) else None,
        secret=secret,
        now=now,
    )


def _digest(email: str) -> str:
    return hashlib.sha256(email.strip().lower().encode()).hexdigest()[:16]


def link_token(purpose: str, pk: int, email: str) -> str:
    """Return the signed key of a link: good for this purpose, this row and this address only; nothing is stored."""
    return signing.dumps([pk, _digest(email)], salt=f"forums.{purpose}")


def read_token(purpose: str, token: str, rows: Any, *, email_field: str = "email") -> Any:
    """Return the row that the link names while its address is still the same, or None."""
    try:
        pk, digest = signing.loads(token, salt=f"forums.{purpose}")
    except (signing.BadSignature, ValueError, TypeError):
        return None
    row = rows.filter(pk=pk).first()
    return row if row is not None and _digest(getattr(row, email_field)) == digest else None
