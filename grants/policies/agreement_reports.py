"""Rights to reports of agreements; nobody handles a report of an organisation for which they act (434/2003 28 §)."""

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from accounts.roles import has_any_staff_role
from common.policies import policy
from grants.models import AgreementReport
from grants.policies.agreements import agreements_to_read
from grants.policies.base import EDITORS, READING_STAFF, represented
from liaisons.policies.posts import posts_answered


def _of_units(user: Any, now: datetime) -> Q:
    """Return the reports of agreements of a unit in which the person answers for a post."""
    return Q(party__agreement__unit__in=posts_answered(user, now).filter(unit__isnull=False).values("unit"))


def _not_own(rows: QuerySet[AgreementReport], user: Any, now: datetime) -> QuerySet[AgreementReport]:
    return rows.exclude(party__agreement__parties__organisation__in=represented(user, now).values("organisation"))


@policy("grants.agreement_report.view")
def reports_to_read(user: Any, now: datetime) -> QuerySet[AgreementReport]:
    """Who reads the agreement, and the liaison people of its unit."""
    if not user.is_authenticated:
        return AgreementReport.objects.none()
    if has_any_staff_role(user, now, *READING_STAFF):
        return _not_own(AgreementReport.objects.all(), user, now)
    readable = Q(party__agreement__in=agreements_to_read(user, now).order_by().values("pk"))
    return _not_own(AgreementReport.objects.filter(readable | _of_units(user, now)), user, now)


@policy("grants.agreement_report.handle")
def reports_to_handle(user: Any, now: datetime) -> QuerySet[AgreementReport]:
    """The coordinator, and the liaison people of the agreement's unit."""
    if not user.is_authenticated:
        return AgreementReport.objects.none()
    rows = AgreementReport.objects.all()
    if not has_any_staff_role(user, now, "coordinator"):
        rows = rows.filter(_of_units(user, now))
    return _not_own(rows, user, now)


@policy("grants.agreement_report.view_own")
def own_reports(user: Any, now: datetime) -> QuerySet[AgreementReport]:
    """Members read the reports of their own organisation, not those of the other parties."""
    return AgreementReport.objects.filter(party__organisation__in=represented(user, now).values("organisation"))


@policy("grants.agreement_report.send")
def own_reports_to_send(user: Any, now: datetime) -> QuerySet[AgreementReport]:
    """Those who fill in for the organisation write and send."""
    return AgreementReport.objects.filter(
        party__organisation__in=represented(user, now, *EDITORS).values("organisation")
    )
