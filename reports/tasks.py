"""Celery entry points of reports: ids in, verb called; running one again does nothing twice."""

from celery import shared_task

from common import clock


@shared_task(name="reports.collect_figures")
def collect_figures(report_id: int) -> None:
    """Collect the figures of a report that is collecting."""
    from reports.workflow import finish_collecting

    finish_collecting(report_id, now=clock.now())


@shared_task(name="reports.make_document")
def make_document(report_id: int) -> None:
    """Make the document of a report that is being frozen."""
    from reports.workflow import finish_freezing

    finish_freezing(report_id, now=clock.now())


@shared_task(name="reports.fill_goal_values")
def fill_goal_values() -> int:
    """Bring the indicators that the portal counts up to date; every night."""
    from reports.goals import fill_values

    return fill_values(clock.now())


@shared_task(name="reports.settle_surveys")
def settle_surveys() -> int:
    """Close the surveys whose last day has gone by and shuffle the open ones; every night."""
    from reports.workflow.surveys import settle_surveys as settle

    return settle(clock.now())
