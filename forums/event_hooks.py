"""What the parts of forums do when an event changes: each part registers its own, so that the verb knows none.

Called in the verb's transaction with the locked, saved event: the waiting list moves when places are added, and fewer
places than are taken are refused.
"""

from collections.abc import Callable
from datetime import datetime

from forums.models import Event

AfterEdit = Callable[[Event, datetime], None]
AFTER_EDIT: dict[str, AfterEdit] = {}


def after_edit(event: Event, now: datetime) -> None:
    """Call every part."""
    for act in AFTER_EDIT.values():
        act(event, now)
