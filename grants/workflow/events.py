"""Writing what happened to a case: the history page's sentence, in the verb's own transaction."""

from datetime import datetime
from typing import Any

from grants.models import Application, CaseEvent
from grants.models.applications import Audience


def record(
    application: Application,
    verb: str,
    text: str,
    *,
    by: Any,
    now: datetime,
    audience: Audience = Audience.OFFICERS,
) -> CaseEvent:
    """Write one event; ``text`` is a whole Finnish sentence, ``by`` None means the portal itself."""
    return CaseEvent.objects.create(
        application=application, at=now, by=by, verb=verb, text=text[:500], audience=audience
    )
