"""What time it is. Everything that depends on the clock takes ``now``; the outermost layer asks here.

The demonstration may move its clock forward (``bin/manage demo_clock``), so that a newcomer can walk
from an open call to a final decision in one afternoon. Production never reads the shift.
"""

from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone

_SHIFT_FILE = "clock_shift_seconds"


def _shift_path() -> Path:
    return Path(settings.DATA_DIR) / _SHIFT_FILE


def shift() -> timedelta:
    """Return how far the demonstration's clock is ahead; zero everywhere else."""
    if not settings.DEMONSTRATION:
        return timedelta(0)
    try:
        return timedelta(seconds=int(_shift_path().read_text()))
    except FileNotFoundError:
        return timedelta(0)


def move(by: timedelta) -> timedelta:
    """Move the demonstration's clock and return the whole shift. Refused outside the demonstration."""
    if not settings.DEMONSTRATION:
        raise RuntimeError("Only the demonstration's clock can be moved.")
    total = shift() + by
    _shift_path().write_text(str(int(total.total_seconds())))
    return total


def now() -> datetime:
    """Return the present instant, aware, in UTC."""
    return timezone.now() + shift()
