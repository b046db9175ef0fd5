"""Celery entry points of grants: ids in, a domain function called, twice does nothing twice."""

import logging

from celery import shared_task

from accounts.models import User
from common import clock
from common.errors import Refused
from grants.models import Decision, Submission

logger = logging.getLogger(__name__)


@shared_task(name="grants.make_receipt")
def make_receipt(submission_id: int) -> None:
    """Make the PDF receipt of a submission when it has none."""
    from grants.workflow.receipts import ensure_receipt

    ensure_receipt(Submission.objects.get(pk=submission_id), now=clock.now())


@shared_task(name="grants.issue_decisions")
def issue_decisions(decision_ids: list[int], served_by: str, user_id: int) -> None:
    """Serve the decisions one by one, each in its own transaction; those already served are left alone.

    One that cannot be served (its contact is missing) stays recorded, is logged, and does not stop the others.
    """
    from grants.workflow.decisions import issue_decision, way_of

    user = User.objects.get(pk=user_id)
    for decision in Decision.objects.filter(pk__in=decision_ids, state="recorded").order_by("pk"):
        try:
            issue_decision(decision, served_by=way_of(decision, served_by), by=user, now=clock.now())
        except Refused as refused:
            logger.warning("The decision %s was not served: %s", decision.pk, refused.code)


@shared_task(name="grants.make_case_bundle")
def make_case_bundle(bundle_id: int) -> None:
    """Make the PDF of a bundle of cases that waits; made already, it does nothing."""
    from grants.workflow.case_bundles import make_bundle

    make_bundle(bundle_id, now=clock.now())


@shared_task(name="grants.expire_supplements")
def expire_supplements() -> int:
    """Mark the supplement requests whose time has run out; return how many."""
    from grants.workflow.supplements import expire_supplements as expire

    return expire(now=clock.now())


@shared_task(name="grants.expire_agreements")
def expire_agreements() -> int:
    """End the agreements whose last day is over and open the reports that come due; return how many ended."""
    from grants.workflow.agreement_reports import open_agreement_reports
    from grants.workflow.agreement_term import expire_agreements as expire

    open_agreement_reports(now=clock.now())
    return expire(now=clock.now())


@shared_task(name="grants.expire_statements")
def expire_statements() -> int:
    """Mark the asked statements whose day has passed; return how many."""
    from grants.workflow.statements import expire_statements as expire

    return expire(now=clock.now())


@shared_task(name="grants.ask_continuity")
def ask_continuity() -> int:
    """Ask of the co-funded projects whose end is near how the activity goes on; return how many."""
    from grants.workflow.continuity import ask_continuity as ask

    return ask(now=clock.now())


@shared_task(name="grants.make_decisions_final")
def make_decisions_final() -> int:
    """Make final every decision whose revision period is over; return how many."""
    from grants.workflow.decisions import make_final

    return make_final(now=clock.now())
