"""The demonstration's mail catcher: every message ends in a folder on this machine, and a page shows it.

It works only where ``settings.DEMONSTRATION`` is on; production settings cannot switch that on.
"""

import mailbox
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesHeaderParser, BytesParser
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.mail.backends.base import BaseEmailBackend

DELIVERED_TO = "X-Delivered-To"


def open_mailbox() -> mailbox.Maildir:
    """Return the catcher's maildir, made when it is missing. Refused outside the demonstration."""
    if not settings.DEMONSTRATION:
        raise ImproperlyConfigured("The mail catcher belongs to the demonstration. Name a mail server in settings.")
    folder = Path(getattr(settings, "MAIL_CATCHER_DIR", settings.DATA_DIR / "mail"))
    folder.parent.mkdir(parents=True, exist_ok=True)
    return mailbox.Maildir(folder, create=True)


class CatcherBackend(BaseEmailBackend):
    """A mail backend that delivers into the maildir and nowhere else."""

    def send_messages(self, email_messages: Sequence[Any]) -> int:
        """Store the messages and return how many there were."""
        box = open_mailbox()
        for message in email_messages:
            stored = mailbox.MaildirMessage(message.message().as_bytes())
            for recipient in message.recipients():
                stored[DELIVERED_TO] = recipient
            box.add(stored)
        return len(email_messages)


@dataclass(frozen=True)
class Attachment:
    """One attached file."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True)
class Caught:
    """A caught message as the page shows it."""

    key: str
    to: tuple[str, ...]
    sender: str
    subject: str
    at: datetime | None
    message_id: str
    text: str
    attachments: tuple[Attachment, ...]


def read(key: str) -> Caught | None:
    """Return one message, or None when there is none under that key."""
    box = open_mailbox()
    if "/" in key or key not in box:
        return None
    return _parse(key, box.get_bytes(key))


def newest_first(recipient: str = "") -> list[Caught]:
    """Return all messages, newest first; only those to addresses that contain ``recipient`` when it is given."""
    box = open_mailbox()
    wanted = recipient.strip().lower()
    found = ((key, box.get_bytes(key)) for key in sorted(box.keys(), key=_moment, reverse=True))
    return [_parse(key, raw) for key, raw in found if not wanted or _is_to(raw, wanted)]


def _is_to(raw: bytes, wanted: str) -> bool:
    """Tell from the headers alone; reading thousands of whole messages for one of them takes seconds."""
    headers = BytesHeaderParser().parsebytes(raw.partition(b"\n\n")[0])
    return any(wanted in str(address).lower() for address in headers.get_all(DELIVERED_TO, []))


def _moment(key: str) -> tuple[float, int]:
    """Return the order of a maildir key: ``seconds.MmicrosecondsPpidQnumber.host``."""
    seconds, _dot, rest = key.partition(".")
    micro = rest.partition("P")[0].removeprefix("M")
    return float(seconds), int(micro) if micro.isdigit() else 0


def _parse(key: str, raw: bytes) -> Caught:
    message = BytesParser(policy=policy.default).parsebytes(raw)
    if not isinstance(message, EmailMessage):
        raise TypeError("The parser's policy gives EmailMessage.")
    date = message["Date"]
    return Caught(
        key=key,
        to=tuple(str(address) for address in message.get_all(DELIVERED_TO, [])),
        sender=str(message["From"] or ""),
        subject=str(message["Subject"] or ""),
        at=parsedate_to_datetime(str(date)) if date else None,
        message_id=str(message["Message-ID"] or ""),
        text=_text(message),
        attachments=tuple(_attachments(message.iter_attachments())),
    )


def _text(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    return str(body.get_content()) if body is not None else ""


def _attachments(parts: Iterator[Any] | Iterable[Any]) -> Iterator[Attachment]:
    for part in parts:
        content = part.get_content()
        raw = content.encode() if isinstance(content, str) else bytes(content)
        yield Attachment(part.get_filename() or "liite", part.get_content_type(), raw)
