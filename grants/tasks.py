"""Celery entry points of grants: ids in, a domain function called, twice does nothing twice."""

from celery import shared_task

from accounts.models import User
from common import clock
from common.legal_dates import ServedBy
from grants.models import Decision, Submission


@shared_task(name="grants.make_receipt")
def make_receipt(submission_id: int) -> None:
    """Make the PDF receipt of a submission when it has none."""
    from grants.workflow.receipts import ensure_receipt

    ensure_receipt(Submission.objects.get(pk=submission_id), now=clock.now())


@shared_task(name="grants.issue_decisions")
def issue_decisions(decision_ids: list[int], served_by: str, user_id: int) -> None:
    """Serve the decisions one by one, each in its own transaction; those already served are left alone."""
    from grants.workflow.decisions import issue_decision

    user = User.objects.get(pk=user_id)
    for decision in Decision.objects.filter(pk__in=decision_ids, state="recorded").order_by("pk"):
        issue_decision(decision, served_by=ServedBy(served_by), by=user, now=clock.now())


@shared_task(name="grants.make_decisions_final")
def make_decisions_final() -> int:
    """Make final every decision whose revision period is over; return how many."""
    from grants.workflow.decisions import make_final

    return make_final(now=clock.now())
