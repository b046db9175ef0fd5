"""Rights to saved filters: each person's own, for those who have the inbox or the call's list."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from accounts.roles import has_any_staff_role
from common.policies import policy
from grants.models import SavedView
from grants.policies.base import READING_STAFF
from grants.policies.calls import calls_on_the_desk


@policy("grants.saved_view.own")
def own_saved_views(user: Any, now: datetime) -> QuerySet[SavedView]:
    """Reading staff saves, uses and removes their own; of a call's list whoever has the call on the desk."""
    if not user.is_authenticated:
        return SavedView.objects.none()
    own = SavedView.objects.filter(user=user)
    return own if has_any_staff_role(user, now, *READING_STAFF) else own.filter(call__in=calls_on_the_desk(user, now))
