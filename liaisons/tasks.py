"""Celery's entry points."""

from celery import shared_task

from common import clock
from liaisons.models import CommentRound, NominationCall, SelfAssessment
from liaisons.workflow import announce_nomination, apply_due_changes, apply_due_names
from liaisons.workflow.rounds import announce_round, move_due_rounds
from liaisons.workflow.theses import announce_assessment


@shared_task(name="liaisons.apply_unit_changes")
def apply_unit_changes() -> int:
    """Write the re-organisations and the new names of bodies whose day has come."""
    now = clock.now()
    return apply_due_changes(now=now) + apply_due_names(now=now)


@shared_task(name="liaisons.announce_nominations")
def announce_nominations() -> int:
    """Write to the NGOs asked by open calls that have not been announced; return how many letters were written."""
    now = clock.now()
    waiting = NominationCall.objects.filter(state="open", announced_at__isnull=True).order_by("pk")
    return sum(announce_nomination(pk, now=now) for pk in waiting.values_list("pk", flat=True))


@shared_task(name="liaisons.run_rounds")
def run_rounds() -> int:
    """Open and close comment rounds at their time, and write to those asked; return how many letters were written."""
    now = clock.now()
    move_due_rounds(now=now)
    waiting = CommentRound.objects.filter(state="open", announced_at__isnull=True).order_by("pk")
    return sum(announce_round(pk, now=now) for pk in waiting.values_list("pk", flat=True))


@shared_task(name="liaisons.run_assessments")
def run_assessments() -> int:
    """Ask the organisations to answer an open self-assessment; return how many letters were written."""
    now = clock.now()
    waiting = SelfAssessment.objects.filter(state="open", announced_at__isnull=True).order_by("pk")
    return sum(announce_assessment(pk, now=now) for pk in waiting.values_list("pk", flat=True))
