"""Who edits and reads newsletters."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from accounts.roles import has_any_staff_role
from common.policies import policy
from portal.models import Newsletter, Subscriber


def may_edit_newsletters(user: Any, now: datetime) -> bool:
    """Tell whether the person writes newsletters: the coordinator."""
    return has_any_staff_role(user, now, "coordinator")


@policy("portal.newsletter.edit")
def newsletter_edit(user: Any, now: datetime) -> QuerySet[Newsletter]:
    """The coordinator writes, looks at and sends them."""
    return Newsletter.objects.all() if may_edit_newsletters(user, now) else Newsletter.objects.none()


@policy("portal.newsletter.public")
def newsletter_public(user: Any, now: datetime) -> QuerySet[Newsletter]:
    """Everybody reads those that have been sent."""
    return Newsletter.objects.exclude(state="draft")


@policy("portal.subscription.own")
def subscription_own(user: Any, now: datetime) -> QuerySet[Subscriber]:
    """The key in the letter is the right, with an account or without."""
    return Subscriber.objects.all()
