"""Who may take every organisation's activities to another service at once."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from accounts.models import StaffRoleKind
from accounts.roles import has_any_staff_role
from common.policies import allowed, policy
from common.times import local_date
from organisations.models import Activity
from organisations.policies.registry import for_staff


@policy("organisations.lahella.export")
def lahella_export(user: Any, now: datetime) -> QuerySet[Activity]:
    """The coordinator takes the activities that everybody sees to Lähellä.fi."""
    shown = Activity.objects.shown(local_date(now)).filter(
        organisation__in=allowed("organisations.view", user, now=now)
    )
    return for_staff(shown, user, now, StaffRoleKind.COORDINATOR)


def may_export_to_lahella(user: Any, now: datetime) -> bool:
    """Tell whether the person has the page; the same people as ``organisations.lahella.export``."""
    return has_any_staff_role(user, now, StaffRoleKind.COORDINATOR)
