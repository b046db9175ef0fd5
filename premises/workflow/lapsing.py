"""What the clock ends: requests nobody answered, offers nobody took."""

from datetime import datetime

from premises.workflow.bookings import lapse_requests
from premises.workflow.queue import lapse_places


def lapse_due(now: datetime) -> int:
    """End what is over and return how many; each in its own transaction, so that one failure stops nothing else."""
    return lapse_requests(now) + lapse_places(now)
