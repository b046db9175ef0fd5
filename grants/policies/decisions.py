"""Rights to decisions and the money that follows them."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from accounts.roles import has_any_staff_role
from common.policies import policy
from grants.models import (
    Decision,
    Payment,
)
from grants.policies.base import (
    deciding_posts,
    for_unbiased,
    has_declared,
    represented,
)
from grants.policies.cases import applications_to_read


@policy("grants.decision.view_own")
def own_decisions(user: Any, now: datetime) -> QuerySet[Decision]:
    """An organisation reads its decisions once they have been issued."""
    return Decision.objects.filter(application__organisation__in=represented(user, now).values("organisation")).exclude(
        state="recorded"
    )


@policy("grants.decision.view")
def decisions_to_read(user: Any, now: datetime) -> QuerySet[Decision]:
    """Who may read the case reads its decision; the payments clerk all but those of their own conflict."""
    if has_any_staff_role(user, now, "payments_clerk"):
        return Decision.objects.exclude(has_declared(user, True, "application"))
    return Decision.objects.filter(application__in=applications_to_read(user, now))


@policy("grants.decision.issue")
def decisions_to_issue(user: Any, now: datetime) -> QuerySet[Decision]:
    """The coordinator or the registry serves decisions, an office-holder those of the own post.

    Nobody in a case of their own conflict.
    """
    if not user.is_authenticated:
        return Decision.objects.none()
    decisions = Decision.objects.exclude(has_declared(user, True, "application"))
    if has_any_staff_role(user, now, "coordinator", "registrar"):
        return decisions
    made = decisions.filter(official_number__isnull=False, body_name__in=deciding_posts(user, now))
    return made.filter(has_declared(user, False, "application"))


@policy("grants.payment.view")
def payments_to_read(user: Any, now: datetime) -> QuerySet[Payment]:
    """The coordinator, the payments clerk and the auditor read payments."""
    return for_unbiased(
        Payment.objects.all(), "decision__application", user, now, "coordinator", "payments_clerk", "auditor"
    )


@policy("grants.payment.view_own")
def own_payments(user: Any, now: datetime) -> QuerySet[Payment]:
    """An organisation reads its payments."""
    return Payment.objects.filter(decision__application__organisation__in=represented(user, now).values("organisation"))


@policy("grants.payment.plan")
def decisions_to_pay(user: Any, now: datetime) -> QuerySet[Decision]:
    """The coordinator prepares instalments of granted sums."""
    return for_unbiased(Decision.objects.filter(sum__gt=0), "application", user, now, "coordinator")


@policy("grants.payment.release")
def payments_to_release(user: Any, now: datetime) -> QuerySet[Payment]:
    """The payments clerk releases what somebody else prepared."""
    return for_unbiased(Payment.objects.all(), "decision__application", user, now, "payments_clerk")
