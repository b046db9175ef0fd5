"""How long messages are kept."""

from datetime import datetime, timedelta

from notifications.models import Message
from notifications.states import NOTHING_MORE_TO_DO


def erase(now: datetime) -> dict[str, int]:
    """Erase settled messages older than ``Message.KEPT_DAYS``; what waits for somebody stays until judged."""
    old = Message.objects.filter(created_at__lt=now - timedelta(days=Message.KEPT_DAYS), state__in=NOTHING_MORE_TO_DO)
    count, _by_model = old.delete()
    return {"notifications.Message": count}
