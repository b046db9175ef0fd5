"""What a person may download about their messages (GDPR articles 15 and 20)."""

from typing import Any

from accounts.models import User
from notifications.models import Message, Preference


def own_data(user: User) -> dict[str, Any]:
    """Return the person's messages and choices; sign-in links and codes stay out."""
    fields = ("created_at", "sent_at", "kind", "to_address", "subject", "text", "state")
    return {
        "received": list(Message.objects.readable().filter(to_user=user).values(*fields)),
        "choices": list(Preference.objects.filter(user=user).values("kind", "how")),
    }
