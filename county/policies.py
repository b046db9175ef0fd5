"""Who may change the county's settings."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from common import seams
from common.policies import policy
from county.models import County

SETTINGS_ROLES = frozenset({"coordinator", "administrator"})


@policy("county.settings.edit")
def settings_editors(user: Any, now: datetime) -> QuerySet[County]:
    """The coordinator and the administrator; the roles come through the seam, since people live in a higher room."""
    if not user.is_authenticated:
        return County.objects.none()
    held = {role.key for provider in seams.roles for role in provider(user, now)}
    return County.objects.all() if held & SETTINGS_ROLES else County.objects.none()
