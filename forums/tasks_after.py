"""Celery's entry points of what comes after events; loaded by ``after_seams``."""

from celery import shared_task

from common import clock
from forums.models import FeedbackRound
from forums.workflow.feedback import ask_feedback, tell_results, waiting_events


@shared_task(name="forums.ask_feedback")
def ask_for_feedback() -> int:
    """Ask for feedback on the mornings after events, and tell of the results; return how many letters were written."""
    now = clock.now()
    sent = sum(ask_feedback(event, now=now) for event in waiting_events(now))
    rows = FeedbackRound.objects.filter(asked_at__isnull=False, told_at__isnull=True)
    return sent + sum(tell_results(row, now=now) for row in rows)
