"""Rights to comment rounds: everybody reads them, an organisation's people comment, the coordinator runs them."""

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from accounts.roles import has_any_staff_role
from common.policies import allowed, policy
from liaisons.models import CommentRound, RoundComment


def may_manage_rounds(user: Any, now: datetime) -> bool:
    """Tell whether the person may make rounds; the same people as ``liaisons.round.manage``."""
    return has_any_staff_role(user, now, "coordinator")


@policy("liaisons.round.public")
def round_public(user: Any, now: datetime) -> QuerySet[CommentRound]:
    """Everybody sees a round that has been confirmed, also when it was cancelled after that."""
    return CommentRound.objects.filter(Q(state__in=["open", "closed", "published"]) | Q(confirmed_at__isnull=False))


@policy("liaisons.round.manage")
def round_manage(user: Any, now: datetime) -> QuerySet[CommentRound]:
    """The coordinator makes, extends, answers, publishes and cancels rounds."""
    return CommentRound.objects.all() if may_manage_rounds(user, now) else CommentRound.objects.none()


@policy("liaisons.round.desk")
def round_desk(user: Any, now: datetime) -> QuerySet[CommentRound]:
    """The coordinator and the auditor see the rounds with the comments that have been sent."""
    reads = has_any_staff_role(user, now, "coordinator", "auditor")
    return CommentRound.objects.all() if reads else CommentRound.objects.none()


@policy("liaisons.roundcomment.own")
def comment_own(user: Any, now: datetime) -> QuerySet[RoundComment]:
    """An organisation's people see its comments, also unsent ones."""
    return RoundComment.objects.filter(organisation__in=allowed("organisations.represent", user, now=now).values("pk"))


@policy("liaisons.roundcomment.desk")
def comment_desk(user: Any, now: datetime) -> QuerySet[RoundComment]:
    """The coordinator and the auditor read what has been sent; drafts are the organisation's own."""
    return RoundComment.objects.sent().filter(round__in=round_desk(user, now).values("pk"))


@policy("liaisons.roundcomment.public")
def comment_public(user: Any, now: datetime) -> QuerySet[RoundComment]:
    """Everybody reads comments and answers once the round has been published."""
    return RoundComment.objects.sent().filter(round__state="published")
