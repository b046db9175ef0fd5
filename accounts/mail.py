"""The way out for mail: accounts stands below notifications, so settings name the outbox's function."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string


def queue(**message: Any) -> Any:
    """Put one message into the outbox (``settings.ACCOUNT_MAIL_QUEUE``); call it inside the causing transaction.

    Takes what ``notifications.outbox.queue`` takes.
    """
    outbox: Callable[..., Any] = import_string(settings.ACCOUNT_MAIL_QUEUE)
    return outbox(**message)
