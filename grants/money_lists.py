"""Lists about money as they are filtered by the address: the page and the export read the same rows."""

from datetime import datetime
from typing import Any

from django.db.models import F, Q, QuerySet

from common.policies import allowed
from common.times import local_date
from grants.models import Decision, Payment, UseReport

Filters = dict[str, Any]


def payments(user: Any, filters: Filters, now: datetime) -> QuerySet[Payment]:
    """Return the payments that the person may read and the filters leave, newest first."""
    rows = allowed("grants.payment.view", user, now=now).select_related(
        "decision__application__organisation", "decision__application__call", "planned_by", "released_by"
    )
    rows = _found(rows, "decision__application__", filters)
    if filters.get("tila"):
        rows = rows.filter(state=filters["tila"])
    return rows.order_by("-planned_at", "-pk")


def payable(user: Any, now: datetime) -> QuerySet[Decision]:
    """Return grants due for payment of which something has not been prepared yet."""
    due = Decision.objects.payable(now).filter(planned_total__lt=F("sum"))
    rows = allowed("grants.payment.plan", user, now=now).filter(pk__in=due.values("pk"))
    return rows.select_related("application__organisation", "application__call").order_by("final_on", "pk")


def releasable(user: Any, now: datetime) -> QuerySet[Payment]:
    """Return the instalments that the person may release now: prepared by somebody else."""
    rows = allowed("grants.payment.release", user, now=now).filter(state="planned")
    return rows.exclude(planned_by=user) if user.is_authenticated else rows.none()


def use_reports(user: Any, filters: Filters, now: datetime) -> QuerySet[UseReport]:
    """Return the use reports that the person may read and the filters leave, soonest due first."""
    rows = allowed("grants.use_report.view", user, now=now).select_related(
        "decision__application__organisation", "decision__application__call"
    )
    rows = _found(rows, "decision__application__", filters)
    wanted = filters.get("tila")
    if wanted == "myohassa":
        rows = rows.filter(pk__in=UseReport.objects.overdue(local_date(now)).values("pk"))
    elif wanted:
        rows = rows.filter(state=wanted)
    return rows.order_by("due_on", "pk")


def years(rows: QuerySet[Any]) -> list[int]:
    """Return the grant years of payments or reports, newest first."""
    field = "decision__application__call__year"
    return list(rows.order_by(f"-{field}").values_list(field, flat=True).distinct())


def _found(rows: QuerySet[Any], path: str, filters: Filters) -> QuerySet[Any]:
    words = (filters.get("q") or "").strip()
    if words:
        rows = rows.filter(
            Q(**{f"{path}organisation__name__icontains": words}) | Q(**{f"{path}case_number__icontains": words})
        )
    if filters.get("vuosi"):
        rows = rows.filter(**{f"{path}call__year": filters["vuosi"]})
    return rows
