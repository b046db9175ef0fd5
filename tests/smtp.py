"""A real SMTP server on the loopback address, which counts what it took and can misbehave on request."""

import asyncio
import email
import email.policy
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from typing import Any, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from config.embedded.processes import free_port

OK = "250 Message accepted for delivery"


class Postmaster:
    """The server's mind: what it answers, how slowly, and all that it has said yes to."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, EmailMessage]] = []
        self.answers: dict[str, str] = {}  # recipient -> answer to RCPT or, with "data:" before it, to the text
        self.delay_seconds = 0.0
        self.hang_up_after_taking = False

    async def handle_RCPT(  # noqa: N802 (aiosmtpd's name)
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.answers.get(address, "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        address = envelope.rcpt_tos[0]
        refusal = self.answers.get(f"data:{address}")
        if refusal:
            return refusal
        await asyncio.sleep(self.delay_seconds / 2)
        message = email.message_from_bytes(cast(bytes, envelope.content), policy=email.policy.default)
        self.taken.append((address, cast(EmailMessage, message)))
        await asyncio.sleep(self.delay_seconds / 2)
        if self.hang_up_after_taking:
            cast(Any, server).transport.abort()
        return OK

    def ids(self) -> dict[str, Counter[str]]:
        """Return for each recipient how often each Message-ID was taken."""
        found: dict[str, Counter[str]] = {}
        for address, message in self.taken:
            found.setdefault(address, Counter())[str(message["Message-ID"])] += 1
        return found


@contextmanager
def smtp_server() -> Iterator[tuple[Postmaster, int]]:
    """Run a server in a thread and return its mind and its port."""
    mind = Postmaster()
    controller = Controller(mind, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        yield mind, controller.port
    finally:
        controller.stop()
