"""Celery's entry points."""

from datetime import datetime

from celery import shared_task
from celery.exceptions import SoftTimeLimitExceeded

from common import clock
from organisations.batches import Left, work
from premises.models import CalendarProblem, ExternalCalendar
from premises.workflow import lapse_due
from premises.workflow.calendar_sync import due_calendars, fail, read_one
from premises.workflow.calendars import guard
from premises.workflow.seasons import close_due, compute, settle_next, unsettled


@shared_task(name="premises.lapse")
def lapse() -> int:
    """End the requests and offers whose time is over; return how many. Goes on with what a dead worker left."""
    now = clock.now()
    count = lapse_due(now) + close_due(now)
    for key in unsettled():
        settle_season.delay(key)
    return count


@shared_task(name="premises.compute_season")
def compute_season(key: int, since: str) -> bool:
    """Compute the proposal of a round that was asked for at that instant."""
    return compute(key, since=datetime.fromisoformat(since), now=clock.now())


@shared_task(name="premises.settle_season")
def settle_season(key: int) -> None:
    """Make the bookings and letters of a decided round; goes on in a new task, so that other work gets its turn."""
    left = work(lambda: settle_next(key, now=clock.now()))
    if left is Left.MORE:
        settle_season.delay(key)


@shared_task(name="premises.calendars")
def calendars() -> int:
    """Let the external calendars whose time has come be read, each in a task of its own; return how many."""
    due = due_calendars(clock.now())
    for pk in due:
        read_external_calendar.apply_async((pk,), expires=600)
    return len(due)


@shared_task(name="premises.read_calendar", soft_time_limit=60, time_limit=90)
def read_external_calendar(pk: int) -> str:
    """Read one external calendar; one that keeps the worker busy is stopped and told of as too slow."""
    try:
        return read_one(pk, guard(), now=clock.now())
    except SoftTimeLimitExceeded:
        calendar = ExternalCalendar.objects.filter(pk=pk).first()
        return fail(calendar, CalendarProblem.TOO_SLOW, now=clock.now()) if calendar else "gone"
