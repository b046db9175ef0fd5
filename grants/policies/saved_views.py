"""Rights to saved filters of the inbox: each person's own, for those who have the inbox."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from common.policies import policy
from grants.models import SavedView
from grants.policies.base import READING_STAFF, for_staff


@policy("grants.saved_view.own")
def own_saved_views(user: Any, now: datetime) -> QuerySet[SavedView]:
    """Reading staff saves, uses and removes their own."""
    if not user.is_authenticated:
        return SavedView.objects.none()
    return for_staff(SavedView.objects.filter(user=user), user, now, *READING_STAFF)
