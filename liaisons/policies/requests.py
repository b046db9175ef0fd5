"""Who sees, answers and owns co-operation requests."""

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from accounts.roles import has_any_staff_role
from common.policies import allowed, policy
from liaisons.models import CooperationRequest
from liaisons.policies.posts import posts_answered

READS_ALL = ("coordinator", "auditor")


@policy("liaisons.request.own")
def request_own(user: Any, now: datetime) -> QuerySet[CooperationRequest]:
    """A person's own requests, and those of the organisations for which they act."""
    if not user.is_authenticated:
        return CooperationRequest.objects.none()
    acting = allowed("organisations.represent", user, now=now).values("pk")
    return CooperationRequest.objects.filter(Q(asked_by=user) | Q(organisation__in=acting))


@policy("liaisons.request.handle")
def request_handle(user: Any, now: datetime) -> QuerySet[CooperationRequest]:
    """Whoever answers for the post, as holder or substitute, and the coordinator, who also has what nobody answers."""
    if has_any_staff_role(user, now, "coordinator"):
        return CooperationRequest.objects.all()
    if not user.is_authenticated:
        return CooperationRequest.objects.none()
    return CooperationRequest.objects.filter(post__in=posts_answered(user, now).values("pk"))


@policy("liaisons.request.view")
def request_view(user: Any, now: datetime) -> QuerySet[CooperationRequest]:
    """The askers, those who answer, and the auditor."""
    if has_any_staff_role(user, now, *READS_ALL):
        return CooperationRequest.objects.all()
    if not user.is_authenticated:
        return CooperationRequest.objects.none()
    own = request_own(user, now).values("pk")
    handled = request_handle(user, now).values("pk")
    return CooperationRequest.objects.filter(Q(pk__in=own) | Q(pk__in=handled))


def may_answer_requests(user: Any, now: datetime) -> bool:
    """Tell whether the person has the list of requests to answer."""
    if has_any_staff_role(user, now, *READS_ALL):
        return True
    return bool(user.is_authenticated) and posts_answered(user, now).exists()
