"""Who reads and writes comments inside an organisation: its own members, and nobody of the county."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from common.policies import policy
from grants.models import Application, ApplicationComment
from grants.policies.applicants import own_applications


@policy("grants.application.comment")
def applications_to_comment(user: Any, now: datetime) -> QuerySet[Application]:
    """Every member, a reader too, comments on a draft: a board reads what the treasurer writes."""
    return own_applications(user, now).filter(state="draft")


@policy("grants.comment.view")
def comments_to_read(user: Any, now: datetime) -> QuerySet[ApplicationComment]:
    """Every member reads the comments of the organisation's applications, also after sending."""
    return ApplicationComment.objects.filter(application__in=own_applications(user, now).values("pk"))


@policy("grants.comment.finish")
def comments_to_finish(user: Any, now: datetime) -> QuerySet[ApplicationComment]:
    """Who may comment marks a comment as dealt with."""
    return ApplicationComment.objects.filter(application__in=applications_to_comment(user, now).values("pk"))
