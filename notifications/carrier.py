"""Handing one message to the mail server and saying exactly what is known about the result."""

import logging
import smtplib
from dataclasses import dataclass
from email.utils import format_datetime
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.utils import translation

from county.models import get_county
from notifications import unsubscribe
from notifications.models import Message

logger = logging.getLogger(__name__)


class Verdict(StrEnum):
    """What is known after a try."""

    SENT = "sent"  # the server said yes
    LATER = "later"  # the server cannot have it: not reached, or it said "not now"
    REFUSED = "refused"  # the server said no for good
    UNSURE = "unsure"  # handed over, but no answer came


@dataclass(frozen=True)
class Outcome:
    """The verdict, the server's words, and whether the server itself is the trouble (then others wait too)."""

    verdict: Verdict
    detail: str = ""
    server_trouble: bool = False


class Carrier:
    """One open connection to the mail server, used for many messages."""

    def __init__(self) -> None:
        # Servers may give the worker a mailer of its own (MAILERS["delivery"]).
        self._mailer: Any = mail.mailers["delivery" if "delivery" in mail.mailers else "default"]
        self._handing_over = False
        self._county = get_county()

    def carry(self, message: Message) -> Outcome:
        """Try once. Never raises for what a mail server or an address may do."""
        self._handing_over = False
        try:
            self._connect()
        except OSError as error:  # smtplib's errors are OSErrors
            self.close()
            return Outcome(Verdict.LATER, _words(error), server_trouble=True)
        try:
            self._mailer.send_messages([self._letter(message)])
        except smtplib.SMTPRecipientsRefused as error:
            code, words = next(iter(error.recipients.values()))
            return _answered(code, _say(code, words))
        except smtplib.SMTPDataError as error:
            return _answered(error.smtp_code, _words(error))
        except (smtplib.SMTPResponseException, smtplib.SMTPServerDisconnected, OSError) as error:
            return self._broken(error)
        except ValueError as error:  # an address or header that cannot be written
            return Outcome(Verdict.REFUSED, _words(error))
        return Outcome(Verdict.SENT)

    def close(self) -> None:
        """Say goodbye; a server that is gone already is no trouble."""
        try:
            self._mailer.close()
        except OSError:
            logger.info("The mail server had closed the connection.")
            self._mailer.connection = None

    def _connect(self) -> None:
        """Open the connection, or find out with NOOP that the open one still lives."""
        smtp = getattr(self._mailer, "connection", None)
        if isinstance(smtp, smtplib.SMTP):
            try:
                if smtp.noop()[0] == 250:
                    return
            except OSError:
                logger.info("The mail server closed an idle connection.")
            self.close()
        self._mailer.open()
        smtp = getattr(self._mailer, "connection", None)
        if isinstance(smtp, smtplib.SMTP):
            self._watch(smtp)

    def _watch(self, smtp: smtplib.SMTP) -> None:
        """Note when the text itself begins to travel: only from then on can a break leave a doubt."""
        data = smtp.data

        def watched(msg: Any) -> tuple[int, bytes]:
            self._handing_over = True
            return data(msg)

        smtp.data = watched  # type: ignore[method-assign]

    def _broken(self, error: OSError) -> Outcome:
        """The connection broke, or the server refused us (not the message): decide by how far we got."""
        self.close()
        if self._handing_over:
            return Outcome(Verdict.UNSURE, _words(error), server_trouble=True)
        return Outcome(Verdict.LATER, _words(error), server_trouble=True)

    def _letter(self, message: Message) -> EmailMultiAlternatives:
        headers = {
            "Message-ID": message.message_id,
            "Date": format_datetime(message.created_at),
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "All",
            "Content-Language": message.language,
            **self._choice_headers(message),
        }
        reply_to = [self._county.email] if self._county and self._county.email else None
        letter = EmailMultiAlternatives(
            message.subject,
            message.text,
            settings.DEFAULT_FROM_EMAIL,
            [message.to_address],
            headers=headers,
            reply_to=reply_to,
        )
        if message.html:
            letter.attach_alternative(message.html, "text/html")
        return letter

    def _choice_headers(self, message: Message) -> dict[str, str]:
        """Return the one-click unsubscribing headers (RFC 8058) where there is a choice."""
        if message.required:
            return {}
        with translation.override(message.language):
            if message.to_user is None:
                path = unsubscribe.path_for_address(message.to_address, message.kind)
            else:
                path = unsubscribe.path_for(message.to_user, message.kind)
            link = f"{settings.BASE_URL}{path}"
        return {"List-Unsubscribe": f"<{link}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def _answered(code: int, words: str) -> Outcome:
    """The server answered about this message: 5xx for good, 4xx for now."""
    return Outcome(Verdict.REFUSED if code >= 500 else Verdict.LATER, words)


def _words(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return _say(error.smtp_code, error.smtp_error)
    return f"{type(error).__name__}: {error}"[:500]


def _say(code: int, words: Any) -> str:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)
    return f"{code} {text}"[:500]
