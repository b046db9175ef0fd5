"""Writing the history of a meeting: one line a deed, in Finnish, in the verb's own transaction."""

from datetime import datetime
from typing import Any

from django.utils import translation

from liaisons.letters import Text, said
from liaisons.models import Meeting, MeetingLog


def log(meeting: Meeting, verb: str, text: Text, *, by: Any, now: datetime, **values: Any) -> MeetingLog:
    """Add a line; ``values`` fill the text's %-places, dates as people write them."""
    with translation.override("fi"):
        words = str(said(text, **values)).strip()
    return MeetingLog.objects.create(meeting=meeting, at=now, by=by, verb=verb, text=words[:500])
