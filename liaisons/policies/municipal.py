"""What a municipality's liaison person may do for the NGOs of that municipality."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from accounts.roles import has_any_staff_role
from common.policies import policy
from county.models import Municipality
from liaisons.models import NgoEvening, PostLevel
from liaisons.policies.posts import posts_answered


@policy("liaisons.municipality.serve")
def municipality_serve(user: Any, now: datetime) -> QuerySet[Municipality]:
    """Municipalities whose liaison post the person holds, or in which they stand in."""
    if not user.is_authenticated:
        return Municipality.objects.none()
    posts = posts_answered(user, now).filter(level=PostLevel.MUNICIPAL)
    return Municipality.objects.filter(pk__in=posts.values("municipality"))


@policy("liaisons.evening.public")
def evening_public(user: Any, now: datetime) -> QuerySet[NgoEvening]:
    """Everybody reads the municipalities' evenings, cancelled ones too: people may have them in their calendars."""
    return NgoEvening.objects.all()


@policy("liaisons.evening.manage")
def evening_manage(user: Any, now: datetime) -> QuerySet[NgoEvening]:
    """The municipality's liaison person, and the coordinator for everybody."""
    if has_any_staff_role(user, now, "coordinator"):
        return NgoEvening.objects.all()
    return NgoEvening.objects.filter(municipality__in=municipality_serve(user, now).values("pk"))
