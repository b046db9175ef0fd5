"""Who sees, answers and owns co-operation requests."""

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from accounts.roles import has_any_staff_role
from common.policies import allowed, policy
from liaisons.models import CooperationRequest, Need, RequestAttachment, RequestEntry
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


def may_read_figures(user: Any, now: datetime) -> bool:
    """Tell whether the person reads the figures of requests: whoever reads all of them."""
    return has_any_staff_role(user, now, *READS_ALL)


def may_record_requests(user: Any, now: datetime) -> bool:
    """Tell whether the person may write in a request that came by telephone or on paper, and publish needs."""
    if has_any_staff_role(user, now, "coordinator"):
        return True
    return bool(user.is_authenticated) and posts_answered(user, now).exists()


@policy("liaisons.request.attachment")
def request_attachment(user: Any, now: datetime) -> QuerySet[RequestAttachment]:
    """Files of the threads that the person reads; those of inner notes only for who handles the request."""
    seen = RequestAttachment.objects.filter(entry__request__in=request_view(user, now).values("pk"))
    handled = request_handle(user, now).values("pk")
    return seen.filter(~Q(entry__kind=RequestEntry.Kind.NOTE) | Q(entry__request__in=handled))


@policy("liaisons.need.public")
def need_public(user: Any, now: datetime) -> QuerySet[Need]:
    """Everybody reads what service areas need and what came of it."""
    return Need.objects.all()


@policy("liaisons.need.manage")
def need_manage(user: Any, now: datetime) -> QuerySet[Need]:
    """Whoever answers for the post to which ideas come, and the coordinator."""
    if has_any_staff_role(user, now, "coordinator"):
        return Need.objects.all()
    if not user.is_authenticated:
        return Need.objects.none()
    return Need.objects.filter(post__in=posts_answered(user, now).values("pk"))
