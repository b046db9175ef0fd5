"""Short letters of bodies and meetings: lines of text, perhaps facts and one link, in the reader's language."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.utils.functional import Promise, lazy
from django.utils.translation import gettext_lazy as _

from common.times import format_date, format_instant
from notifications.models import Message
from notifications.outbox import Recipient, queue

Text = str | Promise
WHEN_AND_WHERE = _("Kokous pidetään %(time)s. Paikka: %(place)s.")


def _said(text: Text, values: dict[str, Any]) -> str:
    return str(text) % {name: _word(value) for name, value in values.items()}


def _word(value: Any) -> str:
    if isinstance(value, datetime):
        return format_instant(value)
    return format_date(value) if isinstance(value, date) else str(value)


_lazily = lazy(_said, str)


def said(text: Text, **values: Any) -> Any:
    """Return ``text`` with ``values`` in its %-places, read when it is shown: dates as people write them."""
    return _lazily(text, values)


def letter(
    kind: str,
    to: Recipient | None,
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
    """Queue a letter of ``kind`` (without the room's name) in the caller's transaction.

    ``lines`` are paragraphs, an empty one is left out. ``path`` is the one link's path in the portal. ``key`` makes
    it be sent once. Nobody to write to (a visitor without an account): nothing is queued.
    """
    if to is None:
        return None
    return queue(
        kind=f"liaisons.{kind}",
        to=to,
        subject=subject,
        template="emails/liaisons/letter",
        context={"lines": [line for line in lines if line], "path": path, "action": button},
        dedup_key=f"liaisons.{kind}:{key}",
        language=language,
        secret=secret,
        now=now,
    )
