"""What the county and others have granted an applicant before, for the page of a case."""

from datetime import datetime
from typing import Any

from common.policies import allowed, may
from grants.earlier_grants import earlier_grants
from grants.models import Application

#: So many of the newest are shown; the county's page of the organisation has them all.
SHOWN = 8


def past_of(case: Application, user: Any, now: datetime) -> dict[str, Any]:
    """Return ``past`` (earlier cases with decision and use report) and ``earlier`` (grants read from files).

    At most three queries. Only to whoever follows cases, and of them only cases without the person's own conflict;
    assessors compare applications, not applicants' histories, and get nothing.
    """
    if not may("grants.case.follow", user, case, now=now):
        return {}
    rows = allowed("grants.case.follow", user, now=now).filter(organisation=case.organisation_id).exclude(pk=case.pk)
    past = rows.select_related("call", "decision__use_report").order_by("-received_at", "-pk")[:SHOWN]
    return {"past": list(past), "earlier": list(earlier_grants(case.organisation)[:SHOWN])}
