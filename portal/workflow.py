"""Verbs that belong to no single room."""

from datetime import datetime
from uuid import uuid4

from django.db import transaction

from county.models import get_county
from notifications import outbox
from portal.forms import ABOUT


def send_feedback(*, text: str, about: str, reply_to: str, now: datetime) -> bool:
    """Send feedback to the county's address; False when the county has not given one.

    Order of effects: one outbox message. Law 306/2019: accessibility feedback is answered in 14 days.
    """
    county = get_county()
    if county is None or not county.email:
        return False
    with transaction.atomic():
        outbox.queue(
            kind="portal.feedback",
            to=county.email,
            subject="Palaute Yhdyspinnasta",
            template="emails/portal/feedback",
            context={"text": text, "about": dict(ABOUT)[about], "reply_to": reply_to, "received_at": now},
            dedup_key=f"feedback:{uuid4()}",
            language="fi",
            required=True,
        )
    return True
