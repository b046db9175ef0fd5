"""Celery's entry points."""

from celery import shared_task

from common import clock
from liaisons.workflow import apply_due_changes


@shared_task(name="liaisons.apply_unit_changes")
def apply_unit_changes() -> int:
    """Write the re-organisations whose day has come."""
    return apply_due_changes(now=clock.now())
