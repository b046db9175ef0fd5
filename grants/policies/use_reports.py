"""Rights to use reports."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from common.policies import policy
from grants.models import (
    UseReport,
)
from grants.policies.base import (
    EDITORS,
    READING_STAFF,
    for_unbiased,
    represented,
)


@policy("grants.use_report.view_own")
def own_use_reports(user: Any, now: datetime) -> QuerySet[UseReport]:
    """Every member of an organisation reads its reports."""
    return UseReport.objects.filter(
        decision__application__organisation__in=represented(user, now).values("organisation")
    )


@policy("grants.use_report.submit")
def use_reports_to_send(user: Any, now: datetime) -> QuerySet[UseReport]:
    """Editors, signatories and admins fill in and send a report."""
    return UseReport.objects.filter(
        decision__application__organisation__in=represented(user, now, *EDITORS).values("organisation")
    )


@policy("grants.use_report.view")
def use_reports_to_read(user: Any, now: datetime) -> QuerySet[UseReport]:
    """Reading staff and the payments clerk read reports."""
    return for_unbiased(UseReport.objects.all(), "decision__application", user, now, *READING_STAFF, "payments_clerk")


@policy("grants.use_report.check")
def use_reports_to_check(user: Any, now: datetime) -> QuerySet[UseReport]:
    """The coordinator checks the content, and gives more time."""
    return for_unbiased(UseReport.objects.all(), "decision__application", user, now, "coordinator")


@policy("grants.use_report.return")
def use_reports_to_return(user: Any, now: datetime) -> QuerySet[UseReport]:
    """Either of the two who check asks the organisation for what is missing."""
    return for_unbiased(UseReport.objects.all(), "decision__application", user, now, "coordinator", "payments_clerk")


@policy("grants.use_report.remind")
def use_reports_to_remind(user: Any, now: datetime) -> QuerySet[UseReport]:
    """Either of the two who check reminds of what has not come."""
    return use_reports_to_return(user, now)


@policy("grants.use_report.enter")
def use_reports_to_enter(user: Any, now: datetime) -> QuerySet[UseReport]:
    """The coordinator and the registry enter a report that came on paper; not of their own organisation."""
    if not user.is_authenticated:
        return UseReport.objects.none()
    others = UseReport.objects.exclude(
        decision__application__organisation__in=represented(user, now).values("organisation")
    )
    return for_unbiased(others, "decision__application", user, now, "coordinator", "registrar")


@policy("grants.use_report.approve")
def use_reports_to_approve(user: Any, now: datetime) -> QuerySet[UseReport]:
    """The payments clerk checks the money and approves."""
    return for_unbiased(UseReport.objects.all(), "decision__application", user, now, "payments_clerk")
