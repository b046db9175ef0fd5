"""Erasing what was read of sheets and never taken."""

from datetime import datetime, timedelta

from premises.models import RoomImport

KEPT = timedelta(days=30)


def sheet_retention(now: datetime) -> dict[str, int]:
    """Provider of the ``retention`` seam: a reading that nobody took goes after 30 days."""
    erased, _by = RoomImport.objects.filter(taken_at=None, created_at__lt=now - KEPT).delete()
    return {"premises.RoomImport": erased}
