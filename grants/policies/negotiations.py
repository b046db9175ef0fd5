"""Rights to a negotiated case: negotiation, co-funders, continuity. All are querysets of applications.

Officers follow and work with the conflict rule; nobody works on the county's side of a case of an organisation for
which they act (hallintolaki 434/2003 28 §). Whoever answers for a liaison post that takes part reads after declaring
that they have no conflict.
"""

from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from common.policies import policy
from grants.models import Application, NegotiationPost, Procedure, ReportKind, UseReport
from grants.policies.base import EDITORS, SENDERS, has_declared, of_organisations, represented
from grants.policies.case_work import cases_to_follow, cases_to_work_on
from liaisons.policies.posts import posts_answered

NEGOTIATED = Q(call__procedure=Procedure.NEGOTIATED)


def takes_part(user: Any, now: datetime) -> Q:
    """Return a condition on applications: the person answers for a liaison post that takes part in the negotiation."""
    posts = NegotiationPost.objects.filter(
        negotiation__application=OuterRef("pk"), post__in=posts_answered(user, now).values("pk")
    )
    return Q(Exists(posts), state__in=("submitted", "in_handling", "decided"))


def _participated(user: Any, now: datetime) -> QuerySet[Application]:
    if not user.is_authenticated:
        return Application.objects.none()
    return Application.objects.filter(takes_part(user, now), has_declared(user, False))


def _not_own(rows: QuerySet[Application], user: Any, now: datetime) -> QuerySet[Application]:
    return rows.exclude(of_organisations(represented(user, now).values("organisation")))


def _own(user: Any, now: datetime, *roles: str) -> QuerySet[Application]:
    own = represented(user, now, *roles).values("organisation")
    return Application.objects.filter(NEGOTIATED, organisation__in=own).exclude(state="draft")


@policy("grants.negotiation.follow")
def negotiations_to_follow(user: Any, now: datetime) -> QuerySet[Application]:
    """Reading staff without a conflict, and the liaison people who take part."""
    staff = cases_to_follow(user, now).filter(NEGOTIATED)
    return Application.objects.filter(Q(pk__in=staff.values("pk")) | Q(pk__in=_participated(user, now).values("pk")))


@policy("grants.negotiation.listed")
def negotiations_listed(user: Any, now: datetime) -> QuerySet[Application]:
    """Of which a person sees at least the applicant's name: those followed, and those whose post takes part."""
    if not user.is_authenticated:
        return Application.objects.none()
    asked = Application.objects.filter(takes_part(user, now)).exclude(has_declared(user, True))
    staff = cases_to_follow(user, now).filter(NEGOTIATED)
    return Application.objects.filter(Q(pk__in=asked.values("pk")) | Q(pk__in=staff.values("pk")))


@policy("grants.negotiation.work")
def cases_to_negotiate(user: Any, now: datetime) -> QuerySet[Application]:
    """The coordinator negotiates for the county; the verbs refuse what comes after the preparation."""
    return _not_own(cases_to_work_on(user, now).filter(NEGOTIATED), user, now)


@policy("grants.negotiation.view_own")
def own_negotiations(user: Any, now: datetime) -> QuerySet[Application]:
    """Every member of the organisation reads its negotiation."""
    return _own(user, now)


@policy("grants.negotiation.write_own")
def own_negotiations_to_write(user: Any, now: datetime) -> QuerySet[Application]:
    """Those who fill in for the organisation send its versions."""
    return _own(user, now, *EDITORS)


@policy("grants.negotiation.agree_own")
def own_negotiations_to_agree(user: Any, now: datetime) -> QuerySet[Application]:
    """A signatory or an admin approves and ends."""
    return _own(user, now, *SENDERS)


@policy("grants.cofunding.keep")
def cases_to_keep_cofunding(user: Any, now: datetime) -> QuerySet[Application]:
    """The coordinator keeps co-funders, the project's term and the yearly shares, also after the decision."""
    return _not_own(cases_to_work_on(user, now).filter(NEGOTIATED), user, now).exclude(state="withdrawn")


@policy("grants.cofunding.keep_own")
def own_cofunding_to_keep(user: Any, now: datetime) -> QuerySet[Application]:
    """Those who fill in for the organisation keep co-funders' decisions until the final report is approved."""
    reported = UseReport.objects.filter(decision__application=OuterRef("pk"), kind=ReportKind.FINAL, state="approved")
    return _own(user, now, *EDITORS).exclude(state="withdrawn").exclude(Exists(reported))


@policy("grants.cofunding.commitments")
def commitments_to_read(user: Any, now: datetime) -> QuerySet[Application]:
    """Reading staff see what has been promised of each year; cases of the own conflict are left out."""
    return cases_to_follow(user, now).filter(NEGOTIATED, cofunded_project__isnull=False)


@policy("grants.continuity.answer")
def continuity_to_answer(user: Any, now: datetime) -> QuerySet[Application]:
    """Those who fill in for the organisation tell how the activity goes on."""
    return _own(user, now, *EDITORS).filter(cofunded_project__continuity__isnull=False)


@policy("grants.continuity.view")
def continuity_to_view(user: Any, now: datetime) -> QuerySet[Application]:
    """The coordinator, and the liaison people who take part, write the county's view."""
    able = Q(pk__in=cases_to_work_on(user, now).values("pk")) | Q(pk__in=_participated(user, now).values("pk"))
    rows = Application.objects.filter(able, NEGOTIATED, cofunded_project__continuity__isnull=False)
    return _not_own(rows, user, now)
