"""Rights of the officers' side to cases: every path has the conflict rule of the package."""

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from accounts.roles import has_any_staff_role
from common.policies import policy
from grants.models import (
    Application,
)
from grants.policies.base import (
    READING_STAFF,
    before_assessors,
    before_claims_body,
    before_committee,
    before_official,
    for_staff,
    has_declared,
    own_to_assess,
    still_to_score,
    undecided_claim,
)
from grants.policies.calls import calls_before_the_body, calls_on_the_desk
from grants.policies.negotiations import takes_part
from grants.policies.statements import before_statement
from liaisons.policies import municipality_serve


@policy("grants.application.listed")
def applications_listed(user: Any, now: datetime) -> QuerySet[Application]:
    """Cases of which a person may at least see the applicant's name and the sum."""
    if not user.is_authenticated:
        return Application.objects.none()
    if has_any_staff_role(user, now, *READING_STAFF):
        return Application.objects.exclude(state="draft")
    return Application.objects.filter(_declarers(user, now))


def _declarers(user: Any, now: datetime) -> Q:
    """Return the cases that stand before the person in a duty in which they declare before they read."""
    return (
        before_assessors(user, now)
        | before_committee(user, now)
        | before_official(user, now)
        | before_claims_body(user, now)
        | before_statement(user, now)
        | takes_part(user, now)
    )


@policy("grants.application.view")
def applications_to_read(user: Any, now: datetime) -> QuerySet[Application]:
    """Cases that an officer, assessor or member reads whole.

    Reading staff without a declared conflict; assessors, the body's people and liaison people of whom a statement is
    asked after they have declared that they have none.
    """
    if not user.is_authenticated:
        return Application.objects.none()
    if has_any_staff_role(user, now, *READING_STAFF):
        return Application.objects.exclude(state="draft").exclude(has_declared(user, True))
    return Application.objects.filter(_declarers(user, now), has_declared(user, False))


@policy("grants.application.municipal")
def applications_of_municipalities(user: Any, now: datetime) -> QuerySet[Application]:
    """Cases in handling that concern a municipality whose liaison post the person answers for.

    Of these the municipality sees applicant, activity and sum, and says whether it funds the same (S000 5.1.1).
    """
    served = municipality_serve(user, now).values("pk")
    concern = Q(organisation__domicile__in=served) | Q(municipalities__in=served)
    ours = Application.objects.filter(concern).values("pk")
    return Application.objects.filter(pk__in=ours, state="in_handling", call__state="handling")


@policy("grants.application.declare")
def applications_to_declare(user: Any, now: datetime) -> QuerySet[Application]:
    """Cases in which a person may declare a conflict of interest: all that stand before them, undecided.

    The body that decides a claim against an office-holder's decision meets the case only then; a body's people meet
    the case again, some of them for the first time, while a claim about it is undecided; and a liaison person new in
    a post that took part in the negotiation may meet it as late.
    """
    undecided = Q(state__in=["submitted", "in_handling"])
    if user.is_authenticated:
        undecided |= before_claims_body(user, now) | (before_committee(user, now) & Q(undecided_claim()))
        undecided |= takes_part(user, now)
    return applications_listed(user, now).filter(undecided)


@policy("grants.assessment.edit")
def applications_to_assess(user: Any, now: datetime) -> QuerySet[Application]:
    """An assessor scores the own cases of a call in handling, without a conflict and after saying so."""
    if not user.is_authenticated:
        return Application.objects.none()
    return Application.objects.filter(
        own_to_assess(user, now), has_declared(user, False), call__state="handling", state="in_handling"
    )


def cases_of_assessor(user: Any, now: datetime) -> QuerySet[Application]:
    """Return the cases in handling that the person assesses: name and sum of each may be listed."""
    return Application.objects.filter(own_to_assess(user, now), call__state="handling", state="in_handling")


@policy("grants.scores.view")
def applications_to_compare(user: Any, now: datetime) -> QuerySet[Application]:
    """Cases of which a person sees everybody's points, and the proposal that is made from them.

    Whoever reads the case and has its call on the desk or before the body, but not an assessor before the own
    assessment is done: they score without knowing what others gave, in whatever other role they read the case.
    """
    if not user.is_authenticated:
        return Application.objects.none()
    calls = Q(call__in=calls_on_the_desk(user, now).values("pk")) | Q(
        call__in=calls_before_the_body(user, now).values("pk")
    )
    return applications_to_read(user, now).filter(calls).exclude(still_to_score(user, now))


@policy("grants.proposal.edit")
def applications_to_propose(user: Any, now: datetime) -> QuerySet[Application]:
    """The coordinator proposes sums while the call is in handling; not in a case of their own conflict.

    Who also assesses the case proposes after the own assessment is done: proposing tells of others' points.
    """
    if not user.is_authenticated:
        return Application.objects.none()
    cases = Application.objects.filter(call__state="handling", state="in_handling")
    return for_staff(
        cases.exclude(has_declared(user, True)).exclude(still_to_score(user, now)), user, now, "coordinator"
    )
