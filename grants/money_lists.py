"""Lists about money as they are filtered by the address: the page and the export read the same rows."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, CharField, F, PositiveSmallIntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Cast
from django.utils.translation import get_language

from common.policies import allowed
from common.times import local_date
from county.models import Municipality
from grants.instalment_conditions import without_waiting
from grants.models import Decision, GrantCall, Payment, UseReport

Filters = dict[str, Any]
#: The filter of instalments that wait for a condition of their own.
WAITS = "odottaa"


def payments(user: Any, filters: Filters, now: datetime) -> QuerySet[Payment]:
    """Return the payments that the person may read and the filters leave, newest first."""
    rows = allowed("grants.payment.view", user, now=now).select_related(
        "decision__application__organisation", "decision__application__call", "planned_by", "released_by", "agreement"
    )
    rows = _found(rows, "decision__application__", filters)
    if filters.get("haku"):
        rows = rows.filter(decision__application__call=filters["haku"])
    if filters.get("tila") == WAITS:
        planned = rows.filter(state="planned")
        rows = planned.exclude(pk__in=without_waiting(Payment.objects.order_by(), now).values("pk"))
    elif filters.get("tila"):
        rows = rows.filter(state=filters["tila"])
    return rows.order_by("-planned_at", "-pk")


def payment_choices(user: Any, now: datetime) -> tuple[list[int], list[tuple[int, str]]]:
    """Return by which years and calls the list of payments can be narrowed, newest first; one query."""
    listed = allowed("grants.payment.view", user, now=now).order_by().values("decision__application__call")
    calls = list(GrantCall.objects.filter(pk__in=listed).order_by("-year", "title_fi"))
    return sorted({call.year for call in calls}, reverse=True), [(call.pk, call.title) for call in calls]


def payable(user: Any, now: datetime) -> QuerySet[Decision]:
    """Return grants due for payment of which something has not been prepared yet."""
    due = Decision.objects.payable(now).filter(planned_total__lt=F("sum"))
    rows = allowed("grants.payment.plan", user, now=now).filter(pk__in=due.values("pk"))
    return rows.select_related("application__organisation", "application__call").order_by("final_on", "pk")


def releasable(user: Any, now: datetime) -> QuerySet[Payment]:
    """Return the instalments that the person may release now: prepared by somebody else, waiting for nothing."""
    rows = without_waiting(allowed("grants.payment.release", user, now=now).filter(state="planned"), now)
    return rows.exclude(planned_by=user) if user.is_authenticated else rows.none()


def use_reports(user: Any, filters: Filters, now: datetime) -> QuerySet[UseReport]:
    """Return the use reports that the person may read and the filters leave, soonest due first."""
    rows = allowed("grants.use_report.view", user, now=now).select_related(
        "decision__application__organisation", "decision__application__call"
    )
    rows = _found(rows, "decision__application__", filters)
    if filters.get("haku"):
        rows = rows.filter(decision__application__call=filters["haku"])
    if filters.get("kunta"):
        rows = rows.filter(pk__in=_in_place(filters["kunta"]))
    wanted = filters.get("tila")
    if wanted == "myohassa":
        rows = rows.filter(pk__in=UseReport.objects.overdue(local_date(now)).values("pk"))
    elif wanted:
        rows = rows.filter(state=wanted)
    # What still waits for somebody comes first; what has been approved is history.
    return rows.order_by(Case(When(state="approved", then=1), default=0), "due_on", "pk")


@dataclass(frozen=True)
class ReportChoices:
    """By what the list of use reports can be narrowed: calls that have reports, their years, own municipalities."""

    calls: list[tuple[int, str]]
    years: list[int]
    places: list[tuple[str, str]]


def report_choices(user: Any, now: datetime) -> ReportChoices:
    """Return the choices of the filters in the reader's language; one query for both tables."""
    reports = allowed("grants.use_report.view", user, now=now)
    calls = GrantCall.objects.filter(pk__in=reports.values("decision__application__call")).order_by()
    key = Cast("pk", CharField())
    first = calls.values_list(key, "title_fi", "title_sv", "title_en", "year")
    no_year = Value(0, PositiveSmallIntegerField())
    own = Municipality.objects.filter(is_own=True).order_by()
    rows = list(first.union(own.values_list("code", "name_fi", "name_sv", "name_en", no_year), all=True).order_by())
    place = {"sv": 2, "en": 3}.get((get_language() or "fi")[:2], 1)
    named = [(row[0], row[place] or row[1], row[4]) for row in rows]
    return ReportChoices(
        calls=[(int(key), name) for key, name, year in sorted(named, key=lambda row: (-row[2], row[1])) if year],
        years=sorted({year for _key, _name, year in named if year}, reverse=True),
        places=sorted(((code, name) for code, name, year in named if not year), key=lambda row: row[1]),
    )


def _in_place(code: str) -> QuerySet[Any]:
    """Return the keys of the reports of a municipality: where it was promised to work, or was told to have worked.

    What the organisation is still writing does not count.
    """
    promised = Q(decision__application__municipalities__code=code)
    told = Q(municipalities__code=code) & ~Q(state__in=["open", "returned"])
    return UseReport.objects.order_by().filter(promised | told).values("pk")


def _found(rows: QuerySet[Any], path: str, filters: Filters) -> QuerySet[Any]:
    words = (filters.get("q") or "").strip()
    if words:
        rows = rows.filter(
            Q(**{f"{path}organisation__name__icontains": words}) | Q(**{f"{path}case_number__icontains": words})
        )
    if filters.get("vuosi"):
        rows = rows.filter(**{f"{path}call__year": filters["vuosi"]})
    return rows
