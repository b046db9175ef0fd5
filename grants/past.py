"""What the county and others have granted an applicant before, for the page of a case."""

from collections import defaultdict
from datetime import datetime
from typing import Any

from django.db.models import F, OrderBy, QuerySet, Window
from django.db.models.functions import RowNumber

from common.policies import allowed, may
from grants.earlier_grants import earlier_grants
from grants.joint import partner_organisations
from grants.models import Application, EarlierGrant

#: So many of the newest are shown; the county's page of the organisation has them all.
SHOWN = 8


def past_of(case: Application, user: Any, now: datetime) -> dict[str, Any]:
    """Return ``past`` (earlier cases with decision and use report), ``earlier`` (grants read from files), ``partners``.

    ``partners`` has the same of each partner in the register. At most three queries, and three more of a joint
    application. Only to whoever follows cases, and of them only cases without the person's own conflict;
    assessors compare applications, not applicants' histories, and get nothing.
    """
    if not may("grants.case.follow", user, case, now=now):
        return {}
    rows = allowed("grants.case.follow", user, now=now).filter(organisation=case.organisation_id).exclude(pk=case.pk)
    past = (
        rows.select_related("call", "decision")
        .prefetch_related("decision__use_reports")
        .order_by("-received_at", "-pk")[:SHOWN]
    )
    return {
        "past": list(past),
        "earlier": list(earlier_grants(case.organisation)[:SHOWN]),
        "partner_past": _of_partners(case, user, now) if case.call.takes_joint else [],
    }


def _of_partners(case: Application, user: Any, now: datetime) -> list[dict[str, Any]]:
    """Return of each partner in the register what ``past_of`` returns of the applicant; three queries."""
    organisations = [partner.organisation for partner in partner_organisations(case)]
    cases = allowed("grants.case.follow", user, now=now).filter(organisation__in=organisations).exclude(pk=case.pk)
    newest = (F("received_at").desc(), F("pk").desc())
    reported = cases.select_related("call", "decision").prefetch_related("decision__use_reports")
    past = _first_of_each(reported, *newest)
    rows = EarlierGrant.objects.filter(organisation__in=organisations)
    earlier = _first_of_each(rows, F("year").desc(), F("funder").asc(), F("pk").asc())
    return [{"organisation": one, "past": past[one.pk], "earlier": earlier[one.pk]} for one in organisations if one]


def _first_of_each(rows: QuerySet[Any], *order: OrderBy) -> defaultdict[int, list[Any]]:
    """Return the first ``SHOWN`` rows of each organisation, in the order."""
    place = Window(RowNumber(), partition_by=F("organisation"), order_by=list(order))
    found: defaultdict[int, list[Any]] = defaultdict(list)
    for row in rows.annotate(place_of=place).filter(place_of__lte=SHOWN).order_by(*order):
        found[row.organisation_id].append(row)
    return found
