"""Messages for tests."""

from datetime import UTC, datetime
from typing import Any

from accounts.models import User
from notifications.models import Message

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)


def make_message(number: int = 1, *, to: User | None = None, **fields: Any) -> Message:
    """Store a message that is due; ``number`` makes address, key and Message-ID its own."""
    values: dict[str, Any] = {
        "kind": "test.kind",
        "to_user": to,
        "to_address": to.email if to else f"vastaanottaja{number}@example.org",
        "language": "fi",
        "subject": f"Aihe {number}",
        "text": "Hei. Tämä on viesti.",
        "dedup_key": f"test:{number}",
        "message_id": f"<test.{number}@example.org>",
        "created_at": NOW,
        "next_attempt_at": NOW,
    }
    if fields.get("state") == "sent":
        values["sent_at"] = NOW
    return Message.objects.create(**(values | fields))
