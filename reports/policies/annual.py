"""Rights in reports: a frozen report is public; drafts are the coordinator's."""

from datetime import datetime
from typing import Any

from django.db.models import Exists, QuerySet

from accounts.roles import has_staff_role
from common.policies import policy
from liaisons.models import BodyAppointment, Seat
from reports.audiences import COMMITTEE
from reports.models import AnnualReport

READS = "annual_report"


@policy("reports.annual.read")
def reports_anyone_may_read(user: Any, now: datetime) -> QuerySet[AnnualReport]:
    """Anyone reads a frozen report."""
    return AnnualReport.objects.published()


def may_make_reports(user: Any, now: datetime) -> bool:
    """Tell whether the person makes reports: the coordinator."""
    return has_staff_role(user, "coordinator", now)


@policy("reports.annual.manage")
def reports_to_manage(user: Any, now: datetime) -> QuerySet[AnnualReport]:
    """The coordinator makes reports."""
    return AnnualReport.objects.all() if may_make_reports(user, now) else AnnualReport.objects.none()


@policy("reports.annual.mark_read")
def reports_to_mark(user: Any, now: datetime) -> QuerySet[AnnualReport]:
    """Members, deputies and officers of a body that reads the yearly report mark it read: the one
    that is made for the committee."""
    if not user.is_authenticated:
        return AnnualReport.objects.none()
    reads = {"user_id": user.pk, "body__reads__contains": [READS]}
    sits = Exists(Seat.objects.in_force(now).filter(**reads))
    serves = Exists(BodyAppointment.objects.in_force(now).filter(**reads))
    return AnnualReport.objects.published().filter(sits | serves, audience=COMMITTEE)
